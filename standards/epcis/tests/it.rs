//! The library against public test data, one scenario per file.

mod it {
    mod json_ld;
    mod shared_data;

    mod answers_keep_what_was_captured;
    mod attributes_of_master_data_are_compared;
    mod byte_order_marks;
    mod capture_documents_are_accepted;
    mod contexts_are_read_as_json_ld_reads_them;
    mod control_characters_are_refused;
    mod cost_is_linear;
    mod events_are_indexed;
    mod every_parameter_of_the_binding_is_known;
    mod filters_equal_a_naive_evaluation;
    mod filters_match_as_the_standard_says;
    mod hashes_are_the_published_ones;
    mod identifiers_have_one_spelling;
    mod invalid_documents_are_refused_with_a_pointer;
    mod limits_hold;
    mod master_data_is_read;
    mod names_keep_their_meaning_in_answers;
    mod nothing_panics;
    mod one_event_is_one_record;
    mod prefixes_do_not_change_a_hash;
    mod queries_are_understood_or_refused;
    mod queries_find_the_captured_text;
    mod reference_order;
    mod the_json_schema_decides;
    mod translations_change_no_hash;
    mod types_of_users;
    mod words_of_cbv_1_2;
    mod words_of_drafts;
    mod xml_attacks_are_refused;
    mod xml_data;
    mod xml_documents_are_read;
    mod xml_hashes_are_the_published_ones;
    mod xml_invalid_documents_are_refused;
    mod xml_limits_hold;
    mod xml_round_trips;
    mod xml_twins_have_one_hash;
    mod xml_written_again_is_equal;
}

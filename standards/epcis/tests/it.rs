//! The library against public test data, one scenario per file.

mod it {
    mod shared_data;

    mod answers_keep_what_was_captured;
    mod capture_documents_are_accepted;
    mod events_are_indexed;
    mod hashes_are_the_published_ones;
    mod identifiers_have_one_spelling;
    mod invalid_documents_are_refused_with_a_pointer;
    mod limits_hold;
    mod nothing_panics;
    mod queries_are_understood_or_refused;
}

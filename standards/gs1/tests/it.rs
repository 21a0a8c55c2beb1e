//! The library against the published dictionary and public test data, one scenario per file.

mod it {
    mod any_element;
    mod shared_data;

    mod a_link_is_chosen;
    mod cost_is_linear;
    mod limits_hold;
    mod links_are_read_as_published;
    mod links_have_one_form;
    mod links_of_epcs_are_canonical;
    mod linksets_have_limits;
    mod the_linkset_schema_decides;
    mod the_table_is_the_dictionary;
    mod what_is_written_is_read;
}

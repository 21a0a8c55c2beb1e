//! The library against the published dictionary and public test data, one scenario per file.

mod it {
    mod shared_data;

    mod links_are_read_as_published;
    mod the_table_is_the_dictionary;
}

//! The library against data that others wrote, one scenario per file.

mod it {
    mod shared_data;

    mod capture_documents_are_accepted;
    mod hashes_are_the_published_ones;
    mod identifiers_have_one_spelling;
    mod invalid_documents_are_refused_with_a_pointer;
    mod limits_hold;
}

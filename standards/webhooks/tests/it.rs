//! The library against the published vectors, as a receiver and against strangers, one scenario per file.

mod it {
    mod keys_have_one_text;
    mod limits_hold;
    mod receivers_accept_what_is_signed;
    mod the_cost_is_linear;
    mod vectors_are_reproduced;
    mod what_is_changed_is_refused;
}

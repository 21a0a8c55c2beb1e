//! GS1 element strings, GS1 Digital Link URIs and linksets as a library. Invariant: every function is pure, without
//! input, output, clock or network. Its cost is linear in the text that it reads, which has a limit.
//!
//! - [`ai`] is the table of application identifiers, [`check`] what is checked of a value, and [`element`] both
//!   together.
//! - [`element_string`] reads and writes the data of barcodes, and [`pairing`] checks elements together.
//! - [`digital_link`] reads and writes Digital Link URIs, and lists the levels from a serial up to its key.
//! - [`linkset`] reads and writes the links of an object, and chooses one for a request.

pub mod ai;
pub mod character_set;
pub mod check;
pub mod check_digit;
pub mod digital_link;
pub mod element;
pub mod element_string;
pub mod limit;
pub mod linkset;
pub mod pairing;
pub mod problem;

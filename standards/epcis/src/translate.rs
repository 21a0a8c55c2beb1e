//! Spells the identifiers and words of an event in the forms that a client asks for (EPCIS 2.0 REST binding, headers
//! `GS1-EPC-Format` and `GS1-CBV-XML-Format`). Invariant: a translation changes no meaning, so the event hash stays the
//! same. What cannot be said in the other form without loss stays as it is.
//!
//! A Digital Link does not tell how long its company prefix is, and an EPC URN needs it. So a link becomes a URN only
//! when the caller knows the length: see [`CompanyPrefixes`].

mod epc;
mod event;
mod prefix_table;
mod words;

pub use epc::{EpcFormat, epc};
pub use event::{event, record};
pub use prefix_table::{CompanyPrefixes, PrefixTable, Unknown};
pub use words::CbvXmlFormat;

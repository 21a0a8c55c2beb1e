//! GS1 EPCIS 2.0 and CBV 2.0 as a library of pure functions: parses, validates, hashes and indexes event documents, and
//! parses queries. Invariants: no input or output, no clock, no random numbers, no network (a JSON-LD context is never
//! fetched). The bytes of a captured event are never rewritten, only cut and joined.
//!
//! [`document`] parses captures, keeps each event's text exactly, and writes query documents.
//! [`hash`] computes the CBV 2.0 event hash id.
//! - [`identifier`] brings EPC URNs and Digital Links to one canonical form.
//! - [`extract`] lists what an index needs of one event.
//! - [`query`] and [`pattern`] read the parameters of the EPCIS simple event query.

pub mod context;
pub mod document;
pub mod event;
pub mod extract;
pub mod hash;
pub mod identifier;
mod json;
pub mod limit;
pub mod pattern;
pub mod problem;
pub mod query;
pub mod timestamp;
mod validate;
pub mod vocabulary;

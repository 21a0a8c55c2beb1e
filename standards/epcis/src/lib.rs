//! GS1 EPCIS 2.0 and CBV 2.0 as a library of pure functions: read, check, hash, index and query event documents.
//!
//! Invariants kept: no input or output, no clock, no random number, no network (a JSON-LD context is never
//! fetched), and the bytes of an event as captured are never re-written, only cut and joined.
//!
//! - [`document`] reads a capture, keeps each event's text exactly, and writes query documents.
//! - [`hash`] computes the CBV 2.0 event hash id.
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

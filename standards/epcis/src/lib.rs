//! GS1 EPCIS 2.0 and CBV 2.0 as a library: parses, validates, hashes and indexes event documents and queries.
//! Invariant: every function is pure, without input, output, clock or network. No JSON-LD context is fetched. A stored
//! event keeps every byte that its sender sent.
//!
//! - [`document`] parses captures, keeps each event's text exactly, and writes query documents.
//! - [`hash`] computes the CBV 2.0 event hash id.
//! - [`identifier`] brings EPC URNs and Digital Links to one canonical form.
//! - [`extract`] lists what an index needs of one event.
//! - [`xml`] reads XML documents into the JSON text of their events, and writes events as XML.
//! - [`master_data`] reads the master data of a document.
//! - [`translate`] spells the identifiers of an event as Digital Links or EPC URNs.
//! - [`filter`] checks events against the conditions of a query that no index answers, and [`unit`] compares numbers in
//!   different units.
//! - [`query`] and [`pattern`] read the parameters of the EPCIS simple event query.
//! - [`schedule`] reads the schedule of a query subscription and finds the times at which it is due.

pub mod context;
pub mod document;
pub mod event;
pub mod extract;
pub mod filter;
pub mod hash;
pub mod identifier;
mod json;
pub mod limit;
pub mod master_data;
pub mod pattern;
pub mod problem;
pub mod query;
pub mod schedule;
mod text;
pub mod timestamp;
pub mod translate;
pub mod unit;
mod validate;
pub mod vocabulary;
pub mod xml;

//! Supply-chain provenance: GS1 EPCIS 2.0 events in, queries and evidence out. Invariant: a document is captured whole
//! or refused with every fault, and what comes back is what was sent.

pub mod code;
pub mod command;
pub mod evidence;
mod exception;
pub mod graphql;
pub(crate) mod gs1_header;
pub mod model;
mod problem;
pub mod rest;
pub mod search;

#[cfg(test)]
mod tests;

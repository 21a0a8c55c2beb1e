//! Supply-chain provenance: captures and queries GS1 EPCIS 2.0 events and returns their evidence. Invariant: a document
//! is captured whole or refused with a list of all faults, and a query returns events exactly as captured.

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

//! Supply-chain provenance: captures and queries GS1 EPCIS 2.0 events and master data and returns their
//! evidence. Invariant: a document
//! is accepted whole or refused with its faults. A query returns events as captured, with their id and record time
//! added.

pub mod answer;
pub(crate) mod asyncapi;
pub mod bounds;
pub mod code;
mod collection;
pub mod command;
pub(crate) mod event_summary;
pub mod evidence;
mod exception;
pub mod extension;
pub mod graphql;
pub(crate) mod gs1_header;
pub mod master_data;
pub mod model;
pub mod named_query;
mod problem;
pub mod resolver;
mod resource;
pub mod rest;
pub mod search;
pub mod source;
pub mod subscription;
pub mod symbol;

#[cfg(test)]
mod tests;

//! The events of a tenant: what became final for it, in one order with numbers from 1. Invariant: numbers, places and
//! types come from the index; a domain only adds what an event is about. REST and GraphQL give the same page.

pub mod code;
mod describe;
pub mod graphql;
pub mod model;
pub mod page;
pub mod rest;

pub use describe::{Described, SUMMARY_BYTES_MAX};

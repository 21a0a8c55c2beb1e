//! The events of a tenant: what became final for it, in one order with numbers from 1. Invariant: numbers, places and
//! types come from the index; a domain only adds what an event is about. REST and GraphQL give the same page.

pub mod asyncapi;
pub mod code;
mod describe;
pub mod graphql;
mod hub;
pub mod model;
pub mod page;
pub mod rest;
mod stream;

pub use describe::{Described, SUMMARY_BYTES_MAX};
pub use hub::{BLOCKS_PER_WAKE_MAX, EventHub, Listening};
pub use stream::{KEEP_ALIVE_MS, STREAM_EVENTS_MAX, STREAM_READ_MS_MAX};

//! The events of a tenant: what became final for it, in one order with numbers from 1. Invariant: numbers, places and
//! types come from the index; a domain only adds what an event is about. REST and GraphQL give the same page.

pub mod asyncapi;
pub mod code;
mod describe;
pub mod graphql;
mod hub;
pub mod model;
pub mod page;
mod reader;
pub mod rest;
mod socket;
mod stream;

pub(crate) use describe::schema_of;
pub use describe::{DataSchema, Described, SUMMARY_BYTES_MAX};
pub use hub::{BLOCKS_PER_WAKE_MAX, EventHub, Listening};
pub use reader::{STREAM_EVENTS_MAX, STREAM_RETRY_MS_MAX};
pub use socket::{CREDIT_MAX, SUB_PROTOCOL};
pub use stream::{KEEP_ALIVE_MS, STREAM_READ_MS_MAX};

//! The gateway: the REST and GraphQL API over the ledger and its index.
//!
//! Invariant: every documented route declares its access. Statements on stored data run for a tenant or as the service
//! role. A failure is a documented problem, except OAuth errors of `/oauth/token`.
//!
//! Start reading at [`router`] for all routes, [`state`] for what they share, [`auth`] for access, [`write`] for the
//! common path of writes, [`submit`] for submission to the ledger, and at [`mod@slice`] for the domains and their
//! endpoints.

pub mod admission;
pub mod auth;
pub mod backup;
pub mod body;
pub mod budget;
mod changes;
pub mod client_address;
pub mod config;
pub mod console;
pub mod db;
pub mod decoders;
pub mod entrance;
pub mod error;
pub mod evidence;
pub mod freshness;
pub mod graphql;
pub mod health;
pub mod host;
pub mod idempotency;
mod lease;
pub mod metrics;
pub mod openapi;
pub mod operator;
pub mod outgoing;
pub mod page;
pub mod params;
pub mod processors;
pub mod rate_limit;
pub mod reference;
pub mod router;
pub mod serve;
pub mod service_secret;
pub mod slice;
pub mod socket;
pub mod state;
mod storage;
pub mod submit;
pub mod tenant_id;
pub mod text;
pub mod trace;
pub mod vault;
pub mod write;

pub use slice::*;

//! The gateway: every door to the ledger and its index.
//!
//! Invariant: no request passes without saying who may make it, no statement runs without a tenant, and every failure
//! is a documented problem.
//!
//! Read [`router`] for every door, [`state`] for what they share, [`auth`] for who may pass, [`write`] for what every
//! write has in common, [`submit`] for the way into the ledger, and a slice ([`provenance`], [`tenant`], [`operation`],
//! [`ledger`]) for what it serves.

pub mod admission;
pub mod auth;
pub mod body;
pub mod config;
pub mod console;
pub mod db;
pub mod error;
pub mod evidence;
pub mod freshness;
pub mod graphql;
pub mod health;
pub mod idempotency;
pub mod metrics;
pub mod openapi;
pub mod page;
pub mod params;
pub mod processors;
pub mod rate_limit;
pub mod reference;
pub mod router;
pub mod serve;
pub mod service_secret;
pub mod slice;
pub mod state;
pub mod submit;
pub mod tenant_id;
pub mod trace;
pub mod vault;
pub mod write;

pub use slice::*;

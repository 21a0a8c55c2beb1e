//! The gateway: every door to the ledger and its index. Invariant: no request passes without saying who may make it, no
//! statement runs without a tenant, and every failure is a documented problem.

pub mod auth;
pub mod body;
pub mod config;
pub mod db;
pub mod error;
pub mod idempotency;
pub mod page;
pub mod rate_limit;
pub mod router;
pub mod state;
pub mod trace;
pub mod vault;

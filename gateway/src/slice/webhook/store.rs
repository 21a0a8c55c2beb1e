//! SQL on the tables of webhooks. Invariant: every statement names the tenant, except those of the role
//! `waymark_service`, which see no more of an endpoint than whether it changed.

pub mod attempt;
pub mod endpoint;
pub(super) mod notice;
pub mod pending;
pub mod replay;
pub mod secret;

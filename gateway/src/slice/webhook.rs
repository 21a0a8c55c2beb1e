//! Endpoints of tenants that events are sent to (Standard Webhooks). Invariant: requests go out through
//! [`crate::outgoing`] only, each signed with every valid secret of its endpoint.

pub mod bounds;
pub mod code;
pub mod delivery;
mod field;
pub mod id;
pub mod model;
mod notice;
pub mod rest;
pub mod signed;
pub mod store;
mod test_call;

pub(crate) use notice::schemas as notice_schemas;

//! Products: registers what a tenant describes and lists it. Invariant: a product is recorded exactly as sent, or
//! refused with a list of all faults.

pub mod code;
pub mod command;
pub mod graphql;
pub mod model;
pub mod rest;
pub mod search;

//! Tenants, their members and API keys. Invariant: nobody hands out more than it holds, and a tenant keeps an owner.

pub mod code;
pub mod graphql;
pub mod id;
pub mod model;
pub mod provision;
mod query;
pub mod rest;

pub use provision::{NewTenant, Owner, Provisioned, issue_operator_key, provision};

/// Members of one tenant.
pub const MEMBERS_MAX: i64 = 1_000;
/// API keys of one tenant that are not revoked.
pub const API_KEYS_MAX: i64 = 1_000;
/// How long the secret before a rotation may be accepted: a week.
pub const GRACE_S_MAX: u32 = 7 * 24 * 3_600;
/// Characters of a name.
pub const NAME_CHARS_MAX: usize = 200;
/// Characters of an e-mail address (RFC 5321, section 4.5.3.1.3).
pub const EMAIL_CHARS_MAX: usize = 254;

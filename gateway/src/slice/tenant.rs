//! Tenants, their members and API keys. Invariant: after the first key of a tenant, only a caller with all scopes of a
//! key creates, rotates or revokes it. A key stops with the key that made it. Neither the last owner of a tenant nor
//! the last key that manages keys can be removed.

pub mod bounds;
pub mod code;
pub mod console;
pub mod graphql;
pub mod id;
mod local;
mod lockout;
pub mod model;
pub mod operate;
pub mod provision;
mod query;
pub mod rest;

pub use operate::issue_operator_key;
pub use provision::{NewTenant, Owner, Provisioned, provision, provision_as};
pub use query::TenantRow;

/// The maximum number of members of a tenant.
pub const MEMBERS_MAX: i64 = 1_000;
/// The maximum number of API keys of a tenant that are not revoked.
pub const API_KEYS_MAX: i64 = 1_000;
/// The maximum time in seconds for which the previous secret is accepted after a rotation: a week.
pub const GRACE_S_MAX: u32 = 7 * 24 * 3_600;
/// The maximum length of a name, in characters.
pub const NAME_CHARS_MAX: usize = 200;
/// The maximum length of an e-mail address in characters (RFC 5321, section 4.5.3.1.3).
pub const EMAIL_CHARS_MAX: usize = 254;

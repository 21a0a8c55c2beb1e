//! The codes of the door. Invariant: each is listed in [`ALL`] and in docs/api.md (a test compares), and is never
//! renamed; slices define their own in the same way.

/// A stable code with its one status and title.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Code {
    /// `<domain>.<what>`.
    pub name: &'static str,
    /// The HTTP status that it always has.
    pub status: u16,
    /// What it means, in words.
    pub title: &'static str,
}

impl Code {
    /// Defines a code; use it in a `const`.
    pub const fn new(name: &'static str, status: u16, title: &'static str) -> Self {
        Self { name, status, title }
    }
}

macro_rules! codes {
    ($($(#[$meta:meta])* $name:ident = $code:literal, $status:literal, $title:literal;)*) => {
        $($(#[$meta])* pub const $name: Code = Code::new($code, $status, $title);)*

        /// Every code of this table, for the documentation and its test.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    /// The request has no usable credentials.
    UNAUTHENTICATED = "auth.unauthenticated", 401, "Credentials are needed";
    /// The token is malformed, forged, expired or revoked; which of these is not told.
    INVALID_TOKEN = "auth.invalid_token", 401, "The token is not valid";
    /// The token is valid and may not do this.
    INSUFFICIENT_SCOPE = "auth.insufficient_scope", 403, "The token lacks a scope";
    /// A caller may not hand out more than it has.
    SCOPE_ESCALATION = "auth.scope_escalation", 403, "A credential cannot grant more than it holds";
    /// Self-service tenants are switched off here.
    SANDBOX_CLOSED = "tenant.sandbox_closed", 403, "Self-service sandboxes are not open here";
    /// No such member in the caller's tenant.
    UNKNOWN_MEMBER = "tenant.unknown_member", 404, "There is no such member";
    /// The e-mail address already belongs to a member.
    MEMBER_EXISTS = "tenant.member_exists", 409, "The member exists already";
    /// A tenant keeps at least one owner.
    LAST_OWNER = "tenant.last_owner", 409, "A tenant keeps at least one owner";
    /// No such API key in the caller's tenant.
    UNKNOWN_API_KEY = "tenant.unknown_api_key", 404, "There is no such API key";
    /// The key is revoked and stays so.
    API_KEY_REVOKED = "tenant.api_key_revoked", 409, "The API key is revoked";
    /// The tenant has as many of these as it may.
    TOO_MANY = "tenant.too_many", 409, "The tenant has reached a limit";
    /// No such page.
    NOT_FOUND = "request.not_found", 404, "There is nothing at this address";
    /// The address exists, the method does not.
    METHOD_NOT_ALLOWED = "request.method_not_allowed", 405, "The method is not allowed here";
    /// The body is not JSON.
    MALFORMED_JSON = "request.malformed_json", 400, "The body is not well-formed JSON";
    /// The body could not be read to its end.
    MALFORMED_BODY = "request.malformed_body", 400, "The body could not be read";
    /// A member of the body, or a parameter, has a wrong type or value.
    INVALID_FIELD = "request.invalid_field", 400, "A field is not valid";
    /// A query parameter or path segment is wrong.
    INVALID_PARAMETER = "request.invalid_parameter", 400, "A parameter is not valid";
    /// A header is wrong.
    INVALID_HEADER = "request.invalid_header", 400, "A header is not valid";
    /// A paging cursor that was not issued for this list and tenant.
    INVALID_CURSOR = "request.invalid_cursor", 400, "The paging cursor is not valid";
    /// The body is larger than the route takes.
    BODY_TOO_LARGE = "request.body_too_large", 413, "The body is too large";
    /// The body has another media type.
    UNSUPPORTED_MEDIA_TYPE = "request.unsupported_media_type", 415, "The media type is not supported";
    /// The request took too long.
    TIMED_OUT = "request.timed_out", 503, "The request took too long";
    /// The key was used with another request.
    IDEMPOTENCY_MISMATCH = "idempotency.mismatch", 422, "The Idempotency-Key belongs to another request";
    /// The first request with the key is still running.
    IDEMPOTENCY_IN_FLIGHT = "idempotency.in_flight", 409, "A request with this Idempotency-Key is in flight";
    /// The tenant sends more than its rate.
    RATE_LIMITED = "limit.rate", 429, "Too many requests";
    /// The server has all the work that it can hold.
    OVERLOADED = "limit.overloaded", 503, "The server is busy";
    /// Something that we run on is not there yet.
    NOT_READY = "limit.not_ready", 503, "The service is not ready";
    /// A GraphQL document above a limit.
    GRAPHQL_TOO_COMPLEX = "graphql.too_complex", 400, "The GraphQL document is above a limit";
    /// A failure of ours.
    INTERNAL = "internal.failure", 500, "The request failed on our side";
}

/// Every code of the door, of all slices.
pub fn all() -> impl Iterator<Item = &'static Code> {
    let slices = [ALL, crate::operation::code::ALL, crate::ledger::code::ALL, crate::provenance::code::ALL];
    slices.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_distinct_and_well_formed() {
        let mut seen = BTreeSet::new();
        for entry in all() {
            assert!(seen.insert(entry.name), "{} twice", entry.name);
            assert!(entry.name.split_once('.').is_some_and(|(domain, what)| !domain.is_empty() && !what.is_empty()));
            assert!((400..600).contains(&entry.status), "{}", entry.name);
        }
    }

    #[test]
    fn every_code_is_documented() {
        let page =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/api.md")).expect("docs/api.md");
        for entry in all() {
            let row = format!("| `{}` | {} |", entry.name, entry.status);
            assert!(page.contains(&row), "docs/api.md lacks a row that starts with {row}");
        }
    }
}

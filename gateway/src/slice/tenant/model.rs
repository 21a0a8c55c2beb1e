//! Tenants, members and API keys in requests and responses. Invariant: only [`ApiKeyWithSecret`] and [`TenantWithKey`]
//! contain a secret. Only the response that creates or rotates a key, and its replays, show the secret.

use super::{EMAIL_CHARS_MAX, NAME_CHARS_MAX};
use crate::{
    auth::{self, ScopeSet, credential::Mode},
    error::{ApiError, FAULTS_MAX, code as common},
    page::List,
    text,
};
use async_graphql::SimpleObject;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema, SimpleObject)]
pub struct Tenant {
    /// A UUID. It is the same in tokens and on the ledger.
    pub id: String,
    /// The name for display.
    pub name: String,
    /// `live`, or `test` for a sandbox.
    pub mode: Mode,
    /// The time of creation, RFC 3339 UTC.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

/// A new tenant with its first API key.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TenantWithKey {
    /// The tenant.
    pub tenant: Tenant,
    /// Its first API key, with every scope that a tenant can have.
    pub api_key: ApiKeyWithSecret,
    /// The operation that registers the tenant on the ledger.
    pub operation_id: String,
}

/// A member of a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Member {
    /// The member id, `mbr_…`.
    pub id: String,
    /// The e-mail address, unique in the tenant regardless of case.
    pub email: String,
    /// The name for display.
    pub name: String,
    /// The role, which limits the scopes of the member's API keys: `owner`, `admin`, `operator`, `auditor`, `viewer`,
    /// or a role of a later version.
    pub role: String,
    /// The time of creation, RFC 3339 UTC.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

/// An API key without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ApiKey {
    /// The key id, `key_…`.
    pub id: String,
    /// The OAuth client id of the key (RFC 6749, section 2.2).
    pub client_id: String,
    /// The name for display.
    pub name: String,
    /// `live` or `test`, as its tenant.
    pub mode: Mode,
    /// The member to which the key belongs and whose role limits it; absent for a service key.
    pub member_id: Option<String>,
    /// The key with which this one was made; it stops with that key. Absent for the first key of a tenant.
    pub made_by: Option<String>,
    /// The granted scopes.
    pub scopes: Vec<String>,
    /// The time of creation, RFC 3339 UTC.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// The time of expiry, RFC 3339 UTC; absent when the key does not expire.
    #[serde(with = "time::serde::rfc3339::option")]
    pub expires_at: Option<OffsetDateTime>,
    /// The time of the last use, to the minute; absent when it was never used.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_used_at: Option<OffsetDateTime>,
    /// The time of revocation; absent when the key is not revoked.
    #[serde(with = "time::serde::rfc3339::option")]
    pub revoked_at: Option<OffsetDateTime>,
}

/// An API key with its secret, which is shown only once.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApiKeyWithSecret {
    /// The key.
    #[serde(flatten)]
    pub api_key: ApiKey,
    /// The secret, `wm_live_…` or `wm_test_…`. Use it as a bearer token, or as the client secret of `client_id`. It
    /// cannot be shown again.
    pub secret: String,
}

/// One page of members, oldest first.
pub type MemberPage = List<Member>;

/// One page of API keys, oldest first.
pub type ApiKeyPage = List<ApiKey>;

/// Collects the faults of a request body, at most [`FAULTS_MAX`], so that many are reported at once.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<(String, String)>);

impl Faults {
    /// Adds a fault at a JSON pointer, unless there are [`FAULTS_MAX`] already.
    pub(super) fn add(&mut self, pointer: impl Into<String>, detail: impl Into<String>) {
        if !self.is_full() {
            self.0.push((pointer.into(), detail.into()));
        }
    }

    fn is_full(&self) -> bool {
        self.0.len() >= FAULTS_MAX
    }

    /// Checks a name for display.
    pub(super) fn check_name(&mut self, pointer: &str, name: &str) {
        if let Some(fault) = text::fault(name, NAME_CHARS_MAX) {
            self.add(
                pointer,
                format!("a name has 1 to {NAME_CHARS_MAX} characters and no control characters: {fault}"),
            );
        }
    }

    /// Rejects only addresses that no mail server accepts. Whether mail arrives is not checked.
    pub(super) fn check_email(&mut self, pointer: &str, email: &str) {
        if let Some(fault) = text::fault(email, EMAIL_CHARS_MAX) {
            self.add(pointer, format!("an e-mail address {fault}"));
            return;
        }
        let parts = email.rsplit_once('@').filter(|(local, domain)| !local.is_empty() && !domain.is_empty());
        if parts.is_none() || email.chars().any(char::is_whitespace) {
            self.add(pointer, format!("an e-mail address has the form a@b and at most {EMAIL_CHARS_MAX} characters"));
        }
    }

    /// Parses a list of scopes and adds a fault for each unknown one.
    pub(super) fn check_scopes(&mut self, pointer: &str, names: &[String]) -> ScopeSet {
        if names.is_empty() {
            self.add(pointer, "name at least one scope");
        }
        let mut set = ScopeSet::EMPTY;
        for (index, name) in names.iter().enumerate() {
            if self.is_full() {
                break;
            }
            match name.parse() {
                Ok(scope) => set = set.with(scope),
                Err(unknown) => self.add(format!("{pointer}/{index}"), unknown.to_string()),
            }
        }
        set
    }

    /// Returns an error if there are faults.
    ///
    /// # Errors
    /// `request.invalid_field` with every fault.
    pub(super) fn into_result(self) -> Result<(), ApiError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let error = ApiError::new(&common::INVALID_FIELD, "Some fields are not valid; nothing was stored.");
        Err(self
            .0
            .into_iter()
            .fold(error, |error, (pointer, detail)| error.at(pointer, common::INVALID_FIELD.name, detail)))
    }
}

/// Checks that `wanted` is a subset of `held`.
///
/// # Errors
/// `auth.scope_escalation`, naming the missing scopes.
pub(super) fn check_within(held: ScopeSet, wanted: ScopeSet) -> Result<(), ApiError> {
    if held.contains_all(wanted) {
        return Ok(());
    }
    let beyond: ScopeSet = wanted.iter().filter(|scope| !held.contains(*scope)).collect();
    Err(ApiError::new(&auth::code::SCOPE_ESCALATION, format!("Your own credential does not hold: {beyond}.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_of_names_and_addresses() {
        let faults = |check: &dyn Fn(&mut Faults)| {
            let mut faults = Faults::default();
            check(&mut faults);
            faults.0.len()
        };
        let longest = "n".repeat(NAME_CHARS_MAX);
        assert_eq!(faults(&|faults| faults.check_name("/name", &longest)), 0);
        for bad in ["", " ", "a\nb", "a\0b", "a\u{202e}b", &format!("{longest}n")] {
            assert_eq!(faults(&|faults| faults.check_name("/name", bad)), 1, "{bad:?}");
        }
        assert_eq!(faults(&|faults| faults.check_email("/email", "ana@example.org")), 0);
        for bad in [
            "",
            "ana",
            "@example.org",
            "ana@",
            "a b@c",
            "a\0@b",
            "a\r\nBcc: x@b",
            &format!("{}@c", "a".repeat(EMAIL_CHARS_MAX)),
        ] {
            assert_eq!(faults(&|faults| faults.check_email("/email", bad)), 1, "{bad:?}");
        }
    }

    #[test]
    fn faults_are_reported_up_to_a_limit() {
        let mut faults = Faults::default();
        assert_eq!(faults.check_scopes("/scopes", &vec!["x".to_owned(); 30_000]), ScopeSet::EMPTY);
        assert_eq!(faults.0.len(), FAULTS_MAX);
        let problem = faults.into_result().expect_err("faults").problem();
        assert_eq!(problem.errors.len(), FAULTS_MAX);
        assert!(serde_json::to_vec(&problem).expect("JSON").len() < 32 * 1_024);
    }
}

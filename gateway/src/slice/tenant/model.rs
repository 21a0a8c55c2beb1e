//! Tenants, members and API keys as the API shows and takes them. Invariant: a secret occurs only in
//! [`ApiKeyWithSecret`] and [`TenantWithKey`], which are answered once.

use super::{EMAIL_CHARS_MAX, NAME_CHARS_MAX};
use crate::{
    auth::{self, Role, ScopeSet, credential::Mode},
    error::{ApiError, code as door},
    page::List,
};
use async_graphql::SimpleObject;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema, SimpleObject)]
pub struct Tenant {
    /// A UUID; the same in tokens and on the ledger.
    pub id: String,
    /// For people.
    pub name: String,
    /// `live`, or `test` for a sandbox.
    pub mode: Mode,
    /// Since when, RFC 3339 UTC.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

/// A new tenant with its first API key.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TenantWithKey {
    /// The tenant.
    pub tenant: Tenant,
    /// Its first key, with every scope that a tenant can have.
    pub api_key: ApiKeyWithSecret,
    /// The operation that registers it on the ledger.
    pub operation_id: String,
}

/// A member of a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Member {
    /// `mbr_…`.
    pub id: String,
    /// Unique in the tenant, whatever the case.
    pub email: String,
    /// For people.
    pub name: String,
    /// What the member's credentials may do at most.
    pub role: Role,
    /// Since when, RFC 3339 UTC.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

/// An API key without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ApiKey {
    /// `key_…`.
    pub id: String,
    /// The OAuth client id of the key (RFC 6749, section 2.2).
    pub client_id: String,
    /// For people.
    pub name: String,
    /// `live` or `test`, as its tenant.
    pub mode: Mode,
    /// The member it belongs to, whose role narrows it; absent for a service's own key.
    pub member_id: Option<String>,
    /// What it was given.
    pub scopes: Vec<String>,
    /// Since when, RFC 3339 UTC.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// Until when; absent when it does not expire.
    #[serde(with = "time::serde::rfc3339::option")]
    pub expires_at: Option<OffsetDateTime>,
    /// When it was last used, to the minute.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_used_at: Option<OffsetDateTime>,
    /// When it was revoked.
    #[serde(with = "time::serde::rfc3339::option")]
    pub revoked_at: Option<OffsetDateTime>,
}

/// An API key with its secret, shown this once.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApiKeyWithSecret {
    /// The key.
    #[serde(flatten)]
    pub api_key: ApiKey,
    /// `wm_live_…` or `wm_test_…`: a bearer token, or the client secret of `client_id`. It cannot be shown again.
    pub secret: String,
}

/// One page of members, the oldest first.
pub type MemberPage = List<Member>;

/// One page of API keys, the oldest first.
pub type ApiKeyPage = List<ApiKey>;

/// Gathers the faults of a body, so that all are told at once.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<(String, String)>);

impl Faults {
    pub(super) fn add(&mut self, pointer: impl Into<String>, detail: impl Into<String>) {
        self.0.push((pointer.into(), detail.into()));
    }

    pub(super) fn check_name(&mut self, pointer: &str, name: &str) {
        if name.trim().is_empty() || name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
            self.add(pointer, format!("a name has 1 to {NAME_CHARS_MAX} characters and no control characters"));
        }
    }

    /// Looks only for what no mail server takes; whether mail arrives is not our question.
    pub(super) fn check_email(&mut self, pointer: &str, email: &str) {
        let parts = email.rsplit_once('@').filter(|(local, domain)| !local.is_empty() && !domain.is_empty());
        let is_plain = !email.chars().any(|character| character.is_control() || character.is_whitespace());
        if parts.is_none() || !is_plain || email.chars().count() > EMAIL_CHARS_MAX {
            self.add(pointer, format!("an e-mail address has the form a@b and at most {EMAIL_CHARS_MAX} characters"));
        }
    }

    pub(super) fn check_scopes(&mut self, pointer: &str, names: &[String]) -> ScopeSet {
        if names.is_empty() {
            self.add(pointer, "name at least one scope");
        }
        let mut set = ScopeSet::EMPTY;
        for (index, name) in names.iter().enumerate() {
            match name.parse() {
                Ok(scope) => set = set.with(scope),
                Err(unknown) => self.add(format!("{pointer}/{index}"), unknown.to_string()),
            }
        }
        set
    }

    /// # Errors
    /// `request.invalid_field` with every fault.
    pub(super) fn into_result(self) -> Result<(), ApiError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let error = ApiError::new(&door::INVALID_FIELD, "Some fields are not valid; nothing was stored.");
        Err(self
            .0
            .into_iter()
            .fold(error, |error, (pointer, detail)| error.at(pointer, door::INVALID_FIELD.name, detail)))
    }
}

/// Checks that `wanted` is within `held`.
///
/// # Errors
/// `auth.scope_escalation`, naming what is not.
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
        for bad in ["", " ", "a\nb", &format!("{longest}n")] {
            assert_eq!(faults(&|faults| faults.check_name("/name", bad)), 1, "{bad:?}");
        }
        assert_eq!(faults(&|faults| faults.check_email("/email", "ana@example.org")), 0);
        for bad in ["", "ana", "@example.org", "ana@", "a b@c", &format!("{}@c", "a".repeat(EMAIL_CHARS_MAX))] {
            assert_eq!(faults(&|faults| faults.check_email("/email", bad)), 1, "{bad:?}");
        }
    }
}

//! The authenticated caller of a request. Invariant: the tenant comes from the credential and from nowhere else.

use super::{
    code,
    scope::{Scope, ScopeSet},
};
use crate::{error::ApiError, tenant_id::TenantId};
use http::{HeaderValue, header};
use uuid::Uuid;

/// The kind of credential that the caller used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PrincipalKind {
    /// An access token that this gateway issued.
    Token,
    /// An API key, sent as the bearer token.
    ApiKey,
}

/// An authenticated caller.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Principal {
    /// The tenant whose data it acts on.
    pub tenant: TenantId,
    /// The API key behind the credential. It stays the same for all its tokens and across rotations.
    pub key_id: Uuid,
    /// The client id, which is the claim `sub` of its tokens.
    pub subject: String,
    pub scopes: ScopeSet,
    pub kind: PrincipalKind,
}

impl Principal {
    /// Whether the caller is the operator of this deployment.
    pub fn is_operator(&self) -> bool {
        self.tenant == TenantId::SYSTEM
    }

    /// Checks that the caller holds every scope of a stored list: of a key that it revokes, or whose secret it is
    /// shown.
    ///
    /// # Errors
    /// `auth.scope_escalation`.
    pub fn require_stored(&self, scopes: &[String]) -> Result<(), ApiError> {
        if self.scopes.contains_stored(scopes) {
            return Ok(());
        }
        Err(ApiError::new(&code::SCOPE_ESCALATION, "Your own credential does not hold every scope of that key."))
    }

    /// Checks that the caller holds a scope. GraphQL fields call this themselves.
    ///
    /// # Errors
    /// `auth.insufficient_scope`, with the scope in `WWW-Authenticate` (RFC 6750, section 3.1).
    pub fn require(&self, scope: Scope) -> Result<(), ApiError> {
        if self.scopes.contains(scope) {
            return Ok(());
        }
        let error = ApiError::new(&code::INSUFFICIENT_SCOPE, format!("This needs the scope `{scope}`."));
        let challenge = HeaderValue::try_from(format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\""));
        Err(match challenge {
            Ok(challenge) => error.with_header(header::WWW_AUTHENTICATE, challenge),
            Err(_) => error,
        })
    }
}

//! Authenticates the caller by the `Authorization` header. Invariant: exactly one header with the scheme `Bearer` is
//! accepted. All rejected credentials get the same response. The reason of a rejection is only in the log.

use super::{
    code,
    credential::{Credential, Mode, client_id},
    principal::{Principal, PrincipalKind},
    scope::ScopeSet,
    token::InvalidToken,
};
use crate::{
    budget::{self, Sharer},
    client_address::ClientAddress,
    error::ApiError,
    serve::Place,
    state::Gateway,
};
use http::{HeaderMap, HeaderValue, header, request::Parts};
use std::sync::Arc;
use time::OffsetDateTime;

impl Gateway {
    /// Returns the caller of this request, counts the request against the tenant's rate limit and takes the tenant's
    /// room.
    ///
    /// # Errors
    /// `auth.unauthenticated`, `auth.invalid_token`, `auth.tenant_suspended`, `limit.rate`, `limit.share`,
    /// `limit.overloaded`, and failures of the database.
    pub async fn authenticate(&self, parts: &Parts) -> Result<Principal, ApiError> {
        let bearer = bearer(&parts.headers)?;
        let address = ClientAddress::of(&parts.extensions);
        let principal = if Credential::looks_like(bearer) {
            self.authenticate_key(bearer, address).await?
        } else {
            self.authenticate_token(bearer, address).await?
        };
        crate::trace::set_tenant(principal.tenant);
        let mode = self.keys.mode(principal.tenant, principal.key_id);
        if let Some(place) = parts.extensions.get::<Arc<Place>>() {
            place.note_known(mode);
        }
        let rate = self.tenant_rate.check(&principal.tenant)?;
        if mode == Mode::Test {
            self.sandbox_rate.check(&())?;
        }
        crate::trace::set_rate(rate);
        budget::enter(Sharer::tenant(principal.tenant, mode)).await?;
        Ok(principal)
    }

    async fn authenticate_token(&self, token: &str, address: ClientAddress) -> Result<Principal, ApiError> {
        let claims = match self.tokens.verify(token).await? {
            Ok(claims) => claims,
            Err(reason) => {
                self.refusals.check(&address)?;
                self.refusals.count(&address);
                return Err(invalid(&reason));
            }
        };
        let state = self.keys.get(claims.tenant, claims.key_id).await?;
        let state = state.filter(|state| state.is_usable(OffsetDateTime::now_utc()));
        let state = state.ok_or_else(|| invalid(&InvalidToken::KeyRejected))?;
        check_suspension(&state)?;
        let granted = ScopeSet::parse(&claims.scope).map_err(|_| invalid(&InvalidToken::Malformed))?;
        Ok(Principal {
            tenant: claims.tenant,
            key_id: claims.key_id,
            subject: claims.sub.clone(),
            // A token never has more scopes than its key has now.
            scopes: granted.intersect(state.scopes()),
            kind: PrincipalKind::Token,
        })
    }

    async fn authenticate_key(&self, text: &str, address: ClientAddress) -> Result<Principal, ApiError> {
        let Some(credential) = Credential::parse(text) else {
            self.refusals.check(&address)?;
            self.refusals.count(&address);
            return Err(invalid(&InvalidToken::Malformed));
        };
        let scopes = self.check_credential(&credential, address).await?;
        let scopes = scopes.ok_or_else(|| invalid(&InvalidToken::KeyRejected))?;
        Ok(Principal {
            tenant: credential.tenant,
            key_id: credential.key_id,
            subject: client_id(credential.tenant, credential.key_id),
            scopes,
            kind: PrincipalKind::ApiKey,
        })
    }

    /// Returns the scopes of an API key; `None` if the key is unknown, revoked or expired, or its secret is wrong. A
    /// refusal counts against the client's address. At its limit, only credentials that were good before are looked up.
    ///
    /// # Errors
    /// `auth.tenant_suspended`, `limit.rate`, and failures of the database.
    pub(super) async fn check_credential(
        &self,
        credential: &Credential,
        address: ClientAddress,
    ) -> Result<Option<ScopeSet>, ApiError> {
        let (tenant, key_id) = (credential.tenant, credential.key_id);
        let now = OffsetDateTime::now_utc();
        if !self.keys.accepted_before(credential, now) {
            self.refusals.check(&address)?;
        }
        let state = self.keys.get(tenant, key_id).await?;
        let is_good = |state: &super::key_state::KeyState| {
            let accepts = state.accepts(&credential.secret, now);
            accepts && state.is_usable(now)
        };
        let Some(state) = state.filter(|state| is_good(state)) else {
            self.refusals.count(&address);
            return Ok(None);
        };
        // Only the holder of the secret learns of the suspension.
        check_suspension(&state)?;
        Ok(Some(state.scopes()))
    }
}

fn check_suspension(state: &super::key_state::KeyState) -> Result<(), ApiError> {
    if state.is_suspended() {
        return Err(ApiError::new(&code::TENANT_SUSPENDED, "Ask the operator of this deployment."));
    }
    Ok(())
}

/// Returns the only bearer token of a request (RFC 6750, section 2.1).
pub(crate) fn bearer(headers: &HeaderMap) -> Result<&str, ApiError> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Err(unauthenticated()) };
    let text = value.to_str().map_err(|_| unauthenticated())?;
    let (scheme, token) = text.split_once(' ').ok_or_else(unauthenticated)?;
    if !scheme.eq_ignore_ascii_case("bearer") || token.trim().is_empty() {
        return Err(unauthenticated());
    }
    Ok(token.trim())
}

fn unauthenticated() -> ApiError {
    let detail = "Send one header `Authorization: Bearer <token>`; POST /oauth/token gives a token.";
    ApiError::new(&code::UNAUTHENTICATED, detail)
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"waymark\""))
}

fn invalid(reason: &InvalidToken) -> ApiError {
    tracing::debug!(trace_id = crate::trace::id().as_deref(), %reason, "credential rejected");
    metrics::counter!("waymark_credentials_refused_total", "reason" => reason.label()).increment(1);
    ApiError::new(
        &code::INVALID_TOKEN,
        "The token is malformed, expired or revoked; ask POST /oauth/token for a new one.",
    )
    .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"invalid_token\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_bearer_is_taken() {
        let parsed = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::AUTHORIZATION, HeaderValue::from_static(value));
            }
            bearer(&headers).map(str::to_owned).ok()
        };
        assert_eq!(parsed(&["Bearer abc"]).as_deref(), Some("abc"));
        assert_eq!(parsed(&["bearer abc"]).as_deref(), Some("abc"));
        for bad in [vec![], vec!["Bearer"], vec!["Bearer "], vec!["Basic abc"], vec!["Bearer a", "Bearer b"]] {
            assert_eq!(parsed(&bad), None, "{bad:?}");
        }
    }
}

//! Authenticates the caller by the `Authorization` header. Invariant: exactly one header is accepted, with the scheme
//! `Bearer`, or `Basic` where it is offered. All rejected credentials of a scheme get the same response. The reason of
//! a rejection is only in the log.

use super::{
    basic, code,
    credential::{Credential, Mode, client_id},
    principal::{Principal, PrincipalKind},
    scope::ScopeSet,
    standing::Standing,
    token::InvalidToken,
};
use crate::{
    budget::{self, Sharer},
    client_address::ClientAddress,
    error::ApiError,
    rate_limit::RateStatus,
    serve::Place,
    state::Gateway,
};
use http::{HeaderMap, HeaderValue, header, request::Parts};
use std::sync::Arc;
use time::OffsetDateTime;

/// The schemes in which a route takes credentials.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Schemes {
    /// A token or an API key (RFC 6750).
    Bearer,
    /// The same, or the client id and the secret of an API key (RFC 7617).
    BearerOrBasic,
}

/// The credentials of a request.
pub(crate) enum Sent<'h> {
    Bearer(&'h str),
    /// User and password, encoded.
    Basic(&'h str),
}

impl Gateway {
    /// Returns the caller of this request, counts the request against the tenant's rate limit and takes the tenant's
    /// room.
    ///
    /// # Errors
    /// `auth.unauthenticated`, `auth.invalid_token`, `auth.invalid_client`, `auth.tenant_suspended`, `limit.rate`,
    /// `limit.share`, `limit.overloaded`, and failures of the database.
    pub async fn authenticate(&self, parts: &Parts, schemes: Schemes) -> Result<Principal, ApiError> {
        let principal = self.identify(&parts.headers, schemes, ClientAddress::of(&parts.extensions)).await?;
        let sharer = self.meet(&principal, parts.extensions.get::<Arc<Place>>())?;
        budget::enter(sharer).await?;
        Ok(principal)
    }

    /// Returns the caller who shows credentials on an open connection. It counts as [`Self::authenticate`] does, but
    /// takes no room: what a connection may hold has limits of its own.
    ///
    /// # Errors
    /// As [`Self::authenticate`], without those of room.
    pub(crate) async fn introduce(
        &self,
        standing: &Standing,
        place: Option<&Arc<Place>>,
    ) -> Result<Principal, ApiError> {
        let principal = standing.check(self).await?;
        budget::count_for(self.meet(&principal, place)?);
        Ok(principal)
    }

    /// Notes who sent the current request, and counts it.
    fn meet(&self, principal: &Principal, place: Option<&Arc<Place>>) -> Result<Sharer, ApiError> {
        crate::trace::set_tenant(principal.tenant);
        let mode = self.keys.mode(principal.tenant, principal.key_id);
        if let Some(place) = place {
            place.note_known(mode);
        }
        crate::trace::set_rate(self.count(principal)?);
        Ok(Sharer::tenant(principal.tenant, mode))
    }

    /// Counts a request, or a message of a connection, against the rate limit of its tenant.
    ///
    /// # Errors
    /// `limit.rate`.
    pub(crate) fn count(&self, principal: &Principal) -> Result<RateStatus, ApiError> {
        let rate = self.tenant_rate.check(&principal.tenant)?;
        if self.keys.mode(principal.tenant, principal.key_id) == Mode::Test {
            self.sandbox_rate.check(&())?;
        }
        Ok(rate)
    }

    /// Returns the caller with the credentials of a request, as they are valid now, without counting a request: for
    /// answers that last.
    ///
    /// # Errors
    /// As [`Self::authenticate`], without those of limits.
    pub(crate) async fn identify(
        &self,
        headers: &HeaderMap,
        schemes: Schemes,
        address: ClientAddress,
    ) -> Result<Principal, ApiError> {
        match sent(headers, schemes)? {
            Sent::Bearer(text) if Credential::looks_like(text) => {
                let credential = Credential::parse(text);
                self.authenticate_key(credential, address).await?.map_err(|reason| invalid(&reason))
            }
            Sent::Bearer(text) => self.authenticate_token(text, address).await,
            Sent::Basic(encoded) => {
                let credential = basic::credential(encoded);
                self.authenticate_key(credential, address).await?.map_err(|reason| invalid_client(&reason))
            }
        }
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

    /// The caller with an API key, which is `None` if what was sent is none; the reason of a refusal otherwise.
    async fn authenticate_key(
        &self,
        credential: Option<Credential>,
        address: ClientAddress,
    ) -> Result<Result<Principal, InvalidToken>, ApiError> {
        let Some(credential) = credential else {
            self.refusals.check(&address)?;
            self.refusals.count(&address);
            return Ok(Err(InvalidToken::Malformed));
        };
        let Some(scopes) = self.check_credential(&credential, address).await? else {
            return Ok(Err(InvalidToken::KeyRejected));
        };
        Ok(Ok(Principal {
            tenant: credential.tenant,
            key_id: credential.key_id,
            subject: client_id(credential.tenant, credential.key_id),
            scopes,
            kind: PrincipalKind::ApiKey,
        }))
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

/// Returns the only credentials of a request (RFC 6750, section 2.1; RFC 7617, section 2).
///
/// # Errors
/// `auth.unauthenticated`, with a challenge for each scheme.
pub(crate) fn sent(headers: &HeaderMap, schemes: Schemes) -> Result<Sent<'_>, ApiError> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Err(unauthenticated(headers, schemes)) };
    let parts = value.to_str().ok().and_then(|text| text.split_once(' '));
    let parts = parts.map(|(scheme, rest)| (scheme, rest.trim())).filter(|(_, rest)| !rest.is_empty());
    match parts {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Sent::Bearer(token)),
        Some((scheme, encoded)) if scheme.eq_ignore_ascii_case("basic") && schemes == Schemes::BearerOrBasic => {
            Ok(Sent::Basic(encoded))
        }
        _ => Err(unauthenticated(headers, schemes)),
    }
}

fn unauthenticated(headers: &HeaderMap, schemes: Schemes) -> ApiError {
    let detail = match schemes {
        Schemes::Bearer => "Send one header `Authorization: Bearer <token>`; POST /oauth/token gives a token.",
        Schemes::BearerOrBasic => {
            "Send one header `Authorization: Bearer <token>`, or HTTP Basic with client id and secret; POST /oauth/token \
             gives a token."
        }
    };
    let error = ApiError::new(&code::UNAUTHENTICATED, detail)
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"waymark\""));
    // A browser answers this challenge by asking its user for a password, also when a script of a page sent the
    // request.
    let is_of_script = headers.get("sec-fetch-mode").is_some_and(|mode| mode != "navigate");
    if schemes == Schemes::Bearer || is_of_script {
        return error;
    }
    error.with_header(header::WWW_AUTHENTICATE, basic::CHALLENGE)
}

fn invalid(reason: &InvalidToken) -> ApiError {
    note_refusal(reason);
    ApiError::new(
        &code::INVALID_TOKEN,
        "The token is malformed, expired or revoked; ask POST /oauth/token for a new one.",
    )
    .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"invalid_token\""))
}

fn invalid_client(reason: &InvalidToken) -> ApiError {
    note_refusal(reason);
    let detail = "The client is not known, or its secret is wrong, revoked or expired.";
    ApiError::new(&code::INVALID_CLIENT, detail).with_header(header::WWW_AUTHENTICATE, basic::CHALLENGE)
}

fn note_refusal(reason: &InvalidToken) {
    tracing::debug!(trace_id = crate::trace::id().as_deref(), %reason, "credential rejected");
    metrics::counter!("waymark_credentials_refused_total", "reason" => reason.label()).increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::response::IntoResponse as _;

    fn of(values: &[&'static str]) -> HeaderMap {
        values.iter().map(|value| (header::AUTHORIZATION, HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn exactly_one_header_is_taken_in_a_scheme_that_is_offered() {
        let parsed = |values: &[&'static str], schemes| {
            let headers = of(values);
            let found = sent(&headers, schemes).ok().map(|sent| match sent {
                Sent::Bearer(token) => format!("bearer {token}"),
                Sent::Basic(encoded) => format!("basic {encoded}"),
            });
            found.unwrap_or_default()
        };
        for schemes in [Schemes::Bearer, Schemes::BearerOrBasic] {
            assert_eq!(parsed(&["Bearer abc"], schemes), "bearer abc");
            assert_eq!(parsed(&["bearer  abc "], schemes), "bearer abc");
            for bad in [
                vec![],
                vec!["Bearer"],
                vec!["Bearer "],
                vec!["Digest abc"],
                vec!["Basic"],
                vec!["Basic "],
                vec!["Bearer a", "Bearer b"],
                vec!["Bearer a", "Basic b"],
            ] {
                assert_eq!(parsed(&bad, schemes), "", "{bad:?}");
            }
        }
        assert_eq!(parsed(&["BASIC abc"], Schemes::BearerOrBasic), "basic abc");
        assert_eq!(parsed(&["Basic abc"], Schemes::Bearer), "");
    }

    #[test]
    fn a_challenge_names_the_schemes_that_are_taken_and_asks_no_user_of_a_page() {
        let challenges = |mode: Option<&'static str>, schemes| {
            let mut headers = of(&[]);
            if let Some(mode) = mode {
                headers.insert("sec-fetch-mode", HeaderValue::from_static(mode));
            }
            let refused = sent(&headers, schemes).err().expect("no credentials").into_response();
            let values = refused.headers().get_all(header::WWW_AUTHENTICATE).iter();
            values.map(|value| value.to_str().expect("ASCII").to_owned()).collect::<Vec<_>>()
        };
        let (bearer, basic) = ("Bearer realm=\"waymark\"", "Basic realm=\"waymark\", charset=\"UTF-8\"");
        assert_eq!(challenges(None, Schemes::Bearer), [bearer]);
        assert_eq!(challenges(None, Schemes::BearerOrBasic), [bearer, basic]);
        assert_eq!(challenges(Some("navigate"), Schemes::BearerOrBasic), [bearer, basic]);
        for mode in ["cors", "same-origin", "no-cors"] {
            assert_eq!(challenges(Some(mode), Schemes::BearerOrBasic), [bearer], "{mode}");
        }
    }
}

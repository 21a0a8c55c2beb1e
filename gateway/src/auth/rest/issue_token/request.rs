//! Parses a token request from its headers and form. Invariant: credentials come from one place only. No parameter
//! occurs twice.

use super::{INVALID_CLIENT, INVALID_REQUEST, INVALID_SCOPE, Refusal, UNSUPPORTED_GRANT_TYPE};
use crate::{
    auth::{
        Scope, ScopeSet,
        credential::{Credential, parse_client_id},
    },
    body::media_type,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderMap, header};
use std::{borrow::Cow, collections::BTreeMap};

/// A well-formed token request.
#[derive(Debug)]
pub(super) struct TokenRequest {
    pub(super) credential: Credential,
    pub(super) scopes: Option<ScopeSet>,
}

impl TokenRequest {
    /// Parses a request from its headers and form.
    pub(super) fn parse(headers: &HeaderMap, form: &[u8]) -> Result<Self, Refusal> {
        if media_type(headers).as_deref() != Some("application/x-www-form-urlencoded") {
            return Err((INVALID_REQUEST, "Send a form: application/x-www-form-urlencoded."));
        }
        let mut fields = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(form) {
            if fields.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err((INVALID_REQUEST, "A parameter occurs more than once."));
            }
        }
        match fields.get("grant_type").map(String::as_str) {
            Some("client_credentials") => {}
            Some(_) => return Err((UNSUPPORTED_GRANT_TYPE, "Only client_credentials is offered.")),
            None => return Err((INVALID_REQUEST, "grant_type is missing.")),
        }
        let in_form = fields.contains_key("client_secret") || fields.contains_key("client_id");
        let (client_id, secret) = match (headers.get(header::AUTHORIZATION), in_form) {
            (Some(_), true) => {
                return Err((INVALID_REQUEST, "Send credentials by HTTP Basic or in the form, not both."));
            }
            (Some(value), false) => basic(value.to_str().unwrap_or_default()).ok_or(NOT_CREDENTIALS)?,
            (None, true) => {
                let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
                (field("client_id"), field("client_secret"))
            }
            (None, false) => return Err((INVALID_CLIENT, "Credentials are missing.")),
        };
        let credential = Credential::parse(&secret).ok_or(NOT_CREDENTIALS)?;
        if parse_client_id(&client_id) != Some((credential.tenant, credential.key_id)) {
            return Err(NOT_CREDENTIALS);
        }
        let scopes = match fields.get("scope").map(|list| list.split_ascii_whitespace().map(str::parse::<Scope>)) {
            None => None,
            Some(names) => {
                let scopes: Result<ScopeSet, _> = names.collect();
                Some(scopes.map_err(|_| (INVALID_SCOPE, "A scope does not exist."))?)
            }
        };
        Ok(Self { credential, scopes })
    }
}

const NOT_CREDENTIALS: Refusal =
    (INVALID_CLIENT, "The client is not known, or its secret is wrong, revoked or expired.");

/// Decodes user and password of HTTP Basic, each form-encoded (RFC 6749, section 2.3.1).
fn basic(value: &str) -> Option<(String, String)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().ok().map(Cow::into_owned);
    Some((decoded(user)?, decoded(password)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        auth::{Secret, credential::Mode},
        tenant_id::TenantId,
    };
    use http::HeaderValue;
    use uuid::Uuid;

    fn headers(authorization: Option<String>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        if let Some(value) = authorization {
            headers.insert(header::AUTHORIZATION, HeaderValue::try_from(value).expect("a header"));
        }
        headers
    }

    #[test]
    fn credentials_come_from_one_place_and_belong_together() {
        let credential =
            Credential { tenant: TenantId(Uuid::from_u128(1)), key_id: Uuid::from_u128(2), secret: Secret::random() };
        let (id, secret) = (credential.client_id(), credential.to_text(Mode::Test));
        let basic = Some(format!("Basic {}", STANDARD.encode(format!("{id}:{}", *secret))));
        let in_form = format!("grant_type=client_credentials&client_id={id}&client_secret={}", *secret);
        let refused = |authorization: Option<String>, form: &str| {
            TokenRequest::parse(&headers(authorization), form.as_bytes()).map(|_| ()).expect_err("refused").0
        };
        assert!(TokenRequest::parse(&headers(basic.clone()), b"grant_type=client_credentials").is_ok());
        let scoped = format!("{in_form}&scope=provenance%3Aread");
        let request = TokenRequest::parse(&headers(None), scoped.as_bytes()).expect("in the form");
        assert_eq!(request.scopes, Some(ScopeSet::EMPTY.with(Scope::ProvenanceRead)));
        assert_eq!(refused(basic, &in_form), "invalid_request");
        assert_eq!(refused(None, "grant_type=client_credentials"), "invalid_client");
        assert_eq!(refused(None, "grant_type=password"), "unsupported_grant_type");
        assert_eq!(refused(None, ""), "invalid_request");
        assert_eq!(refused(None, &format!("{in_form}&scope=a&scope=b")), "invalid_request");
        assert_eq!(refused(None, &format!("{in_form}&scope=nothing")), "invalid_scope");
        assert_eq!(refused(Some("Basic !".to_owned()), "grant_type=client_credentials"), "invalid_client");
        let other =
            in_form.replace(&id, &crate::auth::credential::client_id(TenantId(Uuid::from_u128(1)), Uuid::from_u128(3)));
        assert_eq!(refused(None, &other), "invalid_client");
    }
}

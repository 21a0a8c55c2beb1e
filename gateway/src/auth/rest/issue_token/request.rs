//! Parses a token request from its headers and form. Invariant: the client authenticates in one way only. No parameter
//! occurs twice. A parameter without a value counts as absent, and an unknown one is ignored (RFC 6749, section 3.2).

use super::{INVALID_CLIENT, INVALID_REQUEST, INVALID_SCOPE, Refusal, UNSUPPORTED_GRANT_TYPE};
use crate::{
    auth::{ScopeSet, basic, credential::Credential, scope::UnknownScope},
    body::media_type,
};
use http::{HeaderMap, header};
use std::{borrow::Cow, collections::BTreeMap};

/// The parameter that may occur several times (RFC 8707, section 2). Tokens have one audience, so it is ignored.
const RESOURCE: &str = "resource";

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
            return Err((INVALID_REQUEST, "Send a form: application/x-www-form-urlencoded.".into()));
        }
        let fields = parameters(form)?;
        let field = |name: &str| fields.get(name).map(String::as_str).filter(|value| !value.is_empty());
        match field("grant_type") {
            Some("client_credentials") => {}
            Some(_) => return Err((UNSUPPORTED_GRANT_TYPE, "Only client_credentials is offered.".into())),
            None => return Err((INVALID_REQUEST, "grant_type is missing.".into())),
        }
        let (client_id, secret) = client(headers, field("client_id"), field("client_secret"))?;
        let credential = basic::named(&client_id, &secret).ok_or(NOT_CREDENTIALS)?;
        let scopes = field("scope").filter(|list| !list.trim().is_empty()).map(ScopeSet::parse).transpose();
        let scopes = scopes.map_err(|UnknownScope(name)| (INVALID_SCOPE, Cow::Owned(no_such_scope(&name))))?;
        Ok(Self { credential, scopes })
    }
}

const NOT_CREDENTIALS: Refusal =
    (INVALID_CLIENT, Cow::Borrowed("The client is not known, or its secret is wrong, revoked or expired."));

/// The most characters of a scope that a refusal repeats.
const SCOPE_CHARS_MAX: usize = 64;

/// Names a scope that does not exist. A description has printable ASCII alone, without quotation marks and backslashes
/// (RFC 6749, section 5.2).
fn no_such_scope(name: &str) -> String {
    let is_allowed = |letter: char| letter.is_ascii_graphic() && letter != '"' && letter != '\\';
    let mut letters = name.chars();
    let head: String =
        letters.by_ref().take(SCOPE_CHARS_MAX).map(|letter| if is_allowed(letter) { letter } else { '?' }).collect();
    let rest = if letters.next().is_some() { "..." } else { "" };
    format!("There is no scope '{head}{rest}'.")
}

/// The parameters of a form by name.
fn parameters(form: &[u8]) -> Result<BTreeMap<String, String>, Refusal> {
    let mut fields = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(form) {
        if fields.insert(name.clone().into_owned(), value.into_owned()).is_some() && name != RESOURCE {
            return Err((INVALID_REQUEST, "A parameter occurs more than once.".into()));
        }
    }
    Ok(fields)
}

/// The client id and the secret, by HTTP Basic or from the form (RFC 6749, section 2.3.1). A client that uses Basic may
/// name itself in the form, too (section 3.2.1).
fn client(headers: &HeaderMap, form_id: Option<&str>, form_secret: Option<&str>) -> Result<(String, String), Refusal> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    match (values.next(), values.next(), form_secret) {
        (Some(_), Some(_), _) => Err((INVALID_REQUEST, "Send one Authorization header.".into())),
        (Some(_), None, Some(_)) => {
            Err((INVALID_REQUEST, "Send the secret by HTTP Basic or in the form, not both.".into()))
        }
        (Some(value), None, None) => {
            let (id, secret) = pair(value.to_str().unwrap_or_default()).ok_or(NOT_CREDENTIALS)?;
            if form_id.is_some_and(|form_id| form_id != id) {
                return Err((INVALID_REQUEST, "The form names another client than HTTP Basic.".into()));
            }
            Ok((id, secret))
        }
        (None, _, Some(secret)) => Ok((form_id.unwrap_or_default().to_owned(), secret.to_owned())),
        (None, _, None) => Err((INVALID_CLIENT, "Credentials are missing.".into())),
    }
}

/// User and password of a header with the scheme `Basic`.
fn pair(value: &str) -> Option<(String, String)> {
    let (scheme, encoded) = value.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("basic").then(|| basic::pair(encoded))?
}

#[cfg(test)]
mod tests;

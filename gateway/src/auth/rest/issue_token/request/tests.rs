//! Tests of token requests as common clients send them, and of those that RFC 6749 forbids.

use super::*;
use crate::{
    auth::{Scope, Secret, credential::Mode},
    tenant_id::TenantId,
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD},
};
use http::{HeaderName, HeaderValue};
use uuid::Uuid;

const FORM: &str = "application/x-www-form-urlencoded";
const GRANT: &str = "grant_type=client_credentials";

struct Client {
    id: String,
    secret: String,
}

impl Client {
    fn new(key: u128) -> Self {
        let (tenant, key_id) = (TenantId(Uuid::from_u128(1)), Uuid::from_u128(key));
        let credential = Credential { tenant, key_id, secret: Secret::random() };
        Self { id: credential.client_id(), secret: credential.to_text(Mode::Test).to_string() }
    }

    fn basic(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("{}:{}", self.id, self.secret)))
    }

    fn form(&self) -> String {
        format!("{GRANT}&client_id={}&client_secret={}", self.id, self.secret)
    }
}

fn parse(headers: &[(HeaderName, &str)], form: &str) -> Result<Option<ScopeSet>, &'static str> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(name, HeaderValue::try_from(*value).expect("a header"));
    }
    map.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static(FORM));
    TokenRequest::parse(&map, form.as_bytes()).map(|request| request.scopes).map_err(|refusal| refusal.0)
}

fn with_basic(basic: &str, form: &str) -> Result<Option<ScopeSet>, &'static str> {
    parse(&[(header::AUTHORIZATION, basic)], form)
}

#[test]
fn common_clients_are_understood() {
    let client = Client::new(2);
    let (id, basic) = (&client.id, client.basic());
    for form in [
        GRANT.to_owned(),
        format!("{GRANT}&client_id={id}"),
        format!("{GRANT}&client_id={id}&client_secret="),
        format!("{GRANT}&client_id=&scope="),
        format!("{GRANT}&scope=+"),
        format!("{GRANT}&audience=https%3A%2F%2Fapi.example.org&state=x"),
        format!("{GRANT}&resource=https%3A%2F%2Fa.example&resource=https%3A%2F%2Fb.example"),
    ] {
        assert_eq!(with_basic(&basic, &form), Ok(None), "{form}");
    }
    let pair = format!("{id}:{}", client.secret);
    let encoded_pair = format!("{}:{}", id.replace('_', "%5F"), client.secret.replace('_', "%5f"));
    for basic in [
        format!("basic {}", STANDARD.encode(&pair)),
        format!("BASIC   {}", STANDARD.encode(&pair)),
        format!("Basic {}", STANDARD_NO_PAD.encode(&pair)),
        format!("Basic {}", STANDARD.encode(encoded_pair)),
    ] {
        assert_eq!(with_basic(&basic, GRANT), Ok(None), "{basic}");
    }
    let scope = format!("{}&scope=provenance%3Aread+tenant:read", client.form());
    let both = ScopeSet::EMPTY.with(Scope::ProvenanceRead).with(Scope::TenantRead);
    assert_eq!(parse(&[], &scope), Ok(Some(both)));
    for kind in [format!("{FORM}; charset=UTF-8"), "Application/X-WWW-Form-URLEncoded".to_owned()] {
        assert_eq!(parse(&[(header::CONTENT_TYPE, &kind)], &client.form()), Ok(None), "{kind}");
    }
}

#[test]
fn a_client_authenticates_in_one_way_and_as_itself() {
    let (client, other) = (Client::new(2), Client::new(3));
    let basic = client.basic();
    for form in [
        client.form(),
        format!("{GRANT}&client_secret={}", client.secret),
        format!("{GRANT}&client_id={}", other.id),
        format!("{GRANT}&client_id={}&client_id={}", client.id, client.id),
    ] {
        assert_eq!(with_basic(&basic, &form), Err(INVALID_REQUEST), "{form}");
    }
    let twice = [(header::AUTHORIZATION, basic.as_str()), (header::AUTHORIZATION, basic.as_str())];
    assert_eq!(parse(&twice, GRANT), Err(INVALID_REQUEST));
    for form in [
        GRANT.to_owned(),
        format!("{GRANT}&client_id={}", client.id),
        format!("{GRANT}&client_secret={}", client.secret),
        format!("{GRANT}&client_id={}&client_secret={}", other.id, client.secret),
        format!("{GRANT}&client_id={}&client_secret=nonsense", client.id),
    ] {
        assert_eq!(parse(&[], &form), Err(INVALID_CLIENT), "{form}");
    }
    for basic in ["Basic !", "Basic", "Bearer abc", "Basic bm8gY29sb24="] {
        assert_eq!(with_basic(basic, GRANT), Err(INVALID_CLIENT), "{basic}");
    }
}

#[test]
fn a_request_that_the_standard_forbids_is_refused() {
    let client = Client::new(2);
    let form = client.form();
    for (bad, error) in [
        (String::new(), INVALID_REQUEST),
        ("grant_type=".to_owned(), INVALID_REQUEST),
        ("grant_type=password".to_owned(), UNSUPPORTED_GRANT_TYPE),
        (format!("{form}&{GRANT}"), INVALID_REQUEST),
        (format!("{form}&scope=a&scope=b"), INVALID_REQUEST),
        (format!("{form}&scope=&scope=tenant:read"), INVALID_REQUEST),
        (format!("{form}&unknown=a&unknown=b"), INVALID_REQUEST),
        (format!("{form}&scope=nothing"), INVALID_SCOPE),
    ] {
        assert_eq!(parse(&[], &bad), Err(error), "{bad}");
    }
    for kind in ["application/json", "multipart/form-data", "text/plain"] {
        assert_eq!(parse(&[(header::CONTENT_TYPE, kind)], &form), Err(INVALID_REQUEST), "{kind}");
    }
}

#[test]
fn a_scope_that_does_not_exist_is_named_within_bounds() {
    let client = Client::new(2);
    let described = |scope: &str| {
        let scope: String = form_urlencoded::byte_serialize(scope.as_bytes()).collect();
        let form = format!("{}&scope={scope}", client.form());
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(FORM));
        TokenRequest::parse(&headers, form.as_bytes()).expect_err("no such scope")
    };
    let cut = format!("There is no scope '{}...'.", "x".repeat(SCOPE_CHARS_MAX));
    for (scope, expected) in [
        ("tenant:read provenence:read", "There is no scope 'provenence:read'."),
        ("a\"b\\c\u{e9}\u{1b}", "There is no scope 'a?b?c??'."),
        (&*"x".repeat(SCOPE_CHARS_MAX), &*cut.replace("...", "")),
        (&*"x".repeat(SCOPE_CHARS_MAX + 1), &*cut),
    ] {
        assert_eq!(described(scope), (INVALID_SCOPE, expected.into()), "{scope:?}");
    }
}

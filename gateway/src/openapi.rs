//! Builds and serves the OpenAPI 3.1 document. Invariant: the document is generated from the routes, so every route of
//! `routes!` is documented.

mod narrow;
mod response;

pub use narrow::{At, Narrowing, TEXT_PATTERN};

use crate::{
    auth::{
        self, Public, Scope,
        access::{BASIC, BEARER},
        declared::operations,
    },
    budget::Uncharged,
    error::{Problem, code, problem_responses},
    freshness, graphql, idempotency,
    page::{CURSOR_BYTES_MAX, PAGE_LIMIT_MAX},
    router, routes, slice,
    state::Gateway,
};
use axum::{Extension, response::IntoResponse};
use http::header;
use serde_json::json;
use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};
use utoipa::{
    PartialSchema as _, ToSchema as _,
    openapi::{
        InfoBuilder, LicenseBuilder, OpenApi,
        path::Operation,
        security::{
            ClientCredentials, Flow, HttpAuthScheme, HttpBuilder, OAuth2, Scopes, SecurityRequirement, SecurityScheme,
        },
    },
};
use utoipa_axum::router::OpenApiRouter;

static JSON: LazyLock<String> = LazyLock::new(|| document().to_pretty_json().unwrap_or_default());

/// Builds the whole document.
pub fn document() -> OpenApi {
    let mut document = router::documented().into_openapi();
    document.info = InfoBuilder::new()
        .title("Waymark")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Records on a Byzantine-fault-tolerant ledger. Anyone can verify a record offline, by its evidence bundle.",
        ))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
        .build();
    name_the_rest(&mut document);
    let components = document.components.get_or_insert_default();
    components.schemas.insert("Problem".to_owned(), Problem::schema());
    let mut referenced = Vec::new();
    Problem::schemas(&mut referenced);
    components.schemas.extend(referenced);
    for (name, scheme) in schemes() {
        components.security_schemes.insert(name.to_owned(), scheme.into());
    }
    for operation in document.paths.paths.values_mut().flat_map(operations) {
        add_problems(operation);
        narrow::forbid_null_headers(operation);
    }
    narrow::narrow(&mut document, &narrowings());
    document.paths.paths.values_mut().flat_map(operations).for_each(narrow::forbid_control_characters);
    response::require_members(&mut document);
    document
}

/// Writes a parameter for the rest of a path, `{*name}` for the router, as `{name}`: OpenAPI has no such parameters.
fn name_the_rest(document: &mut OpenApi) {
    let paths = std::mem::take(&mut document.paths.paths);
    document.paths.paths = paths.into_iter().map(|(path, item)| (path.replace("{*", "{"), item)).collect();
}

/// The bounds of requests, of the core and of all domains.
fn narrowings() -> Vec<Narrowing> {
    let (key_max, pattern) = (idempotency::KEY_BYTES_MAX, "^[!-~]+$");
    let core = [
        Narrowing::parameter("Idempotency-Key", json!({ "minLength": 1, "maxLength": key_max, "pattern": pattern })),
        Narrowing::parameter("Waymark-Min-Height", json!({ "pattern": freshness::MIN_HEIGHT_PATTERN })),
        Narrowing::parameter("limit", json!({ "minimum": 1, "maximum": PAGE_LIMIT_MAX })),
        Narrowing::parameter("cursor", json!({ "minLength": 1, "maxLength": CURSOR_BYTES_MAX })),
        Narrowing::member("GraphqlRequest", "query", json!({ "maxLength": graphql::limit::QUERY_BYTES_MAX })),
    ];
    [core.to_vec(), slice::narrowings()].concat()
}

/// The document as it is served and committed: pretty-printed JSON.
pub fn json() -> &'static str {
    &JSON
}

fn schemes() -> [(&'static str, SecurityScheme); 4] {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("An access token from `POST /oauth/token`, or an API key."))
        .build();
    let basic = HttpBuilder::new()
        .scheme(HttpAuthScheme::Basic)
        .description(Some("The `client_id` of an API key as the user, and the key as the password."))
        .build();
    let follow_token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The secret that the services of one deployment share."))
        .build();
    let scopes: BTreeMap<_, _> = Scope::ALL.iter().map(|scope| (scope.as_str(), scope.about())).collect();
    let flow = ClientCredentials::new("/oauth/token", Scopes::from_iter(scopes));
    [
        (BEARER, SecurityScheme::Http(bearer)),
        (BASIC, SecurityScheme::Http(basic)),
        ("follow_token", SecurityScheme::Http(follow_token)),
        ("oauth2", SecurityScheme::OAuth2(OAuth2::new([Flow::ClientCredentials(flow)]))),
    ]
}

/// Adds the responses that every operation has: those of rate and load, 401 and 403 where credentials are required, 413
/// and 415 where there is a body, and a problem for any other failure.
fn add_problems(operation: &mut Operation) {
    let mut codes = vec![
        code::MALFORMED_HEAD,
        code::WRONG_HOST,
        code::RATE_LIMITED,
        code::SHARE_USED,
        code::HEAD_TOO_LARGE,
        code::OVERLOADED,
        code::TIMED_OUT,
    ];
    if !is_public(operation.security.as_deref()) {
        codes.extend([auth::code::UNAUTHENTICATED, auth::code::INVALID_TOKEN, auth::code::INSUFFICIENT_SCOPE]);
        codes.push(auth::code::TENANT_SUSPENDED);
    }
    if takes_basic(operation.security.as_deref()) {
        codes.push(auth::code::INVALID_CLIENT);
    }
    if operation.request_body.is_some() {
        codes.extend([code::BODY_TOO_LARGE, code::UNSUPPORTED_MEDIA_TYPE, code::MALFORMED_GZIP]);
    }
    let responses = &mut operation.responses.responses;
    for (status, problem) in problem_responses(&codes) {
        responses.entry(status).or_insert(problem);
    }
    responses.entry("default".to_owned()).or_insert_with(|| Problem::response("Any other failure"));
}

/// Whether a caller may authenticate by HTTP Basic.
fn takes_basic(security: Option<&[SecurityRequirement]>) -> bool {
    let is_basic = |requirement: &SecurityRequirement| {
        serde_json::to_value(requirement).is_ok_and(|requirement| requirement.get(BASIC).is_some())
    };
    security.is_some_and(|requirements| requirements.iter().any(is_basic))
}

/// Whether the security requirements of an operation allow access without credentials.
fn is_public(security: Option<&[SecurityRequirement]>) -> bool {
    security.is_none_or(|requirements| requirements.contains(&SecurityRequirement::default()))
}

/// The route of the OpenAPI document.
pub fn router() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(show_openapi))
}

/// Returns this OpenAPI document.
#[utoipa::path(
    get, path = "/openapi.json", tag = "health", operation_id = "showOpenapi",
    responses((status = 200, description = "The OpenAPI 3.1 document", body = serde_json::Value)),
)]
async fn show_openapi(_: Public) -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")];
    (Extension(Uncharged), headers, json())
}

#[cfg(test)]
mod tests;

//! Builds and serves the OpenAPI 3.1 document. Invariant: the document is generated from the routes, so every route of
//! `routes!` is documented.

mod response;

use crate::{
    auth::{Public, Scope, declared::operations},
    error::Problem,
    router, routes,
    state::Gateway,
};
use axum::response::IntoResponse;
use http::header;
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
    }
    response::require_members(&mut document);
    document
}

/// The document as it is served and committed: pretty-printed JSON.
pub fn json() -> &'static str {
    &JSON
}

fn schemes() -> [(&'static str, SecurityScheme); 3] {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("An access token from `POST /oauth/token`, or an API key."))
        .build();
    let follow_token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The secret that the services of one deployment share."))
        .build();
    let scopes: BTreeMap<_, _> = Scope::ALL.iter().map(|scope| (scope.as_str(), scope.about())).collect();
    let flow = ClientCredentials::new("/oauth/token", Scopes::from_iter(scopes));
    [
        ("bearer", SecurityScheme::Http(bearer)),
        ("follow_token", SecurityScheme::Http(follow_token)),
        ("oauth2", SecurityScheme::OAuth2(OAuth2::new([Flow::ClientCredentials(flow)]))),
    ]
}

/// Adds the responses that every operation has: a problem for any failure, and 401 and 403 where credentials are
/// required.
fn add_problems(operation: &mut Operation) {
    let responses = &mut operation.responses.responses;
    if !is_public(operation.security.as_deref()) {
        for (status, description) in [
            ("401", "`auth.unauthenticated`, `auth.invalid_token`"),
            ("403", "`auth.insufficient_scope`, `auth.tenant_suspended`"),
        ] {
            responses.entry(status.to_owned()).or_insert_with(|| Problem::response(description));
        }
    }
    responses.entry("default".to_owned()).or_insert_with(|| Problem::response("Any other failure"));
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
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], json())
}

#[cfg(test)]
mod tests;

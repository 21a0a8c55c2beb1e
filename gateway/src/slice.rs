//! Assembles the domains: their routes, problem codes, GraphQL fields and layers. Invariant: the router learns of
//! domains only through this file. Everything that a domain serves is defined in its own module.

pub mod ledger;
pub mod operation;
pub mod provenance;
pub mod tenant;

use crate::{
    auth,
    error::{ApiError, Code, code},
    evidence,
    graphql::FieldPrice,
    openapi::Narrowing,
    state::Gateway,
    submit,
};
use async_graphql::MergedObject;
use axum::{Router, middleware::from_fn};
use http::HeaderMap;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// The documented routes of every domain, without state.
pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new()
        .merge(auth::rest::router())
        .merge(tenant::rest::router())
        .merge(operation::rest::router())
        .merge(ledger::rest::router())
        .merge(provenance::rest::router())
}

/// All problem codes, of the core and of all domains.
pub fn codes() -> impl Iterator<Item = &'static Code> {
    let core = [code::ALL, auth::code::ALL, submit::code::ALL, evidence::code::ALL];
    let slices = [tenant::code::ALL, operation::code::ALL, ledger::code::ALL, provenance::code::ALL];
    core.into_iter().chain(slices).flatten()
}

/// The query root: one part per domain.
#[derive(Debug, Default, MergedObject)]
pub struct Query(
    tenant::graphql::TenantQuery,
    operation::graphql::OperationQuery,
    ledger::graphql::LedgerQuery,
    provenance::graphql::ProvenanceQuery,
);

/// The prices of all GraphQL fields that have one.
pub fn prices() -> Vec<FieldPrice> {
    let slices =
        [tenant::graphql::PRICES, operation::graphql::PRICES, ledger::graphql::PRICES, provenance::graphql::PRICES];
    slices.concat()
}

/// The bounds of requests of all domains, for the OpenAPI document.
pub fn narrowings() -> Vec<Narrowing> {
    [tenant::bounds::narrowings(), provenance::bounds::narrowings()].concat()
}

/// Checks the headers that the standards of the domains define for a request that writes.
///
/// # Errors
/// The error of the domain.
pub(crate) fn check_headers(headers: &HeaderMap) -> Result<(), ApiError> {
    provenance::gs1_header::check_all(headers)
}

/// Adds the layers that the standard of a domain requires. They wrap all routes, so that errors of the core pass
/// through them, too.
pub fn surround(router: Router<Arc<Gateway>>) -> Router<Arc<Gateway>> {
    router.layer(from_fn(provenance::gs1_header::negotiate))
}

/// Adds the layer that lets pages of every origin ask what is public by the standard of a domain. It is around the
/// layer of the configured origins, which answers the preflight requests of all others.
pub fn share(router: Router<Arc<Gateway>>) -> Router<Arc<Gateway>> {
    router.layer(from_fn(provenance::resolver::cors::share))
}

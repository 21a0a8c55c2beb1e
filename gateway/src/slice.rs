//! The slices, put together: their routes, codes, fields of GraphQL and layers. Invariant: a slice is entered here and
//! nowhere else in the core, and what it serves is in the slice.

pub mod ledger;
pub mod operation;
pub mod provenance;
pub mod tenant;

use crate::{
    auth,
    error::{Code, code},
    evidence,
    state::Gateway,
    submit,
};
use async_graphql::MergedObject;
use axum::{Router, middleware::from_fn};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// The documented routes of every slice, without state.
pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new()
        .merge(auth::rest::router())
        .merge(tenant::rest::router())
        .merge(operation::rest::router())
        .merge(ledger::rest::router())
        .merge(provenance::rest::router())
}

/// Every code of the door, of the core and of all slices.
pub fn codes() -> impl Iterator<Item = &'static Code> {
    let core = [code::ALL, auth::code::ALL, submit::code::ALL, evidence::code::ALL];
    let slices = [tenant::code::ALL, operation::code::ALL, ledger::code::ALL, provenance::code::ALL];
    core.into_iter().chain(slices).flatten()
}

/// The query root of GraphQL: one part per slice.
#[derive(Debug, Default, MergedObject)]
pub struct Query(
    tenant::graphql::TenantQuery,
    operation::graphql::OperationQuery,
    ledger::graphql::LedgerQuery,
    provenance::graphql::ProvenanceQuery,
);

/// Adds the layers that a slice's standard needs. They surround all routes, so that refusals of the core pass them too.
pub fn surround(router: Router<Arc<Gateway>>) -> Router<Arc<Gateway>> {
    router.layer(from_fn(provenance::gs1_header::speak))
}

//! `GET /.well-known/gs1resolver` and `GET /id/{tenant}/.well-known/gs1resolver`: descriptions of resolvers. Invariant:
//! they do not tell which tenants exist.

use crate::{
    auth::Public,
    error::{ApiError, code as common, problems},
    params::PathParams,
    provenance::{
        code,
        resolver::{self, description::ResolverDescription, unknown_link},
    },
    state::Gateway,
    tenant_id::TenantId,
};
use axum::{Json, extract::State};
use std::sync::Arc;

problems!(common::INVALID_PARAMETER, code::UNKNOWN_LINK);

/// Describes the resolvers of this service (GS1-Conformant Resolver 1.2, section 3). Each tenant has one below this
/// root, at its id.
#[utoipa::path(
    get, path = "/.well-known/gs1resolver", tag = "resolver", operation_id = "showResolvers",
    responses((status = 200, description = "The description", body = ResolverDescription)),
)]
pub(super) async fn show_resolvers(_: Public, State(gateway): State<Arc<Gateway>>) -> Json<ResolverDescription> {
    Json(ResolverDescription::of_service(&gateway.config.issuer))
}

/// Describes the resolver of a tenant (GS1-Conformant Resolver 1.2, section 3).
#[utoipa::path(
    get, path = "/id/{tenant}/.well-known/gs1resolver", tag = "resolver", operation_id = "showResolver",
    params(("tenant" = String, Path, min_length = 1, description = "The id of the tenant")),
    responses((status = 200, description = "The description", body = ResolverDescription), Problems),
)]
pub(super) async fn show_resolver(
    _: Public,
    State(gateway): State<Arc<Gateway>>,
    PathParams(tenant): PathParams<String>,
) -> Result<Json<ResolverDescription>, ApiError> {
    let tenant = tenant.parse::<TenantId>().map_err(|_| unknown_link())?;
    Ok(Json(ResolverDescription::at(resolver::root(&gateway.config.issuer, tenant))))
}

//! The GS1 Digital Link resolver (GS1-Conformant Resolver 1.2, without compressed links): the links that a tenant
//! stores for identified objects, and the answers to requests for them. Invariant: a request is redirected only to an
//! address that the tenant stored, with the query of the request added.
//!
//! Each tenant has a resolver of its own below `/id/{tenant}`, such as `/id/{tenant}/01/09506000134352/10/ABC`. Two
//! tenants can store links for one object, and neither can store them for the other.

pub(super) mod answer;
pub(crate) mod cors;
pub(super) mod description;
pub(super) mod identifier;
pub mod limit;
pub(super) mod links;
pub(super) mod request;
pub(super) mod store;
mod text;

use super::code;
use crate::{budget::Charge, db, error::ApiError, state::Gateway, tenant_id::TenantId};
use limit::LINKS_BYTES_MAX;
use standards_gs1::linkset::Linkset;

/// The path below which each tenant has a resolver.
pub(super) const PATH: &str = "/id";

/// The root of a tenant's resolver, to which the path of a Digital Link is appended.
pub(super) fn root(issuer: &str, tenant: TenantId) -> String {
    format!("{issuer}{PATH}/{tenant}")
}

/// Reads the links that a tenant stores for an object, those that are not public included. The anchor is the public
/// address of the object.
///
/// # Errors
/// `provenance.invalid_digital_link` at `/identifier`, `provenance.unknown_link`, failures of the database.
pub(super) async fn links_of(gateway: &Gateway, tenant: TenantId, identifier: &str) -> Result<Linkset, ApiError> {
    let path = identifier::parse(identifier, "/identifier")?.path();
    Charge::reserve(2 * LINKS_BYTES_MAX).await?.keep_for_answer();
    let found = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(store::find(conn, tenant, &[path]).await?) })
    })
    .await?;
    let found = found.first().ok_or_else(unknown_link)?;
    let root = root(&gateway.config.issuer, tenant);
    Ok(Linkset { contexts: vec![links::read_stored(&root, &found.identifier, &found.links)?] })
}

/// The tenant has no such link.
pub(super) fn unknown_link() -> ApiError {
    ApiError::new(&code::UNKNOWN_LINK, "No link is known for this object and this request.")
}

//! `GET /v1/provenance/links/{identifier}`: the links of an object. Invariant: the handler only reads links of the
//! caller's tenant.

use crate::{
    auth::{Scoped, scope},
    error::{ApiError, code as common, problems},
    params::PathParams,
    provenance::{code, resolver},
    state::Gateway,
};
use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::header;
use standards_gs1::linkset::choose::LINKSET_MEDIA_TYPE;
use std::sync::Arc;

problems!(common::INVALID_PARAMETER, code::INVALID_DIGITAL_LINK, code::UNKNOWN_LINK);

/// Returns the links that are stored for an object, those that are not public included. The anchor is the public
/// address of the object.
#[utoipa::path(
    get, path = "/v1/provenance/links/{identifier}", tag = "provenance", operation_id = "getLinks",
    params(("identifier" = String, Path, min_length = 1,
        description = "The object: a GS1 Digital Link, its path or an element string in brackets, percent-encoded")),
    responses(
        (status = 200, description = "A linkset", body = serde_json::Value, content_type = "application/linkset+json"),
        Problems,
    ),
)]
pub(super) async fn get_links(
    caller: Scoped<scope::ProvenanceRead>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(identifier): PathParams<String>,
) -> Result<Response, ApiError> {
    let linkset = resolver::links_of(&gateway, caller.tenant, &identifier).await?;
    Ok(([(header::CONTENT_TYPE, LINKSET_MEDIA_TYPE)], linkset.to_json()).into_response())
}

//! `GET /epcis`: the names of the resources of the binding. Invariant: the list is the same for every tenant.

use crate::{
    auth::{Scoped, scope},
    error::{ApiError, code as common, problems},
    params::{NoParams, Params},
    provenance::{code, collection::Collection, extension::Extensions},
};
use axum::Json;
use http::HeaderMap;

/// The resources, in the order of the binding.
const RESOURCES: [&str; 9] =
    ["queries", "capture", "events", "eventTypes", "epcs", "readPoints", "bizLocations", "dispositions", "bizSteps"];

problems!(common::INVALID_PARAMETER, common::INVALID_HEADER, code::NOT_ACCEPTABLE);

/// Lists the resources of the EPCIS binding.
#[utoipa::path(
    get, path = "/epcis", tag = "epcis", operation_id = "listResources",
    params(("GS1-Extensions" = Option<String>, Header, description = "Namespaces of the caller: `prefix=uri,…`")),
    responses((status = 200, description = "The names of the resources", body = Collection), Problems),
)]
pub(super) async fn list_resources(
    _: Scoped<scope::ProvenanceRead>,
    _: Params<NoParams>,
    headers: HeaderMap,
) -> Result<Json<Collection>, ApiError> {
    Extensions::of(&headers)?;
    Ok(Json(Collection::of_resources(&RESOURCES)))
}

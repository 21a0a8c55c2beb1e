//! `GET /epcis/{resource}/{value}`: the names below one value. Invariant: a value that no event of the tenant names is
//! absent, whatever other tenants have.

use crate::{
    auth::Principal,
    error::{ApiError, code as common, problems},
    freshness,
    provenance::{
        code,
        collection::Collection,
        extension::Extensions,
        resource::{self, Resource},
    },
    state::Gateway,
};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::HeaderMap;
use std::sync::Arc;

problems!(
    common::INVALID_PARAMETER,
    common::INVALID_HEADER,
    code::UNKNOWN_RESOURCE,
    code::NOT_ACCEPTABLE,
    code::QUERY_TOO_COMPLEX,
    common::INDEX_BEHIND,
);

/// Answers the names below a value.
pub(super) async fn answer(
    resource: Resource,
    caller: &Principal,
    gateway: &Arc<Gateway>,
    value: &str,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let extensions = Extensions::of(headers)?;
    let heights = freshness::await_fresh(gateway, caller.tenant, headers).await?;
    resource::find(gateway, caller.tenant, resource, &extensions.expand(value)).await?;
    Ok((heights, Json(Collection::of_resources(&["events"]))).into_response())
}

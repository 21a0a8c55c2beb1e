//! `GET /epcis/capture`.

use super::respond::answer;
use crate::{
    auth::{Scoped, scope},
    error::{ApiError, code as door},
    operation::{OperationId, find},
    page,
    params::Params,
    provenance::{
        capture::CAPTURE,
        model::{CaptureJob, CaptureJobs},
    },
    state::Gateway,
};
use axum::{
    Json,
    extract::{OriginalUri, State},
    response::{IntoResponse, Response},
};
use http::{Uri, header};
use serde::Deserialize;
use standards_epcis::limit::{PER_PAGE_DEFAULT, PER_PAGE_MAX};
use std::sync::Arc;
use utoipa::IntoParams;
use uuid::Uuid;

/// The list's name in its tokens.
const LIST: &str = "capture_jobs";

/// Paging by the EPCIS binding.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct JobsQuery {
    /// Jobs of the page, 1 to 1,000; 30 when absent.
    #[serde(rename = "perPage")]
    per_page: Option<u32>,
    /// Where the page begins: the token of the previous one, unchanged.
    #[serde(rename = "nextPageToken")]
    next_page_token: Option<String>,
}

/// The tenant's capture jobs, newest first.
#[utoipa::path(
    get, path = "/epcis/capture", tag = "epcis", operation_id = "listCaptureJobs",
    params(JobsQuery),
    security(("bearer" = ["provenance:write"])),
    responses((status = 200, description = "A page; `Link` with `rel=\"next\"` unless it is the last",
        body = CaptureJobs)),
)]
pub(super) async fn list_capture_jobs(
    caller: Scoped<scope::ProvenanceWrite>,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    Params(query): Params<JobsQuery>,
) -> Response {
    answer(run(caller, gateway, uri, query).await)
}

async fn run(
    caller: Scoped<scope::ProvenanceWrite>,
    gateway: Arc<Gateway>,
    uri: Uri,
    query: JobsQuery,
) -> Result<Response, ApiError> {
    let limit = query.per_page.unwrap_or(PER_PAGE_DEFAULT);
    if !(1..=PER_PAGE_MAX).contains(&limit) {
        let detail = format!("A page has 1 to {PER_PAGE_MAX} jobs.");
        return Err(ApiError::new(&door::INVALID_PARAMETER, detail).at(
            "/perPage",
            door::INVALID_PARAMETER.name,
            format!("{limit} is out of range"),
        ));
    }
    let before = match &query.next_page_token {
        Some(token) => Some(OperationId(gateway.cursors.open::<Uuid>(caller.tenant, LIST, token)?)),
        None => None,
    };
    let mut records = find::list(&gateway, caller.tenant, Some(CAPTURE), before, limit + 1).await?;
    let has_more = records.len() > limit as usize;
    records.truncate(limit as usize);
    let mut response = Json(CaptureJobs(records.iter().map(CaptureJob::of).collect())).into_response();
    if let (true, Some(last)) = (has_more, records.last()) {
        let token = gateway.cursors.seal(caller.tenant, LIST, &last.id.0)?;
        if let Some(link) = page::next_link(&uri, "nextPageToken", &token) {
            response.headers_mut().insert(header::LINK, link);
        }
    }
    Ok(response)
}

//! `GET /epcis/capture`: the tenant's capture jobs, newest first. Invariant: the handler only reads operations of the
//! caller's tenant.

use crate::{
    auth::{Scoped, scope},
    error::{ApiError, code as common, problems},
    operation::{OperationId, find},
    page::{PageOf, SentCursor},
    params::Params,
    provenance::{
        code,
        command::CAPTURE,
        model::{CaptureJob, CaptureJobs},
    },
    state::Gateway,
};
use axum::{
    Json,
    extract::{OriginalUri, State},
    response::{IntoResponse, Response},
};
use http::header;
use serde::Deserialize;
use standards_epcis::limit::{PER_PAGE_DEFAULT, PER_PAGE_MAX};
use std::sync::Arc;
use utoipa::IntoParams;
use uuid::Uuid;

/// The name of the list in its tokens.
const LIST: &str = "capture_jobs";

/// The paging parameters of the EPCIS binding.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct JobsQuery {
    /// The number of jobs in the page; 30 if absent, at most 1,000, whatever is asked for. A page of jobs with many
    /// events may have fewer.
    #[serde(rename = "perPage")]
    #[param(minimum = 1)]
    per_page: Option<u64>,
    /// The token of the next page, exactly as the previous page returned it. If absent, the first page is returned.
    #[serde(rename = "nextPageToken")]
    next_page_token: Option<String>,
}

problems!(common::INVALID_PARAMETER, common::INVALID_CURSOR, code::NOT_ACCEPTABLE);

/// Lists the tenant's capture jobs, newest first.
#[utoipa::path(
    get, path = "/epcis/capture", tag = "epcis", operation_id = "listCaptureJobs",
    params(JobsQuery),
    responses(
        (status = 200,
            description = "One page. The `Link` header with `rel=\"next\"` is absent on the last page",
            body = CaptureJobs),
        Problems,
    ),
)]
pub(super) async fn list_capture_jobs(
    caller: Scoped<scope::ProvenanceWrite>,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    Params(query): Params<JobsQuery>,
) -> Result<Response, ApiError> {
    let limit = query.per_page.map_or(PER_PAGE_DEFAULT, |wanted| u32::try_from(wanted).unwrap_or(u32::MAX));
    if limit == 0 {
        let detail = "A page has at least one job.";
        return Err(ApiError::new(&common::INVALID_PARAMETER, detail).at(
            "/perPage",
            common::INVALID_PARAMETER.name,
            "0 is out of range",
        ));
    }
    let limit = limit.min(PER_PAGE_MAX);
    let token = query.next_page_token.as_deref().map(|text| SentCursor { text, pointer: "/nextPageToken" });
    let page = PageOf::<Uuid>::open(&gateway.cursors, caller.tenant, LIST, token, limit)?;
    let before = page.after().map(OperationId);
    let found = find::list(&gateway, caller.tenant, Some(CAPTURE), before, limit).await?;
    let list = page.cut_at(found.records, found.has_more, |record| record.id.0)?;
    let link = list.link(&uri, "nextPageToken").map(|link| [(header::LINK, link)]);
    let jobs = CaptureJobs(list.items.iter().map(CaptureJob::of).collect());
    Ok((link, Json(jobs)).into_response())
}

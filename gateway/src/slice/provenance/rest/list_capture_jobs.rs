//! `GET /epcis/capture`: the tenant's capture jobs, newest first. Invariant: the handler only reads operations of the
//! caller's tenant.

use super::paging::Paging;
use crate::{
    auth::{Scoped, scope},
    error::{ApiError, code as common, problems},
    operation::{OperationId, find},
    page::PageOf,
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
use std::sync::Arc;
use uuid::Uuid;

/// The name of the list in its tokens.
const LIST: &str = "capture_jobs";

problems!(common::INVALID_PARAMETER, common::INVALID_CURSOR, code::NOT_ACCEPTABLE);

/// Lists the tenant's capture jobs, newest first.
#[utoipa::path(
    get, path = "/epcis/capture", tag = "epcis", operation_id = "listCaptureJobs",
    params(Paging),
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
    Params(paging): Params<Paging>,
) -> Result<Response, ApiError> {
    let limit = paging.limit()?;
    let page = PageOf::<Uuid>::open(&gateway.cursors, caller.tenant, LIST, paging.token(), limit)?;
    let before = page.after().map(OperationId);
    let found = find::list(&gateway, caller.tenant, Some(CAPTURE), before, limit).await?;
    let list = page.cut_at(found.records, found.has_more, |record| record.id.0)?;
    let link = list.link(&uri, "nextPageToken").map(|link| [(header::LINK, link)]);
    let jobs = CaptureJobs(list.items.iter().map(CaptureJob::of).collect());
    Ok((link, Json(jobs)).into_response())
}

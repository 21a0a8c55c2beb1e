//! `GET /epcis/capture/{id}`.

use super::respond::answer;
use crate::{
    auth::{Scoped, scope},
    error::{ApiError, Problem},
    operation::{self, find},
    provenance::{capture::CAPTURE, code, model::CaptureJob},
    state::Gateway,
};
use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// The state of one capture job.
#[utoipa::path(
    get, path = "/epcis/capture/{id}", tag = "epcis", operation_id = "getCaptureJob",
    params(("id" = String, Path, description = "The job's id, as `Location` gave it")),
    security(("bearer" = ["provenance:write"])),
    responses(
        (status = 200, description = "The job", body = CaptureJob),
        (status = 404, description = "`provenance.unknown_capture`", body = Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(super) async fn get_capture_job(
    caller: Scoped<scope::ProvenanceWrite>,
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
) -> Response {
    answer(run(caller, gateway, id).await)
}

async fn run(caller: Scoped<scope::ProvenanceWrite>, gateway: Arc<Gateway>, id: String) -> Result<Response, ApiError> {
    let unknown = || ApiError::new(&code::UNKNOWN_CAPTURE, "There is no capture job with this id.");
    let record = find::find(&gateway, caller.tenant, &id)
        .await
        .map_err(|error| if error.code() == operation::code::UNKNOWN_OPERATION.name { unknown() } else { error })?;
    if record.kind == CAPTURE { Ok(Json(CaptureJob::of(&record)).into_response()) } else { Err(unknown()) }
}

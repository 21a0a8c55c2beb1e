//! `GET /epcis/capture/{id}`: the state of one capture job. Invariant: the handler only reads operations of the
//! caller's tenant.

use crate::{
    auth::{Scoped, scope},
    error::{ApiError, absent_as_null, code as common, problems},
    operation::{self, find},
    params::{NoParams, Params, PathParams},
    provenance::{code, command::CAPTURE, model::CaptureJob},
    state::Gateway,
};
use axum::{Json, extract::State};
use std::sync::Arc;

problems!(common::INVALID_PARAMETER, code::UNKNOWN_CAPTURE, code::NOT_ACCEPTABLE);

/// Returns the state of one capture job.
#[utoipa::path(
    get, path = "/epcis/capture/{id}", tag = "epcis", operation_id = "getCaptureJob",
    params(("id" = String, Path, description = "The id of the job, as in `Location`")),
    responses((status = 200, description = "The capture job", body = CaptureJob), Problems),
)]
pub(super) async fn get_capture_job(
    caller: Scoped<scope::ProvenanceWrite>,
    State(gateway): State<Arc<Gateway>>,
    PathParams(id): PathParams<String>,
    _: Params<NoParams>,
) -> Result<Json<CaptureJob>, ApiError> {
    let found = find::find(&gateway, caller.tenant, &id).await;
    let record = absent_as_null(found, &operation::code::UNKNOWN_OPERATION)?.filter(|record| record.kind == CAPTURE);
    let unknown = || ApiError::new(&code::UNKNOWN_CAPTURE, "There is no capture job with this id.");
    Ok(Json(CaptureJob::of(&record.ok_or_else(unknown)?)))
}

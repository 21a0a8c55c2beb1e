//! `POST /epcis/capture`.

use super::respond::{answer, mark_replay, outcome, read_json_body};
use crate::{
    auth::{Scoped, scope},
    error::{ApiError, Problem},
    idempotency::Idempotency,
    operation::wait_of,
    provenance::{
        capture::{self, CAPTURE_BYTES_MAX, CaptureOrder},
        gs1_header,
        model::CaptureJob,
        seal::Shape,
    },
    state::Gateway,
};
use axum::{
    Json,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use std::sync::Arc;

/// Captures an EPCIS document of up to 1,000 events and 8 MiB. The whole document is checked before anything is stored;
/// 202 means that it is durable and will be decided by the ledger. `Prefer: wait=N` waits for the outcome.
#[utoipa::path(
    post, path = "/epcis/capture", tag = "epcis", operation_id = "postCapture",
    params(
        ("Prefer" = Option<String>, Header, description = "`wait=N`, at most 30 seconds"),
        ("Idempotency-Key" = Option<String>, Header, description = "One key, one effect"),
        ("GS1-Capture-Error-Behaviour" = Option<String>, Header, description = "`rollback` or `proceed`"),
    ),
    request_body(content = serde_json::Value, description = "An EPCISDocument or EPCISQueryDocument",
        content_type = "application/json"),
    security(("bearer" = ["provenance:write"])),
    responses(
        (status = 200, description = "Decided within the wait", body = CaptureJob),
        (status = 202, description = "Accepted; `Location` is the capture job"),
        (status = 400, description = "Refused, with every fault found; nothing was stored", body = Problem,
            content_type = "application/problem+json"),
        (status = 413, description = "Too large, or too many events", body = Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(super) async fn capture(
    caller: Scoped<scope::ProvenanceWrite>,
    State(gateway): State<Arc<Gateway>>,
    idempotency: Idempotency,
    request: Request,
) -> Response {
    gs1_header::with_capture_limits(answer(run(caller, gateway, idempotency, request).await))
}

async fn run(
    caller: Scoped<scope::ProvenanceWrite>,
    gateway: Arc<Gateway>,
    idempotency: Idempotency,
    request: Request,
) -> Result<Response, ApiError> {
    let mode = gs1_header::error_behaviour(request.headers())?;
    let wait = wait_of(request.headers());
    let body = read_json_body(request, CAPTURE_BYTES_MAX).await?;
    let attempt = idempotency.attempt(caller.tenant, &body);
    let order = CaptureOrder { body, shape: Shape::Document, mode };
    let accepted = capture::accept(&gateway, &caller, attempt, order).await?;
    let location = format!("/epcis/capture/{}", accepted.operation()?);
    let response = if wait.is_none() {
        (StatusCode::ACCEPTED, [(header::LOCATION, location)]).into_response()
    } else {
        let (record, done) = outcome(&gateway, caller.tenant, accepted.operation()?, wait).await?;
        let status = if done { StatusCode::OK } else { StatusCode::ACCEPTED };
        (status, [(header::LOCATION, location)], Json(CaptureJob::of(&record))).into_response()
    };
    Ok(mark_replay(response, &accepted))
}

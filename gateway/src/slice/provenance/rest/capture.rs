//! `POST /epcis/capture`: accepts an EPCIS document and starts its capture job. Invariant: nothing is stored before the
//! whole document is valid.

use crate::{
    auth::{Scoped, scope},
    body,
    error::{ApiError, code as common, problems},
    idempotency::Idempotency,
    operation::wait_of,
    params::{NoParams, Params},
    provenance::{
        code,
        command::{self, CAPTURE_BYTES_MAX, Shape},
        gs1_header::{self, AnswerForm},
        model::CaptureJob,
        source,
    },
    state::Gateway,
    submit,
    write::accept,
};
use axum::{
    Extension, Json,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use std::sync::Arc;

problems!(
    common::INVALID_PARAMETER,
    common::MALFORMED_JSON,
    common::JSON_TOO_DEEP,
    common::DUPLICATE_KEY,
    common::NUMBER_OUT_OF_RANGE,
    common::MALFORMED_GZIP,
    common::MALFORMED_XML,
    common::XML_NOT_ALLOWED,
    common::XML_TOO_DEEP,
    common::XML_TOO_LARGE,
    code::INVALID_DOCUMENT,
    code::NOT_ACCEPTABLE,
    common::IDEMPOTENCY_IN_FLIGHT,
    common::BODY_TOO_LARGE,
    code::TOO_MANY_EVENTS,
    code::DOCUMENT_TOO_LARGE,
    submit::code::TOO_MUCH_WORK,
    common::UNSUPPORTED_MEDIA_TYPE,
    common::IDEMPOTENCY_MISMATCH,
    submit::code::BUSY,
);

/// Captures an EPCIS document of up to 1,000 events and 8 MiB. The whole document is validated before anything is
/// stored. 202 means that it is stored durably and that the ledger will decide it. `Prefer: wait=N` waits for the
/// outcome, unless the request accepts only XML, in which a job has no form. XML is of version 2.0 or 1.2.
#[utoipa::path(
    post, path = "/epcis/capture", tag = "epcis", operation_id = "postCapture",
    params(
        ("Prefer" = Option<String>, Header, description = "`wait=N`: seconds to wait for the outcome, at most 30"),
        ("Idempotency-Key" = Option<String>, Header,
            description = "Makes retries safe: for 24 hours, requests with the same key have one effect"),
        ("GS1-Capture-Error-Behaviour" = Option<String>, Header,
            description = "`rollback` (default): all events or none; `proceed`: every event on its own"),
    ),
    request_body(description = "An EPCISDocument or EPCISQueryDocument",
        content((Object = "application/json"), (String = "application/xml"), (String = "text/xml"))),
    responses(
        (status = 200, description = "The ledger decided within the wait", body = CaptureJob),
        (status = 202, description = "Accepted; `Location` is the URL of the capture job"),
        Problems,
    ),
)]
pub(super) async fn capture(
    caller: Scoped<scope::ProvenanceWrite>,
    State(gateway): State<Arc<Gateway>>,
    _: Params<NoParams>,
    Extension(form): Extension<AnswerForm>,
    idempotency: Idempotency,
    request: Request,
) -> Result<Response, ApiError> {
    let mode = gs1_header::error_behaviour(request.headers())?;
    let wait = wait_of(request.headers()).filter(|_| !form.media.is_xml());
    let (body, binding) = source::read(request).await.map_err(split)?;
    let attempt = idempotency.attempt(&caller, &body);
    let order = command::capture(body, binding, Shape::Document, mode);
    let accepted = accept(&gateway, &caller, attempt, order).await?;
    let location = [(header::LOCATION, format!("/epcis/capture/{}", accepted.operation))];
    let Some(wait) = wait else {
        return Ok((StatusCode::ACCEPTED, accepted.replayed(), location).into_response());
    };
    let outcome = accepted.outcome(&gateway, &caller, wait).await?;
    let status = if outcome.is_done { StatusCode::OK } else { StatusCode::ACCEPTED };
    Ok((status, accepted.replayed(), location, Json(CaptureJob::of(&outcome.record))).into_response())
}

/// A document that is too large can be split, which one event cannot.
fn split(error: ApiError) -> ApiError {
    // The limits of gzip have their own advice.
    if error.problem().detail != body::too_large(CAPTURE_BYTES_MAX).problem().detail {
        return error;
    }
    error.with_detail(format!(
        "A document has at most {CAPTURE_BYTES_MAX} bytes. Split the document. Nothing was stored."
    ))
}

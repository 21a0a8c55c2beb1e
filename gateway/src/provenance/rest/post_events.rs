//! `POST /epcis/events`: captures one bare event and waits, as the EPCIS binding has it; or answers a query, when the
//! body is one. The rule: a JSON object with a member `type` is an event; one without is a query.

use super::{
    query_events,
    respond::{answer, encode_segment, mark_replay, outcome, read_json_body},
};
use crate::{
    auth::{Authenticated, Principal, Scope},
    error::{ApiError, Problem},
    idempotency::Idempotency,
    operation::{Decision, OperationRecord, Status, WAIT_S_MAX, wait_of},
    provenance::{
        capture::{self, CAPTURE_BYTES_MAX, CaptureOrder},
        code, gs1_header,
        model::CaptureJob,
        problem::invalid_query,
        seal::Shape,
    },
    state::Gateway,
};
use axum::{
    Json,
    extract::{OriginalUri, Request, State},
    response::{IntoResponse, Response},
};
use chain_types::Mode;
use http::{HeaderMap, StatusCode, Uri, header};
use serde::{Deserialize, de::IgnoredAny};
use standards_epcis::query::parse_body;
use std::{sync::Arc, time::Duration};

/// Captures one bare event with its own `@context` and waits for the ledger: 201 with `Location`, or 409 when an event
/// of this id exists. A body without `type` is a query, with the parameters of `GET` as members, plain or under
/// `query`.
#[utoipa::path(
    post, path = "/epcis/events", tag = "epcis", operation_id = "postEvent",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "One key, one effect"),
        ("Prefer" = Option<String>, Header, description = "`wait=N`: how long to wait, 30 seconds when absent"),
    ),
    request_body(content = serde_json::Value, description = "One EPCIS event, or a query",
        content_type = "application/json"),
    security(("bearer" = ["provenance:write", "provenance:read"])),
    responses(
        (status = 200, description = "The answer to a query: an EPCISQueryDocument", body = serde_json::Value),
        (status = 201, description = "On the ledger and indexed; `Location` is the event"),
        (status = 202, description = "Accepted, not decided within the wait; `Location` is the capture job"),
        (status = 400, description = "Refused, with every fault found", body = Problem,
            content_type = "application/problem+json"),
        (status = 409, description = "`provenance.event_exists`", body = Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(super) async fn post_events(
    caller: Authenticated,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    idempotency: Idempotency,
    request: Request,
) -> Response {
    gs1_header::with_capture_limits(answer(run(&caller, &gateway, &uri, idempotency, request).await))
}

async fn run(
    caller: &Principal,
    gateway: &Arc<Gateway>,
    uri: &Uri,
    idempotency: Idempotency,
    request: Request,
) -> Result<Response, ApiError> {
    let headers: HeaderMap = request.headers().clone();
    let body = read_json_body(request, CAPTURE_BYTES_MAX).await?;
    if is_query(&body) {
        caller.require(Scope::ProvenanceRead)?;
        let query = parse_body(&body).map_err(invalid_query)?;
        return query_events::run(caller, gateway, uri, &headers, query).await;
    }
    caller.require(Scope::ProvenanceWrite)?;
    let wait = wait_of(&headers).unwrap_or(Duration::from_secs(WAIT_S_MAX));
    let attempt = idempotency.attempt(caller.tenant, &body);
    let order = CaptureOrder { body, shape: Shape::NewEvent, mode: Mode::Atomic };
    let accepted = capture::accept(gateway, caller, attempt, order).await?;
    let (record, done) = outcome(gateway, caller.tenant, accepted.operation()?, Some(wait)).await?;
    let response = match record.decision.as_ref().filter(|_| done) {
        Some(decision) => decided(decision, &accepted.event_id)?,
        None => undecided(&record),
    };
    Ok(mark_replay(response, &accepted))
}

fn decided(decision: &Decision, event_id: &str) -> Result<Response, ApiError> {
    match decision.status {
        Status::Accepted | Status::Soft | Status::Final => {
            let location = format!("/epcis/events/{}", encode_segment(event_id));
            Ok((StatusCode::CREATED, [(header::LOCATION, location)]).into_response())
        }
        Status::Expired => {
            let detail = "The ledger did not take the event in time; nothing was recorded. Send it again.";
            Err(ApiError::new(&code::EVENT_EXPIRED, detail).retry_after_s(1))
        }
        Status::Rejected => {
            let reason = decision.outcomes.first().and_then(|outcome| outcome.code.as_deref()).unwrap_or_default();
            if reason == code::EVENT_EXISTS.name {
                let detail = "An event with this eventID is on record; nothing was added.";
                return Err(ApiError::new(&code::EVENT_EXISTS, detail).at("/eventID", reason.to_owned(), detail));
            }
            let detail = "The ledger rejected the event; the rejection itself is on record.";
            Err(ApiError::new(&code::EVENT_REJECTED, detail).at("", reason.to_owned(), reason.to_owned()))
        }
    }
}

fn undecided(record: &OperationRecord) -> Response {
    let location = format!("/epcis/capture/{}", record.id);
    (StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(CaptureJob::of(record))).into_response()
}

/// Whether a body is a query: an object without `type`. What is not JSON is left to the capture, which says why.
fn is_query(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Peek {
        #[serde(rename = "type")]
        kind: Option<IgnoredAny>,
    }
    serde_json::from_slice::<Peek>(body).is_ok_and(|peek| peek.kind.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_without_a_type_is_a_query() {
        for (body, expected) in [
            (r#"{"query":{"MATCH_epc":"x"}}"#, true),
            (r#"{"eventType":["ObjectEvent"]}"#, true),
            ("{}", true),
            (r#"{"@context":"x","type":"ObjectEvent"}"#, false),
            (r#"{"type":null}"#, true),
            ("{", false),
            ("[]", false),
            ("\"type\"", false),
        ] {
            assert_eq!(is_query(body.as_bytes()), expected, "{body}");
        }
    }
}

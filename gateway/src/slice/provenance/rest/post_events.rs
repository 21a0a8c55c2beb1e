//! `POST /epcis/events`: captures one bare event and waits for the ledger, or answers a query. Invariant: a JSON object
//! without a member `type` is a query. Any other body is an event, and so is XML.
//!
//! The EPCIS binding requires the wait.

use super::{
    form_headers::FormHeaders,
    query_events,
    respond::{encode_segment, form_headers},
};
use crate::{
    auth::{EitherScope, Scope, scope},
    error::{ApiError, code as common, problems},
    idempotency::Idempotency,
    operation::{Decision, OperationRecord, Status, WAIT_S_MAX, wait_of},
    params::{NoParams, Params},
    provenance::{
        answer, code,
        command::{self, Shape},
        extension::Extensions,
        gs1_header::AnswerForm,
        model::CaptureJob,
        problem::invalid_query,
        search::{self, Page},
        source::{self, Binding},
    },
    state::Gateway,
    submit,
    write::accept,
};
use axum::{
    Extension, Json,
    extract::{OriginalUri, Request, State},
    response::{IntoResponse, Response},
};
use chain_types::Mode;
use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, de::IgnoredAny};
use standards_epcis::query::parse_body_with;
use std::{sync::Arc, time::Duration};

problems!(
    common::INVALID_PARAMETER,
    common::MALFORMED_JSON,
    common::JSON_TOO_DEEP,
    common::DUPLICATE_KEY,
    common::NUMBER_OUT_OF_RANGE,
    common::INVALID_HEADER,
    common::MALFORMED_GZIP,
    common::MALFORMED_XML,
    common::XML_NOT_ALLOWED,
    common::XML_TOO_DEEP,
    common::XML_TOO_LARGE,
    code::INVALID_DOCUMENT,
    code::INVALID_QUERY,
    code::NOT_ACCEPTABLE,
    code::NOT_EXPRESSIBLE_IN_XML,
    code::EVENT_EXISTS,
    common::IDEMPOTENCY_IN_FLIGHT,
    common::BODY_TOO_LARGE,
    code::DOCUMENT_TOO_LARGE,
    code::QUERY_TOO_LARGE,
    code::QUERY_TOO_COMPLEX,
    submit::code::TOO_MUCH_WORK,
    common::UNSUPPORTED_MEDIA_TYPE,
    code::EVENT_REJECTED,
    common::IDEMPOTENCY_MISMATCH,
    code::EVENT_EXPIRED,
    submit::code::BUSY,
);

/// Captures one bare event with its own `@context` and waits for the ledger: 201 with `Location`, or 409 when an event
/// with this id exists. A body without `type` is a query, with the parameters of `GET` as members, either at the top
/// level or under `query`.
#[utoipa::path(
    post, path = "/epcis/events", tag = "epcis", operation_id = "postEvent",
    params(
        ("Idempotency-Key" = Option<String>, Header,
            description = "Makes retries safe: for 24 hours, requests with the same key have one effect"),
        ("Prefer" = Option<String>, Header, description = "`wait=N`: seconds to wait for the outcome; 30 if absent"),
        FormHeaders,
        ("GS1-Extensions" = Option<String>, Header,
            description = "Namespaces of the caller, `prefix=uri,…`, of prefixes in the names and values of a query"),
    ),
    request_body(description = "One EPCIS event, or a query in JSON",
        content((Object = "application/json"), (String = "application/xml"), (String = "text/xml"))),
    responses(
        (status = 200, description = "The result of a query, an EPCISQueryDocument", content(
            (serde_json::Value = "application/json"), (serde_json::Value = "application/ld+json"),
            (String = "application/xml"), (String = "text/xml"),
        )),
        (status = 201, description = "The event as recorded, on the ledger and indexed; `Location` is its URL",
            content(
                (serde_json::Value = "application/json"), (serde_json::Value = "application/ld+json"),
                (String = "application/xml"), (String = "text/xml"),
            )),
        (status = 202,
            description = "Accepted but not decided within the wait; `Location` is the URL of the capture job"),
        Problems,
    ),
)]
pub(super) async fn post_events(
    caller: EitherScope<scope::ProvenanceWrite, scope::ProvenanceRead>,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    _: Params<NoParams>,
    Extension(form): Extension<AnswerForm>,
    idempotency: Idempotency,
    request: Request,
) -> Result<Response, ApiError> {
    let headers: HeaderMap = request.headers().clone();
    let (body, binding) = source::read(request).await?;
    if binding == Binding::Json && is_query(&body) {
        caller.require(Scope::ProvenanceRead)?;
        let extensions = Extensions::of(&headers)?;
        let query = parse_body_with(&extensions.pairs(), &body).map_err(invalid_query)?;
        return query_events::answer(&caller, &gateway, &uri, (&headers, form), query).await;
    }
    caller.require(Scope::ProvenanceWrite)?;
    let wait = wait_of(&headers).unwrap_or(Duration::from_secs(WAIT_S_MAX));
    let attempt = idempotency.attempt(&caller, &body);
    let order = command::capture(body, binding, Shape::NewEvent, Mode::Atomic);
    let accepted = accept(&gateway, &caller, attempt, order).await?;
    let outcome = accepted.outcome(&gateway, &caller, wait).await?;
    let response = match outcome.record.decision.as_ref().filter(|_| outcome.is_done) {
        Some(decision) => {
            let event_id = accepted.answer.event_id.clone().unwrap_or_default();
            let location = decided(decision, &event_id)?;
            let page = search::find_event(&gateway, caller.tenant, event_id).await?;
            // The event is recorded even if the index was emptied meanwhile, or if it has no form in XML.
            let event = if page.is_empty() { None } else { recorded(&gateway, page, form).await? };
            let body = event.map(|event| (form_headers(form.as_stored()), event).into_response());
            (StatusCode::CREATED, [(header::LOCATION, location)], body.unwrap_or_default()).into_response()
        }
        None => undecided(&outcome.record, form),
    };
    Ok((accepted.replayed(), response).into_response())
}

/// The address of a recorded event, or the problem of one that was not recorded.
fn decided(decision: &Decision, event_id: &str) -> Result<String, ApiError> {
    match decision.status {
        Status::Accepted | Status::Soft | Status::Final => Ok(format!("/epcis/events/{}", encode_segment(event_id))),
        Status::Expired => {
            let detail = "The ledger did not include the event in time; nothing was recorded. Send it again.";
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

/// The recorded event; `None` if it has no form in the XML that the request accepts.
async fn recorded(gateway: &Gateway, page: Page, form: AnswerForm) -> Result<Option<String>, ApiError> {
    match answer::event(gateway, page, form.as_stored()).await {
        Ok(event) => Ok(Some(event)),
        Err(error) if *error.code() == code::NOT_EXPRESSIBLE_IN_XML => Ok(None),
        Err(error) => Err(error),
    }
}

/// The response while the event is undecided: the capture job, which has no form in XML.
fn undecided(record: &OperationRecord, form: AnswerForm) -> Response {
    let location = [(header::LOCATION, format!("/epcis/capture/{}", record.id))];
    if form.media.is_xml() {
        return (StatusCode::ACCEPTED, location).into_response();
    }
    (StatusCode::ACCEPTED, location, Json(CaptureJob::of(record))).into_response()
}

/// Whether a body is a query: an object without `type`. A body that is not JSON counts as a capture, which reports the
/// fault.
fn is_query(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Peek {
        #[serde(rename = "type")]
        kind: Option<IgnoredAny>,
    }
    // A byte order mark says nothing (RFC 8259 section 8.1).
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
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
            ("\u{feff}{}", true),
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

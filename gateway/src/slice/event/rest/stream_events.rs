//! `GET /v1/events/stream`: the tenant's events as they become final. Invariant: a client that sends the id of the last
//! event that it received misses none.

use crate::{
    auth::{Scoped, scope},
    budget::{self, Uncharged},
    client_address::ClientAddress,
    error::{ApiError, code as common, problems},
    event::{
        code,
        page::{self, EventSearch},
        stream::{EventStream, STREAM_EVENTS_MAX},
    },
    freshness,
    params::Params,
    serve::Stopping,
    state::Gateway,
    trace,
};
use axum::{
    Extension,
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, HeaderName, header, request::Parts};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The events to send.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct StreamQuery {
    /// The number after which the stream begins; the header `Last-Event-ID` has precedence. Without both, the stream
    /// begins with the next event that becomes final.
    after: Option<u64>,
    /// Types of events, comma-separated, as for the list.
    #[serde(rename = "type")]
    #[param(rename = "type", min_length = 1)]
    types: Option<String>,
    /// What the events are about, as for the list.
    #[param(min_length = 1, max_length = 8192)]
    subject: Option<String>,
}

problems!(common::INVALID_PARAMETER, common::INVALID_HEADER, code::NOT_NUMBERED, common::INDEX_BEHIND);

/// Sends what becomes final for the tenant, as server-sent events: `id` is the number, `event` the type, `data` the
/// `CloudEvent`. A comment comes every 15 s without events. The last event of a stream that the service ends is `error`
/// with a code: the credentials ended, the client reads too slowly, or the service stops.
#[utoipa::path(
    get, path = "/v1/events/stream", tag = "event", operation_id = "streamEvents",
    params(
        StreamQuery,
        ("Last-Event-ID" = Option<u64>, Header, description = "The number of the last event that was received"),
    ),
    responses(
        (status = 200, description = "A stream that does not end", body = String, content_type = "text/event-stream"),
        Problems,
    ),
)]
pub(super) async fn stream_events(
    caller: Scoped<scope::EventRead>,
    State(gateway): State<Arc<Gateway>>,
    Params(query): Params<StreamQuery>,
    parts: Parts,
) -> Result<Response, ApiError> {
    let tenant = caller.tenant;
    let StreamQuery { after, types, subject } = query;
    let types = page::types_of(types.as_deref().into_iter().flat_map(|names| names.split(',')), "/type")?;
    page::check_subject(subject.as_deref(), "/subject")?;
    let after = last_event_id(&parts.headers)?.or(after);
    let permit = gateway.budgets.streams.acquire(budget::current_sharer(), 1).await?;
    let heights = freshness::await_fresh(&gateway, tenant, &parts.headers).await?;
    // The listener is there before the index is read, so no event is lost between both.
    let listening = gateway.events.listen(tenant);
    let newest = page::newest(&gateway, tenant).await?;
    let search = EventSearch { after: after.unwrap_or(newest), types, subject, limit: STREAM_EVENTS_MAX };
    let stream = EventStream {
        context: trace::current(),
        address: ClientAddress::of(&parts.extensions),
        stopping: Stopping::of(&parts.extensions),
        headers: parts.headers,
        tenant,
        listening,
        search,
        permit,
        gateway,
    };
    // Proxies that hold back small answers would delay events.
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (HeaderName::from_static("x-accel-buffering"), "no")];
    // A stream has a budget of its own and holds no room of requests.
    Ok((Extension(Uncharged), heights, headers, stream.into_body()).into_response())
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<u64>, ApiError> {
    let Some(value) = headers.get(LAST_EVENT_ID) else { return Ok(None) };
    let number = value.to_str().ok().and_then(|text| text.parse().ok());
    number.map(Some).ok_or_else(|| {
        ApiError::new(&common::INVALID_HEADER, "Last-Event-ID is the number of an event.").at(
            "/Last-Event-ID",
            common::INVALID_HEADER.name,
            "not a number",
        )
    })
}

//! `GET /v1/events`: the tenant's events in the order of their numbers. Invariant: the handler only reads events of the
//! caller's tenant.

use crate::{
    auth::{Scoped, scope},
    error::{ApiError, code as common, problems},
    event::{
        code,
        model::CloudEventPage,
        page::{self, EventSearch},
    },
    freshness,
    page::{PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, next_link},
    params::Params,
    state::Gateway,
};
use axum::{
    extract::{OriginalUri, State},
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, header};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// The events to list.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct EventsQuery {
    /// The number after which the page begins; 0, the default, is the beginning. The `next_cursor` of the page before,
    /// or its `read_to`.
    after: Option<u64>,
    /// The number of events, from 1 to 500; 50 if absent.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
    /// Types of events, comma-separated, such as
    /// `waymark.provenance.event_captured,waymark.provenance.error_declared`.
    #[serde(rename = "type")]
    #[param(rename = "type", min_length = 1)]
    types: Option<String>,
    /// What the events are about: the `subject` of an event, or an EPC, EPC class or lot in any spelling.
    #[param(min_length = 1, max_length = 8192)]
    subject: Option<String>,
}

const _: () = assert!(PAGE_LIMIT_MAX == 500 && PAGE_LIMIT_DEFAULT == 50 && page::SUBJECT_BYTES_MAX == 8192);

problems!(common::INVALID_PARAMETER, common::INVALID_HEADER, code::NOT_NUMBERED, common::INDEX_BEHIND);

/// Lists what became final for the tenant, as CloudEvents 1.0, in the order of their numbers. Ask again with `after`
/// set to `read_to` for what comes later; numbers have no gaps and never change.
#[utoipa::path(
    get, path = "/v1/events", tag = "event", operation_id = "listEvents",
    params(EventsQuery),
    responses(
        (status = 200,
            description = "One page. The `Link` header with `rel=\"next\"` is absent when there is no other event yet",
            body = CloudEventPage),
        Problems,
    ),
)]
pub(super) async fn list_events(
    caller: Scoped<scope::EventRead>,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    Params(query): Params<EventsQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let EventsQuery { after, limit, types, subject } = query;
    let limit = page::limit_of(limit, "/limit")?;
    let types = page::types_of(types.as_deref().into_iter().flat_map(|names| names.split(',')), "/type")?;
    page::check_subject(subject.as_deref(), "/subject")?;
    let heights = freshness::await_fresh(&gateway, caller.tenant, &headers).await?;
    let search = EventSearch { after: after.unwrap_or(0), types, subject, limit };
    let found = page::list(&gateway, caller.tenant, search).await?;
    let link = found.next_cursor.as_deref().and_then(|cursor| next_link(&uri, "after", cursor));
    // A page may have megabytes, which take too long to write on the async runtime.
    let text = gateway.processors.compute(move || serde_json::to_vec(&found)).await?;
    let text = text.map_err(|error| ApiError::internal(&error))?;
    let mut response = (heights, [(header::CONTENT_TYPE, "application/json")], text).into_response();
    response.headers_mut().extend(link.map(|link| (header::LINK, link)));
    Ok(response)
}

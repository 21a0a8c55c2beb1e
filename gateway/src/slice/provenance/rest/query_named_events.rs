//! `GET /epcis/queries/{name}/events`: one page of what a named query finds, or a subscription to it on a WebSocket.
//! Invariant: a page has the events that the same query finds at `GET /epcis/events`.

use super::{form_headers::FormHeaders, paging::Paging, query_events};
use crate::{
    auth::{Scoped, authenticate::Schemes, code as auth, scope},
    error::{ApiError, code as common, problems},
    freshness::Heights,
    params::{Params, PathParams},
    provenance::{
        code,
        gs1_header::AnswerForm,
        named_query,
        subscription::{
            feed::{Feed, Wanted},
            parameters::SocketParameters,
            socket::QuerySession,
        },
    },
    socket::{self, OrByMessage, Upgrade},
    state::Gateway,
};
use axum::{
    Extension,
    extract::{FromRequestParts as _, OriginalUri, State},
    response::{IntoResponse as _, Response},
};
use http::{HeaderName, HeaderValue, request::Parts};
use std::sync::Arc;

/// The record time from which on events are sent (EPCIS 2.0 REST binding, answer 101).
const MIN_RECORD_TIME: HeaderName = HeaderName::from_static("gs1-query-min-record-time");

problems!(
    common::INVALID_PARAMETER,
    code::INVALID_QUERY,
    code::INVALID_SUBSCRIPTION,
    common::INVALID_CURSOR,
    common::INVALID_HEADER,
    common::WRONG_ORIGIN,
    code::UNKNOWN_QUERY,
    code::NOT_ACCEPTABLE,
    code::NOT_EXPRESSIBLE_IN_XML,
    code::QUERY_TOO_LARGE,
    code::QUERY_TOO_COMPLEX,
    socket::code::UPGRADE_REQUIRED,
    common::INDEX_BEHIND,
);

/// Answers a named query. `perPage` takes precedence over that of the query.
///
/// As a WebSocket, which has no sub-protocol, it subscribes to the query: the parameters are `stream=true` or a
/// schedule, `reportIfEmpty`, `initialRecordTime`, and `perPage` for the most events in one message, at most 100. Each
/// message is an `EPCISQueryDocument` in the form that the headers ask for. `GS1-Query-Min-Record-Time` of the answer
/// is the record time from which on events are sent. A client that subscribes again with the `recordTime` of the last
/// event that it received as `initialRecordTime`, or before its first event with that header, misses none; it may
/// receive events of that time again. Without the header `Authorization` it sends credentials as `connection_init`
/// (docs/api.md) and gets that time with the answer. The last message of a socket that the service ends is a problem,
/// and the reason of the close frame has the time with which to continue.
#[utoipa::path(
    get, path = "/epcis/queries/{name}/events", tag = "epcis", operation_id = "queryNamedEvents",
    params(
        ("name" = String, Path, min_length = 1, description = "The name of the query, percent-encoded"),
        Paging,
        SocketParameters,
        FormHeaders,
        ("Waymark-Min-Height" = Option<String>, Header,
            description = "Heights that must be indexed before the response: `shard=height,…`"),
    ),
    responses(
        (status = 101, description = "The connection is a WebSocket", headers(
            ("GS1-Query-Min-Record-Time" = String, description = "The record time from which on events are sent"),
        )),
        (status = 200, description = "An EPCISQueryDocument", content(
            (serde_json::Value = "application/json"), (serde_json::Value = "application/ld+json"),
            (String = "application/xml"), (String = "text/xml"),
        )),
        Problems,
    ),
)]
pub(super) async fn query_named_events(
    OrByMessage(caller): OrByMessage<Scoped<scope::ProvenanceRead>>,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    PathParams(name): PathParams<String>,
    Extension(form): Extension<AnswerForm>,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    if socket::is_asked(&parts.headers) {
        return subscribe(caller, gateway, name, form, parts).await;
    }
    let caller = caller.ok_or_else(|| ApiError::new(&auth::UNAUTHENTICATED, "Send credentials."))?;
    let Params(paging) = Params::<Paging>::from_request_parts(&mut parts, &()).await?;
    let stated = paging.stated()?;
    let named = named_query::find(&gateway, caller.tenant, name).await?;
    let mut query = named.to_query()?;
    query.per_page = stated.unwrap_or(query.per_page);
    query.next_page_token = paging.query_token();
    query_events::answer_as(&named.name, &caller, &gateway, &uri, (&parts.headers, form), query).await
}

/// Opens a WebSocket. With credentials in the head of the request, what can be refused is refused before that.
async fn subscribe(
    caller: Option<Scoped<scope::ProvenanceRead>>,
    gateway: Arc<Gateway>,
    query_name: String,
    form: AnswerForm,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    let upgrade = Upgrade::of(&parts, None)?;
    let Params(parameters) = Params::<SocketParameters>::from_request_parts(&mut parts, &()).await?;
    let wanted = Wanted { query_name, controls: parameters.controls()?, form, headers: parts.headers.clone() };
    let opened = match &caller {
        Some(caller) => Some(Feed::open(&gateway, caller.tenant, &wanted).await?),
        None => None,
    };
    let (feed, heights): (Option<Feed>, Option<Heights>) = opened.unzip();
    let time = feed.as_ref().and_then(|feed| HeaderValue::try_from(feed.min_record_time()).ok());
    let caller = caller.map(|caller| caller.principal);
    let visitor = upgrade.visitor(gateway, caller, &parts, Schemes::BearerOrBasic);
    let mut response = upgrade.run(visitor, QuerySession::new(wanted, feed));
    response.headers_mut().extend(form.headers().chain(time.map(|time| (MIN_RECORD_TIME, time))));
    Ok(match heights {
        Some(heights) => (heights, response).into_response(),
        None => response,
    })
}

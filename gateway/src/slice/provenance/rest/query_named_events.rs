//! `GET /epcis/queries/{name}/events`: one page of what a named query finds. Invariant: a page has the events that the
//! same query finds at `GET /epcis/events`.

use super::{form_headers::FormHeaders, paging::Paging, query_events};
use crate::{
    auth::{Scoped, scope},
    error::{ApiError, code as common, problems},
    params::{Params, PathParams},
    provenance::{code, gs1_header::AnswerForm, named_query},
    state::Gateway,
};
use axum::{
    Extension,
    extract::{OriginalUri, State},
    response::Response,
};
use http::HeaderMap;
use std::sync::Arc;

problems!(
    common::INVALID_PARAMETER,
    code::INVALID_QUERY,
    common::INVALID_CURSOR,
    common::INVALID_HEADER,
    code::UNKNOWN_QUERY,
    code::NOT_ACCEPTABLE,
    code::NOT_EXPRESSIBLE_IN_XML,
    code::QUERY_TOO_LARGE,
    code::QUERY_TOO_COMPLEX,
    common::INDEX_BEHIND,
);

/// Answers a named query. `perPage` takes precedence over that of the query.
#[utoipa::path(
    get, path = "/epcis/queries/{name}/events", tag = "epcis", operation_id = "queryNamedEvents",
    params(
        ("name" = String, Path, min_length = 1, description = "The name of the query, percent-encoded"),
        Paging,
        FormHeaders,
        ("Waymark-Min-Height" = Option<String>, Header,
            description = "Heights that must be indexed before the response: `shard=height,…`"),
    ),
    responses(
        (status = 200, description = "An EPCISQueryDocument", content(
            (serde_json::Value = "application/json"), (serde_json::Value = "application/ld+json"),
            (String = "application/xml"), (String = "text/xml"),
        )),
        Problems,
    ),
)]
pub(super) async fn query_named_events(
    caller: Scoped<scope::ProvenanceRead>,
    State(gateway): State<Arc<Gateway>>,
    OriginalUri(uri): OriginalUri,
    PathParams(name): PathParams<String>,
    Params(paging): Params<Paging>,
    Extension(form): Extension<AnswerForm>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let stated = paging.stated()?;
    let named = named_query::find(&gateway, caller.tenant, name).await?;
    let mut query = named.to_query()?;
    query.per_page = stated.unwrap_or(query.per_page);
    query.next_page_token = paging.query_token();
    query_events::answer_as(&named.name, &caller, &gateway, &uri, (&headers, form), query).await
}

//! `GET /epcis/{resource}/{value}/events`: the events that name one value. Invariant: they are those that the parameter
//! of the list finds at `GET /epcis/events`, together with the other parameters of the request.

use super::super::query_events;
use crate::{
    auth::Principal,
    error::{ApiError, code as common, problems},
    freshness,
    provenance::{
        code,
        extension::Extensions,
        gs1_header::AnswerForm,
        problem::invalid_query,
        resource::{self, Resource},
    },
    state::Gateway,
};
use axum::response::Response;
use http::{HeaderMap, Uri};
use standards_epcis::query::parse_parameters_with;
use std::sync::Arc;

problems!(
    common::INVALID_PARAMETER,
    code::INVALID_QUERY,
    common::INVALID_CURSOR,
    common::INVALID_HEADER,
    code::UNKNOWN_RESOURCE,
    code::NOT_ACCEPTABLE,
    code::NOT_EXPRESSIBLE_IN_XML,
    code::QUERY_TOO_LARGE,
    code::QUERY_TOO_COMPLEX,
    common::INDEX_BEHIND,
);

/// Answers one page of the events of a value.
pub(super) async fn answer(
    resource: Resource,
    caller: &Principal,
    gateway: &Arc<Gateway>,
    uri: &Uri,
    value: &str,
    (headers, form): (&HeaderMap, AnswerForm),
) -> Result<Response, ApiError> {
    let extensions = Extensions::of(headers)?;
    freshness::await_fresh(gateway, caller.tenant, headers).await?;
    let value = resource::find(gateway, caller.tenant, resource, &extensions.expand(value)).await?;
    let parameters: Vec<_> = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).collect();
    let others = parameters.iter().map(|(name, value)| (&**name, &**value));
    let given = Some((resource.parameter(), &*value));
    let query = parse_parameters_with(&extensions.pairs(), given, others).map_err(invalid_query)?;
    query_events::answer(caller, gateway, uri, (headers, form), query).await
}

//! Routes of the EPCIS 2.0 REST binding under `/epcis`, and of evidence under `/v1/provenance`. Invariant: every route
//! except `OPTIONS` requires a scope.

mod capture;
mod create_query;
mod delete_query;
mod event_parameters;
mod form_headers;
mod get_capture_job;
mod get_event;
mod get_event_evidence;
mod get_query;
mod get_stream_evidence;
mod list_capture_jobs;
mod list_queries;
mod list_resources;
mod options;
mod paging;
mod post_events;
mod query_events;
mod query_named_events;
mod release_page_token;
mod resource;
mod respond;

use crate::{routes, state::Gateway};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// The routes of provenance.
pub fn router() -> OpenApiRouter<Arc<Gateway>> {
    let routes = OpenApiRouter::new()
        .routes(routes!(list_resources::list_resources))
        .routes(routes!(capture::capture, list_capture_jobs::list_capture_jobs))
        .routes(routes!(get_capture_job::get_capture_job))
        .routes(routes!(query_events::query_events, post_events::post_events))
        .routes(routes!(get_event::get_event))
        .merge(resource::router())
        .routes(routes!(create_query::create_query, list_queries::list_queries))
        .routes(routes!(get_query::get_query, delete_query::delete_query))
        .routes(routes!(query_named_events::query_named_events))
        .routes(routes!(release_page_token::release_page_token));
    options::add(routes)
        .routes(routes!(get_event_evidence::get_event_evidence))
        .routes(routes!(get_stream_evidence::get_stream_evidence))
}

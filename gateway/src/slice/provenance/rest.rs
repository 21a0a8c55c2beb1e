//! Routes of the EPCIS 2.0 REST binding under `/epcis`, of evidence, master data, links and barcodes under
//! `/v1/provenance`, and of
//! the public resolver under `/id`. Invariant: every route requires a scope, except `OPTIONS` and the resolver.

mod capture;
mod create_query;
mod create_subscription;
mod delete_links;
mod delete_query;
mod delete_subscription;
mod draw_code;
pub(in crate::slice::provenance) mod event_parameters;
mod form_headers;
mod get_capture_job;
mod get_event;
mod get_event_evidence;
mod get_links;
mod get_query;
mod get_stream_evidence;
mod get_subscription;
mod list_capture_jobs;
mod list_links;
mod list_queries;
mod list_resources;
mod list_subscriptions;
mod master_data;
pub(super) mod options;
pub(super) mod paging;
mod post_events;
mod put_links;
mod query_events;
mod query_named_events;
mod release_page_token;
mod resolve_link;
mod resource;
mod respond;
mod show_resolver;

use crate::{routes, state::Gateway};
use axum::routing::get;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// The routes of provenance.
pub fn router() -> OpenApiRouter<Arc<Gateway>> {
    let routes = OpenApiRouter::new()
        .routes(routes!(list_resources::list_resources))
        .route(options::ROOT, get(list_resources::list_resources))
        .routes(routes!(capture::capture, list_capture_jobs::list_capture_jobs))
        .routes(routes!(get_capture_job::get_capture_job))
        .routes(routes!(query_events::query_events, post_events::post_events))
        .routes(routes!(get_event::get_event))
        .merge(resource::router())
        .routes(routes!(create_query::create_query, list_queries::list_queries))
        .routes(routes!(get_query::get_query, delete_query::delete_query))
        .routes(routes!(query_named_events::query_named_events))
        .routes(routes!(create_subscription::subscribe, list_subscriptions::list_subscriptions))
        .routes(routes!(get_subscription::get_subscription, delete_subscription::unsubscribe))
        .routes(routes!(release_page_token::release_page_token));
    options::add(routes)
        .routes(routes!(get_event_evidence::get_event_evidence))
        .routes(routes!(get_stream_evidence::get_stream_evidence))
        .merge(master_data::router())
        .routes(routes!(list_links::list_links))
        .routes(routes!(get_links::get_links, put_links::put_links, delete_links::delete_links))
        .routes(routes!(draw_code::draw_code))
        .routes(routes!(show_resolver::show_resolvers))
        .routes(routes!(show_resolver::show_resolver))
        .routes(routes!(resolve_link::resolve_link))
}

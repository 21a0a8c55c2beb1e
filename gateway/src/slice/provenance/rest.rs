//! Routes of the EPCIS 2.0 REST binding under `/epcis`, and of evidence under `/v1/provenance`. Invariant: every route
//! except `OPTIONS` requires a scope.

mod capture;
mod get_capture_job;
mod get_event;
mod get_event_evidence;
mod get_stream_evidence;
mod list_capture_jobs;
mod post_events;
mod query_events;
mod respond;

use super::gs1_header::{self, Takes};
use crate::{routes, state::Gateway};
use axum::routing::options;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// The routes of provenance.
pub fn router() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new()
        .routes(routes!(capture::capture, list_capture_jobs::list_capture_jobs))
        .routes(routes!(get_capture_job::get_capture_job))
        .routes(routes!(query_events::query_events, post_events::post_events))
        .routes(routes!(get_event::get_event))
        .route("/epcis/capture", options(async || gs1_header::options("GET, POST, OPTIONS", Takes::Documents)))
        .route("/epcis/capture/{id}", options(async || gs1_header::options("GET, OPTIONS", Takes::Nothing)))
        .route("/epcis/events", options(async || gs1_header::options("GET, POST, OPTIONS", Takes::Events)))
        .route("/epcis/events/{eventID}", options(async || gs1_header::options("GET, OPTIONS", Takes::Nothing)))
        .routes(routes!(get_event_evidence::get_event_evidence))
        .routes(routes!(get_stream_evidence::get_stream_evidence))
}

//! Routes of `/v1/events`. Invariant: the endpoints only read.

mod get_event_evidence;
mod list_events;
mod open_socket;
mod stream_events;

use crate::{routes, state::Gateway};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// The routes of events.
pub fn router() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new()
        .routes(routes!(list_events::list_events))
        .routes(routes!(get_event_evidence::get_event_evidence))
        .routes(routes!(stream_events::stream_events))
        .routes(routes!(open_socket::open_socket))
}

//! Every door. Invariant: this file only nests; what a slice serves is in the slice.

use crate::state::Gateway;
use axum::Router;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// The documented routes of every slice, without state.
pub fn documented() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new()
}

/// The whole HTTP service.
pub fn build(gateway: Arc<Gateway>) -> Router {
    let (router, _document) = documented().split_for_parts();
    router.with_state(gateway)
}

//! Routes of `/v1/operations`. Invariant: the endpoints only read.

mod get_operation;
mod list_operations;

use crate::{routes, state::Gateway};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// The routes of operations.
pub fn router() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(list_operations::list_operations)).routes(routes!(get_operation::get_operation))
}

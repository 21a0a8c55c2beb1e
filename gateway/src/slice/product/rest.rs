//! Endpoints of `/v1/products`.

mod list_products;
mod register_product;

use crate::{routes, state::Gateway};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// The routes of products.
pub fn router() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(list_products::list_products, register_product::register_product))
}

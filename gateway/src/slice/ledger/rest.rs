//! Routes of `/v1/ledger`: public status, anchor and network, and the block stream. Invariant: the block stream is only
//! for services of this deployment.

mod get_anchor;
mod get_network;
mod get_status;
mod stream_blocks;

pub use stream_blocks::{BLOCKS_MAX, BYTES_MAX, STREAM_WAIT_S_MAX};

use crate::{routes, state::Gateway};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// The routes of the ledger.
pub fn router() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new()
        .routes(routes!(get_status::get_status))
        .routes(routes!(get_anchor::get_anchor))
        .routes(routes!(get_network::get_network))
        .routes(routes!(stream_blocks::stream_blocks))
}

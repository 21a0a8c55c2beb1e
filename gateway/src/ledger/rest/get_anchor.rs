//! `GET /v1/ledger/anchor`.

use crate::{
    auth::Public,
    ledger::{model::AnchorFile, status},
    state::Gateway,
};
use axum::{Json, extract::State};
use std::sync::Arc;

/// What a verifier pins: the chain's id and genesis document. Fetch it once, over a way that you trust.
#[utoipa::path(
    get, path = "/v1/ledger/anchor", tag = "ledger", operation_id = "getLedgerAnchor",
    responses((status = 200, description = "The anchor file of `waymark verify --anchor`", body = AnchorFile)),
)]
pub(super) async fn get_anchor(_: Public, State(gateway): State<Arc<Gateway>>) -> Json<AnchorFile> {
    Json(status::anchor(&gateway.operations))
}

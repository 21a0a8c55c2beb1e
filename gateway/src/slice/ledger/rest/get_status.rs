//! `GET /v1/ledger/status`: heights, totals and finality times. Invariant: the handler is public and reads only memory.

use crate::{
    auth::Public,
    ledger::{model::LedgerStatus, status},
    state::Gateway,
};
use axum::{Json, extract::State};
use std::sync::Arc;

/// Returns heights, totals and finality times of the ledger.
#[utoipa::path(
    get, path = "/v1/ledger/status", tag = "ledger", operation_id = "getLedgerStatus",
    responses((status = 200, description = "The current state of the ledger", body = LedgerStatus)),
)]
pub(super) async fn get_status(_: Public, State(gateway): State<Arc<Gateway>>) -> Json<LedgerStatus> {
    Json(status::status(&gateway))
}

//! `GET /v1/ledger/network`: validators, signatures of recent blocks and equivocations. Invariant: the handler is
//! public and answers from the cached network view.

use crate::{auth::Public, error::ApiError, ledger::network::model::LedgerNetwork, state::Gateway};
use axum::{Json, extract::State};
use std::sync::Arc;

/// Returns the validators, the blocks they signed recently, and detected equivocations.
#[utoipa::path(
    get, path = "/v1/ledger/network", tag = "ledger", operation_id = "getLedgerNetwork",
    responses((status = 200, description = "The network, at most half a second old", body = LedgerNetwork)),
)]
pub(super) async fn get_network(
    _: Public,
    State(gateway): State<Arc<Gateway>>,
) -> Result<Json<LedgerNetwork>, ApiError> {
    let network = gateway.network.report().await?;
    Ok(Json(LedgerNetwork::clone(&network)))
}

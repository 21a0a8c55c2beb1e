//! `GET /v1/ledger/anchor`: a trust anchor for offline verification. Invariant: the handler is public and only reads
//! the node.

use crate::{
    auth::Public,
    error::{ApiError, code as common, problems},
    ledger::{code, model::AnchorFile},
    params::Params,
    state::Gateway,
};
use axum::{Json, extract::State};
use chain_node::NodeHandle;
use chain_proof::Anchor;
use chain_types::{Epoch, Genesis};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// The parameter value for the newest epoch.
const LATEST: &str = "latest";

/// The parameters of the anchor.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct AnchorQuery {
    /// The epoch whose validators the anchor names, or `latest`. If absent, epoch 0, which is the genesis document.
    #[param(value_type = Option<String>, pattern = "^([0-9]+|latest)$")]
    epoch: Option<Which>,
}

/// An epoch as the query names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "String")]
enum Which {
    /// The newest epoch that has begun.
    Latest,
    /// The epoch with this number.
    Number(u64),
}

impl TryFrom<String> for Which {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.parse() {
            Ok(number) => Ok(Self::Number(number)),
            Err(_) if text == LATEST => Ok(Self::Latest),
            Err(_) => Err("an epoch is a whole number or `latest`"),
        }
    }
}

problems!(common::INVALID_PARAMETER, code::UNKNOWN_EPOCH);

/// Returns a trust anchor: the chain id and the validators of an epoch in the certified header that names them. Fetch
/// it over a channel that you trust, and update it from time to time: a newer anchor no longer accepts evidence that
/// only earlier keys signed.
#[utoipa::path(
    get, path = "/v1/ledger/anchor", tag = "ledger", operation_id = "getLedgerAnchor", params(AnchorQuery),
    responses(
        (status = 200, description = "The anchor file of `waymark verify --anchor`", body = AnchorFile),
        Problems,
    ),
)]
pub(super) async fn get_anchor(
    _: Public,
    State(gateway): State<Arc<Gateway>>,
    Params(query): Params<AnchorQuery>,
) -> Result<Json<AnchorFile>, ApiError> {
    let anchor = anchor(&gateway.node, query.epoch).await?;
    let file = serde_json::from_slice(&anchor.to_json()).map_err(|error| ApiError::internal(&error))?;
    Ok(Json(file))
}

async fn anchor(node: &NodeHandle, which: Option<Which>) -> Result<Anchor, ApiError> {
    let proof = match which {
        None | Some(Which::Number(0)) => None,
        Some(Which::Latest) => node.last_hand_over().await.map_err(|error| ApiError::internal(&error))?,
        Some(Which::Number(epoch)) => {
            let unknown = || ApiError::new(&code::UNKNOWN_EPOCH, format!("Epoch {epoch} has not begun here."));
            Some(node.hand_over(Epoch(epoch)).await.ok_or_else(unknown)?)
        }
    };
    let anchor = match proof {
        Some(proof) => Anchor::of_hand_over(&proof),
        None => Anchor::of(Genesis::clone(node.genesis())),
    };
    anchor.map_err(|error| ApiError::internal(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_is_a_number_or_the_latest() {
        let read = |text: &str| Which::try_from(text.to_owned()).ok();
        assert_eq!(read("0"), Some(Which::Number(0)));
        assert_eq!(read("18446744073709551615"), Some(Which::Number(u64::MAX)));
        assert_eq!(read("latest"), Some(Which::Latest));
        for wrong in ["", "-1", "1.0", "18446744073709551616", "newest", "LATEST"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}

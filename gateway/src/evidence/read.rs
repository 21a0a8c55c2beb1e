//! Reads blocks and keys for evidence. Invariant: a block that the index names but the ledger lacks is an index
//! mismatch. A block that this node pruned is reported as absent.

use super::{Place, index_mismatch};
use crate::{db, error::ApiError, ledger::unreadable, state::Gateway, tenant_id::TenantId};
use chain_proof::BuildError;
use chain_seal::{RecordKey, TransactionKey};
use chain_types::{Body, FinalBlock, TxId, body::Field};
use std::sync::Arc;

/// Reads the block at a position.
pub(super) async fn block(gateway: &Gateway, place: Place) -> Result<Arc<FinalBlock>, ApiError> {
    let block = gateway.node.block(place.shard, place.height).await;
    block.map_err(|error| unreadable(&error))?.ok_or_else(|| index_mismatch(&place))
}

/// Reads the keys of transactions; `None` where the key was deleted.
pub(super) async fn keys(
    gateway: &Gateway,
    tenant: TenantId,
    tx_ids: Vec<TxId>,
) -> Result<Vec<Option<TransactionKey>>, ApiError> {
    let vault = Arc::clone(&gateway.vault);
    db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(vault.transaction_keys_of(conn, tenant, &tx_ids).await?) })
    })
    .await
}

/// All fields of a body's document; `None` for a sealed body without its key, and for one that its key does not open:
/// only a tenant that signs for itself can record such a body. A public body has no fields to disclose.
pub(super) fn fields(body: &Body, key: Option<&RecordKey>, place: Place) -> Option<Vec<Field>> {
    let key = match (body, key) {
        (Body::Public(_), _) => return Some(Vec::new()),
        (Body::Sealed { .. }, None) => return None,
        (Body::Sealed { .. }, Some(key)) => key,
    };
    let opened = chain_seal::open(body, key).and_then(|document| chain_seal::fields(&document, key));
    opened.inspect_err(|error| tracing::warn!(%place, %error, "a record's body does not open")).ok()
}

/// A record or leaf that contradicts the block is an index mismatch; any other build error is an internal failure.
pub(super) fn unbuildable(place: Place) -> impl Fn(BuildError) -> ApiError {
    move |error| match error {
        BuildError::Record(_) | BuildError::Leaves => index_mismatch(&format!("{place}: {error}")),
        other => ApiError::internal(&format!("evidence of {place}: {other}")),
    }
}

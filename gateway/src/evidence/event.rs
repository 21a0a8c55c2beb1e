//! Builds the evidence of a tenant's event of any domain: its record, its signer and the block that holds it.
//! Invariant: the block, not the index, says that the record is such an event of the tenant.

use super::{Place, index_mismatch, read};
use crate::{error::ApiError, state::Gateway, tenant_id::TenantId};
use chain_proof::{BlockEvidence, Bundle, Disclosure};
use indexer::event::{EventType, event_of};
use std::sync::Arc;

/// Builds the bundle of the record at `place`, which must be an event of this type of the tenant. A sealed document is
/// proved without its fields.
///
/// # Errors
/// `ledger.index_mismatch` when the block has no such event, `ledger.index_behind`.
pub async fn event_bundle(
    gateway: &Arc<Gateway>,
    tenant: TenantId,
    place: Place,
    event_type: EventType,
) -> Result<Bundle, ApiError> {
    let block = read::block(gateway, place).await?;
    let genesis = Arc::clone(gateway.node.genesis());
    let build = move || {
        if event_of(&block, place.record, tenant.on_ledger()) != Some(event_type) {
            return Err(index_mismatch(&place));
        }
        let evidence = BlockEvidence::of(&block).map_err(read::unbuildable(place))?;
        evidence.bundle(&genesis, place.record, Disclosure::Unknown).map_err(read::unbuildable(place))
    };
    let bundle = gateway.processors.compute(build).await??;
    gateway.hand_overs.complete(&gateway.node, bundle).await
}

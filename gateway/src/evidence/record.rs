//! Builds the evidence of one record: its content, its signer and the block that holds it. Invariant: a record that the
//! ledger does not hold at the indexed position is an error.

use super::{FieldChoice, Place, index_mismatch, read};
use crate::{error::ApiError, state::Gateway, tenant_id::TenantId};
use chain_proof::{BlockEvidence, Bundle, Disclosure};
use chain_seal::TransactionKey;
use chain_types::{FinalBlock, Genesis, Subject};
use std::sync::Arc;

/// Builds the bundle of the record at `place`, which must be about `subject`, and discloses the chosen fields. A record
/// whose key was deleted, or whose body does not open, is proved without its document.
///
/// # Errors
/// `ledger.index_mismatch` when there is no such record, `evidence.unknown_disclosure`.
pub async fn record_bundle(
    gateway: &Arc<Gateway>,
    tenant: TenantId,
    place: Place,
    subject: Subject,
    choice: FieldChoice,
) -> Result<Bundle, ApiError> {
    let block = read::block(gateway, place).await?;
    let tx_id = match place.find(&block, subject) {
        Some((transaction, _)) => transaction.header.id(),
        None => return Err(index_mismatch(&place)),
    };
    let key = read::keys(gateway, tenant, vec![tx_id]).await?.into_iter().next().flatten();
    let genesis = Arc::clone(gateway.node.genesis());
    let build = move || build(&genesis, &block, place, subject, key.as_ref(), &choice);
    gateway.processors.compute(build).await?
}

fn build(
    genesis: &Genesis,
    block: &FinalBlock,
    place: Place,
    subject: Subject,
    key: Option<&TransactionKey>,
    choice: &FieldChoice,
) -> Result<Bundle, ApiError> {
    let (transaction, index) = place.find(block, subject).ok_or_else(|| index_mismatch(&place))?;
    let body = transaction.entries.get(index as usize).map(|command| &command.body);
    let body = body.ok_or_else(|| index_mismatch(&place))?;
    let record_key = key.map(|key| key.record_key(index));
    let fields = read::fields(body, record_key.as_ref(), place);
    if let Some(fields) = fields.as_deref() {
        choice.check(fields)?;
    }
    let is_open = |pointer: &str| choice.opens(pointer);
    let disclosure = match &fields {
        None => Disclosure::Unknown,
        Some(fields) => Disclosure::Chosen { fields, is_open: &is_open },
    };
    let evidence = BlockEvidence::of(block).map_err(read::unbuildable(place))?;
    evidence.bundle(genesis, place.record, disclosure).map_err(read::unbuildable(place))
}

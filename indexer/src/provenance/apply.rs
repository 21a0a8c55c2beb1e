//! From applied records to rows. Invariant: names no schema and depends on nothing but the records and their keys, so
//! applying the same blocks to an empty schema gives the same rows.

mod insert;
mod open;

use crate::{
    batch::{CheckedBlock, RecordRef},
    provenance::apply::insert::Rows,
};
use chain_seal::TransactionKey;
use chain_types::{Body, Event, Receipt, TenantId, TxId, provenance::Event as ProvenanceEvent};
use sqlx::PgConnection;
use std::collections::BTreeMap;

/// The keys of a batch's transactions; `None` for a deleted one.
pub(crate) type Keys = BTreeMap<(TenantId, TxId), Option<TransactionKey>>;

/// The rows of a batch, and what became of records that have none.
#[derive(Debug, Default)]
pub(crate) struct Prepared {
    rows: Rows,
    /// Applied records whose key was deleted.
    pub(crate) erased: u64,
    /// Applied records whose body does not open or is not an event: only a tenant that signs for itself can make one.
    pub(crate) unreadable: u64,
}

/// What an applied record did; `None` when it did not add an event: rejected, repeated, or of another slice.
fn added(receipt: &Receipt) -> Option<&ProvenanceEvent> {
    match receipt {
        Receipt::Applied(Event::Provenance(event)) => Some(event),
        _ => None,
    }
}

/// The transactions whose keys are needed, each once.
pub(crate) fn wanted_keys(blocks: &[CheckedBlock]) -> Vec<(TenantId, TxId)> {
    let mut wanted: Vec<_> = blocks
        .iter()
        .flat_map(CheckedBlock::each_record)
        .filter(|record| added(record.receipt).is_some() && matches!(record.entry.body, Body::Sealed { .. }))
        .map(|record| (record.tenant, record.tx_id))
        .collect();
    wanted.dedup();
    wanted
}

/// Opens the bodies of a batch and makes its rows. Takes milliseconds of CPU per hundred records.
pub(crate) fn prepare(blocks: &[CheckedBlock], keys: &Keys) -> Prepared {
    let mut prepared = Prepared::default();
    for block in blocks {
        for record in block.each_record() {
            if let Some(event) = added(record.receipt) {
                prepare_record(&mut prepared, block, &record, event, keys);
            }
        }
    }
    prepared
}

fn prepare_record(
    prepared: &mut Prepared,
    block: &CheckedBlock,
    record: &RecordRef<'_>,
    event: &ProvenanceEvent,
    keys: &Keys,
) {
    let declares_error = matches!(event, ProvenanceEvent::ErrorDeclared { .. });
    let document = match (&record.entry.body, keys.get(&(record.tenant, record.tx_id))) {
        (Body::Public(bytes), _) => Ok(bytes.clone()),
        (body @ Body::Sealed { .. }, Some(Some(key))) => chain_seal::open(body, &key.record_key(record.command_index)),
        (Body::Sealed { .. }, _) => {
            prepared.erased += 1;
            return;
        }
    };
    let opened = document.ok().and_then(open::read_event);
    match opened {
        Some(opened) => prepared.rows.push(&block.block.header, record, declares_error, opened),
        None => prepared.unreadable += 1,
    }
}

/// Writes the rows of a batch.
pub(crate) async fn insert(connection: &mut PgConnection, prepared: &Prepared) -> Result<(), sqlx::Error> {
    prepared.rows.insert(connection).await
}

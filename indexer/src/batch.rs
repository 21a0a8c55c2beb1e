//! Checks final blocks against the chain and limits how many are committed together. Invariant: a [`CheckedBlock`] has
//! the requested height, parent and a valid certificate.

use chain_types::{
    BlockHeader, Body, ChainId, Digest, Event, FinalBlock, Height, Receipt, TenantId, TxId, beacon::HandOver,
    block::FollowError, transaction::Entry, validator::ValidatorSet,
};
use std::sync::Arc;

/// The maximum number of records in one commit while blocks are read faster than they come: enough to spread its cost,
/// few enough to become visible within a fraction of a second. A single block may contain more.
pub(crate) const RECORDS_PER_COMMIT_MAX: usize = 8_192;
/// The same near the newest block, where a small write waits for the commit before its own.
pub(crate) const RECORDS_PER_NEW_COMMIT_MAX: usize = 1_000;
/// The maximum bytes of bodies in one commit. A single block may contain more.
pub(crate) const BYTES_PER_COMMIT_MAX: usize = 16 * 1024 * 1024;

/// A final block that was checked against the chain, with the results of the check.
#[derive(Clone, Debug)]
pub(crate) struct CheckedBlock {
    pub(crate) block: Arc<FinalBlock>,
    pub(crate) digest: Digest,
    /// The hand-over to the epoch of the next block, if this block begins one.
    pub(crate) hand_over: Option<Arc<HandOver>>,
    /// In the block's order.
    pub(crate) transactions: Vec<CheckedTransaction>,
    leaves: Vec<Digest>,
    /// The total size of all bodies.
    bytes: usize,
}

/// A transaction of a checked block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CheckedTransaction {
    pub(crate) tenant: TenantId,
    pub(crate) tx_id: TxId,
    pub(crate) first_record: usize,
    pub(crate) records: usize,
    /// Whether it has an applied record with a sealed body.
    pub(crate) needs_key: bool,
}

/// An applied record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AppliedRecord<'a> {
    pub(crate) header: &'a BlockHeader,
    pub(crate) tenant: TenantId,
    pub(crate) tx_id: TxId,
    pub(crate) command_index: u32,
    pub(crate) record_index: u32,
    pub(crate) entry: &'a Entry,
    pub(crate) event: &'a Event,
    pub(crate) leaf: Digest,
}

impl CheckedBlock {
    /// Checks a block and that its height is `height`.
    pub(crate) fn check(
        block: Arc<FinalBlock>,
        chain_id: ChainId,
        validators: &ValidatorSet,
        (height, parent): (Height, &Digest),
    ) -> Result<Self, FollowError> {
        let shard = block.header.shard;
        if block.header.height != height {
            return Err(FollowError::Parent { shard, height });
        }
        let leaves = block.check_leaves(chain_id, validators, parent)?;
        let mut receipts = block.block.receipts.iter();
        let (mut transactions, mut bytes) = (Vec::with_capacity(block.block.transactions.len()), 0);
        for transaction in &block.block.transactions {
            let first_record = block.block.receipts.len() - receipts.len();
            let mut needs_key = false;
            for (entry, receipt) in transaction.entries.iter().zip(receipts.by_ref()) {
                needs_key |= matches!((&entry.body, receipt), (Body::Sealed { .. }, Receipt::Applied(_)));
                bytes += entry.body.len();
            }
            let (header, records) = (&transaction.header, transaction.entries.len());
            let (tenant, tx_id) = (header.tenant, header.id());
            transactions.push(CheckedTransaction { tenant, tx_id, first_record, records, needs_key });
        }
        let hand_over = block.hand_over().map(|next| Arc::new(next.clone()));
        Ok(Self { digest: block.header.digest(), hand_over, transactions, leaves, bytes, block })
    }

    pub(crate) fn height(&self) -> Height {
        self.block.header.height
    }

    pub(crate) fn records(&self) -> usize {
        self.leaves.len()
    }

    /// The total size of all bodies, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The applied records, in the order of the block's tree.
    pub(crate) fn applied(&self) -> impl Iterator<Item = AppliedRecord<'_>> {
        let contents = self.transactions.iter().zip(&self.block.block.transactions);
        let entries = contents.flat_map(|(checked, transaction)| {
            (0_u32..).zip(&transaction.entries).map(move |(command_index, entry)| (checked, command_index, entry))
        });
        let outcomes = self.block.block.receipts.iter().zip(&self.leaves);
        (0_u32..).zip(entries.zip(outcomes)).filter_map(|(record_index, (record, (receipt, leaf)))| {
            let (CheckedTransaction { tenant, tx_id, .. }, command_index, entry) = record;
            let (tenant, tx_id, header, leaf) = (*tenant, *tx_id, &self.block.header, *leaf);
            match receipt {
                Receipt::Applied(event) => {
                    Some(AppliedRecord { header, tenant, tx_id, command_index, record_index, entry, event, leaf })
                }
                Receipt::Repeated | Receipt::Rejected(_) => None,
            }
        })
    }
}

/// The number of leading blocks to commit together: at least one, within `records_max` and [`BYTES_PER_COMMIT_MAX`].
pub(crate) fn commit_size(blocks: &[CheckedBlock], records_max: usize) -> usize {
    let sizes = blocks.iter().map(|block| (block.records(), block.bytes()));
    let mut total = (0, 0);
    let fits = sizes.take_while(|(records, bytes)| {
        total = (total.0 + records, total.1 + bytes);
        total.0 <= records_max && total.1 <= BYTES_PER_COMMIT_MAX
    });
    fits.count().max(1).min(blocks.len())
}

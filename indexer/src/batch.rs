//! Blocks that are applied together. Invariant: only blocks that passed every check a stranger can make are in one, in
//! order and without gaps.

use chain_types::{
    ChainId, Digest, FinalBlock, Height, Receipt, TenantId, TxId, block::FollowError, transaction::Entry,
    validator::ValidatorSet,
};
use std::sync::Arc;

/// Records of one commit: enough to spread its cost, few enough that readers see it within a fraction of a second. A
/// single block may hold more.
pub(crate) const RECORDS_PER_COMMIT_MAX: usize = 8_192;
/// Bytes of bodies of one commit; a single block may hold more.
pub(crate) const BYTES_PER_COMMIT_MAX: usize = 16 * 1024 * 1024;

/// A final block that was checked against the chain, with what the check computed.
#[derive(Clone, Debug)]
pub(crate) struct CheckedBlock {
    pub(crate) block: Arc<FinalBlock>,
    pub(crate) digest: Digest,
    leaves: Vec<Digest>,
}

/// One record of a checked block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordRef<'a> {
    pub(crate) tenant: TenantId,
    pub(crate) tx_id: TxId,
    pub(crate) command_index: u32,
    pub(crate) record_index: usize,
    pub(crate) entry: &'a Entry,
    pub(crate) receipt: &'a Receipt,
    pub(crate) leaf: &'a Digest,
}

/// One transaction of a checked block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TransactionRef {
    pub(crate) tenant: TenantId,
    pub(crate) tx_id: TxId,
    pub(crate) first_record: usize,
    pub(crate) records: usize,
}

impl CheckedBlock {
    /// Checks a block and that it stands at `height`.
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
        block.check(chain_id, validators, parent)?;
        let leaves = block.leaves().ok_or(FollowError::Contents { shard, height })?;
        Ok(Self { digest: block.header.digest(), block, leaves })
    }

    pub(crate) fn height(&self) -> Height {
        self.block.header.height
    }

    pub(crate) fn records(&self) -> usize {
        self.leaves.len()
    }

    /// Bytes of all bodies.
    pub(crate) fn bytes(&self) -> usize {
        let transactions = self.block.block.transactions.iter();
        transactions.flat_map(|transaction| &transaction.entries).map(|entry| entry.body.len()).sum()
    }

    pub(crate) fn transactions(&self) -> impl Iterator<Item = TransactionRef> {
        self.block.block.transactions.iter().scan(0, |next, transaction| {
            let first_record = *next;
            let records = transaction.entries.len();
            *next += records;
            let header = &transaction.header;
            Some(TransactionRef { tenant: header.tenant, tx_id: header.id(), first_record, records })
        })
    }

    /// The records in the order of the block's tree.
    pub(crate) fn each_record(&self) -> impl Iterator<Item = RecordRef<'_>> {
        let entries = self.block.block.transactions.iter().flat_map(|transaction| {
            let (tenant, tx_id) = (transaction.header.tenant, transaction.header.id());
            (0_u32..).zip(&transaction.entries).map(move |(index, entry)| (tenant, tx_id, index, entry))
        });
        let outcomes = self.block.block.receipts.iter().zip(&self.leaves);
        entries.zip(outcomes).enumerate().map(|(record_index, ((tenant, tx_id, command_index, entry), outcome))| {
            let (receipt, leaf) = outcome;
            RecordRef { tenant, tx_id, command_index, record_index, entry, receipt, leaf }
        })
    }
}

/// How many of the first blocks to commit together: at least one, within both limits.
pub(crate) fn commit_size(blocks: &[CheckedBlock]) -> usize {
    let sizes = blocks.iter().map(|block| (block.records(), block.bytes()));
    let mut total = (0, 0);
    let fits = sizes.take_while(|(records, bytes)| {
        total = (total.0 + records, total.1 + bytes);
        total.0 <= RECORDS_PER_COMMIT_MAX && total.1 <= BYTES_PER_COMMIT_MAX
    });
    fits.count().max(1).min(blocks.len())
}

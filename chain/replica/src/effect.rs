//! What a replica asks the world to do. Invariant: effects are performed strictly in order.

use chain_state::Flush;
use chain_types::{Digest, FinalBlock, Height, Receipt, TimestampMs, TxId, Vote};
use std::sync::Arc;

/// A list of effects, in order.
pub type Effects = Vec<Effect>;

/// Something for the world to do.
pub enum Effect {
    /// Record the vote durably, sign it, and answer with [`crate::Input::Certified`].
    Sign(Vote),
    /// Write the block and all that belongs to it in one durable batch, and answer with [`crate::Input::Persisted`].
    Persist(Box<Commit>),
    /// The block is final: tell everyone.
    Finalised(Finalised),
    /// A transaction will not be on the chain.
    Refuse {
        /// Which.
        tx_id: TxId,
        /// Why.
        reason: Refused,
    },
    /// A submitted transaction is on the chain already.
    AlreadyFinal {
        /// Which.
        tx_id: TxId,
        /// In which block.
        height: Height,
    },
}

/// Why a transaction will not be on the chain, at least not by this submission.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// The mempool or the seen-set is full; try again later.
    Busy,
    /// Its expiry has passed.
    Expired,
    /// The law does not admit it.
    NotAdmitted(chain_ledger::Refusal),
}

/// A block with everything that is written with it.
pub struct Commit {
    /// The block, certified.
    pub block: Arc<FinalBlock>,
    /// The digest of its header.
    pub digest: Digest,
    /// Its write-set, encoded.
    pub delta: Vec<u8>,
    /// Its transactions and their expiries.
    pub seen: Vec<(TxId, TimestampMs)>,
    /// The ledger has forgotten the transactions that expired before this, so the disk may.
    pub expired_before: TimestampMs,
    /// Changes of the state for the disk, now and then.
    pub flush: Option<Flush>,
    /// The shard's totals after the block.
    pub totals: crate::Totals,
}

/// A block that became final.
pub struct Finalised {
    /// The block.
    pub block: Arc<FinalBlock>,
    /// The digest of its header.
    pub digest: Digest,
    /// The shard's totals after it.
    pub totals: crate::Totals,
    /// Its transactions: id, index of the first record, number of records.
    pub transactions: Vec<(TxId, u32, u32)>,
}

impl Finalised {
    /// The receipts of one of its transactions.
    pub fn receipts(&self, first: u32, count: u32) -> Vec<Receipt> {
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        let end = first.saturating_add(usize::try_from(count).unwrap_or(usize::MAX));
        self.block.block.receipts.get(first..end).map(<[Receipt]>::to_vec).unwrap_or_default()
    }
}

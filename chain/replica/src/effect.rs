//! The effects that a replica requests from its host: writes, signatures, messages and reports. Invariant: the host
//! performs effects strictly in order.

use crate::{Message, SeenBlock, SnapshotAsk};
use chain_consensus::Committee;
use chain_state::Flush;
use chain_types::{
    BlockHeader, Certificate, Digest, FinalBlock, Height, PublicKey, Receipt, TimestampMs, Transaction, TxId, Vote,
    beacon::{Evidence, HandOverProof, Promise, PromiseBatch},
    transaction::CheckedTransaction,
    version::Outdated,
};
use std::sync::Arc;

/// Effects in the order in which the host performs them.
pub type Effects = Vec<Effect>;

/// One effect for the host to perform.
pub enum Effect {
    /// Write a certificate to the journal. It must be durable before the next vote.
    Log(Certificate),
    /// Write a block durably: a vote for it follows.
    Hold(Arc<HeldBlock>),
    /// Record a vote durably, sign it, and answer with [`crate::Input::Signed`].
    Sign(Vote),
    /// Write a block and all that belongs to it in one durable batch, and answer with [`crate::Input::Persisted`].
    Persist(Box<Commit>),
    /// Announce a final block.
    Finalised(Finalised),
    /// Another committee decides from the next height on [P19, epochs].
    EnterEpoch(Arc<Committee>),
    /// Report that a transaction will not be on the chain.
    Refuse { tx_id: TxId, reason: Refused },
    /// Report that a submitted transaction is already on the chain.
    AlreadyFinal {
        tx_id: TxId,
        /// The height of its block.
        height: Height,
    },
    /// Send a message to one peer, or to all.
    Send {
        /// The receiver; `None` for all.
        to: Option<PublicKey>,
        message: Box<Message>,
    },
    /// Send a peer the final blocks from a height on, as many as fit into one message.
    SendFinal {
        /// The receiver.
        to: PublicKey,
        from: Height,
    },
    /// Send a peer the final blocks from a height on, with their write-sets as far as those are still stored.
    SendWriteSets {
        /// The receiver.
        to: PublicKey,
        from: Height,
    },
    /// Send a peer a part of the state of the last flush.
    SendSnapshot {
        /// The receiver.
        to: PublicKey,
        /// The requested part.
        ask: SnapshotAsk,
    },
    /// Write a chunk of a peer's snapshot to the staging area; [`Effect::Adopt`] activates it.
    TakeOverState(Flush),
    /// Write unexpired transactions of the snapshot to the staging area.
    TakeOverSeen(Vec<SeenBlock>),
    /// Write the hand-overs up to the snapshot's validators to the staging area.
    TakeOverHandOvers(Vec<HandOverProof>),
    /// Clear the staging area.
    DropTakeover,
    /// Activate the staging area in one durable write together with the snapshot's block, and continue from there with
    /// [`crate::Replica::adopt`].
    Adopt(Box<Adoption>),
    /// Send a transaction to the validators.
    Spread(Arc<CheckedTransaction>),
    /// Record promised transactions durably, sign the promise, and send it to the submitters. The replica does not wait
    /// for the result.
    Promise(PromiseRequest),
    /// Drop these promises: they were kept, or no block can keep them any more.
    Kept(Vec<TxId>),
    /// Report that a leader promised a transaction of a local client.
    Promised {
        tx_id: TxId,
        /// The promise that names it.
        promise: Arc<PromiseBatch>,
    },
    /// Report evidence that a validator equivocated or broke a promise.
    Accuse(Box<Evidence>),
    /// Report a condition that the operator must act on.
    Alarm(Alarm),
    /// Report that the chain follows rules that this build does not know. The replica accepts, builds and votes for
    /// nothing more.
    Outdated(Outdated),
}

/// A promise to be made.
pub struct PromiseRequest {
    /// The promise to sign.
    pub promise: Promise,
    /// The transactions' ids, in the order of the promise's root.
    pub ids: Vec<TxId>,
    pub transactions: Vec<Arc<CheckedTransaction>>,
    /// The distinct submitters, ascending: keys of peers, and this replica's own key for its local clients.
    pub submitters: Vec<PublicKey>,
}

/// A condition that an operator must act on.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Alarm {
    /// A final block carries a vote of this validator that its journal lacks, so the journal is an old copy. The
    /// validator stops voting, because further votes could contradict earlier ones.
    #[error(
        "block {height} carries this validator's vote, but its journal ends at height {voted}: it was restored from an old copy, and this validator votes no more"
    )]
    JournalRolledBack {
        /// The block that carries the vote.
        height: Height,
        /// The last height in the journal.
        voted: Height,
    },
    /// No peer that is ahead has the next block: all of them joined from snapshots or dropped old blocks.
    #[error(
        "no peer has block {height} any more: connect to one that keeps all blocks, or start with an empty data directory and join from a snapshot"
    )]
    BlocksAbsent {
        /// The height of the missing block.
        height: Height,
    },
}

/// A block that is not final yet, with its transactions.
#[derive(Debug)]
pub struct HeldBlock {
    pub header: BlockHeader,
    /// The digest of the header.
    pub digest: Digest,
    pub transactions: Vec<Arc<CheckedTransaction>>,
}

/// Why a transaction is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// The mempool or the seen-set is full; try again later.
    Busy,
    /// Its expiry has passed.
    Expired,
    /// The ledger's rules do not admit it.
    NotAdmitted(chain_ledger::Refusal),
}

impl Refused {
    /// Converts a refusal of the ledger.
    pub(crate) const fn of(refusal: chain_ledger::Refusal) -> Self {
        match refusal {
            chain_ledger::Refusal::Expired => Self::Expired,
            other => Self::NotAdmitted(other),
        }
    }
}

/// A block with everything that is written with it.
pub struct Commit {
    /// The block with its certificate.
    pub block: Arc<FinalBlock>,
    /// The digest of its header.
    pub digest: Digest,
    /// The encoded write-set.
    pub delta: Vec<u8>,
    /// Its transactions and their expiries.
    pub seen: Vec<(TxId, TimestampMs)>,
    /// The ledger has forgotten the transactions that expired before this time, so the disk may forget them too.
    pub expired_before: TimestampMs,
    /// The proof of the hand-over to the next block's epoch, when this block began that epoch.
    pub hand_over: Option<HandOverProof>,
    /// The changes of the state to write to disk, when a flush is due.
    pub flush: Option<Flush>,
    /// The shard's totals after the block.
    pub totals: crate::Totals,
}

/// A downloaded snapshot to activate.
pub struct Adoption {
    /// The block whose state it is.
    pub block: Arc<FinalBlock>,
    /// The shard's totals after the block, as claimed by the peer.
    pub totals: crate::Totals,
}

/// A block that became final.
pub struct Finalised {
    pub block: Arc<FinalBlock>,
    /// The digest of its header.
    pub digest: Digest,
    /// The shard's totals after the block.
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

/// The transactions of a held block, without copying those that are not shared.
pub(crate) fn into_transactions(held: Arc<HeldBlock>) -> Vec<Transaction> {
    let own = |one: Arc<CheckedTransaction>| Arc::unwrap_or_clone(one).into_transaction();
    match Arc::try_unwrap(held) {
        Ok(held) => held.transactions.into_iter().map(own).collect(),
        Err(shared) => shared.transactions.iter().map(|one| one.transaction().clone()).collect(),
    }
}

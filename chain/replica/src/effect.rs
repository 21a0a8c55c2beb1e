//! The effects of a replica. Invariant: the interpreter performs them strictly in order.

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

/// A list of effects, in order.
pub type Effects = Vec<Effect>;

/// An action for the interpreter.
pub enum Effect {
    /// Write a certificate to the journal. It is durable before the next vote.
    Log(Certificate),
    /// Write the block durably: a vote for it follows.
    Hold(Arc<HeldBlock>),
    /// Record the vote durably, sign it, and answer with [`crate::Input::Signed`].
    Sign(Vote),
    /// Write the block and all that belongs to it in one durable batch, and answer with [`crate::Input::Persisted`].
    Persist(Box<Commit>),
    /// The block is final: announce it.
    Finalised(Finalised),
    /// The next height is decided by another committee [P19].
    EnterEpoch(Arc<Committee>),
    /// A transaction will not be on the chain.
    Refuse {
        /// The transaction.
        tx_id: TxId,
        /// The reason.
        reason: Refused,
    },
    /// A submitted transaction is on the chain already.
    AlreadyFinal {
        /// The transaction.
        tx_id: TxId,
        /// Its block.
        height: Height,
    },
    /// Send a message to one peer, or to all.
    Send {
        /// The receiver; `None` for all.
        to: Option<PublicKey>,
        /// The message.
        message: Box<Message>,
    },
    /// Send a peer the final blocks from a height on, as many as one message takes.
    SendFinal {
        /// The receiver.
        to: PublicKey,
        /// The first height.
        from: Height,
    },
    /// The same with their write-sets, as far as they are still stored.
    SendWriteSets {
        /// The receiver.
        to: PublicKey,
        /// The first height.
        from: Height,
    },
    /// Send a peer a part of the state of the last flush.
    SendSnapshot {
        /// The receiver.
        to: PublicKey,
        /// The part that it asked for.
        ask: SnapshotAsk,
    },
    /// Write a chunk of a peer's snapshot to the staging area; [`Effect::Adopt`] activates it.
    TakeOverState(Flush),
    /// Write unexpired transactions of the snapshot to the staging area.
    TakeOverSeen(Vec<SeenBlock>),
    /// Write the hand-overs that lead to the snapshot's validators to the staging area.
    TakeOverHandOvers(Vec<HandOverProof>),
    /// Clear the staging area.
    DropTakeover,
    /// Activate the staging area in one durable write with the block of the snapshot, and continue from there with
    /// [`crate::Replica::adopt`].
    Adopt(Box<Adoption>),
    /// Send a transaction to the validators.
    Spread(Arc<CheckedTransaction>),
    /// Record the promised transactions durably, sign the promise, and send it to the submitters. The replica does not
    /// wait for it.
    Promise(PromiseRequest),
    /// These promises are kept, or no block can keep them any more.
    Kept(Vec<TxId>),
    /// A leader promised a transaction that came in here.
    Promised {
        /// The transaction.
        tx_id: TxId,
        /// The promise that names it.
        promise: Arc<PromiseBatch>,
    },
    /// A validator contradicted itself or broke its word.
    Accuse(Box<Evidence>),
    /// A condition that the operator must know.
    Alarm(Alarm),
    /// The chain follows rules that this build does not know: the replica accepts, builds and votes for nothing more.
    Outdated(Outdated),
}

/// A promise to be made.
pub struct PromiseRequest {
    /// The promise to sign.
    pub promise: Promise,
    /// The transactions' ids, in the order of the promise's root.
    pub ids: Vec<TxId>,
    /// The transactions.
    pub transactions: Vec<Arc<CheckedTransaction>>,
    /// The submitters; this replica's own key stands for its clients.
    pub submitters: Vec<PublicKey>,
}

/// A condition that an operator must act on.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Alarm {
    /// The chain holds a vote of this validator that its journal does not know: the journal is an old copy. Further
    /// votes could contradict earlier ones, so it does not vote.
    #[error(
        "block {height} carries this validator's vote, but its journal ends at height {voted}: it was restored from an old copy, and this validator votes no more"
    )]
    JournalRolledBack {
        /// The block that carries the vote.
        height: Height,
        /// The last height in the journal.
        voted: Height,
    },
    /// No peer that is ahead has the next block any more: all of them joined from snapshots or dropped old blocks.
    #[error(
        "no peer has block {height} any more: connect to one that keeps all blocks, or start with an empty data directory and join from a snapshot"
    )]
    BlocksAbsent {
        /// The block.
        height: Height,
    },
}

/// A block that is not final yet, with its transactions.
#[derive(Debug)]
pub struct HeldBlock {
    /// The header.
    pub header: BlockHeader,
    /// The digest of the header.
    pub digest: Digest,
    /// The transactions, in order.
    pub transactions: Vec<Arc<CheckedTransaction>>,
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

impl Refused {
    /// The refusal of the law, as the submitter gets it.
    pub(crate) const fn of(refusal: chain_ledger::Refusal) -> Self {
        match refusal {
            chain_ledger::Refusal::Expired => Self::Expired,
            other => Self::NotAdmitted(other),
        }
    }
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
    /// The proof of the hand-over to the next block's epoch, when this block began it.
    pub hand_over: Option<HandOverProof>,
    /// Changes of the state for the disk, when they are due.
    pub flush: Option<Flush>,
    /// The shard's totals after the block.
    pub totals: crate::Totals,
}

/// A state that was taken over from others.
pub struct Adoption {
    /// The block that it is the state of.
    pub block: Arc<FinalBlock>,
    /// The shard's totals after it, as the peer told them.
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

/// A held block's transactions, without copying those that nobody else holds.
pub(crate) fn into_transactions(held: Arc<HeldBlock>) -> Vec<Transaction> {
    let own = |one: Arc<CheckedTransaction>| Arc::unwrap_or_clone(one).into_transaction();
    match Arc::try_unwrap(held) {
        Ok(held) => held.transactions.into_iter().map(own).collect(),
        Err(shared) => shared.transactions.iter().map(|one| one.transaction().clone()).collect(),
    }
}

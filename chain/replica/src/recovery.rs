//! The stored data from which a replica recovers, and the reasons to refuse it. Invariant: a replica does not start
//! when its state lacks the root of the last final block.

use crate::promise::Owed;
use chain_state::ReadFailure;
use chain_types::{
    BlockHeader, Certificate, Digest, Height, SignedVote, TimestampMs, Transaction, TxId, View, codec::CodecError,
    version::Outdated,
};

/// A validator's journal of heights that it had not finished: the one after the tip, or a later one when its store is
/// an older copy than its journal.
#[derive(Clone, Default, Debug)]
pub struct Memory {
    /// A height, and the view below which its views are settled ([`chain_consensus::Memory::below`]).
    pub below: (Height, View),
    /// Every vote that it signed.
    pub votes: Vec<SignedVote>,
    /// The certificates by which it left views.
    pub certificates: Vec<Certificate>,
}

/// The stored data of a shard, besides its state.
pub struct Recovered {
    /// The last final block, with the shard's totals after it.
    pub tip: Option<(BlockHeader, Certificate, crate::Totals)>,
    /// The write-sets of the blocks after the last flush, in order.
    pub deltas: Vec<Vec<u8>>,
    /// Unexpired transactions: block height, block time and ids with expiries, in order.
    pub seen: Vec<SeenBlock>,
    /// The validator's votes and certificates of heights after the tip.
    pub memory: Memory,
    /// Blocks of heights after the tip, which were held before they were voted for.
    pub held: Vec<(BlockHeader, Vec<Transaction>)>,
    /// The validator's promises that it has not kept yet.
    pub owed: Vec<Owed>,
    /// The highest height that this validator voted at, by its journal.
    pub voted: Height,
}

/// A block's height, its time, and its transactions with their expiries.
pub type SeenBlock = (Height, TimestampMs, Vec<(TxId, TimestampMs)>);

/// Why a replica refuses to start.
#[derive(Debug, thiserror::Error)]
pub enum RecoveryError {
    #[error("the state cannot be read")]
    Read(#[from] ReadFailure),
    /// A stored write-set does not decode.
    #[error("a stored write-set is damaged")]
    Delta(#[from] CodecError),
    /// The next block belongs to an epoch of a version that this build does not know.
    #[error(transparent)]
    Outdated(#[from] Outdated),
    /// A held block's transactions are not well formed.
    #[error("a held block is damaged")]
    Held,
    /// The last final block is of another chain or shard, or its certificate is not valid.
    #[error("block {height} is not a certified block of this chain and shard")]
    Foreign {
        /// The last final block.
        height: Height,
    },
    /// The state is not the one that the last final block committed to.
    #[error("the state's root is {found}, but block {height} committed to {expected}: the data is damaged")]
    Root {
        /// The last final block.
        height: Height,
        /// The root that it committed to.
        expected: Digest,
        /// The root of the stored state.
        found: Digest,
    },
}

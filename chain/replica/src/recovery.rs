//! A replica from what the disk holds. Invariant: either the recovered state has the root of the last final block, or
//! the replica refuses to start.

use chain_state::ReadFailure;
use chain_types::{
    BlockHeader, Certificate, Digest, Genesis, Height, ShardId, TimestampMs, TxId, View, codec::CodecError,
};

/// What the disk holds of a shard besides its state.
pub struct Recovered {
    /// The last final block and the shard's totals after it.
    pub tip: Option<(BlockHeader, Certificate, crate::Totals)>,
    /// The write-sets of the blocks after the last flush, in order.
    pub deltas: Vec<Vec<u8>>,
    /// Unexpired transactions: block height, block time and ids with expiries, in order.
    pub seen: Vec<SeenBlock>,
    /// The first view in which no vote was ever recorded for the next height.
    pub view: View,
}

/// A block's height, its time, and its transactions with their expiries.
pub type SeenBlock = (Height, TimestampMs, Vec<(TxId, TimestampMs)>);

/// Why a replica refuses to start.
#[derive(Debug, thiserror::Error)]
pub enum RecoveryError {
    /// The disk cannot be read.
    #[error("the state cannot be read")]
    Read(#[from] ReadFailure),
    /// A stored write-set does not decode.
    #[error("a stored write-set is damaged")]
    Delta(#[from] CodecError),
    /// The last final block is of another chain or shard, or its certificate does not hold.
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
        /// What it committed to.
        expected: Digest,
        /// What the disk holds.
        found: Digest,
    },
}

/// Checks that a tip is a certified block of this chain and shard: data of another chain would be continued otherwise.
pub(crate) fn check_tip(
    genesis: &Genesis,
    shard: ShardId,
    header: &BlockHeader,
    certificate: &Certificate,
) -> Result<(), RecoveryError> {
    let is_ours = header.chain_id == genesis.chain_id()
        && header.shard == shard
        && certificate.vote == header.finalise_vote()
        && certificate.check(&genesis.validators).is_ok();
    if is_ours { Ok(()) } else { Err(RecoveryError::Foreign { height: header.height }) }
}

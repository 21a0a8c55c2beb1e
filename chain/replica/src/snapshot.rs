//! Requests and parts of a state snapshot [P9, recovery]. Invariant: a received part is an unverified claim until it
//! was checked against a certified header.

use crate::{SeenBlock, Totals};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_ledger::seen::{slot_of, slots_at};
use chain_state::Chunk;
use chain_types::{Epoch, FinalBlock, Height, TimestampMs, beacon::HandOverProof};

/// Bytes of leaves, or of remembered transactions, in one part, at most; a single larger bucket or block is still sent.
pub const SNAPSHOT_PART_BYTES_MAX: usize = 1024 * 1024;

/// Hand-overs in one part, at most. A replica that needs more sends further requests.
pub const HAND_OVERS_PER_PART_MAX: usize = 256;

/// A request for a part of a snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum SnapshotAsk {
    /// The final block of the snapshot.
    Head,
    /// The hand-overs that lead to the validators of its epoch.
    HandOvers {
        /// The snapshot's height.
        height: Height,
        /// Only hand-overs to epochs after this one.
        after: Epoch,
    },
    /// Consecutive leaves of the state.
    Chunk {
        /// The snapshot's height.
        height: Height,
        /// The first bucket.
        first: u32,
    },
    /// Unexpired transactions.
    Seen {
        /// The snapshot's height.
        height: Height,
        /// Only those of blocks after this height.
        after: Height,
    },
}

/// A part of a snapshot, as a peer sends it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum SnapshotPart {
    /// The final block of the snapshot.
    Head {
        block: Box<FinalBlock>,
        /// The shard's totals after the block. No header commits to them.
        totals: Totals,
    },
    /// The hand-overs that lead to the validators of its epoch.
    HandOvers {
        /// The snapshot's height.
        height: Height,
        /// Consecutive, from the requested epoch on, and none beyond the snapshot's own.
        proofs: Vec<HandOverProof>,
    },
    Chunk {
        /// The snapshot's height.
        height: Height,
        chunk: Chunk,
    },
    /// Unexpired transactions.
    Seen {
        /// The snapshot's height.
        height: Height,
        /// Ordered by height. Each block has only its unexpired transactions, and at least one.
        blocks: Vec<SeenBlock>,
        /// The last height that this part covers. The list ends with the snapshot's own height.
        last: Height,
    },
    /// There is no snapshot here, or not the requested one any more.
    Gone,
}

/// The remembered transactions that may still be valid after a block of this time. The state commits to exactly these.
pub fn unexpired(blocks: Vec<SeenBlock>, time: TimestampMs) -> Vec<SeenBlock> {
    let slots = slots_at(time);
    let of_block = |(height, at, mut ids): SeenBlock| {
        ids.retain(|(_, valid_until)| slots.contains(&slot_of(*valid_until)));
        (!ids.is_empty()).then_some((height, at, ids))
    };
    blocks.into_iter().filter_map(of_block).collect()
}

//! The parts of a snapshot [P9]. Invariant: a part is a claim: it counts only once it was checked against a certified
//! header.

use crate::{SeenBlock, Totals};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_ledger::seen::{slot_of, slots_at};
use chain_state::Chunk;
use chain_types::{Epoch, FinalBlock, Height, TimestampMs, beacon::HandOverProof};

/// Bytes of leaves, or of remembered transactions, in one part, at most, unless it is a single bucket or block.
pub const SNAPSHOT_PART_BYTES_MAX: usize = 1024 * 1024;

/// Hand-overs in one part, at most. A replica that needs more asks again.
pub const HAND_OVERS_PER_PART_MAX: usize = 256;

/// Asks for a part of a snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum SnapshotAsk {
    /// The final block whose state it is.
    Head,
    /// The hand-overs that lead to the validators of its epoch.
    HandOvers {
        /// The snapshot's height.
        height: Height,
        /// Those to epochs after this one.
        after: Epoch,
    },
    /// A chunk of the state.
    Chunk {
        /// The snapshot's height.
        height: Height,
        /// The first bucket.
        first: u32,
    },
    /// Transactions that are not expired.
    Seen {
        /// The snapshot's height.
        height: Height,
        /// Those of blocks after this one.
        after: Height,
    },
}

/// A part of a snapshot.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum SnapshotPart {
    /// The final block whose state it is.
    Head {
        /// The block.
        block: Box<FinalBlock>,
        /// The shard's totals after it. No header commits to them.
        totals: Totals,
    },
    /// The hand-overs that lead to the validators of its epoch.
    HandOvers {
        /// The snapshot's height.
        height: Height,
        /// Consecutive, from the epoch that was asked for on, and none beyond the snapshot's own.
        proofs: Vec<HandOverProof>,
    },
    /// A chunk of the state.
    Chunk {
        /// The snapshot's height.
        height: Height,
        /// The chunk.
        chunk: Chunk,
    },
    /// Transactions that are not expired.
    Seen {
        /// The snapshot's height.
        height: Height,
        /// Ascending by height; each block with those of its transactions that are not expired, and at least one.
        blocks: Vec<SeenBlock>,
        /// The last height that these are of; the snapshot's own ends the list.
        last: Height,
    },
    /// There is no snapshot here, or the one that was asked for is gone.
    Gone,
}

/// The remembered transactions that may still be valid after a block of this time. The state commits to these.
pub fn unexpired(blocks: Vec<SeenBlock>, time: TimestampMs) -> Vec<SeenBlock> {
    let slots = slots_at(time);
    let of_block = |(height, at, mut ids): SeenBlock| {
        ids.retain(|(_, valid_until)| slots.contains(&slot_of(*valid_until)));
        (!ids.is_empty()).then_some((height, at, ids))
    };
    blocks.into_iter().filter_map(of_block).collect()
}

//! Serving snapshots as a node does [P9], from the simulated disk. Invariant: what a peer takes over part by part stays
//! as it was for as long as it is held.

use crate::disk::{Content, nodes_of};
use chain_replica::{SeenBlock, SnapshotAsk, SnapshotPart, Totals, unexpired};
use chain_state::{Archive, LEVELS, LeafReader, ReadFailure, Shape, StoredLeaf, bucket_below};
use chain_types::{Digest, FinalBlock, Height};
use std::{collections::BTreeMap, sync::Arc};

/// Bytes of leaves in one part, so that the small states of simulated chains come in several.
const PART_BYTES_MAX: usize = 2_000;
/// Blocks with remembered transactions in one part.
const PART_BLOCKS_MAX: usize = 4;
/// Snapshots that are held at the same time, as in a node.
const SNAPSHOTS_MAX: usize = 2;
/// How a snapshot's state is laid out: its chunks are of the buckets that the protocol names.
const SHAPE: Shape = Shape { levels: LEVELS, flush_leaves: 1 };

/// Leaves as they were.
struct Frozen(BTreeMap<Digest, Box<[u8]>>);

impl LeafReader for Frozen {
    fn leaves(&self, bucket: u32) -> Result<Vec<StoredLeaf>, ReadFailure> {
        let of_bucket = self.0.iter().filter(|(path, _)| bucket_below(path, LEVELS) == bucket);
        Ok(of_bucket.map(|(path, value)| StoredLeaf { path: *path, value: value.clone() }).collect())
    }
}

struct Held {
    archive: Archive<Frozen>,
    block: Arc<FinalBlock>,
    totals: Totals,
    seen: Vec<SeenBlock>,
}

/// The snapshots that a process holds.
#[derive(Default)]
pub struct Serving(Vec<Held>);

impl Serving {
    /// The answer to a question.
    pub fn answer(&mut self, content: &Content, ask: SnapshotAsk) -> SnapshotPart {
        let height = match ask {
            SnapshotAsk::Head => {
                self.hold(content);
                self.0.last().map_or(Height(0), |held| held.block.header.height)
            }
            SnapshotAsk::HandOvers { height, .. }
            | SnapshotAsk::Chunk { height, .. }
            | SnapshotAsk::Seen { height, .. } => height,
        };
        let Some(at) = self.0.iter().position(|held| held.block.header.height == height) else {
            return SnapshotPart::Gone;
        };
        // What was asked for last is given up last.
        let held = self.0.remove(at);
        let part = held.part(ask);
        self.0.push(held);
        part
    }

    /// Holds the state that was written out last, unless there is none or it is held.
    fn hold(&mut self, content: &Content) {
        let store = &content.store;
        let Some((height, totals)) = store.flushed else { return };
        let Some(block) = store.block(height) else { return };
        if let Some(at) = self.0.iter().position(|held| held.block.header.height == height) {
            let held = self.0.remove(at);
            self.0.push(held);
            return;
        }
        if self.0.len() >= SNAPSHOTS_MAX {
            self.0.remove(0);
        }
        let leaves = store.leaves.clone();
        let archive = Archive::over(Frozen(leaves), nodes_of(&store.leaves, SHAPE));
        let seen = store.seen.iter().filter(|(of, ..)| *of <= height).cloned().collect();
        let seen = unexpired(seen, block.header.timestamp_ms);
        self.0.push(Held { archive, block: Arc::clone(block), totals, seen });
    }
}

impl Held {
    fn part(&self, ask: SnapshotAsk) -> SnapshotPart {
        let height = self.block.header.height;
        match ask {
            SnapshotAsk::Head => {
                SnapshotPart::Head { block: Box::new(FinalBlock::clone(&self.block)), totals: self.totals }
            }
            // Where members join, the first validators decide to the end.
            SnapshotAsk::HandOvers { .. } => SnapshotPart::Gone,
            SnapshotAsk::Chunk { first, .. } => match self.archive.chunk(first, PART_BYTES_MAX) {
                Ok(chunk) => SnapshotPart::Chunk { height, chunk },
                Err(_) => SnapshotPart::Gone,
            },
            SnapshotAsk::Seen { after, .. } => {
                let mut blocks: Vec<_> = self.seen.iter().filter(|(of, ..)| *of > after).cloned().collect();
                let is_all = blocks.len() <= PART_BLOCKS_MAX;
                blocks.truncate(PART_BLOCKS_MAX);
                let last = blocks.last().filter(|_| !is_all).map_or(height, |(of, ..)| *of);
                SnapshotPart::Seen { height, blocks, last }
            }
        }
    }
}

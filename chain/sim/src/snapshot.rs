//! Serves snapshots from the simulated disk, as a node does [P9, recovery]. Invariant: a held snapshot never changes.
//! Serving changes nothing on the disk.

use crate::disk::{Content, nodes_of};
use chain_replica::{SeenBlock, SnapshotAsk, SnapshotPart, Totals, unexpired};
use chain_state::{Archive, LEVELS, LeafReader, ReadFailure, Shape, StoredLeaf, bucket_below};
use chain_types::{Digest, FinalBlock, Height};
use std::{collections::BTreeMap, sync::Arc};

/// The size of a chunk, in bytes of leaves: small, so that a small state has several chunks.
const PART_BYTES_MAX: usize = 2_000;
/// The number of blocks with remembered transactions in one part.
const PART_BLOCKS_MAX: usize = 4;
/// The number of snapshots held at once, as in a node.
const SNAPSHOTS_MAX: usize = 2;
/// The layout of a snapshot's state: one chunk per bucket as the protocol defines it.
const SHAPE: Shape = Shape { levels: LEVELS, flush_leaves: 1, ..Shape::DEFAULT };

/// The leaves at the time of the snapshot.
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
    /// Answers a request.
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
        // The last requested snapshot is evicted last.
        let held = self.0.remove(at);
        let part = held.part(ask);
        self.0.push(held);
        part
    }

    /// Holds the state of the last flush, unless there is none or it is already held.
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
            // In worlds with joins the validators never change.
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

//! An oracle: the final blocks that honest processes announced, by height. Invariants checked: the blocks of one height
//! agree. Each block names its parent. A restarted process still has every block that it announced.

use chain_types::{Digest, FinalBlock, Genesis, Height, ShardId, TimestampMs, TxId};
use std::{collections::BTreeMap, sync::Arc};

/// The maximum lead of a block over the fastest honest clock, in milliseconds.
const AHEAD_MS: u64 = 1_000;

/// The agreed chains of all shards.
#[derive(Default)]
pub struct Agreement {
    blocks: BTreeMap<(ShardId, Height), Arc<FinalBlock>>,
    /// The blocks that processes joined with.
    joined: BTreeMap<(ShardId, Height), Digest>,
    announced: BTreeMap<usize, Height>,
    latest: TimestampMs,
    finals: BTreeMap<TxId, (ShardId, Height)>,
}

impl Agreement {
    pub(super) fn announced(&mut self, process: usize, height: Height) -> Result<(), String> {
        let before = self.announced.insert(process, height).unwrap_or_default();
        if height == before.next() {
            return Ok(());
        }
        Err(format!("ancestry: process {process} announces height {height} after {before}"))
    }

    /// A process announced a final block, or had one at its start.
    pub(super) fn learn(
        &mut self,
        genesis: &Genesis,
        process: usize,
        shard: ShardId,
        block: &Arc<FinalBlock>,
    ) -> Result<(), String> {
        let (height, digest) = (block.header.height, block.header.digest());
        if let Some(known) = self.blocks.get(&(shard, height)) {
            let other = known.header.digest();
            let same = other == digest;
            return if same && known.block == block.block {
                Ok(())
            } else if same {
                Err(format!(
                    "authors: process {process} has other signatures or receipts at shard {shard} height {height}"
                ))
            } else {
                Err(format!("agreement: shard {shard} height {height}: process {process} has {digest}, others {other}"))
            };
        }
        if let Some(other) = self.joined.get(&(shard, height)).filter(|other| **other != digest) {
            return Err(format!("agreement: shard {shard} height {height}: a process joined with {other}"));
        }
        let before = (shard, Height(height.0 - 1));
        let parent = match height {
            Height(1) => Some(genesis.first_parent(shard)),
            // The process may have joined from a snapshot whose block no process has announced.
            _ => self
                .blocks
                .get(&before)
                .map(|block| block.header.digest())
                .or_else(|| self.joined.get(&before).copied()),
        };
        if parent != Some(block.header.parent) {
            return Err(format!("ancestry: shard {shard} height {height} does not name its parent"));
        }
        if block.header.shard != shard || block.certificate.vote.block != digest {
            return Err(format!("ancestry: shard {shard} height {height} is certified for something else"));
        }
        self.blocks.insert((shard, height), Arc::clone(block));
        self.finals.extend(block.block.transactions.iter().map(|one| (one.header.id(), (shard, height))));
        if block.header.timestamp_ms.0 > self.latest.0 + AHEAD_MS {
            return Err(format!("time: shard {shard} height {height} is ahead of every honest clock"));
        }
        Ok(())
    }

    pub(super) fn joined(&mut self, process: usize, shard: ShardId, block: &FinalBlock) -> Result<(), String> {
        let (height, digest) = (block.header.height, block.header.digest());
        let first = *self.joined.entry((shard, height)).or_insert(digest);
        if first != digest {
            return Err(format!(
                "agreement: shard {shard} height {height}: process {process} joins with {digest}, another joined with {first}"
            ));
        }
        self.started(process, shard, Some((height, digest)))
    }

    pub(super) fn served(&self, process: usize, shard: ShardId, block: &FinalBlock) -> Result<(), String> {
        let height = block.header.height;
        let is_other = |known: &&Arc<FinalBlock>| known.header != block.header || known.block != block.block;
        match self.blocks.get(&(shard, height)).filter(is_other) {
            None => Ok(()),
            Some(_) => Err(format!("serving: process {process} serves another block of shard {shard} height {height}")),
        }
    }

    pub(super) fn proposed(&self, process: usize, shard: ShardId, height: Height, ids: &[TxId]) -> Result<(), String> {
        let is_final = |id: &&TxId| self.finals.get(id).is_some_and(|(of, at)| *of == shard && *at < height);
        match ids.iter().find(is_final) {
            None => Ok(()),
            Some(id) => Err(format!("once: process {process} proposes {id} again at shard {shard} height {height}")),
        }
    }

    /// Updates the latest time shown by an honest clock.
    pub fn clock(&mut self, now: TimestampMs) {
        self.latest = self.latest.max(now);
    }

    pub(super) fn started(
        &mut self,
        process: usize,
        shard: ShardId,
        tip: Option<(Height, Digest)>,
    ) -> Result<(), String> {
        let height = tip.map_or(Height(0), |(height, _)| height);
        let announced = self.announced.insert(process, height).unwrap_or_default();
        if height < announced {
            return Err(format!("durability: process {process} announced {announced} and starts at {height}"));
        }
        match (tip, self.blocks.get(&(shard, height))) {
            (Some((_, digest)), Some(known)) if known.header.digest() != digest => {
                Err(format!("agreement: process {process} starts at height {height} with another block"))
            }
            _ => Ok(()),
        }
    }

    /// A process's disk was restored from a copy: it may start below the height that it announced.
    pub fn allow_rollback(&mut self, process: usize) {
        self.announced.remove(&process);
    }

    /// The greatest height that an honest process announced on a shard.
    pub fn height(&self, shard: ShardId) -> Height {
        self.chain(shard).last().map_or(Height(0), |block| block.header.height)
    }

    /// Whether a process joined with a block of this height.
    pub(super) fn is_joined(&self, shard: ShardId, height: Height) -> bool {
        self.joined.contains_key(&(shard, height))
    }

    /// Whether an honest process announced a block of this height.
    pub fn has(&self, shard: ShardId, height: Height) -> bool {
        self.blocks.contains_key(&(shard, height))
    }

    /// The height up to which a process announced.
    pub fn height_of(&self, process: usize) -> Height {
        self.announced.get(&process).copied().unwrap_or_default()
    }

    /// The blocks of a shard in ascending order, from height 1.
    pub fn chain(&self, shard: ShardId) -> impl Iterator<Item = &Arc<FinalBlock>> {
        self.blocks.range((shard, Height(0))..=(shard, Height(u64::MAX))).map(|(_, block)| block)
    }
}

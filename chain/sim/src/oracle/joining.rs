//! What replicas join with. Invariants checked: it is the state of the agreed chain at that height, leaf by leaf, as
//! the second implementation of the law finds it; it remembers exactly the transactions that may still be valid, in
//! their order and for as long as they may be; and nobody is misled by who lies.

use super::agreement::Agreement;
use crate::disk::Takeover;
use chain_types::{Digest, FinalBlock, ShardId};
use std::{collections::BTreeMap, sync::Arc};

/// A length of the seen-set's slots, in milliseconds.
const SLOT_MS: u64 = 60_000;
/// How long after a block its transactions may be valid, in milliseconds.
const VALIDITY_MS: u64 = 600_000;

struct Joined {
    process: usize,
    shard: ShardId,
    block: Arc<FinalBlock>,
    takeover: Takeover,
}

/// All of them.
#[derive(Default)]
pub struct Joining(Vec<Joined>);

impl Joining {
    /// A process goes on from a state that it took over.
    pub(super) fn joined(&mut self, process: usize, shard: ShardId, (block, takeover): (Arc<FinalBlock>, Takeover)) {
        self.0.push(Joined { process, shard, block, takeover });
    }

    /// How many times a process joined.
    pub fn count(&self) -> u64 {
        self.0.len() as u64
    }

    /// Compares the states that were joined with at a block with what the chain says.
    ///
    /// # Errors
    /// What differs.
    pub(super) fn check(&self, block: &FinalBlock, pairs: &BTreeMap<Digest, Vec<u8>>) -> Result<(), String> {
        let (shard, height) = (block.header.shard, block.header.height);
        for one in self.0.iter().filter(|one| one.shard == shard && one.block.header.height == height) {
            let leaves = one.takeover.leaves.iter().map(|(path, value)| (path, &**value));
            if one.block.header != block.header || !leaves.eq(pairs.iter().map(|(path, value)| (path, &**value))) {
                return Err(format!("joining: process {} joined with a state that never was,", one.process));
            }
        }
        Ok(())
    }

    /// Compares what was remembered with what the chains say.
    ///
    /// # Errors
    /// What differs.
    pub(super) fn end(&self, agreement: &Agreement) -> Result<(), String> {
        for Joined { process, shard, block, takeover } in &self.0 {
            let (height, now) = (block.header.height, block.header.timestamp_ms.0);
            if agreement.height(*shard) < height {
                return Err(format!("joining: process {process} joined at {height}, where nobody was"));
            }
            let blocks = agreement.chain(*shard).take_while(|one| one.header.height <= height);
            let transactions = blocks.flat_map(|one| &one.block.transactions).map(|one| &one.header);
            let known = transactions.map(|one| (one.valid_until_ms.0 / SLOT_MS, one.id()));
            let mut known: Vec<_> = known.filter(|(slot, _)| *slot >= now / SLOT_MS).collect();
            let ids = takeover.seen.iter().flat_map(|(_, _, ids)| ids);
            let mut found: Vec<_> = ids.map(|(id, until)| (until.0 / SLOT_MS, *id)).collect();
            known.sort_by_key(|(slot, _)| *slot);
            found.sort_by_key(|(slot, _)| *slot);
            if known != found {
                return Err(format!("joining: process {process} does not remember what is final at {shard} {height}"));
            }
            let is_kept = |(_, time, ids): &chain_replica::SeenBlock| {
                ids.iter().all(|(_, until)| until.0 <= time.0.saturating_add(VALIDITY_MS))
            };
            if !takeover.seen.iter().all(is_kept) {
                return Err(format!("joining: process {process} will forget what may still be valid"));
            }
        }
        Ok(())
    }
}

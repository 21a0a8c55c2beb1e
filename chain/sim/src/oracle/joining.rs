//! An oracle: the snapshots that replicas joined from.
//!
//! Invariants checked:
//! - The state equals, leaf by leaf, the agreed chain's state at that height, as the second implementation of the law
//!   computes it.
//! - The remembered transactions are exactly those that may still be valid, in order and long enough.
//! - A forged part has no effect.

use super::agreement::Agreement;
use crate::disk::Takeover;
use chain_types::{Digest, FinalBlock, ShardId};
use std::{collections::BTreeMap, sync::Arc};

/// The length of a slot of the seen-set, in milliseconds.
const SLOT_MS: u64 = 60_000;
/// The maximum validity of a transaction, in milliseconds.
const VALIDITY_MS: u64 = 600_000;

struct Joined {
    process: usize,
    shard: ShardId,
    block: Arc<FinalBlock>,
    takeover: Takeover,
}

/// All joins.
#[derive(Default)]
pub struct Joining(Vec<Joined>);

impl Joining {
    /// Records that a process joined from a snapshot.
    pub(super) fn joined(&mut self, process: usize, shard: ShardId, (block, takeover): (Arc<FinalBlock>, Takeover)) {
        self.0.push(Joined { process, shard, block, takeover });
    }

    /// The number of joins.
    pub fn count(&self) -> u64 {
        self.0.len() as u64
    }

    /// Compares the states of all joins at a block with the state of the chain.
    ///
    /// # Errors
    /// The first difference.
    pub(super) fn check(&self, block: &FinalBlock, pairs: &BTreeMap<Digest, Vec<u8>>) -> Result<(), String> {
        let (shard, height) = (block.header.shard, block.header.height);
        for one in self.0.iter().filter(|one| one.shard == shard && one.block.header.height == height) {
            let leaves = one.takeover.leaves.iter().map(|(path, value)| (path, &**value));
            if one.block.header != block.header || !leaves.eq(pairs.iter().map(|(path, value)| (path, &**value))) {
                return Err(format!("joining: process {} joined with a state that the chain never had", one.process));
            }
        }
        Ok(())
    }

    /// Compares the remembered transactions with those of the chains.
    ///
    /// # Errors
    /// The first difference.
    pub(super) fn end(&self, agreement: &Agreement) -> Result<(), String> {
        for Joined { process, shard, block, takeover } in &self.0 {
            let (height, now) = (block.header.height, block.header.timestamp_ms.0);
            if agreement.height(*shard) < height {
                return Err(format!("joining: process {process} joined at {height}, above every announced block"));
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

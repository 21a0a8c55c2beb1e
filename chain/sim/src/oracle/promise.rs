//! Promises [P15]. Invariant checked: no final block of an honest leader lacks a transaction that the leader promised for
//! that height, unless the transaction could be in no block any more.

use chain_types::{Epoch, FinalBlock, Height, ShardId, TimestampMs, TxId, beacon::Promise};
use std::collections::{BTreeMap, BTreeSet};

struct Owed {
    by: Height,
    tx_id: TxId,
    valid_until: TimestampMs,
}

/// What honest leaders promised, and what is on the chains.
#[derive(Default)]
pub(super) struct Promises {
    owed: BTreeMap<(ShardId, Epoch, u16), Vec<Owed>>,
    on_chain: BTreeSet<(ShardId, TxId)>,
}

impl Promises {
    /// An honest leader promises; `expiry` knows its transactions.
    pub(super) fn given(&mut self, promise: &Promise, expiry: impl Fn(&TxId) -> Option<TimestampMs>) {
        let receipt = &promise.signed.receipt;
        let owed = self.owed.entry((receipt.shard, receipt.epoch, receipt.leader)).or_default();
        let known = promise.ids.iter().filter_map(|tx_id| Some((*tx_id, expiry(tx_id)?)));
        owed.extend(known.map(|(tx_id, valid_until)| Owed { by: receipt.by, tx_id, valid_until }));
    }

    /// A block that nobody announced before.
    pub(super) fn fold(&mut self, block: &FinalBlock) -> Result<(), String> {
        let header = &block.header;
        let ids = block.block.transactions.iter().map(|transaction| (header.shard, transaction.header.id()));
        self.on_chain.extend(ids);
        let Some(owed) = self.owed.get_mut(&(header.shard, header.epoch, header.proposer)) else { return Ok(()) };
        let broken = owed
            .extract_if(.., |one| one.by <= header.height)
            .find(|one| one.valid_until > header.timestamp_ms && !self.on_chain.contains(&(header.shard, one.tx_id)));
        broken.map_or(Ok(()), |one| {
            let (shard, height, leader) = (header.shard, header.height, header.proposer);
            Err(format!("promises: shard {shard} height {height} of leader {leader} lacks {}", one.tx_id))
        })
    }
}

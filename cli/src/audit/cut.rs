//! Adds up a cut of a chain: a number of blocks of each shard. Invariant: each block is checked against the genesis
//! document and its parent before it counts. An invalid block is a result, not an error.

use chain_atomic::audit::{Audit, Totals};
use chain_types::{Digest, FinalBlock, Height, ShardId, beacon::HandOver, native::SUPPLY};
use indexer::source::BlockSource;
use serde_json::{Value, json};

/// The number of blocks per request.
const BLOCKS_PER_FETCH: usize = 64;
/// The maximum number of times that the newest blocks of a running chain are read, until every effect has its cause.
const ROUNDS_MAX: usize = 32;

/// The result of adding up.
pub(super) struct Cut {
    pub(super) heights: Vec<Height>,
    /// The sums, or the fault.
    pub(super) outcome: Result<Totals, String>,
}

/// The reader's position on a shard.
#[derive(Clone)]
struct Tip {
    height: Height,
    digest: Digest,
    /// The hand-over to the epoch of the next block.
    epoch: HandOver,
}

/// The sums so far.
struct Reading<'s> {
    source: &'s dyn BlockSource,
    audit: Audit,
    /// The last block of each shard.
    tips: Vec<Tip>,
}

impl Cut {
    /// Reads up to these heights; without heights, up to the current final blocks.
    pub(super) async fn read(source: &dyn BlockSource, at: Option<Vec<Height>>) -> anyhow::Result<Self> {
        let shards = source.genesis().shards;
        let genesis = source.genesis();
        let first =
            |shard| Tip { height: Height(0), digest: genesis.first_parent(ShardId(shard)), epoch: genesis.hand_over() };
        let mut reading =
            Reading { source, audit: Audit::new(source.genesis()), tips: (0..shards).map(first).collect() };
        if let Some(heights) = at {
            anyhow::ensure!(heights.len() == usize::from(shards), "--at needs {shards} heights, one per shard");
            let outcome = reading.extend(&heights).await?;
            return Ok(reading.close(outcome));
        }
        for _ in 0..ROUNDS_MAX {
            let mut heights = Vec::new();
            for shard in (0..shards).map(ShardId) {
                heights.push(source.tip(shard).await?);
            }
            // A running chain advances while its shards are read one after the other. The cause of an effect is final
            // before the effect, so further reading finds it.
            if let Err(fault) = reading.extend(&heights).await? {
                return Ok(reading.close(Err(fault)));
            }
            if reading.audit.totals().is_ok() {
                break;
            }
        }
        Ok(reading.close(Ok(())))
    }

    /// Whether all units are there, each once.
    pub(super) fn is_conserved(&self) -> bool {
        self.outcome.as_ref().is_ok_and(|totals| totals.sum() == u128::from(SUPPLY.0))
    }

    /// Amounts are strings, because they exceed the exact range of JSON numbers.
    pub(super) fn json(&self) -> Value {
        let heights: Vec<_> = self.heights.iter().map(|height| height.0).collect();
        let conserved = self.is_conserved();
        match &self.outcome {
            Ok(totals) => json!({
                "conserved": conserved,
                "heights": heights,
                "balances": totals.balances.to_string(),
                "escrow": totals.escrow.to_string(),
                "in_transit": totals.in_transit.to_string(),
                "bonded": totals.bonded.to_string(),
                "burned": totals.burned.to_string(),
                "sum": totals.sum().to_string(),
                "supply": SUPPLY.0.to_string(),
            }),
            Err(fault) => json!({ "conserved": conserved, "heights": heights, "fault": fault }),
        }
    }
}

impl Reading<'_> {
    /// Reads further, up to these heights.
    async fn extend(&mut self, heights: &[Height]) -> anyhow::Result<Result<(), String>> {
        for (shard, until) in (0_u16..).map(ShardId).zip(heights) {
            let newest = self.source.tip(shard).await?;
            anyhow::ensure!(*until <= newest, "shard {shard} has {newest} final blocks, not {until}");
            if let Err(fault) = self.extend_shard(shard, *until).await? {
                return Ok(Err(fault));
            }
        }
        Ok(Ok(()))
    }

    async fn extend_shard(&mut self, shard: ShardId, until: Height) -> anyhow::Result<Result<(), String>> {
        let Some(mut tip) = self.tips.get(usize::from(shard.0)).cloned() else { return Ok(Ok(())) };
        while tip.height < until {
            let remaining = usize::try_from(until.0.saturating_sub(tip.height.0)).unwrap_or(usize::MAX);
            let blocks = self.source.blocks(shard, tip.height.next(), remaining.min(BLOCKS_PER_FETCH)).await?;
            anyhow::ensure!(!blocks.is_empty(), "the blocks of shard {shard} end after {}", tip.height);
            for block in blocks {
                if let Err(fault) = self.add(shard, &tip, &block) {
                    return Ok(Err(format!("block {} of shard {shard}: {fault}", tip.height.next())));
                }
                (tip.height, tip.digest) = (block.header.height, block.header.digest());
                tip.epoch = block.hand_over().cloned().unwrap_or(tip.epoch);
                if let Some(stored_tip) = self.tips.get_mut(usize::from(shard.0)) {
                    stored_tip.clone_from(&tip);
                }
            }
        }
        Ok(Ok(()))
    }

    fn add(&mut self, shard: ShardId, tip: &Tip, block: &FinalBlock) -> Result<(), String> {
        if block.header.shard != shard {
            return Err("it is of another shard".to_owned());
        }
        let chain_id = self.source.genesis().chain_id();
        let checked = block.check(chain_id, tip.epoch.validators(shard), &tip.digest);
        checked.map_err(|error| error.to_string())?;
        self.audit.apply(block).map_err(|fault| fault.to_string())
    }

    fn close(self, outcome: Result<(), String>) -> Cut {
        let heights = self.tips.iter().map(|tip| tip.height).collect();
        let outcome = outcome.and_then(|()| self.audit.totals().map_err(|fault| fault.to_string()));
        Cut { heights, outcome }
    }
}

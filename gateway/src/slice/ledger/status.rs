//! Builds the ledger status for REST and GraphQL. Invariant: the values come from memory, without a database or disk
//! read.

use super::model::{FinalityMs, LedgerStatus, ShardStatus};
use crate::{operation::model::format_us, state::Gateway};
use chain_types::ShardId;

/// Returns the current status of the ledger.
pub fn status(gateway: &Gateway) -> LedgerStatus {
    let node = &gateway.node;
    let shards = (0..node.shards())
        .map(|shard| {
            let tip = *node.tip(ShardId(shard)).borrow();
            ShardStatus {
                shard,
                height: tip.height.0,
                indexed_height: gateway.index.indexed(ShardId(shard)).borrow().0,
                records: tip.records,
                transactions: tip.transactions,
                timestamp: format_us(i64::try_from(tip.timestamp_ms.0.saturating_mul(1_000)).unwrap_or(i64::MAX)),
            }
        })
        .collect();
    let finality_ms = gateway.submitter.finality().map(|summary| FinalityMs {
        p50: summary.p50_ms,
        p99: summary.p99_ms,
        window: format!("the last {} operations of this gateway", summary.samples),
        samples: summary.samples as u64,
        count: summary.count,
    });
    LedgerStatus {
        chain_id: node.chain_id().to_string(),
        name: node.genesis().name.clone(),
        shards,
        finality_ms,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

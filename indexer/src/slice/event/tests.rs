//! Events have dense numbers, in the order of the chain, and pages of them neither skip nor repeat one.

mod concerned;
mod kind;
mod number;
mod page;

use super::{EventPlace, IndexedEvent, newest_event, page_after};
use crate::{
    apply::{Tables, apply, start},
    batch::CheckedBlock,
    follow::Reader,
    ledger::Cursor,
    tenant,
    testing::{TestDatabase, chain::TestChain},
};
use chain_types::{Height, ShardId, TenantId, id::home_shard};
use sqlx::PgPool;
use std::sync::Arc;

/// More than all events of a test.
const ALL: u32 = 100_000;

/// The tenants of a test whose home is a shard, in the order of their ids.
fn tenants_of(shard: u16, shards: u16) -> impl Iterator<Item = TenantId> {
    let ids = (1..=u8::MAX).map(|n| TenantId([n; 16]));
    ids.filter(move |id| home_shard(*id, 0, shards) == ShardId(shard))
}

/// The blocks of a shard, checked.
async fn checked(chain: &Arc<TestChain>, shard: u16) -> Vec<CheckedBlock> {
    let source = chain.source();
    let tip = source.tip(ShardId(shard)).await.expect("a tip");
    let cursor = start(ShardId(shard), source.genesis().first_parent(ShardId(shard)));
    let mut reader = Reader::after(source, &cursor);
    let mut blocks = Vec::new();
    while blocks.len() < usize::try_from(tip.0).expect("the test chain is short") {
        blocks.extend_from_slice(&reader.next(tip).await.expect("blocks"));
    }
    blocks
}

/// Applies the blocks of a shard in batches of these sizes, and returns the cursor after them.
async fn apply_in(
    database: &TestDatabase,
    chain: &Arc<TestChain>,
    shard: u16,
    sizes: impl Iterator<Item = usize>,
) -> Cursor {
    let pool = database.indexer_pool().await;
    let mut connection = pool.acquire().await.expect("the pool provides a connection");
    let (source, vault) = (chain.source(), chain.vault());
    let mut cursor = start(ShardId(shard), source.genesis().first_parent(ShardId(shard)));
    let (blocks, mut sizes) = (checked(chain, shard).await, sizes);
    let mut rest = blocks.as_slice();
    while !rest.is_empty() {
        let (batch, later) = rest.split_at(sizes.next().unwrap_or(1).clamp(1, rest.len()));
        let shards = source.genesis().shards;
        let applied = apply(&mut connection, &*vault, Tables::Live, shards, &cursor, batch.into()).await;
        (cursor, rest) = (applied.expect("applied"), later);
    }
    cursor
}

/// All events of a tenant, and the number of the newest.
async fn events(pool: &PgPool, tenant: TenantId, home: u16) -> (Vec<IndexedEvent>, u64) {
    let mut tx = tenant::begin(pool, tenant).await.expect("the transaction begins");
    let newest = newest_event(&mut tx, tenant, ShardId(home)).await.expect("a number").expect("they are numbered");
    let page = page_after(&mut tx, tenant, 0, &[], ALL).await.expect("a page");
    tx.rollback().await.expect("a rollback");
    (page.events, newest)
}

fn place(height: u64, record_index: u32) -> EventPlace {
    EventPlace { height: Height(height), record_index }
}

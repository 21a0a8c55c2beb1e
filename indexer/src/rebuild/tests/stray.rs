//! An index that is ahead of its ledger, or of another ledger, is found; one that its ledger will catch up with is not.

use super::{A, draw, indexed};
use crate::{
    rebuild::{Stray, compare, find_stray, rebuild},
    testing::chain::TestChain,
};
use chain_types::{Height, ShardId};
use std::{sync::Arc, time::Duration};

/// A chain of two shards with this many blocks on shard 1, and none on shard 0.
fn other(blocks: u64) -> Arc<TestChain> {
    let chain = TestChain::new(2);
    for n in 1..=blocks {
        chain.capture(1, n * 1_000, A, &[draw(&format!("other{n}"))]);
    }
    chain
}

#[tokio::test]
async fn an_index_ahead_of_a_restored_ledger_is_found_and_rebuilt() {
    let (database, chain) = indexed().await;
    let found = find_stray(&database.url(), &chain.source(), Duration::ZERO).await.expect("a search");
    assert_eq!(found, None, "an index of its own ledger");
    let restored = chain.cut(2);
    let found = find_stray(&database.url(), &restored.source(), Duration::ZERO).await.expect("a search");
    let stray = found.expect("the index is ahead");
    assert_eq!(stray, Stray { shard: ShardId(0), indexed: Height(3), tip: Height(2) });
    assert_eq!(stray.to_string(), "the index holds block 3 of shard 0, but the ledger ends at block 2");
    rebuild(&database.url(), &restored.source(), &restored.vault()).await.expect("a rebuild");
    let found = find_stray(&database.url(), &restored.source(), Duration::ZERO).await.expect("a search");
    assert_eq!(found, None);
    let compared = compare(&database.url(), &restored.source(), &restored.vault()).await.expect("a comparison");
    assert!(compared.is_identical(), "{compared:#?}");
}

#[tokio::test]
async fn another_block_at_the_same_height_is_found() {
    let (database, chain) = indexed().await;
    let forked = chain.cut(2);
    for shard in [0, 1] {
        forked.capture(shard, 7_000, A, &[draw(&format!("fork{shard}"))]);
    }
    let found = find_stray(&database.url(), &forked.source(), Duration::ZERO).await.expect("a search");
    let stray = found.expect("the histories differ");
    assert_eq!(stray.to_string(), "the index holds another block 3 of shard 0 than the ledger");
    let found = find_stray(&database.url(), &other(5).source(), Duration::ZERO).await.expect("a search");
    assert_eq!(found.map(|stray| stray.shard), Some(ShardId(0)), "that chain has no block on shard 0");
}

#[tokio::test]
async fn a_ledger_that_catches_up_in_time_is_waited_for() {
    let (database, chain) = indexed().await;
    let late = chain.cut(2);
    let (url, source) = (database.url(), late.source());
    let search = tokio::spawn(async move { find_stray(&url, &source, Duration::from_secs(20)).await });
    late.append_from(&chain, 2);
    assert_eq!(search.await.expect("no panic").expect("a search"), None);
}

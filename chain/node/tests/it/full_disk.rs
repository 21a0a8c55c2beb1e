//! A disk that fills up while a node runs. Without space the node accepts no transaction and makes no block. Once there
//! is space it continues without a restart, and every transaction that was reported final is on the chain.

use crate::{
    fixture::{World, capture, capture_about},
    small_disk::{empty, fill, small_disk},
};
use chain_node::{Final, NodeError, NodeHandle, RESERVE_BYTES, SubmitError};
use chain_types::{ShardId, Transaction};
use std::time::{Duration, Instant};
use tokio::task::{JoinSet, yield_now};

/// The time in which a node notices a change of its disk. RocksDB looks for space every five seconds.
const PATIENCE: Duration = Duration::from_mins(1);
/// The time after which a node that writes nothing stands still.
const STANDSTILL: Duration = Duration::from_secs(5);
const SHARD: ShardId = ShardId(0);
const DISK_MIB: u32 = 256;

/// Submits until the node has space.
async fn submit(node: &NodeHandle, transaction: &Transaction) -> Final {
    let begun = Instant::now();
    loop {
        match node.submit(SHARD, transaction.clone()).await {
            Err(SubmitError::Busy) => assert!(begun.elapsed() < PATIENCE, "the node does not go on"),
            outcome => return outcome.expect("becomes final"),
        }
        yield_now().await;
    }
}

#[tokio::test]
async fn a_node_without_a_reserve_decides_nothing_answers_reads_and_goes_on() {
    let test = "full_disk::a_node_without_a_reserve_decides_nothing_answers_reads_and_goes_on";
    let Some(disk) = small_disk(test, DISK_MIB) else { return };
    let world = World::new(1).await;
    world.capture("before").await;
    let ballast = fill(&disk, RESERVE_BYTES / 2);
    let late = world.sign(vec![capture("late")]);
    let begun = Instant::now();
    let mut before = 0;
    while world.handle.submit(SHARD, world.sign(vec![capture(&format!("more {before}"))])).await.is_ok() {
        before += 1;
        assert!(begun.elapsed() < PATIENCE, "the node does not notice the full disk");
    }
    assert!(world.handle.lacks_space());
    let height = world.height(SHARD);
    assert_eq!(world.handle.submit(SHARD, late.clone()).await, Err(SubmitError::Busy));
    world.handle.read(SHARD, Vec::new()).await.expect("reads go on");
    assert_eq!(world.height(SHARD), height);
    empty(&ballast);
    submit(&world.handle, &late).await;
    assert!(!world.handle.lacks_space());
    let world = world.restart().await;
    assert_eq!(world.checked_chain(SHARD).await.len() as u64, height.0 + 1);
}

/// Waits until a shard repeats a write; `false` when it stands still without one.
async fn repeats_a_write(node: &NodeHandle) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < STANDSTILL {
        if matches!(node.read(SHARD, Vec::new()).await, Err(NodeError::Full { .. })) {
            return true;
        }
        yield_now().await;
    }
    false
}

/// The disk is filled by another program at the worst time: after the node has looked, and before it writes.
#[tokio::test]
async fn a_write_without_space_is_repeated_until_it_is_durable() {
    let test = "full_disk::a_write_without_space_is_repeated_until_it_is_durable";
    let Some(disk) = small_disk(test, DISK_MIB) else { return };
    let world = World::new(1).await;
    let begun = Instant::now();
    let (mut transactions, mut is_seen) = (Vec::new(), false);
    // The node looks once a second, so now and then it looks at the wrong time.
    while !is_seen {
        assert!(begun.elapsed() < PATIENCE, "the node never wrote to the full disk");
        // Together larger than every file that RocksDB has extended in advance.
        let large = |number: usize| world.sign(vec![capture_about(&format!("{number}"), 400_000, Vec::new())]);
        let round: Vec<_> = (transactions.len()..transactions.len() + 60).map(large).collect();
        let ballast = fill(&disk, 0);
        let mut submitting = JoinSet::new();
        for one in round.iter().cloned() {
            let node = world.handle.clone();
            submitting.spawn(async move { (one.header.id(), node.submit(SHARD, one).await) });
        }
        is_seen |= repeats_a_write(&world.handle).await;
        empty(&ballast);
        let first = submitting.join_all().await;
        for transaction in round {
            let id = transaction.header.id();
            let height = submit(&world.handle, &transaction).await.height;
            let (_, outcome) = first.iter().find(|(of, _)| *of == id).expect("was submitted");
            match outcome {
                Ok(done) => assert_eq!(done.height, height, "final once"),
                Err(refused) => assert_eq!(*refused, SubmitError::Busy),
            }
            transactions.push((id, height));
        }
    }
    let world = world.restart().await;
    let chain = world.checked_chain(SHARD).await;
    for (id, height) in transactions {
        let block = chain.iter().find(|block| block.header.height == height).expect("the block");
        assert!(block.block.transactions.iter().any(|one| one.header.id() == id), "{height}");
    }
}

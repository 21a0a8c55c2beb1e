//! The node is restarted, in order or after a power loss. Height, roots and totals are as before, and the next block
//! continues the chain, also when the state was flushed in between.

use crate::fixture::{World, large_captures, start, tip};
use chain_types::{Receipt, ShardId};

#[tokio::test]
async fn a_restart_keeps_the_chain() {
    let mut world = World::new(1).await;
    for round in 0..3 {
        world.capture(&format!("e{round}")).await;
        let before = tip(&world.handle, ShardId(0));
        world = world.restart().await;
        assert_eq!(tip(&world.handle, ShardId(0)), before);
    }
    let blocks = world.checked_chain(ShardId(0)).await;
    assert_eq!(blocks.len(), 4);
    assert!(blocks.iter().all(|block| block.header.view.0 == 0), "no view was given up");
    world.end();
}

#[tokio::test]
async fn a_flushed_state_is_recovered() {
    let world = World::new(1).await;
    world.handle.submit(ShardId(0), world.sign(large_captures("large", 40))).await.expect("becomes final");
    world.capture("after").await;
    let before = tip(&world.handle, ShardId(0));
    let world = world.restart().await;
    assert_eq!(tip(&world.handle, ShardId(0)), before);
    let transaction = world.sign(large_captures("large", 40));
    let repeated = world.handle.submit(ShardId(0), transaction).await.expect("becomes final");
    assert!(repeated.receipts.iter().all(|receipt| *receipt == Receipt::Repeated), "the flushed events are known");
    world.checked_chain(ShardId(0)).await;
    world.end();
}

/// A copy of the folder of a running node is what a power loss at that moment leaves.
#[tokio::test]
async fn a_power_loss_loses_nothing_that_was_answered() {
    let world = World::new(1).await;
    for round in 0..5 {
        world.capture(&format!("e{round}")).await;
    }
    let before = tip(&world.handle, ShardId(0));
    let copy = tempfile::tempdir().expect("a temporary folder");
    crate::fixture::copy(world.folder.path(), copy.path());
    let node = start(copy.path(), 1).await.expect("a copy of the durable files starts");
    assert_eq!(tip(&node.handle(), ShardId(0)), before);
    node.stop().expect("stops without an error");
    world.end();
}

//! The operator restarts the node, well or by pulling the plug. Height, roots and totals are as before, and the next
//! block continues the chain; a node that wrote its state out in between does the same.

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
    assert!(blocks.iter().all(|block| block.header.view.0 == 0), "no vote was made in vain");
    world.end();
}

#[tokio::test]
async fn a_state_that_was_written_out_is_taken_up_again() {
    let world = World::new(1).await;
    world.handle.submit(ShardId(0), world.sign(large_captures("large", 40))).await.expect("becomes final");
    world.capture("after").await;
    let before = tip(&world.handle, ShardId(0));
    let world = world.restart().await;
    assert_eq!(tip(&world.handle, ShardId(0)), before);
    let transaction = world.sign(large_captures("large", 40));
    let repeated = world.handle.submit(ShardId(0), transaction).await.expect("becomes final");
    assert!(repeated.receipts.iter().all(|receipt| *receipt == Receipt::Repeated), "what was flushed is remembered");
    world.checked_chain(ShardId(0)).await;
    world.end();
}

/// Dropping a node without stopping it ends its threads once nobody holds a handle; the folder is free when they ended,
/// so the copy of the folder taken meanwhile is what a plug pulled at that moment leaves.
#[tokio::test]
async fn a_pulled_plug_loses_nothing_that_was_answered() {
    let world = World::new(1).await;
    for round in 0..5 {
        world.capture(&format!("e{round}")).await;
    }
    let before = tip(&world.handle, ShardId(0));
    let copy = tempfile::tempdir().expect("a folder");
    crate::fixture::copy(world.folder.path(), copy.path());
    let node = start(copy.path(), 1).await.expect("what was durable starts");
    assert_eq!(tip(&node.handle(), ShardId(0)), before);
    node.stop().expect("ends well");
    world.end();
}

//! A shard ends, because it was stopped or because its disk failed. From then on every request is answered with
//! `Stopped`, nothing hangs, and final blocks can still be read.

use crate::fixture::{TENANT, World, capture, event, large_captures, store_files};
use chain_node::{NodeError, SubmitError};
use chain_types::{Height, ShardId};

#[tokio::test]
async fn a_stopped_node_answers_stopped() {
    let world = World::new(1).await;
    let transaction = world.sign(vec![capture("e1")]);
    let World { node, handle, folder, .. } = world;
    node.stop().expect("stops without an error");
    assert_eq!(handle.submit(ShardId(0), transaction).await, Err(SubmitError::Stopped));
    let proof = handle.prove_stream(ShardId(0), TENANT, event("e1")).await;
    assert!(matches!(proof, Err(NodeError::Stopped { shard: ShardId(0) })));
    assert!(handle.block(ShardId(0), Height(1)).await.expect("reads").is_some());
    drop(folder);
}

#[tokio::test(flavor = "multi_thread")]
async fn pending_submissions_are_answered_when_a_node_stops() {
    let world = World::new(1).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..500 {
        let (handle, transaction) = (world.handle.clone(), world.sign(vec![capture(&format!("e{number}"))]));
        tasks.spawn(async move { handle.submit(ShardId(0), transaction).await });
    }
    let World { node, handle, folder, .. } = world;
    node.stop().expect("stops without an error");
    for outcome in tasks.join_all().await {
        match outcome {
            Ok(outcome) => assert!(outcome.height <= handle.tip(ShardId(0)).borrow().height),
            Err(error) => assert_eq!(error, SubmitError::Stopped),
        }
    }
    drop(folder);
}

#[tokio::test]
async fn only_the_shard_whose_disk_fails_stops() {
    let world = World::new(2).await;
    for shard in [ShardId(0), ShardId(1)] {
        let transaction = world.sign(large_captures("large", 40));
        world.handle.submit(shard, transaction).await.expect("becomes final");
    }
    let world = world.restart().await;
    for table in store_files(world.folder.path(), ShardId(0), "sst") {
        let length = usize::try_from(table.metadata().expect("reads").len()).expect("small");
        std::fs::write(&table, vec![0; length]).expect("damages the table under the running node");
    }
    let lost = world.handle.submit(ShardId(0), world.sign(vec![capture("e1")])).await;
    assert_eq!(lost, Err(SubmitError::Stopped));
    let again = world.handle.submit(ShardId(0), world.sign(vec![capture("e2")])).await;
    assert_eq!(again, Err(SubmitError::Stopped), "the shard stays stopped");
    let other = world.handle.submit(ShardId(1), world.sign(vec![capture("e1")])).await;
    other.expect("the other shard is not affected");
    assert!(matches!(world.node.stop(), Err(NodeError::Stopped { shard: ShardId(0) })));
}

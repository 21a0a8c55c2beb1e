//! A node's ledger is copied while it works, and continues in another folder. The copies of all shards are one moment.
//! Every block of the original up to that moment is there.

use crate::fixture::{World, capture, sign_on_one_shard, start, tip};
use chain_node::{NodeError, RestoredTip, checkpoint_folder, prepare_restored, settle_restored};
use chain_types::{Height, ShardId};
use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

/// Restores the checkpoint of a running node into a new folder.
pub(crate) fn restore(checkpoint: &Path, shards: u16) -> (tempfile::TempDir, Vec<RestoredTip>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    prepare_restored(folder.path()).expect("an empty folder");
    for shard in 0..shards {
        let name = format!("shard-{shard}");
        crate::fixture::copy(&checkpoint.join(&name), &folder.path().join(&name).join("store"));
    }
    std::fs::remove_dir_all(checkpoint).expect("removes");
    let tips = settle_restored(folder.path(), shards).expect("the stores are whole");
    (folder, tips)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_block_up_to_the_checkpoint_is_restored_while_others_follow() {
    let world = Arc::new(World::new(2).await);
    let (is_over, finals) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
    let load = [0, 1].map(|shard| {
        let (world, is_over, finals) = (Arc::clone(&world), Arc::clone(&is_over), Arc::clone(&finals));
        tokio::spawn(async move {
            let mut number = 0;
            while !is_over.load(Ordering::SeqCst) {
                let transaction = world.sign(vec![capture(&format!("shard {shard} number {number}"))]);
                let outcome = world.handle.submit(ShardId(shard), transaction.clone()).await.expect("becomes final");
                finals.lock().expect("no panic").push((transaction, outcome));
                number += 1;
            }
        })
    });
    let mut restored = Vec::new();
    for _ in 0..3 {
        let before = finals.lock().expect("no panic").len();
        while finals.lock().expect("no panic").len() < before + 10 {
            tokio::task::yield_now().await;
        }
        let (folder, tips) = world.handle.checkpoint().await.expect("a checkpoint");
        let (folder, stored) = restore(&folder, 2);
        let expected = (0..).zip(&tips).map(|(shard, tip)| (ShardId(shard), tip.height, tip.digest));
        assert_eq!(
            stored.iter().map(|tip| (tip.shard, tip.height, tip.digest)).collect::<Vec<_>>(),
            expected.collect::<Vec<_>>(),
            "the copies hold what was announced when the shards stood still"
        );
        restored.push((folder, stored));
    }
    is_over.store(true, Ordering::SeqCst);
    for task in load {
        task.await.expect("the load ends");
    }
    let finals = std::mem::take(&mut *finals.lock().expect("no panic"));
    for (folder, tips) in restored {
        let node = start(folder.path(), 2).await.expect("a restored folder starts");
        let mut later = 0;
        for (transaction, outcome) in &finals {
            let limit = tips[usize::from(outcome.shard.0)].height;
            if outcome.height > limit {
                later += 1;
                continue;
            }
            let again = node.handle().submit(outcome.shard, transaction.clone()).await.expect("it is known");
            assert_eq!((again.height, again.first_record), (outcome.height, outcome.first_record));
        }
        assert!(later < finals.len(), "the checkpoint has some of the blocks");
        node.stop().expect("stops without an error");
    }
    let world = Arc::into_inner(world).expect("the load has ended");
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_chain_continues_and_starts_again() {
    let world = World::new(1).await;
    world.capture("before").await;
    let (folder, tips) = world.handle.checkpoint().await.expect("a checkpoint");
    let (restored, _) = restore(&folder, 1);
    world.end();
    for round in 0..2 {
        let node = start(restored.path(), 1).await.expect("starts");
        let transaction = sign_on_one_shard(vec![capture(&format!("after {round}"))]);
        let outcome = node.handle().submit(ShardId(0), transaction).await.expect("becomes final");
        assert_eq!(outcome.height, Height(tips[0].height.0 + 1 + round));
        assert_eq!(tip(&node.handle(), ShardId(0)).0, outcome.height);
        node.stop().expect("stops without an error");
    }
}

/// A copy of the stores alone is no backup: without the journal of `settle_restored` nothing starts.
#[tokio::test(flavor = "multi_thread")]
async fn a_bare_copy_does_not_start_and_a_second_checkpoint_waits_for_the_first_to_be_removed() {
    let world = World::new(1).await;
    world.capture("before").await;
    let (checkpoint, _) = world.handle.checkpoint().await.expect("a checkpoint");
    let bare = tempfile::tempdir().expect("a temporary folder");
    prepare_restored(bare.path()).expect("an empty folder");
    crate::fixture::copy(&checkpoint.join("shard-0"), &bare.path().join("shard-0").join("store"));
    assert!(matches!(start(bare.path(), 1).await, Err(NodeError::LostBlocks { .. })));
    let error = world.handle.checkpoint().await.expect_err("the folder exists");
    assert!(matches!(error, NodeError::File { .. }), "{error}");
    assert!(checkpoint.exists(), "the first one is not touched");
    world.capture("the shards continue").await;
    let world = world.restart().await;
    assert!(!checkpoint_folder(world.folder.path()).exists(), "a start removes what an interrupted backup left");
    world.end();
}

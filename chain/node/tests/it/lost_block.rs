//! The store is older than the validator's journal: a backup was restored, a folder deleted, or a file exchanged.
//! Starting could sign a conflicting history, so the node refuses. Only a vote whose block the store never acknowledged
//! is no loss: that block was never announced, and a later view replaces it.

use crate::fixture::{World, capture, copy, sign_on_one_shard, start, tip};
use chain_node::NodeError;
use chain_types::{Height, ShardId, View};
use std::path::{Path, PathBuf};

fn store(folder: &Path) -> PathBuf {
    folder.join("shard-0").join("store")
}

fn journal(folder: &Path) -> PathBuf {
    folder.join("shard-0").join("journal")
}

/// A folder whose store lacks the last `lost` of five blocks.
async fn older_store(lost: u64) -> tempfile::TempDir {
    let world = World::new(1).await;
    let kept = 5 - lost;
    for number in 1..kept {
        world.capture(&format!("e{number}")).await;
    }
    let folder = world.end();
    let backup = tempfile::tempdir().expect("a temporary folder");
    copy(&store(folder.path()), backup.path());
    let node = start(folder.path(), 1).await.expect("starts");
    for number in kept..5 {
        let transaction = sign_on_one_shard(vec![capture(&format!("e{number}"))]);
        node.handle().submit(ShardId(0), transaction).await.expect("becomes final");
    }
    node.stop().expect("stops without an error");
    std::fs::remove_dir_all(store(folder.path())).expect("removes");
    copy(backup.path(), &store(folder.path()));
    folder
}

async fn refused(folder: &Path) -> (Height, Height) {
    match start(folder, 1).await {
        Err(NodeError::LostBlocks { shard: ShardId(0), tip, voted }) => (tip, voted),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("must not start"),
    }
}

#[tokio::test]
async fn a_restored_backup_is_refused_even_if_only_one_block_is_missing() {
    for lost in [3, 1] {
        let folder = older_store(lost).await;
        assert_eq!(refused(folder.path()).await, (Height(5 - lost), Height(5)));
    }
}

#[tokio::test]
async fn a_missing_store_or_journal_is_refused() {
    let world = World::new(1).await;
    world.capture("e1").await;
    let folder = world.end();
    let backup = tempfile::tempdir().expect("a temporary folder");
    copy(folder.path(), backup.path());
    std::fs::remove_dir_all(store(folder.path())).expect("removes");
    assert_eq!(refused(folder.path()).await, (Height(0), Height(2)));
    std::fs::remove_file(journal(backup.path())).expect("removes");
    assert_eq!(refused(backup.path()).await.0, Height(2));
}

/// A journal whose vote names another block of the same height belongs to another copy of the chain.
#[tokio::test]
async fn the_journal_of_another_copy_is_refused() {
    let world = World::new(1).await;
    let folder = world.end();
    let twin = tempfile::tempdir().expect("a temporary folder");
    copy(folder.path(), twin.path());
    for (at, id) in [(folder.path(), "here"), (twin.path(), "there")] {
        let node = start(at, 1).await.expect("starts");
        let transaction = sign_on_one_shard(vec![capture(id)]);
        node.handle().submit(ShardId(0), transaction).await.expect("becomes final");
        node.stop().expect("stops without an error");
    }
    std::fs::copy(journal(twin.path()), journal(folder.path())).expect("copies");
    assert_eq!(refused(folder.path()).await, (Height(2), Height(2)));
}

/// Power is lost after the vote was recorded and before its block was written, so no mark names the block.
#[tokio::test]
async fn a_vote_without_a_block_is_replaced_in_a_later_view() {
    let folder = older_store(1).await;
    let file = std::fs::OpenOptions::new().write(true).open(journal(folder.path())).expect("opens");
    std::io::Write::write_all(&mut &file, &[0; 512]).expect("removes the mark");
    let node = start(folder.path(), 1).await.expect("the lost block was never announced");
    let handle = node.handle();
    assert_eq!(tip(&handle, ShardId(0)).0, Height(4));
    for (height, view) in [(5, 1), (6, 0)] {
        let transaction = sign_on_one_shard(vec![capture(&format!("new {height}"))]);
        let outcome = handle.submit(ShardId(0), transaction).await.expect("becomes final");
        let block = handle.block(ShardId(0), outcome.height).await.expect("reads").expect("is there");
        assert_eq!((block.header.height, block.header.view), (Height(height), View(view)));
    }
    node.stop().expect("stops without an error");
    drop(handle);
    let node = start(folder.path(), 1).await.expect("the node starts again");
    assert_eq!(tip(&node.handle(), ShardId(0)).0, Height(6));
    node.stop().expect("stops without an error");
}

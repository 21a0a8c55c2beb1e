//! A node is started on the wrong folder: with another validator's key, as a second process, for another chain, or with
//! an invalid genesis document. Each case has its own error, and the folder is not changed.

use crate::fixture::{VALIDATOR, World, genesis, key, start};
use chain_node::{Node, NodeConfig, NodeError};
use chain_replica::RecoveryError;
use chain_types::{Genesis, ShardId, limit::SHARDS_MAX, validator::Validator};
use std::path::Path;

async fn start_as(folder: &Path, genesis: Genesis, seed: u8) -> NodeError {
    match Node::start(NodeConfig::alone(folder.to_owned(), genesis, [seed; 32].into())).await {
        Ok(_) => panic!("must not start"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn a_key_that_is_not_the_validators_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let error = start_as(folder.path(), genesis(1), 9).await;
    assert!(matches!(error, NodeError::ForeignKey));
    let mut two = genesis(1);
    two.validators.validators.push(Validator { key: key(9).public_key(), weight: 1 });
    let error = start_as(folder.path(), two, VALIDATOR).await;
    assert!(matches!(error, NodeError::ForeignKey), "one of two validators alone is no quorum");
}

#[tokio::test]
async fn an_invalid_genesis_document_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for shards in [0, SHARDS_MAX + 1] {
        assert!(matches!(start_as(folder.path(), genesis(shards), VALIDATOR).await, NodeError::Genesis(_)));
    }
}

#[tokio::test]
async fn a_folder_in_use_is_refused_until_it_is_free() {
    let world = World::new(1).await;
    let error = start_as(world.folder.path(), genesis(1), VALIDATOR).await;
    assert!(matches!(&error, NodeError::Locked { folder } if folder == world.folder.path()));
    let World { folder, node, handle, .. } = world;
    node.stop().expect("stops without an error");
    drop(handle);
    start(folder.path(), 1).await.expect("the folder is free").stop().expect("stops without an error");
}

#[tokio::test]
async fn the_folder_of_another_chain_is_refused() {
    let world = World::new(1).await;
    let folder = world.end();
    let mut other = genesis(1);
    other.salt = [2; 16];
    let error = start_as(folder.path(), other, VALIDATOR).await;
    let NodeError::Recovery { shard: ShardId(0), source } = error else { panic!("{error}") };
    assert!(matches!(source, RecoveryError::Foreign { .. }));
    start(folder.path(), 1).await.expect("nothing was touched").stop().expect("stops without an error");
}

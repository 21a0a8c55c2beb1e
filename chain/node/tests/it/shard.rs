//! Two shards on one node. Each has its own chain, state and tenants. A registration on one has no effect on the other,
//! and the blocks of one do not verify as the other's.

use crate::fixture::{TENANT, World, capture, code, event, genesis};
use chain_types::{Height, ShardId};

#[tokio::test(flavor = "multi_thread")]
async fn each_shard_has_its_own_chain() {
    let world = World::new(2).await;
    assert_eq!((world.handle.shards(), world.handle.chain_id()), (2, genesis(2).chain_id()));
    for number in 0..5 {
        let (left, right) = (world.sign(vec![capture("same")]), world.sign(vec![capture(&format!("right {number}"))]));
        let (left, right) = tokio::join!(world.handle.submit(ShardId(0), left), world.handle.submit(ShardId(1), right));
        left.expect("becomes final");
        right.expect("becomes final");
    }
    let (left, right) = (world.checked_chain(ShardId(0)).await, world.checked_chain(ShardId(1)).await);
    assert_eq!((left.len(), right.len()), (6, 6));
    let genesis = world.handle.genesis();
    assert!(left[0].check(genesis.chain_id(), &genesis.validators, &genesis.first_parent(ShardId(1))).is_err());
    let of = |shard| world.handle.prove_stream(shard, TENANT, event("same"));
    assert_eq!(of(ShardId(0)).await.expect("answers").head.map(|head| head.count), Some(1));
    assert_eq!(of(ShardId(1)).await.expect("answers").head, None);
    let world = world.restart().await;
    assert_eq!((world.height(ShardId(0)), world.height(ShardId(1))), (Height(6), Height(6)));
    world.end();
}

#[tokio::test]
async fn a_shard_that_does_not_exist_is_refused() {
    let world = World::new(1).await;
    let outcome = world.handle.submit(ShardId(1), world.sign(vec![capture("e1")])).await;
    assert_eq!(code(outcome), "ledger.unknown_shard");
    let proof = world.handle.prove_stream(ShardId(1), TENANT, event("e1")).await;
    assert!(matches!(proof, Err(chain_node::NodeError::UnknownShard { shard: ShardId(1) })));
    world.end();
}

//! A client requests the stream of an event, and of an event that was never captured. Both answers have a proof that
//! leads to the state root of a certified block.

use crate::fixture::{TENANT, World, event, start};
use chain_node::{NodeError, StreamProofParts};
use chain_types::{
    ShardId, StreamHead, codec,
    state::{StreamKey, TypedKey},
};

async fn proved(world: &World, id: &str) -> StreamProofParts {
    let parts = world.handle.prove_stream(ShardId(0), TENANT, event(id)).await.expect("the shard answers");
    assert_eq!(parts.certificate.vote, parts.header.finalise_vote());
    assert_eq!(parts.certificate.check(&world.handle.genesis().validators), Ok(()));
    let path = StreamKey(TENANT, event(id)).path();
    assert_eq!(parts.proof.root(&path), Some(parts.header.state_root));
    assert_eq!(parts.proof.value(), parts.head.map(|head| codec::encode(&head)).as_deref());
    parts
}

#[tokio::test]
async fn presence_and_absence_are_proved_against_the_tip() {
    let world = World::new(1).await;
    for number in 0..20 {
        world.capture(&format!("e{number}")).await;
    }
    let chain = world.checked_chain(ShardId(0)).await;
    let present = proved(&world, "e7").await;
    let leaf = chain[8].leaves().expect("receipts and commands pair up")[0];
    assert_eq!(present.head, Some(StreamHead::default().push(&leaf)));
    assert_eq!(present.header.height, world.height(ShardId(0)));
    let absent = proved(&world, "never").await;
    assert_eq!(absent.head, None);
    let world = world.restart().await;
    assert_eq!(proved(&world, "e7").await.head, present.head);
    world.end();
}

#[tokio::test]
async fn a_chain_without_blocks_gives_no_proofs() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let node = start(folder.path(), 1).await.expect("starts");
    let outcome = node.handle().prove_stream(ShardId(0), TENANT, event("e1")).await;
    assert!(matches!(outcome, Err(NodeError::Stopped { shard: ShardId(0) })));
    node.stop().expect("stops without an error");
}

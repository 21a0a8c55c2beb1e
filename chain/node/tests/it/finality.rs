//! A tenant submits its first records. Each answer names the block and the position in it. The block can be read by
//! anyone, and every block from genesis on has a valid certificate.

use crate::fixture::{World, capture};
use chain_node::NodeError;
use chain_types::{FinalBlock, Height, Receipt, ShardId, Signature, block::FollowError};

type Change = fn(&mut FinalBlock);

#[tokio::test]
async fn a_final_transaction_is_in_the_block_that_its_answer_names() {
    let world = World::new(1).await;
    for number in 0..10 {
        let transaction = world.sign(vec![capture(&format!("a{number}")), capture(&format!("b{number}"))]);
        let id = transaction.header.id();
        let outcome = world.handle.submit(ShardId(0), transaction.clone()).await.expect("becomes final");
        assert_eq!((outcome.tx_id, outcome.shard), (id, ShardId(0)));
        assert!(outcome.receipts.iter().all(|receipt| matches!(receipt, Receipt::Applied(_))));
        let block = world.handle.block(ShardId(0), outcome.height).await.expect("reads").expect("is there");
        assert_eq!(block.header.timestamp_ms, outcome.timestamp_ms);
        let first = usize::try_from(outcome.first_record).expect("small");
        assert_eq!(block.block.receipts[first..first + 2], outcome.receipts);
        assert!(block.block.transactions.contains(&transaction));
    }
    assert_eq!(world.checked_chain(ShardId(0)).await.len(), 11, "each sequential submission makes one block");
    world.end();
}

#[tokio::test]
async fn a_block_changed_anywhere_fails_its_check() {
    let world = World::new(1).await;
    world.capture("e1").await;
    let chain = world.checked_chain(ShardId(0)).await;
    let (genesis, parent) = (world.handle.genesis(), chain[0].header.digest());
    let whole = &*chain[1];
    let changes: [(Change, &str); 7] = [
        (|block| block.header.parent.0[0] ^= 1, "parent"),
        (|block| block.header.chain_id.0.0[0] ^= 1, "parent"),
        (|block| block.header.timestamp_ms.0 += 1, "certificate"),
        (|block| block.certificate.signatures.clear(), "certificate"),
        (|block| block.certificate.signatures[0].1 = Signature::Ed25519([1; 64]), "certificate"),
        (|block| block.block.receipts.clear(), "contents"),
        (|block| block.block.transactions[0].header.salt[0] ^= 1, "contents"),
    ];
    for (change, expected) in changes {
        let mut block = whole.clone();
        change(&mut block);
        let found = match block.check(genesis.chain_id(), &genesis.validators, &parent) {
            Ok(()) => "none",
            Err(FollowError::Parent { .. }) => "parent",
            Err(FollowError::Version { .. }) => "version",
            Err(FollowError::Certificate { .. }) => "certificate",
            Err(FollowError::Contents { .. }) => "contents",
        };
        assert_eq!(found, expected);
    }
    world.end();
}

#[tokio::test]
async fn there_is_no_block_beyond_the_tip() {
    let world = World::new(1).await;
    let next = world.height(ShardId(0)).next();
    assert!(world.handle.block(ShardId(0), next).await.expect("reads").is_none());
    assert!(world.handle.block(ShardId(0), Height(0)).await.expect("reads").is_none());
    let unknown = world.handle.block(ShardId(1), Height(1)).await;
    assert!(matches!(unknown, Err(NodeError::UnknownShard { shard: ShardId(1) })));
    world.end();
}

#[tokio::test]
async fn the_tip_is_announced_only_when_its_block_can_be_read() {
    let world = World::new(1).await;
    let mut tip = world.handle.tip(ShardId(0));
    tip.mark_unchanged();
    let (submitted, changed) = tokio::join!(world.capture("e1"), tip.changed());
    changed.expect("the shard runs");
    let seen = *tip.borrow();
    assert_eq!((seen.height, seen.timestamp_ms), (submitted.height, submitted.timestamp_ms));
    let block = world.handle.block(ShardId(0), seen.height).await.expect("reads").expect("is there");
    assert_eq!(block.header.digest(), seen.digest);
    world.end();
}

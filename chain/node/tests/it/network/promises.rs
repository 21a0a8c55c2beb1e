//! Soft confirmations between real members [P15, promises]. The submitter of a transaction gets the leader's promise
//! before the block is final. The ledger convicts a leader that breaks a promise.

use super::group::{Group, PATIENCE, seed};
use crate::fixture::{capture, key, sign_for};
use bytes::Bytes;
use chain_replica::Message;
use chain_types::{
    Height, ShardId, TxId,
    beacon::{Offence, Promise, PromiseBatch, promised_root},
    codec,
};
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::{sync::oneshot, time::timeout};

const SHARD: ShardId = ShardId(0);

/// The follower behind four validators.
const FOLLOWER: usize = 4;
/// The validator that breaks promises.
const DISHONEST: usize = 0;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_gets_the_leaders_promise_before_the_block() {
    let group = Group::start(4).await;
    let handle = group.handle(FOLLOWER);
    let committee = handle.status(SHARD).await.expect("the member is running").committee;
    for number in 0..20 {
        let transaction = sign_for(&group.genesis, vec![capture(&format!("number {number}"))]);
        let tx_id = transaction.header.id();
        let (sender, mut promised) = oneshot::channel();
        let outcome = timeout(PATIENCE, handle.submit_and_hear(SHARD, transaction, sender)).await;
        let outcome = outcome.expect("in time").expect("becomes final");
        // Promises are best effort: the leader may be busy with the block before.
        let Ok(promise) = promised.try_recv() else { continue };
        let confirmation = promise.confirmation(&tx_id).expect("the promise names the transaction");
        let promise = confirmation.signed.promise;
        let leader = &committee.validators.validators[usize::from(promise.leader)];
        assert!(confirmation.names(&tx_id) && confirmation.signed.is_signed_by(leader.key));
        let block = handle.block(SHARD, outcome.height).await.expect("reads").expect("is there");
        assert!(block.header.height <= promise.by || block.header.proposer != promise.leader);
        return;
    }
    panic!("none of twenty transactions was promised");
}

/// The dishonest validator signs that all its blocks hold a transaction that was just submitted, although one of them
/// may already be in progress without it. Sooner or later one is.
#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_breaks_a_promise_is_convicted() {
    let group = Group::with_epochs_of(4, 1_000_000).await;
    let (network, _inbox) = group.connect_network(FOLLOWER).await;
    let handle = group.handle(FOLLOWER);
    let is_over = AtomicBool::new(false);
    let load = async {
        let mut number = 0;
        while !is_over.load(Ordering::Relaxed) {
            group.capture(1 + number % 3, &format!("load {number}")).await;
            number += 1;
        }
    };
    let cheating = async {
        let (mut number, mut convictions) = (0, Vec::new());
        while convictions.is_empty() {
            let transaction = sign_for(&group.genesis, vec![capture(&format!("promised {number}"))]);
            let false_promise = false_promise(&group, transaction.header.id());
            let submitted = handle.submit(SHARD, transaction);
            let sent = async {
                let _ = network.handle().send(&key(seed(FOLLOWER)).public_key(), false_promise);
            };
            timeout(PATIENCE, async { tokio::join!(submitted, sent).0 })
                .await
                .expect("in time")
                .expect("becomes final");
            number += 1;
            convictions = handle.beacon().await.expect("there is a beacon").convictions().to_vec();
        }
        is_over.store(true, Ordering::Relaxed);
        convictions
    };
    let (convictions, ()) =
        timeout(PATIENCE, async { tokio::join!(cheating, load) }).await.expect("the validator is convicted");
    let beacon = handle.beacon().await.expect("there is a beacon");
    let dishonest = beacon.registry().by_key(key(seed(DISHONEST)).public_key()).expect("it is registered");
    assert_eq!((convictions[0].validator, convictions[0].offence), (dishonest.id, Offence::BrokenPromise));
    assert!(!dishonest.may_sit(0) && beacon.is_conserved());
    network.stop().await;
}

/// The frame with which the dishonest validator promises a transaction from block 2 on. Block 1 registers the tenant.
fn false_promise(group: &Group, tx_id: TxId) -> Bytes {
    let ids = vec![tx_id];
    let promise = Promise {
        chain_id: group.genesis.chain_id(),
        shard: SHARD,
        epoch: chain_types::Epoch(0),
        leader: u16::try_from(DISHONEST).expect("few"),
        given: Height(1),
        by: Height(2),
        promised: promised_root(&ids),
    };
    let promise = PromiseBatch { signed: promise.sign(&key(seed(DISHONEST))), ids };
    Bytes::from(codec::encode(&(SHARD, Message::Promised(Box::new(promise)))))
}

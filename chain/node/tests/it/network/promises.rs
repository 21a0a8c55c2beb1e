//! Soft confirmations between real members [P15]: who submits a transaction hears the leader's promise before the block
//! is final, and a leader that breaks its word is convicted by the ledger.

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
/// The liar among the validators.
const LIAR: usize = 0;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_hears_the_leaders_promise_before_the_block() {
    let group = Group::start(4).await;
    let handle = group.handle(FOLLOWER);
    let committee = handle.status(SHARD).await.expect("it runs").committee;
    for number in 0..20 {
        let transaction = sign_for(&group.genesis, vec![capture(&format!("number {number}"))]);
        let tx_id = transaction.header.id();
        let (sender, mut promised) = oneshot::channel();
        let outcome = timeout(PATIENCE, handle.submit_and_hear(SHARD, transaction, sender)).await;
        let outcome = outcome.expect("in time").expect("becomes final");
        // A leader gives its word as well as it can; it may be busy with the block before.
        let Ok(promise) = promised.try_recv() else { continue };
        let confirmation = promise.confirmation(&tx_id).expect("it names what was submitted");
        let promise = confirmation.signed.promise;
        let leader = &committee.validators.validators[usize::from(promise.leader)];
        assert!(confirmation.names(&tx_id) && confirmation.signed.is_signed_by(leader.key));
        let block = handle.block(SHARD, outcome.height).await.expect("reads").expect("is there");
        assert!(block.header.height <= promise.by || block.header.proposer != promise.leader);
        return;
    }
    panic!("no leader promised any of twenty");
}

/// The liar signs that all its blocks hold what it was just told of, though one of them may be under way without it.
/// Sooner or later one is.
#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_breaks_its_word_is_convicted() {
    let group = Group::with_epochs_of(4, 1_000_000).await;
    let (network, _inbox) = group.voice(FOLLOWER).await;
    let handle = group.handle(FOLLOWER);
    let is_over = AtomicBool::new(false);
    let load = async {
        let mut number = 0;
        while !is_over.load(Ordering::Relaxed) {
            group.capture(1 + number % 3, &format!("load {number}")).await;
            number += 1;
        }
    };
    let lies = async {
        let (mut number, mut convictions) = (0, Vec::new());
        while convictions.is_empty() {
            let transaction = sign_for(&group.genesis, vec![capture(&format!("promised {number}"))]);
            let lie = lie(&group, transaction.header.id());
            let submitted = handle.submit(SHARD, transaction);
            let said = async {
                let _ = network.handle().send(&key(seed(FOLLOWER)).public_key(), lie);
            };
            timeout(PATIENCE, async { tokio::join!(submitted, said).0 })
                .await
                .expect("in time")
                .expect("becomes final");
            number += 1;
            convictions = handle.beacon().await.expect("there is a beacon").convictions().to_vec();
        }
        is_over.store(true, Ordering::Relaxed);
        convictions
    };
    let (convictions, ()) = timeout(PATIENCE, async { tokio::join!(lies, load) }).await.expect("it is convicted");
    let beacon = handle.beacon().await.expect("there is a beacon");
    let liar = beacon.registry().by_key(key(seed(LIAR)).public_key()).expect("it is registered");
    assert_eq!((convictions[0].validator, convictions[0].offence), (liar.id, Offence::BrokenPromise));
    assert!(!liar.may_sit(0) && beacon.is_conserved());
    network.stop().await;
}

/// The frame by which the liar promises a transaction from block 2 on; the tenant stands in block 1.
fn lie(group: &Group, tx_id: TxId) -> Bytes {
    let ids = vec![tx_id];
    let promise = Promise {
        chain_id: group.genesis.chain_id(),
        shard: SHARD,
        epoch: chain_types::Epoch(0),
        leader: u16::try_from(LIAR).expect("few"),
        given: Height(1),
        by: Height(2),
        promised: promised_root(&ids),
    };
    let promise = PromiseBatch { signed: promise.sign(&key(seed(LIAR))), ids };
    Bytes::from(codec::encode(&(SHARD, Message::Promised(Box::new(promise)))))
}

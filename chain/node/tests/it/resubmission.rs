//! A client loses its connection and submits the same transaction again: at once, many times in parallel, and after a
//! restart of the node. It always gets the first outcome, and the chain holds the transaction once.

use crate::fixture::{World, capture};
use chain_types::{ShardId, TimestampMs};

#[tokio::test]
async fn a_repeat_gets_the_first_outcome_even_after_a_restart() {
    let world = World::new(1).await;
    let transaction = world.sign(vec![capture("e1"), capture("e2")]);
    let first = world.handle.submit(ShardId(0), transaction.clone()).await.expect("becomes final");
    world.capture("between").await;
    let again = world.handle.submit(ShardId(0), transaction.clone()).await.expect("the transaction is already final");
    assert_eq!(again, first);
    let world = world.restart().await;
    let again = world.handle.submit(ShardId(0), transaction).await.expect("the transaction is already final");
    assert_eq!(again, first);
    assert_eq!(world.checked_chain(ShardId(0)).await.len(), 3, "no block was added");
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_parallel_repeats_have_one_effect() {
    let world = World::new(1).await;
    let transaction = world.sign(vec![capture("e1")]);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let (handle, transaction) = (world.handle.clone(), transaction.clone());
        tasks.spawn(async move { handle.submit(ShardId(0), transaction).await.expect("becomes final") });
    }
    let outcomes = tasks.join_all().await;
    assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]));
    assert_eq!(world.handle.tip(ShardId(0)).borrow().transactions, 2);
    world.end();
}

#[tokio::test]
async fn transactions_that_expired_or_expire_too_late_are_refused() {
    let world = World::new(1).await;
    for (valid_until, expected) in [(0, None), (u64::MAX, Some("ledger.valid_until_too_far"))] {
        let mut draft = world.draft();
        draft.valid_until_ms = TimestampMs(valid_until);
        let transaction = draft.sign(&crate::fixture::author(), vec![capture("e1")]);
        let outcome = world.handle.submit(ShardId(0), transaction).await;
        match expected {
            None => assert_eq!(outcome, Err(chain_node::SubmitError::Expired)),
            Some(code) => assert_eq!(crate::fixture::code(outcome), code),
        }
    }
    world.end();
}

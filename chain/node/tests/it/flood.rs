//! Far more arrives than a shard can take. What does not fit is refused at once as busy, what was taken becomes final,
//! and the memory of both is given back to the last byte.

use crate::fixture::{World, capture_about, large_captures};
use chain_node::{IN_FLIGHT_BYTES_MAX, SubmitError};
use chain_types::{
    ShardId,
    limit::{BODY_BYTES_MAX, TRANSACTION_BYTES_MAX},
};

/// Submissions after which a node that never says busy has no limit.
const ATTEMPTS_MAX: usize = 1_000;
/// Transactions that keep the shard at work while the flood comes in: each takes longer than many of the flood's
/// submissions.
const SLOW: u32 = 15;

#[tokio::test]
async fn what_does_not_fit_is_refused_and_what_was_taken_is_given_back() {
    let world = World::new(1).await;
    let bodies = TRANSACTION_BYTES_MAX / BODY_BYTES_MAX - 1;
    let entries = (0..bodies).map(|number| capture_about(&format!("e{number}"), BODY_BYTES_MAX, Vec::new()));
    let transaction = world.sign(entries.collect());
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..SLOW {
        let slow = world.sign(large_captures(&format!("slow {number}"), 40));
        let handle = world.handle.clone();
        tasks.spawn(async move { handle.submit(ShardId(0), slow).await });
    }
    let (mut attempts, mut busy) = (0, 0);
    while busy == 0 && attempts < ATTEMPTS_MAX {
        attempts += 1;
        let (handle, transaction) = (world.handle.clone(), transaction.clone());
        tasks.spawn(async move { handle.submit(ShardId(0), transaction).await });
        tokio::task::yield_now().await;
        while let Some(ended) = tasks.try_join_next() {
            match ended.expect("no task panics") {
                Ok(_) => {}
                Err(SubmitError::Busy) => busy += 1,
                Err(other) => panic!("{other}"),
            }
        }
    }
    assert!(busy > 0, "after {attempts} submissions none was refused");
    let outcomes = tasks.join_all().await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(_) | Err(SubmitError::Busy))));

    // Each takes its bytes anew: were some not given back, there would be too few before the end.
    for _ in 0..=IN_FLIGHT_BYTES_MAX / (bodies * BODY_BYTES_MAX) {
        world.handle.submit(ShardId(0), transaction.clone()).await.expect("there is room again");
    }
    world.checked_chain(ShardId(0)).await;
    world.end();
}

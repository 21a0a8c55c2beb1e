//! Far more is submitted than a shard can take. The excess is refused at once as busy, the accepted transactions become
//! final, and the memory budget of both is returned exactly.

use crate::fixture::{World, capture_about, large_captures};
use chain_node::{IN_FLIGHT_BYTES_MAX, SubmitError};
use chain_types::{
    ShardId,
    limit::{BODY_BYTES_MAX, TRANSACTION_BYTES_MAX},
};

/// Submissions after which a node without a refusal counts as unlimited.
const ATTEMPTS_MAX: usize = 1_000;
/// Transactions that keep the shard busy during the flood. Each takes longer than many submissions of the flood.
const SLOW: u32 = 15;

#[tokio::test]
async fn excess_submissions_are_refused_and_all_memory_is_returned() {
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

    // Each submission takes its bytes again. If some had not been returned, the budget would run out before the end.
    for _ in 0..=IN_FLIGHT_BYTES_MAX / (bodies * BODY_BYTES_MAX) {
        world.handle.submit(ShardId(0), transaction.clone()).await.expect("there is room again");
    }
    world.checked_chain(ShardId(0)).await;
    world.end();
}

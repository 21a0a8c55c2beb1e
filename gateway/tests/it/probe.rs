//! Tests that probes have room of their own, and that this room has an end.

use crate::harness::World;
use futures::{StreamExt as _, stream::FuturesUnordered};
use gateway::health::PROBES_MAX;
use http::StatusCode;
use indexer::pool::SERVICE_CONNECTIONS_MAX;

#[tokio::test]
async fn probes_beyond_the_limit_are_refused_at_once() {
    const MORE: usize = 8;
    let world = World::start().await;
    // Readiness asks the database, so it waits while every connection of the services is taken.
    let mut taken = Vec::new();
    for _ in 0..SERVICE_CONNECTIONS_MAX {
        taken.push(world.services.acquire().await.expect("a connection"));
    }
    let mut probes: FuturesUnordered<_> = (0..PROBES_MAX + MORE).map(|_| world.get("/readyz", "")).collect();
    for _ in 0..MORE {
        let first = probes.next().await.expect("an answer");
        first.assert_problem(503, "limit.overloaded");
        assert_eq!(first.header("retry-after"), "1");
    }
    world.get("/metrics", "").await.assert_problem(503, "limit.overloaded");
    assert_eq!(world.get("/livez", "").await.status, StatusCode::OK, "liveness needs no room");
    drop(taken);
    assert_eq!(probes.len(), PROBES_MAX);
    while let Some(answer) = probes.next().await {
        assert_ne!(answer.problem_code().as_deref(), Some("limit.overloaded"), "{}", answer.text());
    }
    assert_eq!(world.get("/metrics", "").await.status, StatusCode::OK, "the room is free again");
}

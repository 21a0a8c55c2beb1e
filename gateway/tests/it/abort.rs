//! Clients that hang up in the middle leave nothing open behind them.

use crate::harness::{Setting, World, request};
use futures::stream::{self, StreamExt as _};
use http::{Method, StatusCode};
use tower::ServiceExt as _;

/// Requests that are dropped.
const ABORTED: usize = 2_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_aborted_requests_leave_no_open_transaction() {
    let world = World::start_with(Setting { connections_max: Some(2), ..Setting::default() }).await;
    let account = world.tenant("Farm").await;
    stream::iter(0..ABORTED)
        .for_each_concurrent(16, |n| {
            let request = request(Method::GET, "/v1/tenant", Some(&account.secret), None);
            let answer = world.router.clone().oneshot(request);
            async move {
                // Each is dropped a little later in its work than the one before it.
                tokio::select! {
                    biased;
                    () = turns(n % 64) => {}
                    _ = answer => {}
                }
            }
        })
        .await;
    // Holding every connection of the pool proves that all of them came back.
    let (first, second) = (world.gateway.pool.acquire().await, world.gateway.pool.acquire().await);
    let mut owner = world.database.owner().await;
    let open: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'waymark_app'
         AND state LIKE 'idle in transaction%'",
    )
    .fetch_one(&mut owner)
    .await
    .expect("counts");
    assert_eq!(open, 0);
    drop((first.expect("a connection"), second.expect("a connection")));
    // Another tenant's request: on a fast machine the first has spent its rate.
    let other = world.tenant("Mill").await;
    assert_eq!(world.get("/v1/tenant", &other.secret).await.status, StatusCode::OK);
}

/// Lets others run so many times.
async fn turns(count: usize) {
    for _ in 0..count {
        tokio::task::yield_now().await;
    }
}

//! Aborts 2,000 requests at different points and checks that no transaction stays open.

use crate::harness::{Setting, World, request};
use futures::stream::{self, StreamExt as _};
use http::{Method, StatusCode};
use tower::ServiceExt as _;

/// The number of aborted requests.
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
                // Each request is aborted slightly later than the one before it.
                tokio::select! {
                    biased;
                    () = yield_times(n % 64) => {}
                    _ = answer => {}
                }
            }
        })
        .await;
    // Acquiring every connection of the pool proves that all of them were returned.
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
    // The request of another tenant: on a fast machine the first tenant has used up its rate.
    let other = world.tenant("Mill").await;
    assert_eq!(world.get("/v1/tenant", &other.secret).await.status, StatusCode::OK);
}

/// Yields to other tasks `count` times.
async fn yield_times(count: usize) {
    for _ in 0..count {
        tokio::task::yield_now().await;
    }
}

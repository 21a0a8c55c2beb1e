//! One process works at a time, and another goes on when it ends or loses its session. A process that waits can stop.

use super::*;
use indexer::testing::TestDatabase;
use std::sync::Arc;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::task::AbortOnDropHandle;

const NAME: &str = "test";

#[derive(PartialEq, Eq, Debug)]
enum Said {
    Works(u8),
    Ended(u8),
}

/// Says that the work of a process ended, also when the work is dropped.
struct End(u8, UnboundedSender<Said>);

impl Drop for End {
    fn drop(&mut self) {
        let _ = self.1.send(Said::Ended(self.0));
    }
}

/// A process that works until it is stopped.
fn process(
    number: u8,
    database: &Arc<TestDatabase>,
    say: &UnboundedSender<Said>,
) -> (AbortOnDropHandle<()>, CancellationToken) {
    let (database, say, stopping) = (Arc::clone(database), say.clone(), CancellationToken::new());
    let stop = stopping.clone();
    let work = async move {
        let pool = database.app_pool().await;
        let work = || {
            let (say, stop) = (say.clone(), stop.clone());
            async move {
                say.send(Said::Works(number)).expect("the test listens");
                let _end = End(number, say);
                stop.cancelled().await;
            }
        };
        hold(NAME, &pool, &stop, work).await;
    };
    (AbortOnDropHandle::new(tokio::spawn(work)), stopping)
}

async fn next(said: &mut UnboundedReceiver<Said>) -> Said {
    timeout(Duration::from_secs(20), said.recv()).await.expect("in time").expect("a process speaks")
}

/// Ends the session that has the lease.
async fn end_session(database: &TestDatabase) {
    let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_locks
               WHERE locktype = 'advisory' AND granted AND objsubid = 1
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    let ended: i64 = sqlx::query_scalar(end).fetch_one(&mut database.owner().await).await.expect("it is ended");
    assert_eq!(ended, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_works_at_a_time_and_another_goes_on() {
    let database = Arc::new(TestDatabase::create().await);
    let (say, mut said) = unbounded_channel();
    let (first, stop_first) = process(1, &database, &say);
    assert_eq!(next(&mut said).await, Said::Works(1));
    let (second, stop_second) = process(2, &database, &say);
    // A process that stops ends its work, and only then may another one work.
    stop_first.cancel();
    first.await.expect("it ends");
    assert_eq!((next(&mut said).await, next(&mut said).await), (Said::Ended(1), Said::Works(2)));
    // A process that loses its session drops its work, and takes the lease again.
    end_session(&database).await;
    assert_eq!((next(&mut said).await, next(&mut said).await), (Said::Ended(2), Said::Works(2)));
    stop_second.cancel();
    second.await.expect("it ends");
    assert_eq!(next(&mut said).await, Said::Ended(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_waits_for_the_lease_stops_at_once() {
    let database = Arc::new(TestDatabase::create().await);
    let (say, mut said) = unbounded_channel();
    let (_first, _stop) = process(1, &database, &say);
    assert_eq!(next(&mut said).await, Said::Works(1));
    let (second, stop_second) = process(2, &database, &say);
    stop_second.cancel();
    timeout(Duration::from_secs(20), second).await.expect("in time").expect("it ends");
}

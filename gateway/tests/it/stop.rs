//! Tests that a request that runs when the process stops is answered, and does not hold the stop.

use crate::{connection::assert_problem, harness::World};
use gateway::{
    auth::credential::Mode,
    budget::Sharer,
    serve::{GRACE_MS, ServeLimits},
};
use std::{
    thread::available_parallelism,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// The end of the grace is before `DRAIN_MS_MAX`, when the connection is closed without an answer.
#[tokio::test]
async fn a_request_that_outlasts_the_grace_is_answered_and_the_stop_ends() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let mut served = world.serve(ServeLimits::default()).await;
    // The request waits for a processor, for much longer than the grace.
    let processors = &world.gateway.budgets.processors;
    let count = u32::try_from(available_parallelism().expect("known").get()).expect("few");
    let held = processors.acquire(Sharer::tenant(account.tenant, Mode::Test), count).await.expect("one per processor");
    let mut stream = TcpStream::connect(served.address).await.expect("connects");
    let head = "GET /epcis/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ";
    stream.write_all(format!("{head}{}\r\n\r\n", account.secret).as_bytes()).await.expect("writes");
    while processors.waiting() == 0 {
        tokio::task::yield_now().await;
    }
    let begun = Instant::now();
    served.shutdown.cancel();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("is answered");
    assert_problem(&answer, 503, "limit.stopping");
    assert!(begun.elapsed() >= Duration::from_millis(GRACE_MS), "{:?}", begun.elapsed());
    (&mut served.task).await.expect("no panic").expect("a clean end");
    drop(held);
}

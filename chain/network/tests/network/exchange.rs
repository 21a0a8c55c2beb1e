//! Requests and answers between two members. Each answer reaches its own request. A peer that does not answer costs the
//! requester at most the timeout. Requests and answers have size limits.

use crate::support::{Member, caller, connect, key, pair, plan, within};
use bytes::Bytes;
use chain_network::{
    Inbox, Limits, REQUEST_BYTES_MAX, REQUESTS_IN_FLIGHT_MAX, RESPONSE_BYTES_MAX, ReplyError, RequestError, SendError,
};
use std::time::Duration;
use tokio::{task::JoinSet, time::Instant};

/// Answers every request with its bytes reversed.
async fn reverse(mut inbox: Inbox) {
    while let Some(request) = inbox.requests.recv().await {
        let mut answer = request.bytes.to_vec();
        answer.reverse();
        request.reply.send(answer.into()).expect("the requester waits");
    }
}

#[tokio::test]
async fn each_request_gets_its_own_answer() {
    let (anna, ben) = pair().await;
    tokio::spawn(reverse(ben.inbox));
    let mut asked = JoinSet::new();
    for number in 0..4 * u64::try_from(REQUESTS_IN_FLIGHT_MAX).expect("a small number") {
        let (handle, to) = (anna.handle(), ben.key);
        asked.spawn(async move { (number, handle.request(&to, number.to_le_bytes().to_vec().into()).await) });
    }
    while let Some(done) = within(asked.join_next()).await {
        let (number, answer) = done.expect("the task does not panic");
        assert_eq!(answer.expect("an answer"), number.to_be_bytes().as_slice());
    }
}

#[tokio::test]
async fn requests_and_answers_may_be_as_long_as_the_limit_and_no_longer() {
    let (anna, mut ben) = pair().await;
    let (handle, to) = (anna.handle(), ben.key);
    let over = within(handle.request(&to, vec![0; REQUEST_BYTES_MAX + 1].into())).await;
    let (bytes, bytes_max) = (REQUEST_BYTES_MAX + 1, REQUEST_BYTES_MAX);
    assert_eq!(over, Err(SendError::TooLarge { bytes, bytes_max }.into()));

    let asking = tokio::spawn(async move { handle.request(&to, vec![1; REQUEST_BYTES_MAX].into()).await });
    let request = within(ben.inbox.requests.recv()).await.expect("the network runs");
    assert_eq!((request.from, request.bytes.len()), (anna.key, REQUEST_BYTES_MAX));
    let answer = Bytes::from(vec![2; RESPONSE_BYTES_MAX]);
    request.reply.send(answer.clone()).expect("the requester waits");
    assert_eq!(within(asking).await.expect("the task does not panic"), Ok(answer));

    let (handle, to) = (anna.handle(), ben.key);
    let asking = tokio::spawn(async move { handle.request(&to, Bytes::new()).await });
    let request = within(ben.inbox.requests.recv()).await.expect("the network runs");
    let (bytes, bytes_max) = (RESPONSE_BYTES_MAX + 1, RESPONSE_BYTES_MAX);
    assert_eq!(request.reply.send(vec![0; bytes].into()), Err(ReplyError::TooLarge { bytes, bytes_max }));
    assert!(matches!(within(asking).await.expect("the task does not panic"), Err(RequestError::Failed(_))));
}

async fn impatient_pair(request_timeout_ms: u64) -> (Member, Member) {
    let anna = plan(1).knows(caller(2)).limits(Limits { request_timeout_ms, ..Limits::default() }).start().await;
    let ben = plan(2).knows(anna.peer()).start().await;
    connect(&anna, &ben).await;
    (anna, ben)
}

#[tokio::test]
async fn a_request_without_an_answer_times_out() {
    let (anna, mut ben) = impatient_pair(200).await;
    let begun = Instant::now();
    assert_eq!(within(anna.handle().request(&ben.key, Bytes::new())).await, Err(RequestError::Timeout));
    assert!(begun.elapsed() >= Duration::from_millis(200));
    let request = within(ben.inbox.requests.recv()).await.expect("the request did arrive");
    drop(request);
    assert!(ben.is_connected(&anna), "a timeout does not disconnect the peers");
}

#[tokio::test]
async fn a_dropped_request_fails_at_once() {
    let (anna, mut ben) = impatient_pair(60_000).await;
    let (handle, to) = (anna.handle(), ben.key);
    let asking = tokio::spawn(async move { handle.request(&to, Bytes::new()).await });
    drop(within(ben.inbox.requests.recv()).await);
    assert!(matches!(within(asking).await.expect("the task does not panic"), Err(RequestError::Failed(_))));
}

#[tokio::test]
async fn requests_beyond_the_limit_in_flight_wait() {
    let (anna, mut ben) = pair().await;
    let mut asked = JoinSet::new();
    for _ in 0..=REQUESTS_IN_FLIGHT_MAX {
        let (handle, to) = (anna.handle(), ben.key);
        asked.spawn(async move { handle.request(&to, Bytes::new()).await });
    }
    let mut under_way = Vec::new();
    for _ in 0..REQUESTS_IN_FLIGHT_MAX {
        under_way.push(within(ben.inbox.requests.recv()).await.expect("the network runs"));
    }
    // This message was sent later and has arrived, so a further request would have arrived too.
    anna.handle().send(&ben.key, Bytes::new()).expect("connected");
    ben.receive().await;
    assert!(ben.inbox.requests.try_recv().is_err());
    under_way.remove(0).reply.send(Bytes::new()).expect("the requester waits");
    under_way.push(within(ben.inbox.requests.recv()).await.expect("a slot is free"));
    for request in under_way {
        request.reply.send(Bytes::new()).expect("the requester waits");
    }
    while let Some(answer) = within(asked.join_next()).await {
        assert_eq!(answer.expect("the task does not panic"), Ok(Bytes::new()));
    }
}

#[tokio::test]
async fn requests_to_unknown_or_absent_peers_fail() {
    let anna = plan(1).knows(caller(2)).start().await;
    let unknown = anna.handle().request(&key(9), Bytes::new()).await;
    assert_eq!(unknown, Err(SendError::UnknownPeer.into()));
    let absent = anna.handle().request(&key(2), Bytes::new()).await;
    assert_eq!(absent, Err(SendError::NotConnected.into()));
}

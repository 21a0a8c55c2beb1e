//! Connections that are kept between calls.

use super::{Names, Receiver, drain, outcome, outgoing, read_request, tenant};
use gateway::outgoing::{Answer, Call, KEPT_MAX, Kept, Outgoing, OutgoingError, WaitLimits};
use tokio::io::AsyncWriteExt as _;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// A receiver that answers `answers` in turn on each connection and then closes it.
async fn answering(answers: &'static [&'static str]) -> Receiver {
    Receiver::start(move |mut stream| async move {
        for answer in answers {
            let mut first = [0];
            if stream.peek(&mut first).await.is_ok_and(|read| read == 0) {
                return;
            }
            assert!(!read_request(&mut stream).await.contains("connection:"), "it stays open");
            stream.write_all(answer.as_bytes()).await.expect("an answer");
        }
        let _ = stream.shutdown().await;
        drain(stream).await;
    })
    .await
}

fn client(receiver: &Receiver) -> Outgoing {
    outgoing(&[&receiver.address.to_string()], Names::default(), WaitLimits::default())
}

async fn called(outgoing: &Outgoing, kept: &Kept, receiver: &Receiver) -> Result<Answer, OutgoingError> {
    let target = outgoing.target(&receiver.url())?;
    outgoing.post_over(kept, tenant(), &target, Call { body: "{}".into(), ..Call::default() }).await
}

#[tokio::test]
async fn a_connection_serves_one_call_after_another() {
    let receiver = answering(&[OK; 101]).await;
    let (outgoing, kept) = (client(&receiver), Kept::default());
    for _ in 0..100 {
        let answer = called(&outgoing, &kept, &receiver).await.expect("an answer");
        assert_eq!((answer.status, &*answer.excerpt, answer.is_cut), (200, &b"ok"[..], false));
    }
    assert_eq!((receiver.connections(), kept.len()), (1, 1));
}

#[tokio::test]
async fn a_connection_that_the_receiver_closed_is_replaced() {
    let receiver = answering(&[OK, OK]).await;
    let (outgoing, kept) = (client(&receiver), Kept::default());
    for _ in 0..6 {
        assert_eq!(outcome(&called(&outgoing, &kept, &receiver).await), "200");
    }
    assert!((3..=4).contains(&receiver.connections()), "{}", receiver.connections());
}

#[tokio::test]
async fn a_connection_with_an_answer_that_was_not_read_whole_is_not_kept() {
    const CUT: &str = "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n";
    let receiver = Receiver::start(|mut stream| async move {
        read_request(&mut stream).await;
        stream.write_all(CUT.as_bytes()).await.expect("a head");
        while stream.write_all(&[b'x'; 4_096]).await.is_ok() {}
    })
    .await;
    let (outgoing, kept) = (client(&receiver), Kept::default());
    for calls in 1..=2 {
        let answer = called(&outgoing, &kept, &receiver).await.expect("an answer");
        assert_eq!((answer.is_cut, kept.len(), receiver.connections()), (true, 0, calls));
    }
}

#[tokio::test]
async fn what_a_receiver_sends_without_a_request_answers_none() {
    let receiver =
        answering(&["HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nHTTP/1.1 201 OK\r\ncontent-length: 0\r\n\r\n"]).await;
    let (outgoing, kept) = (client(&receiver), Kept::default());
    for calls in 1..=3 {
        assert_eq!(outcome(&called(&outgoing, &kept, &receiver).await), "200");
        assert_eq!(receiver.connections(), calls);
    }
}

#[tokio::test]
async fn a_kept_connection_is_for_its_receiver_only() {
    let (one, other) = (answering(&[OK; 3]).await, answering(&[OK; 3]).await);
    let allowed = [one.address.to_string(), other.address.to_string()];
    let outgoing = outgoing(&allowed.each_ref().map(String::as_str), Names::default(), WaitLimits::default());
    let kept = Kept::default();
    for receiver in [&one, &other, &one, &other] {
        assert_eq!(outcome(&called(&outgoing, &kept, receiver).await), "200");
    }
    assert_eq!((one.connections(), other.connections(), kept.len()), (1, 1, 2));
}

#[tokio::test]
async fn kept_connections_are_limited_in_number_over_all_receivers() {
    let receiver = answering(&[OK; 2]).await;
    let outgoing = client(&receiver);
    let mut all = Vec::new();
    for expected in (0..=KEPT_MAX).map(|n| usize::from(n < KEPT_MAX)) {
        let kept = Kept::default();
        assert_eq!(outcome(&called(&outgoing, &kept, &receiver).await), "200");
        assert_eq!(kept.len(), expected);
        all.push(kept);
    }
    drop(all);
    let kept = Kept::default();
    assert_eq!(outcome(&called(&outgoing, &kept, &receiver).await), "200");
    assert_eq!(kept.len(), 1, "there is room again");
}

//! Requests as receivers see them, and answers of all kinds.

use super::{Names, Receiver, drain, outcome, outgoing, read_request, tenant};
use gateway::outgoing::{
    ANSWER_BODY_BYTES_MAX, ANSWER_HEAD_BYTES_MAX, ANSWER_HEADERS_MAX, Answer, Call, OutgoingError, UrlProblem,
    WaitLimits,
};
use http::{HeaderMap, HeaderValue};
use socket2::SockRef;
use std::{
    collections::{BTreeSet, HashSet},
    io,
    time::Duration,
};
use tokio::{io::AsyncWriteExt as _, sync::mpsc};

#[tokio::test]
async fn a_request_arrives_as_it_was_given_and_its_answer_is_read() {
    let (sender, mut requests) = mpsc::unbounded_channel();
    let receiver = Receiver::start(move |mut stream| {
        let sender = sender.clone();
        async move {
            sender.send(read_request(&mut stream).await).expect("the test waits");
            let answer = "HTTP/1.1 202 Accepted\r\nretry-after: 7\r\ncontent-length: 4\r\n\r\nfine";
            stream.write_all(answer.as_bytes()).await.expect("an answer");
            drain(stream).await;
        }
    })
    .await;
    let outgoing = outgoing(&[&receiver.address.to_string()], Names::default(), WaitLimits::default());
    let target = outgoing.target(&format!("{}?a=b", receiver.url())).expect("a URL");
    let mut headers = HeaderMap::new();
    for (name, value) in
        [("webhook-id", "evt_1"), ("host", "evil.example"), ("content-length", "1"), ("connection", "x")]
    {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let answer = outgoing.post(tenant(), &target, Call { headers, body: "{\"a\":1}".into() }).await.expect("an answer");
    let request = requests.recv().await.expect("a request");
    let (head, body) = request.split_once("\r\n\r\n").expect("a head");
    let mut lines = head.split("\r\n");
    assert_eq!(lines.next(), Some("POST /hook?a=b HTTP/1.1"));
    let host = format!("host: {}", receiver.address);
    let expected = HashSet::from(["webhook-id: evt_1", host.as_str(), "content-length: 7", "connection: close"]);
    assert_eq!(lines.collect::<HashSet<_>>(), expected);
    assert_eq!(body, "{\"a\":1}");
    assert!(answer.duration < Duration::from_secs(20));
    let Answer { status, retry_after, excerpt, is_cut, .. } = answer;
    assert_eq!((status, retry_after.as_deref(), &*excerpt, is_cut), (202, Some("7"), &b"fine"[..], false));
}

#[tokio::test]
async fn every_way_to_end_a_body_is_read() {
    for (rest, excerpt, is_cut) in [
        ("content-length: 2\r\n\r\nok", "ok", false),
        ("content-length: 0\r\n\r\n", "", false),
        ("transfer-encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n", "ok", false),
        ("\r\nok", "ok", false),
        ("content-length: 3\r\n\r\nok", "ok", true),
        ("transfer-encoding: chunked\r\n\r\n1\r\no\r\nx\r\n", "o", true),
    ] {
        let answer = Receiver::answering(format!("HTTP/1.1 200 OK\r\n{rest}")).await.called().await.expect(rest);
        assert_eq!((answer.status, String::from_utf8_lossy(&answer.excerpt).as_ref()), (200, excerpt), "{rest:?}");
        assert_eq!(answer.is_cut, is_cut, "{rest:?}");
    }
}

#[tokio::test]
async fn a_body_is_cut_at_its_limit() {
    for (bytes, is_cut) in [(ANSWER_BODY_BYTES_MAX, false), (ANSWER_BODY_BYTES_MAX + 1, true), (100 << 20, true)] {
        for length in [format!("content-length: {bytes}\r\n"), String::new()] {
            let head = format!("HTTP/1.1 200 OK\r\n{length}\r\n");
            let receiver = Receiver::start(move |mut stream| {
                let head = head.clone();
                async move {
                    read_request(&mut stream).await;
                    stream.write_all(head.as_bytes()).await.expect("a head");
                    let (block, mut left) = ([b'x'; 4_096], bytes);
                    // The caller closes before it has read all.
                    while left > 0 && stream.write_all(&block[..left.min(4_096)]).await.is_ok() {
                        left -= left.min(4_096);
                    }
                }
            })
            .await;
            let answer = receiver.called().await.expect("an answer");
            assert_eq!((answer.status, answer.excerpt.len()), (200, ANSWER_BODY_BYTES_MAX), "{bytes}");
            assert_eq!(answer.is_cut, is_cut, "{bytes} {length}");
        }
    }
}

#[tokio::test]
async fn a_head_at_the_limit_is_read_and_one_byte_more_is_not() {
    let head = |bytes: usize| {
        let (begin, end) = ("HTTP/1.1 200 OK\r\nx: ", "\r\ncontent-length: 2\r\n\r\n");
        format!("{begin}{}{end}ok", "x".repeat(bytes - begin.len() - end.len()))
    };
    let answer = Receiver::answering(head(ANSWER_HEAD_BYTES_MAX)).await.called().await.expect("an answer");
    assert_eq!((answer.status, &*answer.excerpt), (200, &b"ok"[..]));
    for bytes in [ANSWER_HEAD_BYTES_MAX + 1, 10 << 20] {
        let result = Receiver::answering(head(bytes)).await.called().await;
        assert_eq!(outcome(&result), "webhook.head_too_large", "{bytes}");
    }
}

#[tokio::test]
async fn headers_are_counted() {
    let head = |count: usize| format!("HTTP/1.1 204 No Content\r\n{}\r\n", "x: y\r\n".repeat(count));
    assert_eq!(outcome(&Receiver::answering(head(ANSWER_HEADERS_MAX)).await.called().await), "204");
    let result = Receiver::answering(head(ANSWER_HEADERS_MAX + 1)).await.called().await;
    assert_eq!(outcome(&result), "webhook.head_too_large");
}

#[tokio::test]
async fn interim_answers_count_as_the_head() {
    let interim = "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n";
    let few = format!("{}HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", interim.repeat(10));
    assert_eq!(outcome(&Receiver::answering(few).await.called().await), "200");
    let receiver = Receiver::start(move |mut stream| async move {
        read_request(&mut stream).await;
        while stream.write_all(interim.as_bytes()).await.is_ok() {}
    })
    .await;
    assert_eq!(outcome(&receiver.called().await), "webhook.head_too_large");
}

#[tokio::test]
async fn garbage_has_a_code() {
    for garbage in [
        "garbage\r\n\r\n",
        "\u{0}\u{1}\u{2}\u{3}\r\n\r\n",
        "SSH-2.0-OpenSSH_9.6\r\n",
        "220 mail.example ESMTP\r\n",
        "-ERR unknown command 'POST'\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "HTTP/3.0 200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
    ] {
        let result = Receiver::answering(garbage).await.called().await;
        assert_eq!(outcome(&result), "webhook.invalid_answer", "{garbage:?}");
    }
}

#[tokio::test]
async fn a_connection_that_ends_early_has_a_code() {
    for half in ["", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n"] {
        let result = Receiver::answering(half).await.called().await;
        assert_eq!(outcome(&result), "webhook.connection_closed", "{half:?}");
    }
    let reset = Receiver::start(|mut stream| async move {
        read_request(&mut stream).await;
        // Closing resets the connection.
        SockRef::from(&stream).set_linger(Some(Duration::ZERO)).expect("an option");
    })
    .await;
    assert_eq!(outcome(&reset.called().await), "webhook.connection_closed");
}

#[tokio::test]
async fn a_port_without_a_server_has_a_code() {
    let closed = Receiver::start(|_| async {}).await;
    let (url, allowed) = (closed.url(), closed.address.to_string());
    let outgoing = outgoing(&[&allowed], Names::default(), WaitLimits::default());
    // The listener is closed when its task has ended.
    let Receiver { task, .. } = closed;
    task.abort();
    assert!(task.await.expect_err("it was aborted").is_cancelled());
    assert_eq!(outcome(&super::post(&outgoing, &url).await), "webhook.not_connected");
}

#[tokio::test]
async fn a_long_or_odd_retry_after_is_left_out() {
    for (value, expected) in [
        ("120".to_owned(), Some("120")),
        ("Sun, 06 Nov 1994 08:49:37 GMT".to_owned(), Some("Sun, 06 Nov 1994 08:49:37 GMT")),
        ("é".to_owned(), None),
        ("1".repeat(65), None),
    ] {
        let head = format!("HTTP/1.1 503 Busy\r\nretry-after: {value}\r\ncontent-length: 0\r\n\r\n");
        let answer = Receiver::answering(head).await.called().await.expect("an answer");
        assert_eq!((answer.status, answer.retry_after.as_deref()), (503, expected), "{value}");
    }
}

#[test]
fn every_code_is_listed_and_begins_with_the_domain() {
    let codes = OutgoingError::CODES;
    assert_eq!(BTreeSet::from(codes).len(), codes.len(), "no code twice");
    assert!(codes.iter().all(|code| code.starts_with("webhook.")));
    let cause = || io::Error::from(io::ErrorKind::Other);
    // The other two need an error of HTTP, see the tests of garbage and of connections that end early.
    let errors = [
        OutgoingError::Url(UrlProblem::Host),
        OutgoingError::Busy,
        OutgoingError::Resolve(cause()),
        OutgoingError::AddressRefused,
        OutgoingError::Connect(cause()),
        OutgoingError::ConnectTimeout,
        OutgoingError::Tls(cause()),
        OutgoingError::Timeout,
        OutgoingError::HeadTooLarge,
    ];
    let mut seen: BTreeSet<_> = errors.iter().map(OutgoingError::code).collect();
    seen.extend(["webhook.invalid_answer", "webhook.connection_closed"]);
    assert_eq!(seen, BTreeSet::from(codes));
}

//! A receiver that hangs or trickles, in any part of a call, costs a bounded time and its own places.

use super::{Names, Receiver, drain, outcome, outgoing, post, read_request, short, tenant};
use futures::{future::join_all, poll};
use gateway::{
    outgoing::{CALLS_PER_HOST_MAX, Call, Lookup, Resolve, WaitLimits},
    tenant_id::TenantId,
};
use std::{future::pending, pin::pin, time::Duration};
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpSocket, TcpStream},
    time::interval,
};

/// Repeats a piece at intervals that are far shorter than every limit, until the caller closes.
async fn trickle(stream: &mut TcpStream, piece: &str) {
    let mut ticks = interval(Duration::from_millis(10));
    loop {
        ticks.tick().await;
        if stream.write_all(piece.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn called(receiver: &Receiver) -> String {
    let outgoing = outgoing(&[&receiver.address.to_string()], Names::default(), short());
    outcome(&post(&outgoing, &receiver.url()).await)
}

#[tokio::test]
async fn a_receiver_that_never_answers_is_given_up() {
    let silent = Receiver::start(drain).await;
    assert_eq!(called(&silent).await, "webhook.timeout");
    let half = Receiver::start(|mut stream| async move {
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nx: ").await.expect("half a head");
        drain(stream).await;
    })
    .await;
    assert_eq!(called(&half).await, "webhook.timeout");
}

#[tokio::test]
async fn a_head_that_trickles_is_given_up() {
    for piece in ["x", "HTTP/1.1 100 Continue\r\n\r\n"] {
        let receiver = Receiver::start(move |mut stream| async move {
            read_request(&mut stream).await;
            if piece == "x" {
                stream.write_all(b"HTTP/1.1 200 OK\r\nx: ").await.expect("the begin of a head");
            }
            trickle(&mut stream, piece).await;
        })
        .await;
        assert_eq!(called(&receiver).await, "webhook.timeout", "{piece}");
    }
}

#[tokio::test]
async fn a_body_that_trickles_or_hangs_is_cut_and_its_status_counts() {
    for piece in [Some("x"), None] {
        let receiver = Receiver::start(move |mut stream| async move {
            read_request(&mut stream).await;
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\nxx").await.expect("a head");
            match piece {
                Some(piece) => trickle(&mut stream, piece).await,
                None => drain(stream).await,
            }
        })
        .await;
        let outgoing = outgoing(&[&receiver.address.to_string()], Names::default(), short());
        let answer = post(&outgoing, &receiver.url()).await.expect("an answer");
        assert_eq!((answer.status, answer.is_cut), (200, true), "{piece:?}");
        assert!(answer.excerpt.len() >= 2 && answer.excerpt.iter().all(|byte| *byte == b'x'), "{piece:?}");
        assert!(answer.duration >= short().call, "{piece:?}");
    }
}

#[tokio::test]
async fn a_receiver_that_does_not_read_is_given_up() {
    let receiver = Receiver::start(|stream| async move {
        let _open = stream;
        pending::<()>().await;
    })
    .await;
    let outgoing = outgoing(&[&receiver.address.to_string()], Names::default(), short());
    let target = outgoing.target(&receiver.url()).expect("a URL");
    let call = Call { body: vec![b'x'; 64 << 20].into(), ..Call::default() };
    assert_eq!(outcome(&outgoing.post(tenant(), &target, call).await), "webhook.timeout");
}

#[tokio::test]
async fn a_handshake_that_hangs_is_given_up() {
    let receiver = Receiver::start(drain).await;
    let outgoing = outgoing(&[&receiver.address.to_string()], Names::default(), short());
    let result = post(&outgoing, &format!("https://{}/", receiver.address)).await;
    assert_eq!(outcome(&result), "webhook.connect_timeout");
}

/// A server that takes no connection: its queue has one place, which is taken, and nothing accepts.
async fn full(address: &str) -> (TcpListener, TcpStream) {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(address.parse().expect("an address")).expect("a port");
    let listener = socket.listen(0).expect("a queue");
    let waiting = TcpStream::connect(address).await.expect("the place");
    (listener, waiting)
}

#[tokio::test]
async fn an_address_that_takes_no_connection_leaves_time_for_the_next() {
    let receiver = Receiver::answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let port = receiver.port();
    let _full = full(&format!("127.0.0.7:{port}")).await;
    let (url, allowed) = (format!("http://several.example:{port}/"), format!("several.example:{port}"));
    for (addresses, expected) in [
        (&["127.0.0.7", "127.0.0.1"][..], "200"),
        (&["127.0.0.7"], "webhook.connect_timeout"),
        (&["127.0.0.3", "127.0.0.7"], "webhook.connect_timeout"),
    ] {
        let names = Names::of("several.example", &[addresses]);
        assert_eq!(outcome(&post(&outgoing(&[&allowed], names, short()), &url).await), expected, "{addresses:?}");
    }
}

#[derive(Debug)]
struct Hanging;

impl Resolve for Hanging {
    fn resolve(&self, _: TenantId, _: &str) -> Lookup {
        Box::pin(pending())
    }
}

#[tokio::test]
async fn a_look_up_that_hangs_is_given_up() {
    let result = post(&outgoing(&[], Hanging, short()), "https://a.example/").await;
    assert_eq!(outcome(&result), "webhook.connect_timeout");
}

#[tokio::test]
async fn the_whole_call_has_a_limit_besides_those_of_its_parts() {
    let silent = Receiver::start(drain).await;
    let long = Duration::from_hours(1);
    let waits = WaitLimits { connect: long, first_byte: long, call: Duration::from_millis(250) };
    let allowed = outgoing(&[&silent.address.to_string()], Names::default(), waits);
    assert_eq!(outcome(&post(&allowed, &silent.url()).await), "webhook.timeout");
    let result = post(&outgoing(&[], Hanging, waits), "https://a.example/").await;
    assert_eq!(outcome(&result), "webhook.connect_timeout");
}

#[tokio::test]
async fn one_receiver_has_so_many_calls_and_others_are_not_delayed() {
    let mut silent = Receiver::start(drain).await;
    let other = Receiver::answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let allowed = [silent.address.to_string(), other.address.to_string()];
    let outgoing = outgoing(&allowed.each_ref().map(String::as_str), Names::default(), WaitLimits::default());
    let calls = join_all((0..CALLS_PER_HOST_MAX).map(|_| {
        let (outgoing, url) = (outgoing.clone(), silent.url());
        let task = tokio::spawn(async move { outcome(&post(&outgoing, &url).await) });
        tokio_util::task::AbortOnDropHandle::new(task)
    }));
    let count = silent.connections.wait_for(|count| *count == CALLS_PER_HOST_MAX).await.map(|count| *count);
    assert_eq!(count.expect("the receiver runs"), CALLS_PER_HOST_MAX);
    assert_eq!(outcome(&post(&outgoing, &silent.url()).await), "webhook.host_busy");
    assert_eq!(outcome(&post(&outgoing, &other.url()).await), "200");
    let target = outgoing.target(&silent.url()).expect("a URL");
    let neighbour = TenantId::from(chain_types::TenantId([2; 16]));
    let mut foreign = pin!(outgoing.post(neighbour, &target, Call::default()));
    assert!(poll!(&mut foreign).is_pending(), "another tenant has places of its own");
    // A call that is dropped gives its place back.
    drop(calls);
    let url = silent.url();
    let mut connections = silent.connections.clone();
    let connected = connections.wait_for(|count| *count > CALLS_PER_HOST_MAX);
    tokio::select! {
        count = connected => assert!(count.is_ok(), "the receiver runs"),
        answer = &mut foreign => panic!("{answer:?}"),
    }
    let waits = silent.connections.wait_for(|count| *count > CALLS_PER_HOST_MAX + 1);
    let again = async {
        // The tasks end when they are polled next.
        loop {
            if outcome(&post(&outgoing, &url).await) != "webhook.host_busy" {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        count = waits => assert!(count.is_ok(), "the receiver runs"),
        () = again => {}
    }
}

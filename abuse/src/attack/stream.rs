//! Streams and sockets in large numbers: of a tenant that never reads, and of strangers that never say who they are.

use super::Attack;
use crate::{
    connection::Connection,
    context::{Context, STRANGER},
    document::{document, event, item},
    http::Request,
    load::{Flood, Hold, Then, each, flood, hold},
    tally::{Expected, Tally},
    websocket::{EVENTS, GRAPHQL, Received, Socket, frame, handshake, subscribe, text},
};
use futures::{FutureExt as _, future::join_all};
use std::{net::Ipv4Addr, sync::Arc, time::Duration};
use tokio::time::{Instant, timeout_at};

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "streams-and-sockets-unread",
        "2,000 streams and 2,000 sockets of a tenant from 8 addresses that ask for all its events and never read",
        "memory within the limit; the neighbour is served meanwhile, and its stream and socket stay open",
        |context| unread(context).boxed(),
    )
    .after(|context| store(context, 500).boxed()),
    Attack::new(
        "streams-fed",
        "600 streams and 600 sockets of a tenant that read, while it captures 60 events/s",
        "the neighbour is served meanwhile",
        |context| fed(context).boxed(),
    )
    .long(),
    Attack::new(
        "sockets-never-introduced",
        "4,300 sockets of strangers from 8 addresses that begin and never say who they are, opened again and again",
        "the neighbour and /livez are served meanwhile, and its socket stays open",
        |context| never_introduced(context).boxed(),
    ),
    Attack::new(
        "connections-of-a-tenant-take-places",
        "4,300 idle connections of a tenant from 8 addresses, while the neighbour has a socket",
        "the neighbour's socket stays open",
        |context| places(context).boxed(),
    )
    .long(),
    Attack::new(
        "sockets-opened-and-closed",
        "64 connections, 800/s: a handshake, a subscription to all events, and an end",
        "101, 429 or a typed 503; the neighbour is served meanwhile",
        |context| opened_and_closed(context).boxed(),
    )
    .long(),
    Attack::new(
        "event-positions-odd",
        "negative, huge, broken and foreign numbers as `after`, `Last-Event-ID`, `limit` and cursor, and odd filters",
        "an answer, or a refusal with a code",
        |context| odd(context).boxed(),
    ),
];

/// The first of the addresses that many connections of the attacker come from.
const MANY: Ipv4Addr = Ipv4Addr::new(127, 0, 2, 1);

/// Captures events of the attacker.
async fn store(context: Arc<Context>, count: usize) -> anyhow::Result<Tally> {
    let (mut tally, run) = (Tally::default(), rand::random::<u32>());
    let events: Vec<_> = (0..count).map(|number| event(&[item(format!("{run}-s{number}"))], "")).collect();
    let request = Request::post("/epcis/capture", document("", &events)).header("prefer", "wait=30");
    tally.expect("storing", &context.send(request).await, &Expected::Status(&[200]));
    Ok(tally)
}

/// A request for all events on a stream.
fn stream_request(token: &str) -> Request {
    Request::get("/v1/events/stream?after=0").bearer(token)
}

/// A socket of the neighbour that waits for its next event.
async fn neighbour_socket(context: &Context) -> anyhow::Result<Socket> {
    let neighbour = &context.neighbour;
    let mut socket = Socket::open(context, neighbour.source, EVENTS, Some(&neighbour.token)).await?;
    socket.send(r#"{"type":"subscribe","credit":10000}"#).await?;
    let answer = socket.next().await?;
    anyhow::ensure!(matches!(answer, Received::Text(_)), "the neighbour's socket: {answer:?}");
    Ok(socket)
}

/// Reads what a socket is sent for some time; whether it is open at the end.
async fn stays_open(mut socket: Socket, time: Duration) -> anyhow::Result<bool> {
    let end = Instant::now() + time;
    while let Ok(received) = timeout_at(end, socket.next()).await {
        if !matches!(received?, Received::Text(_)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A load while the neighbour has a socket, which must stay open.
async fn beside_a_socket(context: &Arc<Context>, load: impl Future<Output = Tally>) -> anyhow::Result<Tally> {
    let socket = neighbour_socket(context).await?;
    let (mut tally, is_open) = tokio::join!(load, stays_open(socket, context.duration));
    let is_open = is_open?;
    tally.check(is_open, || "the neighbour's socket was closed".to_owned());
    Ok(tally)
}

async fn unread(context: Arc<Context>) -> anyhow::Result<Tally> {
    let token = context.attacker.token.clone();
    let stream = stream_request(&token).to_bytes("localhost");
    let socket = [handshake(EVENTS, Some(&token)).to_bytes("localhost"), text(&subscribe(0, 10_000))].concat();
    let load = Hold { connections: 2_000, addresses: 4, source: MANY, then: Then::NeverRead };
    let others = Hold { source: Ipv4Addr::new(127, 0, 2, 5), ..load };
    let mut neighbour = Connection::open(context.server, context.neighbour.source).await?;
    let answer = neighbour.exchange(&stream_request(&context.neighbour.token)).await?;
    let loads = async {
        let (streams, sockets) = tokio::join!(hold(&context, load, stream), hold(&context, others, socket));
        streams.merge(sockets)
    };
    let mut tally = beside_a_socket(&context, loads).await?;
    tally.check(answer.status == 200, || format!("the neighbour's stream: {} {}", answer.status, answer.code()));
    // The neighbour captures all the time, so an open stream has something to read.
    let read = neighbour.read_exactly(1).await;
    tally.check(read.is_ok(), || "the neighbour's stream was closed".to_owned());
    Ok(tally)
}

async fn fed(context: Arc<Context>) -> anyhow::Result<Tally> {
    let token = context.attacker.token.clone();
    let stream = Request::get("/v1/events/stream").bearer(&token).to_bytes("localhost");
    let subscribe = r#"{"type":"subscribe","credit":10000}"#;
    let socket = [handshake(EVENTS, Some(&token)).to_bytes("localhost"), text(subscribe)].concat();
    let load = Hold { connections: 600, addresses: 4, source: MANY, then: Then::Reopen };
    let run: u32 = rand::random();
    let capture = move |number: u64| {
        Request::post("/epcis/capture", document("", &[event(&[item(format!("{run}-f{number}"))], "")])).bearer(&token)
    };
    let captures = Flood { connections: 8, per_second: 60, source: context.attacker.source };
    let (streams, sockets, captures) = tokio::join!(
        hold(&context, load, stream),
        hold(&context, load, socket),
        flood(&context, captures, Expected::Status(&[200, 202, 503]), capture)
    );
    Ok(streams.merge(sockets).merge(captures))
}

async fn never_introduced(context: Arc<Context>) -> anyhow::Result<Tally> {
    let events = handshake(EVENTS, None).to_bytes("localhost");
    // A part of a message, so that the server waits for its end.
    let graphql = [handshake(GRAPHQL, None).to_bytes("localhost"), frame(1, false, b"{")].concat();
    let load = Hold { connections: 2_150, addresses: 8, source: STRANGER, then: Then::Reopen };
    let loads = async {
        let (events, graphql) = tokio::join!(hold(&context, load, events), hold(&context, load, graphql));
        events.merge(graphql)
    };
    beside_a_socket(&context, loads).await
}

async fn places(context: Arc<Context>) -> anyhow::Result<Tally> {
    let bytes = Request::get("/v1/tenant").bearer(&context.attacker.token).to_bytes("localhost");
    let load = Hold { connections: 4_300, addresses: 8, source: MANY, then: Then::Reopen };
    let loads = async { hold(&context, load, bytes).await };
    beside_a_socket(&context, loads).await
}

async fn opened_and_closed(context: Arc<Context>) -> anyhow::Result<Tally> {
    const TASKS: u32 = 64;
    let end = Instant::now() + context.duration;
    let tasks = (0..TASKS).map(|number| {
        let context = Arc::clone(&context);
        tokio::spawn(async move {
            let (mut tally, pause) = (Tally::default(), Duration::from_secs(1) * TASKS / 800);
            tokio::time::sleep(pause * number / TASKS).await;
            while Instant::now() < end {
                let begun = Instant::now();
                let opened = open_and_close(&context).await;
                tally.expect("a socket", &opened, &Expected::Status(&[101, 429, 503]));
                tokio::time::sleep_until(begun + pause).await;
            }
            tally
        })
    });
    Ok(join_all(tasks).await.into_iter().flatten().fold(Tally::default(), Tally::merge))
}

async fn open_and_close(context: &Context) -> anyhow::Result<crate::http::Answer> {
    let attacker = &context.attacker;
    let mut connection = Connection::open(context.server, attacker.source).await?;
    let ask = handshake(EVENTS, Some(&attacker.token)).to_bytes("localhost");
    connection.write(&[ask, text(&subscribe(0, 10_000)), frame(crate::websocket::CLOSE, true, b"")].concat()).await?;
    connection.switch().await
}

async fn odd(context: Arc<Context>) -> anyhow::Result<Tally> {
    let token = &context.attacker.token;
    let newest = context.send_as_neighbour(Request::get("/v1/events?limit=1")).await?.json()["newest"].to_string();
    let long = "9".repeat(5_000);
    let numbers = [
        "-1",
        "18446744073709551615",
        "18446744073709551616",
        "9223372036854775807",
        "9223372036854775808",
        "1e9",
        "0x10",
        "%00",
        "",
        "+1",
        "1,2",
        "NaN",
        &newest,
        &long,
    ];
    let mut cases = Vec::new();
    for number in numbers {
        for path in ["/v1/events?after=@", "/v1/events?limit=@", "/v1/events?cursor=@", "/v1/events/stream?after=@"] {
            let request = Request::get(path.replace('@', number)).bearer(token);
            cases.push((format!("{path} {number:.24}"), request, Expected::Typed));
        }
        let request = Request::get("/v1/events/stream").header("last-event-id", number).bearer(token);
        cases.push((format!("Last-Event-ID {number:.24}"), request, Expected::Typed));
    }
    let (types, subject) = ("waymark.provenance.event_captured,".repeat(1_500), "%C3%BC".repeat(4_097));
    for query in [
        format!("type={types}"),
        "type=".to_owned(),
        "type=waymark.*".to_owned(),
        format!("subject={subject}"),
        "subject=%00".to_owned(),
        "subject=%FF".to_owned(),
        "after=1&after=2".to_owned(),
        "unknown=1".to_owned(),
    ] {
        for path in ["/v1/events", "/v1/events/stream"] {
            let request = Request::get(format!("{path}?{query}")).bearer(token);
            cases.push((format!("{path} {query:.30}"), request, Expected::Typed));
        }
    }
    Ok(each(&mut context.client(), cases).await)
}

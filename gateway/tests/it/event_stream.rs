//! Tests the stream of events: what it sends, that a client which connects again misses nothing, when the service ends
//! it, and how many there can be.

use crate::{
    event_socket::fill,
    harness::{Account, Setting, World, request},
    socket::connect,
    stack::{document, event, segment},
};
use axum::body::Body;
use gateway::{
    auth::credential::Mode,
    budget::{Sharer, WAITING_PER_MEMBER_MAX},
    config::GatewayConfig,
    serve::ServeLimits,
};
use http::{HeaderValue, Method, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    task::JoinSet,
};
use tower::ServiceExt as _;

const CAPTURED: &str = "waymark.provenance.event_captured";

/// A part between two empty lines: the values of its fields.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Part {
    id: Option<String>,
    event: Option<String>,
    data: Option<String>,
}

/// A stream that is read part by part.
struct Reader {
    body: Body,
    text: String,
}

impl Reader {
    /// Opens a stream; `last` is the number of the last event that was received.
    async fn open(world: &World, account: &Account, query: &str, last: Option<&str>) -> Self {
        let mut asked = request(Method::GET, &format!("/v1/events/stream{query}"), Some(&account.secret), None);
        if let Some(last) = last {
            asked.headers_mut().insert("last-event-id", last.parse().expect("a value"));
        }
        let answer = world.router.clone().oneshot(asked).await.unwrap_or_else(|never| match never {});
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Self { body: answer.into_body(), text: String::new() }
    }

    /// The next part that has a field of an event; `None` at the end of the stream.
    async fn next(&mut self) -> Option<Part> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n").map(|(a, b)| (a.to_owned(), b.to_owned())) {
                self.text = rest;
                let mut part = Part::default();
                for (name, value) in block.lines().filter_map(|line| line.split_once(": ")) {
                    match name {
                        "id" => part.id = Some(value.to_owned()),
                        "event" => part.event = Some(value.to_owned()),
                        "data" => part.data = Some(value.to_owned()),
                        _ => {}
                    }
                }
                if part != Part::default() {
                    return Some(part);
                }
            }
            let frame = self.body.frame().await?.expect("a frame").into_data().expect("data");
            self.text.push_str(std::str::from_utf8(&frame).expect("text"));
        }
    }

    /// The number, type and subject of the next event.
    async fn event(&mut self) -> (String, String, String) {
        let part = self.next().await.expect("an event");
        let item: Value = serde_json::from_str(part.data.as_deref().expect("data")).expect("JSON");
        assert_eq!((part.id.as_deref(), part.event.as_deref()), (item["id"].as_str(), item["type"].as_str()));
        let text = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
        (text("id"), text("type"), text("subject"))
    }
}

pub(crate) fn id(n: usize) -> String {
    format!("urn:uuid:bbbbbbbb-0000-4000-8000-{n:012}")
}

pub(crate) async fn capture(world: &World, account: &Account, ids: &[usize]) {
    let mut asked = request(Method::POST, "/epcis/capture", Some(&account.secret), None);
    asked.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    asked.headers_mut().insert("prefer", HeaderValue::from_static("wait=20"));
    *asked.body_mut() = document(&ids.iter().map(|n| event(&id(*n), "")).collect::<Vec<_>>()).into();
    let job = world.send(asked).await;
    assert_eq!(job.json()["success"], true, "{}", job.text());
}

fn captured(number: &str, n: usize) -> (String, String, String) {
    (number.to_owned(), CAPTURED.to_owned(), id(n))
}

#[tokio::test(flavor = "multi_thread")]
async fn events_arrive_when_they_are_final_and_a_client_that_returns_misses_none() {
    let world = World::start().await;
    let (account, other) = (world.tenant("Farm").await, world.tenant("Other").await);
    capture(&world, &account, &[1]).await;
    let mut new = Reader::open(&world, &account, "", None).await;
    let mut all = Reader::open(&world, &account, "?after=0", None).await;
    let mut foreign = Reader::open(&world, &other, "?after=0", None).await;
    assert_eq!(all.event().await.1, "waymark.account.tenant_registered");
    assert_eq!(all.event().await, captured("2", 1));
    assert_eq!(foreign.event().await.1, "waymark.account.tenant_registered");

    capture(&world, &account, &[2, 3]).await;
    for reader in [&mut new, &mut all] {
        assert_eq!(reader.event().await, captured("3", 2));
        assert_eq!(reader.event().await, captured("4", 3));
    }
    drop(new);
    capture(&world, &account, &[4]).await;
    let mut returned = Reader::open(&world, &account, "?after=0", Some("3")).await;
    assert_eq!(returned.event().await, captured("4", 3), "the header has precedence");
    assert_eq!(returned.event().await, captured("5", 4));
    capture(&world, &other, &[5]).await;
    assert_eq!(foreign.event().await, captured("2", 5), "its own only");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_with_conditions_sends_what_meets_them_and_moves_on_over_the_rest() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    capture(&world, &account, &[1, 2, 3]).await;
    let asked = format!("?after=0&type={CAPTURED}&subject={}", segment(&id(2)));
    let mut reader = Reader::open(&world, &account, &asked, None).await;
    assert_eq!(reader.event().await, captured("3", 2));
    let moved = reader.next().await.expect("a part");
    assert_eq!(moved, Part { id: Some("4".to_owned()), ..Part::default() }, "nothing more up to there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_credentials() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let key = world.key(&account, &["event:read"]).await;
    let mut reader = Reader::open(&world, &key, "", None).await;
    capture(&world, &account, &[1]).await;
    assert_eq!(reader.event().await.2, id(1));
    let keys = world.get("/v1/api-keys", &account.secret).await.json();
    let keys = keys["items"].as_array().expect("keys");
    let narrow = keys.iter().find(|it| it["client_id"] == key.client_id.as_str()).expect("the key");
    let path = format!("/v1/api-keys/{}", narrow["id"].as_str().expect("an id"));
    let revoked = world.delete(&path, &account.secret).await;
    assert!(revoked.status.is_success(), "{}", revoked.text());
    capture(&world, &account, &[2]).await;
    let last = reader.next().await.expect("a last event");
    let data: Value = serde_json::from_str(last.data.as_deref().expect("data")).expect("JSON");
    assert_eq!((last.event.as_deref(), &data["code"]), (Some("error"), &"auth.invalid_token".into()));
    assert_eq!(reader.next().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_are_limited_in_number_hold_no_room_and_are_given_back() {
    let config = GatewayConfig { streams_max: 2, ..GatewayConfig::new("http://waymark.test") };
    let world = World::start_with(Setting { config, ..Setting::default() }).await;
    let account = world.tenant("Farm").await;
    let budgets = &world.gateway.budgets;
    let reader = Reader::open(&world, &account, "", None).await;
    assert_eq!(budgets.room.free(), world.gateway.config.concurrency_max, "a stream holds no room of requests");
    assert_eq!((budgets.streams.free(), world.gateway.events.tenants()), (1, 1));
    world.get("/v1/events/stream", &account.secret).await.assert_problem(429, "limit.share");
    drop(reader);
    assert_eq!((budgets.streams.free(), world.gateway.events.tenants()), (2, 0));
    drop(Reader::open(&world, &account, "", None).await);
}

/// More streams than may wait for memory at once, of a tenant whose memory is enough for four pages at once.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_reaches_all_streams_of_a_tenant_with_little_memory() {
    const STREAMS: usize = WAITING_PER_MEMBER_MAX + 100;
    let streams_max = u32::try_from(2 * STREAMS).expect("small");
    let config = GatewayConfig { streams_max, body_kib_max: 16 << 10, ..GatewayConfig::new("http://waymark.test") };
    let world = World::start_with(Setting { config, ..Setting::default() }).await;
    let account = world.live_tenant("Farm").await;
    let mut readers = Vec::new();
    for number in 0..STREAMS {
        // One half begins with what is there, the other with what is new.
        let after = if number % 2 == 0 { "?after=0" } else { "" };
        readers.push((number, Reader::open(&world, &account, after, None).await));
    }
    let begun: JoinSet<_> = readers
        .into_iter()
        .map(async |(number, mut reader)| {
            if number % 2 == 0 {
                assert_eq!(reader.event().await.0, "1");
            }
            reader
        })
        .collect();
    let begun = begun.join_all().await;
    let received: JoinSet<_> = begun.into_iter().map(async |mut reader| (reader.event().await, reader)).collect();
    capture(&world, &account, &[1]).await;
    let received = received.join_all().await;
    assert!(received.iter().all(|(event, _)| *event == captured("2", 1)));
    drop(received);
    let budgets = &world.gateway.budgets;
    assert_eq!(budgets.bytes.free(), world.gateway.config.body_kib_max, "all memory is given back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_refused_memory_waits_and_reads_again() {
    let world = World::start().await;
    let account = world.live_tenant("Farm").await;
    let mut reader = Reader::open(&world, &account, "?after=0", None).await;
    let bytes = world.gateway.budgets.bytes.clone();
    let sharer = Sharer::tenant(account.tenant, Mode::Live);
    let held = bytes.try_acquire(sharer, bytes.limits().tenant_max).expect("the whole share");
    let reading = tokio::spawn(async move { reader.event().await });
    for waiting in [1, 0] {
        while bytes.waiting() != waiting && !reading.is_finished() {
            tokio::task::yield_now().await;
        }
    }
    drop(held);
    assert_eq!(reading.await.expect("no panic").0, "1");
}

/// The server cuts the connection, not the stream: nothing asks a stream for its next part when the last one is stuck.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_reads_a_stream_is_cut_and_continues_without_loss() {
    const EVENTS: u32 = 5_000;
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    fill(&world, &account, EVENTS).await;
    let limits = ServeLimits { write_stall: Duration::from_millis(300), ..ServeLimits::default() };
    let served = world.serve(limits).await;
    let mut stream = connect(served.address).await;
    let head = "GET /v1/events/stream?after=0 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ";
    stream.write_all(format!("{head}{}\r\n\r\n", account.secret).as_bytes()).await.expect("writes");
    let budgets = &world.gateway.budgets;
    while budgets.streams.free() == world.gateway.config.streams_max {
        tokio::task::yield_now().await;
    }
    while budgets.streams.free() < world.gateway.config.streams_max {
        tokio::task::yield_now().await;
    }
    assert_eq!(budgets.bytes.free(), world.gateway.config.body_kib_max, "the memory is given back, too");
    let mut text = Vec::new();
    // A connection that is cut may end with an error.
    let _ = stream.read_to_end(&mut text).await;
    let text = String::from_utf8_lossy(&text);
    // The last block may be cut in two.
    let whole = text.rsplit_once("\n\n").map_or("", |(whole, _)| whole);
    let ids: Vec<u32> = whole.lines().filter_map(|line| line.strip_prefix("id: ")?.parse().ok()).collect();
    let last = ids.last().copied().expect("some arrived");
    assert!(ids.iter().copied().eq(1..=last) && last < EVENTS, "{last}");
    let mut returned = Reader::open(&world, &account, "", Some(&last.to_string())).await;
    for number in last + 1..=EVENTS {
        assert_eq!(returned.event().await.0, number.to_string());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_parameter_of_a_stream_is_refused_with_its_pointer() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    for (query, last, code, pointer) in [
        ("?after=x", None, "request.invalid_parameter", "/after"),
        ("?type=x", None, "request.invalid_parameter", "/type"),
        ("?subject=", None, "request.invalid_parameter", "/subject"),
        ("?limit=1", None, "request.invalid_parameter", "/limit"),
        ("", Some("x"), "request.invalid_header", "/Last-Event-ID"),
        ("", Some("-1"), "request.invalid_header", "/Last-Event-ID"),
    ] {
        let mut asked = request(Method::GET, &format!("/v1/events/stream{query}"), Some(&account.secret), None);
        if let Some(last) = last {
            asked.headers_mut().insert("last-event-id", HeaderValue::from_static(last));
        }
        let answer = world.send(asked).await;
        answer.assert_problem(400, code);
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{query} {last:?}");
    }
}

//! Tests the WebSocket of events: order, credit and acknowledgement, that a client which connects again misses nothing,
//! and when and how the service ends a socket.

use crate::{
    event_stream::{capture, id},
    harness::{Account, Served, Setting, World},
    socket::{Client, Frame, connect, handshake, refusal, refused},
};
use chain_types::{ShardId, id::home_shard};
use futures::SinkExt as _;
use gateway::{
    config::{GatewayConfig, Rate},
    event::{CREDIT_MAX, SUB_PROTOCOL},
    serve::ServeLimits,
    socket::{
        SOCKET_DROPPED_BYTES_MAX, SOCKET_MESSAGE_BYTES_MAX, SOCKET_UNREAD_BYTES_MAX, SOCKET_WIRE_BYTES_MAX, SocketTimes,
    },
};
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor as _};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_tungstenite::tungstenite::Message;

const PATH: &str = "/v1/events/socket";
const CAPTURED: &str = "waymark.provenance.event_captured";

/// Times with which a test need not wait long.
pub(crate) const QUICK: SocketTimes =
    SocketTimes { begin: Duration::from_secs(20), ping: Duration::from_millis(100), read: Duration::from_secs(20) };

pub(crate) async fn world(times: SocketTimes) -> World {
    let config = GatewayConfig { socket_times: times, ..GatewayConfig::new("http://waymark.test") };
    World::start_with(Setting { config, ..Setting::default() }).await
}

async fn open(served: &Served, account: &Account) -> Client {
    Client::open(served, PATH, SUB_PROTOCOL, Some(&account.secret)).await
}

/// A socket that is sent events after a number.
async fn subscribed(served: &Served, account: &Account, after: u64, credit: u64) -> Client {
    let mut client = open(served, account).await;
    client.send(json!({ "type": "subscribe", "after": after, "credit": credit })).await;
    assert_eq!(client.json().await, json!({ "type": "subscribed", "after": after }));
    client
}

/// The number and subject of the next event.
async fn event(client: &mut Client) -> (u64, String) {
    let message = client.json().await;
    assert_eq!(message["type"], "event", "{message}");
    let text = |name: &str| message["event"][name].as_str().unwrap_or_default().to_owned();
    (text("id").parse().expect("a number"), text("subject"))
}

/// The code, the last acknowledged number and the pointer of the error that ends a socket, and the close code.
async fn end(client: &mut Client) -> (String, Value, String, u16) {
    let message = client.json().await;
    assert_eq!(message["type"], "error", "{message}");
    let Frame::Close(close, reason) = client.next().await else { panic!("a close frame follows") };
    let reason: Value = serde_json::from_str(&reason).expect("JSON");
    assert_eq!(reason, json!({ "code": message["code"], "acked": message["acked"] }));
    assert_eq!(client.next().await, Frame::End);
    let pointer = message["errors"][0]["pointer"].as_str().unwrap_or_default();
    let code = message["code"].as_str().expect("a code");
    (code.to_owned(), message["acked"].clone(), pointer.to_owned(), close)
}

/// Replaces the numbers of a tenant by `count` others of records that say nothing of themselves.
pub(crate) async fn fill(world: &World, account: &Account, count: u32) {
    let (tenant, home) = (account.tenant, home_shard(account.tenant.on_ledger(), 0, world.gateway.node.shards()));
    let ShardId(home) = home;
    // The indexer writes nothing of this tenant once its registration is there.
    while world.get("/v1/events", &account.secret).await.json()["newest"] == 0 {}
    let spans = format!("int4send(0) || int4send({count}) || int2send(1001::int2)");
    let statements = format!(
        "DELETE FROM index.event_run WHERE tenant_id = '{tenant}';
         INSERT INTO index.event_run SELECT '{tenant}', 1, {home}, 1, 1, {count}, {spans},
         decode(repeat('0000', {count}), 'hex')"
    );
    world.database.owner().await.execute(sqlx::raw_sql(AssertSqlSafe(statements))).await.expect("rows");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_come_in_order_and_no_more_than_there_is_credit_for() {
    let world = world(QUICK).await;
    let (account, other) = (world.tenant("Farm").await, world.tenant("Other").await);
    let served = world.serve(ServeLimits::default()).await;
    capture(&world, &account, &[1, 2]).await;
    let mut client = subscribed(&served, &account, 1, 1).await;
    assert_eq!(event(&mut client).await, (2, id(1)));
    capture(&world, &account, &[3]).await;
    // Events have precedence over pings, so none was waiting at the second.
    for _ in 0..2 {
        assert_eq!(client.frame().await, Frame::Ping, "without credit no event is sent");
    }
    client.send(json!({ "type": "credit", "add": 3 })).await;
    assert_eq!(event(&mut client).await, (3, id(2)));
    assert_eq!(event(&mut client).await, (4, id(3)));
    // What becomes final later comes at once, and nothing of another tenant.
    capture(&world, &other, &[4]).await;
    capture(&world, &account, &[5]).await;
    assert_eq!(event(&mut client).await, (5, id(5)));
    let mut foreign = subscribed(&served, &other, 0, 2).await;
    assert_eq!(event(&mut foreign).await.0, 1);
    assert_eq!(event(&mut foreign).await, (2, id(4)));
    let budgets = &world.gateway.budgets;
    assert_eq!(budgets.room.free(), world.gateway.config.concurrency_max, "a socket holds no room of requests");
    client.close().await;
    foreign.close().await;
    while budgets.streams.free() != world.gateway.config.streams_max || world.gateway.events.tenants() > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_names_the_last_acknowledged_number_and_a_client_continues_there() {
    let world = world(QUICK).await;
    let account = world.tenant("Farm").await;
    capture(&world, &account, &[1, 2, 3]).await;
    let mut served = world.serve(ServeLimits::default()).await;
    let mut client = subscribed(&served, &account, 0, 3).await;
    for number in 1..=3 {
        assert_eq!(event(&mut client).await.0, number);
    }
    client.send(json!({ "type": "ack", "sequence": 2 })).await;
    // The answer to a question behind it shows that the acknowledgement has arrived.
    client.send(json!({ "type": "credit", "add": 1 })).await;
    assert_eq!(event(&mut client).await.0, 4);
    served.shutdown.cancel();
    assert_eq!(end(&mut client).await, ("limit.stopping".to_owned(), json!(2), String::new(), 1001));
    (&mut served.task).await.expect("no panic").expect("a clean end");

    let again = world.serve(ServeLimits::default()).await;
    let mut client = subscribed(&again, &account, 2, 10).await;
    assert_eq!(event(&mut client).await, (3, id(2)));
    assert_eq!(event(&mut client).await, (4, id(3)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_count_learns_where_it_is() {
    let world = world(QUICK).await;
    let account = world.tenant("Farm").await;
    capture(&world, &account, &[1, 2, 3]).await;
    let served = world.serve(ServeLimits::default()).await;
    let mut client = open(&served, &account).await;
    client.send(json!({ "type": "subscribe", "after": 0, "types": [CAPTURED], "subject": id(2), "credit": 5 })).await;
    assert_eq!(client.json().await, json!({ "type": "subscribed", "after": 0 }));
    assert_eq!(event(&mut client).await, (3, id(2)));
    assert_eq!(client.json().await, json!({ "type": "position", "read_to": 4 }));
    client.send(json!({ "type": "ack", "sequence": 4 })).await;
    client.send(json!({ "type": "ack", "sequence": 5 })).await;
    let ended = end(&mut client).await;
    assert_eq!(ended, ("request.invalid_field".to_owned(), json!(4), "/sequence".to_owned(), 4400));
    // Without a number a socket begins with what becomes final from now on.
    let mut client = open(&served, &account).await;
    client.send(json!({ "type": "subscribe", "credit": 5 })).await;
    assert_eq!(client.json().await, json!({ "type": "subscribed", "after": 4 }));
    capture(&world, &account, &[4]).await;
    assert_eq!(event(&mut client).await, (5, id(4)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_ends_with_its_credentials_also_without_events_and_credit() {
    let world = world(QUICK).await;
    let account = world.tenant("Farm").await;
    let served = world.serve(ServeLimits::default()).await;
    for credit in [1, 5] {
        let key = world.key(&account, &["event:read"]).await;
        let mut client = subscribed(&served, &key, 0, credit).await;
        assert_eq!(event(&mut client).await.0, 1);
        let path = format!("/v1/api-keys/{}", key_path(&world, &account, &key).await);
        let revoked = world.delete(&path, &account.secret).await;
        assert!(revoked.status.is_success(), "{}", revoked.text());
        assert_eq!(end(&mut client).await, ("auth.invalid_token".to_owned(), json!(0), String::new(), 4403));
    }
}

pub(crate) async fn key_path(world: &World, account: &Account, key: &Account) -> String {
    let keys = world.get("/v1/api-keys", &account.secret).await.json();
    let keys = keys["items"].as_array().expect("keys");
    let found = keys.iter().find(|it| it["client_id"] == key.client_id.as_str()).expect("the key");
    found["id"].as_str().expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_reads_is_told_so_and_continues_without_loss() {
    const EVENTS: u32 = 3_000;
    let times = SocketTimes { read: Duration::from_millis(300), ..QUICK };
    let world = world(times).await;
    let account = world.tenant("Farm").await;
    fill(&world, &account, EVENTS).await;
    let served = world.serve(ServeLimits::default()).await;
    let mut client = open(&served, &account).await;
    client.send(json!({ "type": "subscribe", "after": 0, "credit": CREDIT_MAX })).await;
    let streams = &world.gateway.budgets.streams;
    // The socket is ended although nothing is read, and everything that it held is given back.
    while streams.free() == world.gateway.config.streams_max {
        tokio::task::yield_now().await;
    }
    while streams.free() < world.gateway.config.streams_max {
        tokio::task::yield_now().await;
    }
    assert_eq!(client.json().await, json!({ "type": "subscribed", "after": 0 }));
    let (mut read, mut bytes) = (0, 0);
    let last = loop {
        let message = client.json().await;
        if message["type"] == "error" {
            break message;
        }
        bytes += message.to_string().len();
        assert_eq!(message["event"]["id"], (read + 1).to_string());
        read += 1;
    };
    assert_eq!((&last["code"], &last["acked"]), (&json!("socket.not_read"), &json!(0)));
    assert!(bytes < 3 * SOCKET_UNREAD_BYTES_MAX, "{bytes} bytes were sent to a client that does not read");
    assert!(read > 0);
    assert!(matches!(client.next().await, Frame::Close(1013, _)));
    let mut client = subscribed(&served, &account, read, CREDIT_MAX).await;
    for number in read + 1..=u64::from(EVENTS) {
        assert_eq!(event(&mut client).await.0, number);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_understood_ends_a_socket_with_a_code_and_a_pointer() {
    let world = world(QUICK).await;
    let account = world.tenant("Farm").await;
    let served = world.serve(ServeLimits::default()).await;
    let text = |value: Value| Message::text(value.to_string());
    let subscribe = |member: &str, value: Value| {
        let mut message = json!({ "type": "subscribe", "credit": 1 });
        message[member] = value;
        text(message)
    };
    let again = json!({ "type": "subscribe", "credit": 1 });
    let padded = |bytes: usize| Message::text(format!("{again}{}", " ".repeat(bytes - again.to_string().len())));
    for (message, code, pointer, close) in [
        (Message::text("{"), "request.malformed_json", "", 4400),
        (Message::text("[]"), "request.invalid_field", "", 4400),
        (text(json!({ "type": "hello" })), "request.invalid_field", "/type", 4400),
        (text(json!({ "type": "ack", "sequence": 1 })), "socket.out_of_order", "/type", 4400),
        (subscribe("credit", json!(0)), "request.invalid_field", "/credit", 4400),
        (subscribe("credit", json!(CREDIT_MAX + 1)), "request.invalid_field", "/credit", 4400),
        (subscribe("after", json!(-1)), "request.invalid_field", "/after", 4400),
        (subscribe("types", json!(["x"])), "request.invalid_parameter", "/types", 4400),
        (subscribe("subject", json!("")), "request.invalid_parameter", "/subject", 4400),
        (subscribe("subject", json!("a\0")), "request.invalid_field", "/subject", 4400),
        (subscribe("limit", json!(1)), "request.invalid_field", "/limit", 4400),
        (Message::binary(again.to_string()), "socket.malformed_frame", "", 4400),
        (Message::Ping("?".into()), "socket.out_of_order", "", 4400),
        (padded(SOCKET_MESSAGE_BYTES_MAX + 1), "socket.message_too_large", "", 1009),
        (padded(4 * 1_024 * 1_024), "socket.message_too_large", "", 1009),
    ] {
        let mut client = open(&served, &account).await;
        // The service may end the socket before it has read all of a message.
        let _ = client.stream.send(message).await;
        assert_eq!(end(&mut client).await, (code.to_owned(), Value::Null, pointer.to_owned(), close));
    }
    let mut client = open(&served, &account).await;
    client.stream.send(padded(SOCKET_MESSAGE_BYTES_MAX)).await.expect("at the limit");
    assert_eq!(client.json().await["type"], "subscribed");
    client.send(json!({ "type": "credit", "add": CREDIT_MAX })).await;
    let ended = end(&mut client).await;
    assert_eq!((ended.0.as_str(), ended.2.as_str()), ("request.invalid_field", "/add"));
    for second in [&again, &json!({ "type": "connection_init" })] {
        let mut client = subscribed(&served, &account, 1, 1).await;
        client.send(second.clone()).await;
        assert_eq!(end(&mut client).await, ("socket.out_of_order".to_owned(), json!(1), "/type".to_owned(), 4400));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_that_break_the_protocol_end_a_socket() {
    let world = world(QUICK).await;
    let account = world.tenant("Farm").await;
    let served = world.serve(ServeLimits::default()).await;
    for bytes in [
        // Not masked.
        &[0x81_u8, 0x02, b'{', b'}'][..],
        // A reserved bit.
        &[0xc1, 0x82, 0, 0, 0, 0, b'{', b'}'],
        // A reserved opcode.
        &[0x83, 0x80, 0, 0, 0, 0],
        // A part of no message.
        &[0x80, 0x80, 0, 0, 0, 0],
        // Text that is not UTF-8.
        &[0x81, 0x81, 0, 0, 0, 0, 0xff],
    ] {
        let mut client = open(&served, &account).await;
        client.stream.get_mut().write_all(bytes).await.expect("is sent");
        let ended = end(&mut client).await;
        assert_eq!((ended.0.as_str(), ended.3), ("socket.malformed_frame", 4400), "{bytes:x?}");
    }
}

/// The parts of a message are no messages, so no rate counts them; empty ones have no size that grows.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_in_parts_without_end_ends_a_socket() {
    let world = world(QUICK).await;
    let account = world.tenant("Farm").await;
    let served = world.serve(ServeLimits::default()).await;
    for bearer in [None, Some(account.secret.as_str())] {
        for part in [&[0, 0x80, 0, 0, 0, 0][..], &[0, 0x81, 0, 0, 0, 0, b' ']] {
            let mut client = Client::open(&served, PATH, SUB_PROTOCOL, bearer).await;
            let stream = client.stream.get_mut();
            stream.write_all(&[0x01, 0x81, 0, 0, 0, 0, b'{']).await.expect("is sent");
            // The service ends the socket before it has read all; where it does not, the end of the client follows.
            let _ = stream.write_all(&part.repeat(4 * SOCKET_WIRE_BYTES_MAX / part.len())).await;
            let _ = stream.write_all(&[0x88, 0x80, 0, 0, 0, 0]).await;
            assert_eq!(
                end(&mut client).await,
                ("socket.message_too_large".to_owned(), Value::Null, String::new(), 1009)
            );
        }
    }
    // As many parts as a client may sensibly make are a message.
    let mut client = open(&served, &account).await;
    let text = json!({ "type": "subscribe", "after": 0, "credit": 1 }).to_string();
    let stream = client.stream.get_mut();
    for (number, byte) in text.bytes().enumerate() {
        let opcode = u8::from(number == 0) | if number + 1 == text.len() { 0x80 } else { 0 };
        stream.write_all(&[opcode, 0x81, 0, 0, 0, 0, byte]).await.expect("is sent");
    }
    assert_eq!(client.json().await["type"], "subscribed");
}

/// What comes after the end is no message, so no rate counts it.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_on_after_the_end_is_not_read_for_long() {
    // What lies in the buffers of both systems.
    const BUFFERED_BYTES_MAX: usize = 16 * 1_024 * 1_024;
    let world = world(QUICK).await;
    let account = world.tenant("Farm").await;
    let served = world.serve(ServeLimits::default()).await;
    for frame in [vec![0x89, 0x80, 0, 0, 0, 0], [&[0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0][..], &vec![0; 65_540]].concat()]
    {
        let mut client = open(&served, &account).await;
        client.send(json!({ "type": "hello" })).await;
        let (bytes, mut sent) = (frame.repeat(65_536 / frame.len().min(65_536)), 0);
        while client.stream.get_mut().write_all(&bytes).await.is_ok() {
            sent += bytes.len();
            assert!(sent < SOCKET_DROPPED_BYTES_MAX + BUFFERED_BYTES_MAX, "{sent} bytes were taken after the end");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_may_come_in_the_first_message() {
    let world = world(QUICK).await;
    let account = world.tenant("Farm").await;
    let served = world.serve(ServeLimits::default()).await;
    let token = world.token(&account).await;
    for name in ["authorization", "Authorization"] {
        let mut client = Client::open(&served, PATH, SUB_PROTOCOL, None).await;
        client.send(json!({ "type": "connection_init", "payload": { name: format!("Bearer {token}") } })).await;
        assert_eq!(client.json().await, json!({ "type": "connection_ack" }));
        client.send(json!({ "type": "subscribe", "after": 0, "credit": 1 })).await;
        assert_eq!(client.json().await["type"], "subscribed");
        assert_eq!(event(&mut client).await.0, 1);
    }
    let narrow = world.key(&account, &["provenance:read"]).await;
    for (message, code) in [
        (json!({ "type": "subscribe", "credit": 1 }), "auth.unauthenticated"),
        (json!({ "type": "connection_init" }), "auth.unauthenticated"),
        (json!({ "type": "connection_init", "payload": { "authorization": "Bearer x" } }), "auth.invalid_token"),
        (
            json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {}", narrow.secret) } }),
            "auth.insufficient_scope",
        ),
    ] {
        let mut client = Client::open(&served, PATH, SUB_PROTOCOL, None).await;
        client.send(message).await;
        if code == "auth.insufficient_scope" {
            assert_eq!(client.json().await["type"], "connection_ack");
            client.send(json!({ "type": "subscribe", "credit": 1 })).await;
        }
        assert_eq!(end(&mut client).await, (code.to_owned(), Value::Null, String::new(), 4403));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_is_not_used_ends() {
    let world = world(SocketTimes { begin: Duration::from_millis(100), ..QUICK }).await;
    let account = world.tenant("Farm").await;
    let served = world.serve(ServeLimits::default()).await;
    for bearer in [None, Some(account.secret.as_str())] {
        let mut client = Client::open(&served, PATH, SUB_PROTOCOL, bearer).await;
        let late = ("socket.begin_timed_out".to_owned(), Value::Null, String::new(), 1013);
        assert_eq!(end(&mut client).await, late);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_is_refused_as_a_problem() {
    let config = GatewayConfig {
        cors_origins: vec!["https://app.example".to_owned()],
        ..GatewayConfig::new("http://waymark.test")
    };
    let world = World::start_with(Setting { config, ..Setting::default() }).await;
    let account = world.tenant("Farm").await;
    let narrow = world.key(&account, &["provenance:read"]).await;
    let served = world.serve(ServeLimits::default()).await;
    let path = format!("ws://localhost{PATH}");
    let plain = world.get(PATH, &account.secret).await;
    plain.assert_problem(426, "request.upgrade_required");
    assert_eq!((plain.header("upgrade"), plain.header("sec-websocket-version")), ("websocket", "13"));
    let ask = |name: &'static str, value: &'static str, account: &Account| {
        let mut request = handshake(&path, SUB_PROTOCOL, Some(&account.secret));
        request.headers_mut().insert(name, HeaderValue::from_static(value));
        request
    };
    for (request, status, code) in [
        (ask("sec-websocket-protocol", "waymark.events.v9", &account), 400, "request.invalid_header"),
        (ask("origin", "https://evil.example", &account), 403, "request.wrong_origin"),
        (ask("origin", "null", &account), 403, "request.wrong_origin"),
        (ask("authorization", "Bearer x", &account), 401, "auth.invalid_token"),
        (ask("x-any", "x", &narrow), 403, "auth.insufficient_scope"),
    ] {
        let answer = refusal(&refused(&served, request).await);
        assert_eq!(answer, (StatusCode::from_u16(status).expect("a status"), code.to_owned()));
    }
    let mut other = handshake(&path, SUB_PROTOCOL, None);
    other.headers_mut().insert("origin", HeaderValue::from_static("https://evil.example"));
    assert_eq!(refusal(&refused(&served, other).await).1, "request.wrong_origin", "also before the first message");
    let allowed = ask("origin", "https://app.example", &account);
    let opened = tokio_tungstenite::client_async(allowed, connect(served.address).await).await;
    assert_eq!(opened.expect("is opened").1.status(), StatusCode::SWITCHING_PROTOCOLS);
}

#[tokio::test(flavor = "multi_thread")]
async fn sockets_are_limited_in_number_and_in_messages() {
    let config = GatewayConfig {
        streams_max: 2,
        rate: Rate { per_second: 1, burst: 40 },
        socket_times: QUICK,
        ..GatewayConfig::new("http://waymark.test")
    };
    let world = World::start_with(Setting { config, ..Setting::default() }).await;
    let account = world.tenant("Farm").await;
    let served = world.serve(ServeLimits::default()).await;
    let mut client = subscribed(&served, &account, 0, 1).await;
    let mut second = open(&served, &account).await;
    second.send(json!({ "type": "subscribe", "credit": 1 })).await;
    assert_eq!(end(&mut second).await, ("limit.share".to_owned(), Value::Null, String::new(), 1013));
    assert_eq!(event(&mut client).await.0, 1);
    for _ in 0..40 {
        client.send(json!({ "type": "ack", "sequence": 1 })).await;
    }
    let (code, _, _, close) = end(&mut client).await;
    assert_eq!((code.as_str(), close), ("limit.rate", 1013));
    while world.gateway.budgets.streams.free() < 2 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_ends_with_the_place_of_its_connection() {
    let world = world(QUICK).await;
    let account = world.tenant("Farm").await;
    let served = world.serve(ServeLimits { connections_max: 1, ..ServeLimits::default() }).await;
    let mut client = subscribed(&served, &account, 1, 1).await;
    let mut newcomer = connect(served.address).await;
    newcomer.write_all(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("writes");
    let mut begin = [0; 12];
    newcomer.read_exact(&mut begin).await.expect("is answered");
    assert_eq!(&begin, b"HTTP/1.1 200");
    assert_eq!(client.next().await, Frame::End);
    while world.gateway.budgets.streams.free() < world.gateway.config.streams_max {
        tokio::task::yield_now().await;
    }
}

/// A socket may be silent for longer than an idle connection is, so those of others would always take its place.
#[tokio::test(flavor = "multi_thread")]
async fn a_socket_with_a_subscription_keeps_its_place() {
    let world = world(QUICK).await;
    let account = world.live_tenant("Farm").await;
    capture(&world, &account, &[1]).await;
    let served = world.serve(ServeLimits { connections_max: 1, ..ServeLimits::default() }).await;
    let mut client = subscribed(&served, &account, 1, 1).await;
    assert_eq!(event(&mut client).await.0, 2);
    let mut newcomer = connect(served.address).await;
    let _ = newcomer.write_all(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert!(!matches!(newcomer.read(&mut [0; 12]).await, Ok(1..)), "there is no place for it");
    client.send(json!({ "type": "credit", "add": 1 })).await;
    capture(&world, &account, &[2]).await;
    assert_eq!(event(&mut client).await.0, 3);
    // What has no subscription keeps no place.
    let served = world.serve(ServeLimits { connections_max: 1, ..ServeLimits::default() }).await;
    let mut idle = open(&served, &account).await;
    let mut newcomer = connect(served.address).await;
    newcomer.write_all(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("writes");
    let mut begin = [0; 12];
    newcomer.read_exact(&mut begin).await.expect("is answered");
    assert_eq!(idle.next().await, Frame::End);
}

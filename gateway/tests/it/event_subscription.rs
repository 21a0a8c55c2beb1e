//! Tests subscriptions to events with `graphql-transport-ws`: what they send, how they are limited, and when and how
//! the service ends them and their socket.

use crate::{
    event_socket::{QUICK, fill, key_path, world},
    event_stream::{capture, id},
    harness::{Account, Served, Setting, World},
    socket::{Client, Frame},
};
use gateway::{
    config::GatewayConfig,
    graphql::limit::{GRAPHQL_SUBSCRIPTIONS_MAX, SUBSCRIPTION_ID_BYTES_MAX},
    serve::ServeLimits,
    socket::{SOCKET_UNREAD_BYTES_MAX, SocketTimes},
};
use serde_json::{Value, json};
use std::time::Duration;

const PROTOCOL: &str = "graphql-transport-ws";

/// A socket whose caller is known.
async fn open(served: &Served, account: &Account) -> Client {
    let mut client = Client::open(served, "/graphql", PROTOCOL, None).await;
    let payload = json!({ "Authorization": format!("Bearer {}", account.secret) });
    client.send(json!({ "type": "connection_init", "payload": payload })).await;
    assert_eq!(client.json().await, json!({ "type": "connection_ack" }));
    client
}

async fn subscribe(client: &mut Client, id: &str, query: &str) {
    client.send(json!({ "type": "subscribe", "id": id, "payload": { "query": query } })).await;
}

/// The number and subject of the next event of a subscription.
async fn event(client: &mut Client, id: &str) -> (String, String) {
    let message = client.json().await;
    assert_eq!((&message["type"], &message["id"]), (&json!("next"), &json!(id)), "{message}");
    let text = |name: &str| message["payload"]["data"]["cloudEvents"][name].as_str().unwrap_or_default().to_owned();
    (text("id"), text("subject"))
}

/// The code of the error that ends a subscription.
async fn error(client: &mut Client, id: &str) -> String {
    let message = client.json().await;
    assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!(id)), "{message}");
    let code = &message["payload"][0]["extensions"]["code"];
    code.as_str().unwrap_or_else(|| panic!("no code: {message}")).to_owned()
}

/// Waits until all places of streams are free.
async fn all_free(world: &World) {
    while world.gateway.budgets.streams.free() < world.gateway.config.streams_max {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn subscribers_get_their_events_in_order_and_continue_after_the_last() {
    let world = world(QUICK).await;
    let (account, other) = (world.tenant("Farm").await, world.tenant("Other").await);
    let served = world.serve(ServeLimits::default()).await;
    capture(&world, &account, &[1, 2]).await;
    let mut client = open(&served, &account).await;
    subscribe(&mut client, "all", "subscription { cloudEvents(after: 1) { id subject } }").await;
    assert_eq!(event(&mut client, "all").await, ("2".to_owned(), id(1)));
    assert_eq!(event(&mut client, "all").await, ("3".to_owned(), id(2)));
    let mut foreign = open(&served, &other).await;
    subscribe(&mut foreign, "x", "subscription { cloudEvents(after: 0) { id subject } }").await;
    assert_eq!(event(&mut foreign, "x").await.0, "1");
    capture(&world, &other, &[3]).await;
    capture(&world, &account, &[4]).await;
    assert_eq!(event(&mut client, "all").await, ("4".to_owned(), id(4)));
    assert_eq!(event(&mut foreign, "x").await, ("2".to_owned(), id(3)), "its own only");
    client.close().await;
    capture(&world, &account, &[5]).await;

    let mut client = Client::open(&served, "/graphql", PROTOCOL, Some(&account.secret)).await;
    client.send(json!({ "type": "connection_init" })).await;
    assert_eq!(client.json().await, json!({ "type": "connection_ack" }));
    let query = "subscription Rest($after: Int) { cloudEvents(after: $after) { id subject } }";
    let payload = json!({ "query": query, "operationName": "Rest", "variables": { "after": 3 } });
    client.send(json!({ "type": "subscribe", "id": "rest", "payload": payload })).await;
    assert_eq!(event(&mut client, "rest").await, ("4".to_owned(), id(4)));
    assert_eq!(event(&mut client, "rest").await, ("5".to_owned(), id(5)));
    client.close().await;
    foreign.close().await;
    all_free(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_measured_and_a_refused_one_leaves_the_socket_open() {
    let world = world(QUICK).await;
    let account = world.tenant("Farm").await;
    let served = world.serve(ServeLimits::default()).await;
    let narrow = world.key(&account, &["provenance:read"]).await;
    let mut client = open(&served, &account).await;
    let many = (0..40).map(|n| format!("a{n}: id")).collect::<Vec<_>>().join(" ");
    let wide = (0..29).map(|n| format!("a{n}: data")).collect::<Vec<_>>().join(" ");
    let repeated = format!(
        "fragment F on CloudEvent {{ {wide} }} subscription {{ cloudEvents {{ ...F ...F ...F ...F ...F ...F ...F }} }}"
    );
    for (query, code) in [
        ("subscription {", "graphql.invalid"),
        ("{ tenant { id } }", "graphql.invalid"),
        ("subscription { nothing }", "graphql.invalid"),
        ("subscription { cloudEvents { id } again: cloudEvents { id } }", "graphql.invalid"),
        ("subscription { ...F } fragment F on Subscription { cloudEvents { id } }", "graphql.invalid"),
        (&format!("subscription {{ cloudEvents {{ {many} }} }}"), "graphql.too_complex"),
        (&repeated, "graphql.too_complex"),
        ("subscription { cloudEvents(types: [\"x\"]) { id } }", "request.invalid_parameter"),
        ("subscription { cloudEvents(subject: \"\") { id } }", "request.invalid_parameter"),
    ] {
        // The id is free again each time.
        subscribe(&mut client, "1", query).await;
        assert_eq!(error(&mut client, "1").await, code, "{query}");
    }
    subscribe(&mut client, "1", "subscription { cloudEvents(after: 0) { id } }").await;
    assert_eq!(event(&mut client, "1").await.0, "1");
    let mut client = open(&served, &narrow).await;
    subscribe(&mut client, "1", "subscription { cloudEvents(after: 0) { id } }").await;
    assert_eq!(error(&mut client, "1").await, "auth.insufficient_scope");
    // A request over HTTP runs no subscription.
    let body = json!({ "query": "subscription { cloudEvents { id } }" });
    let answer = world.post("/graphql", &account.secret, &body).await.json();
    assert_eq!(answer["errors"][0]["extensions"]["code"], "graphql.invalid", "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_ends_a_subscription_and_has_a_limit_of_them() {
    let config = GatewayConfig { streams_max: 50, socket_times: QUICK, ..GatewayConfig::new("http://waymark.test") };
    let world = World::start_with(Setting { config, ..Setting::default() }).await;
    let account = world.live_tenant("Farm").await;
    let served = world.serve(ServeLimits::default()).await;
    let mut client = open(&served, &account).await;
    for n in 0..GRAPHQL_SUBSCRIPTIONS_MAX {
        subscribe(&mut client, &n.to_string(), "subscription { cloudEvents(after: 0) { id } }").await;
        assert_eq!(event(&mut client, &n.to_string()).await.0, "1");
    }
    let streams = &world.gateway.budgets.streams;
    let taken = u32::try_from(GRAPHQL_SUBSCRIPTIONS_MAX).expect("small") + 1;
    assert_eq!(streams.free(), 50 - taken, "one for the socket, too");
    subscribe(&mut client, "x", "subscription { cloudEvents(after: 0) { id } }").await;
    assert_eq!(error(&mut client, "x").await, "socket.too_many");
    client.send(json!({ "type": "complete", "id": "0" })).await;
    while streams.free() == 50 - taken {
        tokio::task::yield_now().await;
    }
    subscribe(&mut client, "0", "subscription { cloudEvents(after: 0) { id } }").await;
    assert_eq!(event(&mut client, "0").await.0, "1");
    client.send(json!({ "type": "ping" })).await;
    assert_eq!(client.json().await, json!({ "type": "pong" }));
    drop(client);
    all_free(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_ends_by_the_rules_of_the_protocol() {
    let world = world(QUICK).await;
    let account = world.tenant("Farm").await;
    let served = world.serve(ServeLimits::default()).await;
    let query = "subscription { cloudEvents(after: 1) { id } }";
    let subscribe = |id: &str| json!({ "type": "subscribe", "id": id, "payload": { "query": query } });
    for (message, close, code) in [
        (json!({ "type": "connection_init" }), 4429, "socket.out_of_order"),
        (subscribe("1"), 4409, "socket.out_of_order"),
        (subscribe(""), 4400, "request.invalid_field"),
        (subscribe(&"x".repeat(SUBSCRIPTION_ID_BYTES_MAX + 1)), 4400, "request.invalid_field"),
        (json!({ "type": "next" }), 4400, "request.invalid_field"),
        (json!({ "type": "subscribe", "id": "2" }), 4400, "request.invalid_field"),
    ] {
        let mut client = open(&served, &account).await;
        client.send(subscribe("1")).await;
        client.send(message).await;
        assert_eq!(client.next().await, Frame::Close(close, code.to_owned()));
    }
    for (message, close, code) in [
        (subscribe("1"), 4401, "socket.out_of_order"),
        (json!({ "type": "connection_init" }), 4403, "auth.unauthenticated"),
        (json!({ "type": "connection_init", "payload": { "authorization": "x" } }), 4403, "auth.unauthenticated"),
        (json!({ "type": "connection_init", "payload": null }), 4403, "auth.unauthenticated"),
    ] {
        let mut client = Client::open(&served, "/graphql", PROTOCOL, None).await;
        client.send(message).await;
        assert_eq!(client.next().await, Frame::Close(close, code.to_owned()));
    }
    all_free(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_socket_ends_as_the_protocol_says() {
    let world = world(SocketTimes { begin: Duration::from_millis(100), ..QUICK }).await;
    let served = world.serve(ServeLimits::default()).await;
    let mut client = Client::open(&served, "/graphql", PROTOCOL, None).await;
    assert_eq!(client.next().await, Frame::Close(4408, "socket.begin_timed_out".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_ends_subscriptions_and_their_socket() {
    let world = world(QUICK).await;
    let account = world.tenant("Farm").await;
    let served = world.serve(ServeLimits::default()).await;
    let key = world.key(&account, &["event:read"]).await;
    let mut client = open(&served, &key).await;
    subscribe(&mut client, "1", "subscription { cloudEvents(after: 0) { id } }").await;
    assert_eq!(event(&mut client, "1").await.0, "1");
    let path = format!("/v1/api-keys/{}", key_path(&world, &account, &key).await);
    assert!(world.delete(&path, &account.secret).await.status.is_success());
    // An event of its own may end the subscription before the socket ends.
    capture(&world, &account, &[1]).await;
    let mut last = client.next().await;
    if let Frame::Json(message) = &last {
        assert_eq!(message["payload"][0]["extensions"]["code"], "auth.invalid_token", "{message}");
        last = client.next().await;
    }
    assert_eq!(last, Frame::Close(4403, "auth.invalid_token".to_owned()));
    all_free(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_a_socket_with_subscriptions() {
    let world = world(QUICK).await;
    let account = world.tenant("Farm").await;
    let mut served = world.serve(ServeLimits::default()).await;
    let mut client = open(&served, &account).await;
    subscribe(&mut client, "1", "subscription { cloudEvents(after: 0) { id } }").await;
    assert_eq!(event(&mut client, "1").await.0, "1");
    served.shutdown.cancel();
    let mut last = client.next().await;
    if let Frame::Json(message) = &last {
        assert_eq!(message["payload"][0]["extensions"]["code"], "limit.stopping", "{message}");
        last = client.next().await;
    }
    assert_eq!(last, Frame::Close(1001, "limit.stopping".to_owned()));
    (&mut served.task).await.expect("no panic").expect("a clean end");
    all_free(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_that_never_reads_is_told_so_and_continues_without_loss() {
    const EVENTS: u32 = 2_000;
    let world = world(SocketTimes { read: Duration::from_millis(300), ..QUICK }).await;
    let account = world.tenant("Farm").await;
    fill(&world, &account, EVENTS).await;
    let served = world.serve(ServeLimits::default()).await;
    let mut client = open(&served, &account).await;
    subscribe(&mut client, "1", "subscription { cloudEvents(after: 0) { id source type time sequence } }").await;
    all_free(&world).await;
    let (mut read, mut bytes) = (0, 0);
    let last = loop {
        match client.next().await {
            Frame::Json(message) => {
                bytes += message.to_string().len();
                read += 1;
                assert_eq!(message["payload"]["data"]["cloudEvents"]["id"], read.to_string());
            }
            frame => break frame,
        }
    };
    assert_eq!(last, Frame::Close(1013, "socket.not_read".to_owned()));
    assert!(read > 0 && bytes < 3 * SOCKET_UNREAD_BYTES_MAX, "{read} events of {bytes} bytes");
    let mut client = open(&served, &account).await;
    subscribe(&mut client, "1", &format!("subscription {{ cloudEvents(after: {read}) {{ id }} }}")).await;
    for number in read + 1..=EVENTS {
        assert_eq!(event(&mut client, "1").await.0, number.to_string());
    }
}

/// A client can know the type of an event by the schema.
#[tokio::test(flavor = "multi_thread")]
async fn the_schema_shows_subscriptions() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let query = "{ __schema { subscriptionType { name fields { name args { name } } } } }";
    let answer = world.post("/graphql", &account.secret, &json!({ "query": query })).await.json();
    let fields = &answer["data"]["__schema"]["subscriptionType"]["fields"];
    assert_eq!(fields[0]["name"], "cloudEvents", "{answer}");
    let names: Vec<&Value> = fields[0]["args"].as_array().expect("arguments").iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["after", "types", "subject"]);
}

//! Tests subscriptions to named queries by WebSocket: what is sent and in which form, schedules, that a client which
//! subscribes again misses nothing, also after a restart, and when and how the service ends a socket or refuses it.

use crate::{
    event_socket::{QUICK, key_path},
    harness::{Account, Served, World},
    socket::{Client, Frame, connect, plain_handshake, refusal, refused},
    stack::event,
    subscriber::{Receiver, TOKEN, capture, capture_events, id, ids, replace_gateway, start_with, subscribe},
};
use futures::SinkExt as _;
use gateway::{
    config::{GatewayConfig, Rate},
    serve::ServeLimits,
    socket::{SOCKET_MESSAGE_BYTES_MAX, SOCKET_UNREAD_BYTES_MAX, SocketTimes},
};
use http::{HeaderName, HeaderValue, Request, StatusCode};
use serde_json::{Value, json};
use standards_epcis::xml::read::{Options, json_document};
use std::{collections::BTreeSet, time::Duration};
use tokio::io::AsyncWriteExt as _;
use tokio_tungstenite::{client_async, tungstenite::Message};

fn quick() -> GatewayConfig {
    GatewayConfig { socket_times: QUICK, ..GatewayConfig::new("http://waymark.test") }
}

/// A system with a tenant and its named queries, served.
async fn served() -> (World, Account, Served) {
    let (world, account) = start_with(&[], quick()).await;
    let served = world.serve(ServeLimits::default()).await;
    (world, account, served)
}

fn asked(query: &str, parameters: &str, bearer: Option<&str>) -> Request<()> {
    plain_handshake(&format!("ws://localhost/epcis/queries/{query}/events?{parameters}"), bearer)
}

fn with(mut request: Request<()>, headers: &[(&'static str, &'static str)]) -> Request<()> {
    for (name, value) in headers {
        request.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    request
}

/// An open socket, and the record time from which on it is sent events.
async fn open(served: &Served, request: Request<()>) -> (Client, String) {
    let (client, answer) = Client::open_with(served, request).await;
    let time = answer.headers()["gs1-query-min-record-time"].to_str().expect("text").to_owned();
    (client, time)
}

fn events(document: &Value) -> Vec<Value> {
    let events = &document["epcisBody"]["queryResults"]["resultsBody"]["eventList"];
    events.as_array().unwrap_or_else(|| panic!("a document with events, not {document}")).clone()
}

/// The ids of the events of the next document.
async fn told(client: &mut Client) -> Vec<String> {
    let of = |event: &Value| event["eventID"].as_str().expect("an id").to_owned();
    events(&client.json().await).iter().map(of).collect()
}

/// The code and the pointer of the problem that ends a socket, the time with which to continue, and the close code.
async fn end(client: &mut Client) -> (String, String, Value, u16) {
    let problem = client.json().await;
    let code = problem["code"].as_str().unwrap_or_else(|| panic!("a problem, not {problem}")).to_owned();
    assert!(problem["type"].as_str().expect("a type").starts_with("epcisException:"), "{problem}");
    let Frame::Close(close, reason) = client.next().await else { panic!("a close frame follows") };
    let reason: Value = serde_json::from_str(&reason).expect("JSON");
    assert_eq!(reason["code"], code.as_str());
    assert_eq!(client.next().await, Frame::End);
    let pointer = problem["errors"][0]["pointer"].as_str().unwrap_or_default().to_owned();
    (code, pointer, reason["minRecordTime"].clone(), close)
}

/// Waits until every place for streams is free again.
async fn until_free(world: &World) {
    while world.gateway.budgets.streams.free() != world.gateway.config.streams_max || world.gateway.events.tenants() > 0
    {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_has_the_events_of_the_query_as_they_are_recorded() {
    let (world, account, served) = served().await;
    let other = world.tenant("Other").await;
    capture(&world, &account, [1]).await;
    let (mut client, time) = open(&served, asked("shipped", "stream=true", Some(&account.secret))).await;
    let before = world.get("/epcis/queries/all/events", &account.secret).await.json();
    assert_eq!(time, events(&before)[0]["recordTime"], "a later subscription with this time continues here");
    let packed = event(&id(3), r#","bizStep":"packing""#);
    let shipped = |n: usize| event(&id(n), r#","bizStep":"shipping""#);
    capture(&world, &other, [9]).await;
    capture_events(&world, &account, &[shipped(2), packed, shipped(4)]).await;
    let document = client.json().await;
    let direct = world.get("/epcis/queries/shipped/events?perPage=2", &account.secret).await.json();
    let mut expected = events(&direct);
    expected.sort_by_key(|event| event["eventID"].to_string());
    assert_eq!(events(&document), expected);
    assert_eq!((&document["type"], &document["@context"]), (&json!("EPCISQueryDocument"), &direct["@context"]));
    let results = &document["epcisBody"]["queryResults"];
    let subscription_id = results["subscriptionID"].as_str().expect("an id").to_owned();
    assert_eq!(results["queryName"], "shipped");
    assert_eq!(document["id"], format!("urn:waymark:epcis:delivery:{subscription_id}:1"));
    capture(&world, &account, [5]).await;
    let second = client.json().await;
    assert_eq!(second["id"], format!("urn:waymark:epcis:delivery:{subscription_id}:2"));
    assert_eq!(events(&second)[0]["eventID"], id(5));
    // Nothing is kept of it.
    let listed = world.get("/epcis/queries/shipped/subscriptions", &account.secret).await.json();
    assert_eq!(listed, json!([]));
    let budgets = &world.gateway.budgets;
    assert_eq!(budgets.room.free(), world.gateway.config.concurrency_max, "a socket holds no room of requests");
    let bytes = budgets.bytes.free();
    client.close().await;
    until_free(&world).await;
    assert_eq!(budgets.bytes.free(), bytes, "a socket that waits holds no memory of documents");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_headers_decide_about_the_form_of_the_documents() {
    let (world, account, served) = served().await;
    let request = asked("all", "stream=true", Some(&account.secret));
    let headers =
        [("accept", "application/xml"), ("gs1-epc-format", "Always_EPC_URN"), ("gs1-cbv-xml-format", "Always_URN")];
    let (mut client, answer) = Client::open_with(&served, with(request, &headers)).await;
    assert_eq!(answer.headers()["gs1-epc-format"], "Always_EPC_URN");
    assert_eq!(answer.headers()["gs1-cbv-xml-format"], "Always_URN");
    let inexpressible = event(&id(2), r#","cbvmda:list":[[1]]"#);
    let plain = |n: usize| event(&id(n), r#","bizStep":"shipping""#);
    capture_events(&world, &account, &[plain(1), inexpressible, plain(3)]).await;
    let mut texts = Vec::new();
    for _ in 0..3 {
        let Frame::Text(text) = client.next().await else { panic!("XML") };
        texts.push(text);
    }
    for (text, n) in [(&texts[0], 1), (&texts[2], 3)] {
        let document = json_document(text.as_bytes(), Options::default()).unwrap_or_else(|problem| panic!("{problem}"));
        let document: Value = serde_json::from_str(&document.json).expect("JSON");
        assert_eq!(events(&document)[0]["eventID"], id(n));
        assert!(document["epcisBody"]["queryResults"]["subscriptionID"].is_string(), "{document}");
        assert!(text.contains("<epc>urn:epc:id:sgtin:4012345.011111.9876</epc>"), "{text}");
        assert!(text.contains("<bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>"), "{text}");
    }
    assert!(texts[1].contains("<code>provenance.not_expressible_in_xml</code>") && texts[1].contains(&id(2)));
    // A problem at the end is XML, too.
    client.send(json!({ "type": "hello" })).await;
    let Frame::Text(text) = client.next().await else { panic!("XML") };
    assert!(text.contains("<code>socket.out_of_order</code>"), "{text}");
    assert!(matches!(client.next().await, Frame::Close(4400, _)));

    let request = asked("all", "stream=true", Some(&account.secret));
    let (mut client, _) = open(&served, with(request, &[("gs1-epc-format", "Never_Translates")])).await;
    capture(&world, &account, [4]).await;
    assert_eq!(events(&client.json().await)[0]["epcList"][0], "urn:epc:id:sgtin:4012345.011111.9876");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_continues_with_a_time_misses_nothing() {
    let (world, account, served) = served().await;
    // It was told a time before any event, and lost its connection.
    let (client, time) = open(&served, asked("all", "stream=true", Some(&account.secret))).await;
    drop(client);
    capture(&world, &account, 1..=5).await;
    let (mut client, same) =
        open(&served, asked("all", &format!("stream=true&initialRecordTime={time}&perPage=2"), Some(&account.secret)))
            .await;
    assert_eq!(same, time);
    assert_eq!(told(&mut client).await, ids([1, 2]));
    assert_eq!(told(&mut client).await, ids([3, 4]));
    let document = client.json().await;
    assert_eq!(events(&document)[0]["eventID"], id(5));
    let last = events(&document)[0]["recordTime"].as_str().expect("a time").to_owned();
    drop(client);
    capture(&world, &account, [6, 7]).await;
    let again = format!("stream=true&initialRecordTime={last}");
    let (mut client, _) = open(&served, asked("all", &again, Some(&account.secret))).await;
    let mut seen = told(&mut client).await;
    // One block has one time: what was recorded with the last event comes again.
    seen.retain(|id| !ids(1..=5).contains(id));
    while seen.len() < 2 {
        seen.extend(told(&mut client).await);
    }
    assert_eq!(seen, ids([6, 7]));
    // Another spelling of a time, from before all events.
    let early = "stream=true&initialRecordTime=2020-01-01T00:00:00%2B01:00";
    let (mut client, time) = open(&served, asked("all", early, Some(&account.secret))).await;
    assert_eq!(time, "2019-12-31T23:00:00.000Z");
    assert_eq!(told(&mut client).await, ids(1..=7));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_sends_at_its_times_and_an_empty_list_if_asked_to() {
    let (world, account, served) = served().await;
    let (mut silent, _) = open(&served, asked("all", "second=0/1", Some(&account.secret))).await;
    let (mut regular, _) = open(&served, asked("all", "second=0/1&reportIfEmpty=true", Some(&account.secret))).await;
    let yearly = "month=1&dayOfMonth=1&hour=0&initialRecordTime=2020-01-01T00:00:00Z";
    let (mut yearly, _) = open(&served, asked("all", yearly, Some(&account.secret))).await;
    let (first, second) = (regular.json().await, regular.json().await);
    assert_eq!((events(&first), events(&second)), (vec![], vec![]));
    assert_ne!(first["id"], second["id"]);
    capture(&world, &account, [1, 2]).await;
    let mut seen = Vec::new();
    while seen.is_empty() {
        seen = told(&mut regular).await;
    }
    assert_eq!(seen, ids([1, 2]));
    assert_eq!(told(&mut regular).await, ids([]), "each event once");
    assert_eq!(told(&mut silent).await, ids([1, 2]), "an empty list was not reported");
    // One that is not due sends nothing, and is still checked.
    for _ in 0..2 {
        assert_eq!(yearly.frame().await, Frame::Ping);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_and_a_socket_receive_every_event_across_a_restart() {
    let mut receiver = Receiver::start().await;
    let (mut world, account) = start_with(&[&receiver], quick()).await;
    let mut served = world.serve(ServeLimits::default()).await;
    let webhook = json!({ "dest": receiver.url("/"), "signatureToken": TOKEN, "stream": true });
    subscribe(&world, &account, "shipped", &webhook).await;
    let (mut client, _) = open(&served, asked("shipped", "stream=true", Some(&account.secret))).await;
    capture(&world, &account, [1, 2]).await;
    let document = client.json().await;
    let by_socket = events(&document);
    assert_eq!(by_socket.len(), 2);
    let by_webhook = receiver.next().await;
    by_webhook.assert_signed();
    assert_eq!(events(&by_webhook.json()), by_socket, "both have the same events");
    let mut last = by_socket[1]["recordTime"].as_str().expect("a time").to_owned();

    // The gateway ends while a call hangs, and what is captured around it reaches neither.
    receiver.answer(|_, _| None);
    capture(&world, &account, [3]).await;
    let document = client.json().await;
    assert_eq!(events(&document)[0]["eventID"], id(3));
    last.replace_range(.., events(&document)[0]["recordTime"].as_str().expect("a time"));
    let unanswered = receiver.next().await;
    assert_eq!(unanswered.ids(), ids([3]));
    served.shutdown.cancel();
    let (code, _, time, close) = end(&mut client).await;
    assert_eq!((code.as_str(), close), ("limit.stopping", 1001));
    assert_eq!(time, last.as_str(), "the reason has the time of the last event");
    (&mut served.task).await.expect("no panic").expect("a clean end");
    capture(&world, &account, [4]).await;
    receiver.answer(|_, _| Some(200));
    replace_gateway(&mut world).await;
    let served = world.serve(ServeLimits::default()).await;
    let again = format!("stream=true&initialRecordTime={last}");
    let (mut client, _) = open(&served, asked("shipped", &again, Some(&account.secret))).await;
    capture(&world, &account, [5]).await;

    let (mut by_socket, mut by_webhook) = (Vec::new(), Vec::new());
    while !by_socket.contains(&id(5)) {
        by_socket.extend(told(&mut client).await);
    }
    let repeated = receiver.next().await;
    repeated.assert_signed();
    assert_eq!((repeated.id(), repeated.ids()), (unanswered.id(), ids([3])));
    by_webhook.extend(repeated.ids());
    while !by_webhook.contains(&id(5)) {
        by_webhook.extend(receiver.next().await.ids());
    }
    for received in [by_socket, by_webhook] {
        let distinct: BTreeSet<String> = received.iter().cloned().collect();
        assert_eq!(distinct.into_iter().collect::<Vec<_>>(), ids([3, 4, 5]), "{received:?}");
        assert_eq!(received.len(), 3, "nothing else was recorded with the last event, so only that came again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_document_comes_whole_and_its_client_is_watched_meanwhile() {
    let (world, account, served) = served().await;
    let (mut client, _) = open(&served, asked("all", "stream=true", Some(&account.secret))).await;
    // Letters of three bytes, which frames must not cut.
    let text = "世".repeat(6 * SOCKET_UNREAD_BYTES_MAX / 3);
    capture_events(&world, &account, &[event(&id(1), &format!(r#","cbvmda:description":"{text}""#))]).await;
    let document = client.json().await;
    assert_eq!(events(&document)[0]["cbvmda:description"], text);
    capture(&world, &account, [2]).await;
    assert_eq!(told(&mut client).await, ids([2]), "its pings were answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_reads_is_cut_off_and_continues_without_loss() {
    let times = SocketTimes { read: Duration::from_millis(300), ..QUICK };
    let config = GatewayConfig { socket_times: times, ..quick() };
    let (world, account) = start_with(&[], config).await;
    let served = world.serve(ServeLimits::default()).await;
    let text = "x".repeat(SOCKET_UNREAD_BYTES_MAX / 4);
    let large = |n: usize| event(&id(n), &format!(r#","cbvmda:description":"{text}""#));
    for n in 0..5 {
        capture_events(&world, &account, &(20 * n + 1..=20 * n + 20).map(large).collect::<Vec<_>>()).await;
    }
    for (per_page, is_whole) in [(1, true), (100, false)] {
        let early = format!("stream=true&initialRecordTime=2020-01-01T00:00:00Z&perPage={per_page}");
        let (mut client, _) = open(&served, asked("all", &early, Some(&account.secret))).await;
        let streams = &world.gateway.budgets.streams;
        while streams.free() < world.gateway.config.streams_max {
            tokio::task::yield_now().await;
        }
        let (mut seen, mut bytes) = (Vec::new(), 0);
        let reason = loop {
            match client.next().await {
                Frame::Json(document) if document["code"] == "socket.not_read" => {}
                Frame::Json(document) => {
                    bytes += document.to_string().len();
                    seen.extend(events(&document));
                }
                Frame::Close(close, reason) => {
                    assert_eq!(close, 1013);
                    break serde_json::from_str::<Value>(&reason).expect("JSON");
                }
                frame => panic!("{frame:?}"),
            }
        };
        assert_eq!(reason["code"], "socket.not_read");
        assert!(bytes < 4 * SOCKET_UNREAD_BYTES_MAX, "{bytes} bytes were sent to a client that does not read");
        // A document that did not come whole is not taken for one.
        assert_eq!(!seen.is_empty(), is_whole);
        let time = reason["minRecordTime"].as_str().expect("a time");
        let again = format!("stream=true&initialRecordTime={time}");
        let (mut client, _) = open(&served, asked("all", &again, Some(&account.secret))).await;
        let mut all: BTreeSet<String> = seen.iter().map(|event| event["eventID"].to_string()).collect();
        while all.len() < 100 {
            all.extend(events(&client.json().await).iter().map(|event| event["eventID"].to_string()));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_may_come_in_the_first_message() {
    let (world, account, served) = served().await;
    let token = world.token(&account).await;
    let credentials =
        |bearer: &str| json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {bearer}") } });
    let (mut client, answer) = Client::open_with(&served, asked("all", "stream=true", None)).await;
    assert_eq!(answer.headers().get("gs1-query-min-record-time"), None, "nothing is said to a stranger");
    client.send(credentials(&token)).await;
    let ack = client.json().await;
    assert_eq!(ack["type"], "connection_ack");
    let time = ack["minRecordTime"].as_str().expect("a time").to_owned();
    capture(&world, &account, [1]).await;
    assert_eq!(told(&mut client).await, ids([1]));
    drop(client);
    let again = format!("stream=true&initialRecordTime={time}");
    let (mut client, _) = Client::open_with(&served, asked("all", &again, None)).await;
    client.send(credentials(&account.secret)).await;
    assert_eq!(client.json().await, json!({ "type": "connection_ack", "minRecordTime": time }));
    assert_eq!(told(&mut client).await, ids([1]));
    client.close().await;

    let narrow = world.key(&account, &["event:read"]).await;
    for (query, message, code, close) in [
        ("all", json!({ "type": "connection_init" }), "auth.unauthenticated", 4403),
        ("all", credentials("x"), "auth.invalid_token", 4403),
        ("all", credentials(&narrow.secret), "auth.insufficient_scope", 4403),
        ("none", credentials(&account.secret), "provenance.unknown_query", 4400),
        ("all", json!({ "type": "subscribe" }), "request.invalid_field", 4400),
        ("all", json!([]), "request.invalid_field", 4400),
    ] {
        let (mut client, _) = Client::open_with(&served, asked(query, "stream=true", None)).await;
        client.send(message.clone()).await;
        let (found, _, time, ended) = end(&mut client).await;
        assert_eq!((found.as_str(), time, ended), (code, Value::Null, close), "{message}");
    }
    until_free(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_without_credentials_ends() {
    let times = SocketTimes { begin: Duration::from_millis(100), ..QUICK };
    let (world, account) = start_with(&[], GatewayConfig { socket_times: times, ..quick() }).await;
    let served = world.serve(ServeLimits::default()).await;
    let (mut client, _) = Client::open_with(&served, asked("all", "stream=true", None)).await;
    assert_eq!(end(&mut client).await.0, "socket.begin_timed_out");
    // Who showed credentials need not say anything.
    let (mut client, _) = open(&served, asked("all", "stream=true", Some(&account.secret))).await;
    for _ in 0..3 {
        assert_eq!(client.frame().await, Frame::Ping);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_ends_with_its_credentials_and_with_its_query() {
    let (world, account, served) = served().await;
    let key = world.key(&account, &["provenance:read"]).await;
    for parameters in ["stream=true", "month=1&dayOfMonth=1&hour=0"] {
        let key = if parameters == "stream=true" { &key } else { &world.key(&account, &["provenance:read"]).await };
        let (mut client, time) = open(&served, asked("all", parameters, Some(&key.secret))).await;
        let path = format!("/v1/api-keys/{}", key_path(&world, &account, key).await);
        let revoked = world.delete(&path, &account.secret).await;
        assert!(revoked.status.is_success(), "{}", revoked.text());
        let expected = ("auth.invalid_token".to_owned(), String::new(), json!(time), 4403);
        assert_eq!(end(&mut client).await, expected);
    }
    let (mut deleted, _) = open(&served, asked("all", "stream=true", Some(&account.secret))).await;
    let (mut replaced, _) = open(&served, asked("shipped", "stream=true", Some(&account.secret))).await;
    for name in ["all", "shipped"] {
        let answer = world.delete(&format!("/epcis/queries/{name}"), &account.secret).await;
        assert_eq!(answer.status, 204, "{}", answer.text());
    }
    let other = json!({ "name": "shipped", "query": { "EQ_bizStep": ["packing"] } });
    assert_eq!(world.post("/epcis/queries", &account.secret, &other).await.status, 201);
    // An event that matched is not sent after that.
    capture(&world, &account, [1]).await;
    for client in [&mut deleted, &mut replaced] {
        let (code, _, _, close) = end(client).await;
        assert_eq!((code.as_str(), close), ("provenance.unknown_query", 4400));
    }
    until_free(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_sends_ends_its_socket_with_a_code() {
    let (world, account, served) = served().await;
    for (message, code, close) in [
        (Message::text("{"), "socket.out_of_order", 4400),
        (Message::text(json!({ "type": "connection_init" }).to_string()), "socket.out_of_order", 4400),
        (Message::text(" ".repeat(SOCKET_MESSAGE_BYTES_MAX)), "socket.out_of_order", 4400),
        (Message::text(" ".repeat(SOCKET_MESSAGE_BYTES_MAX + 1)), "socket.message_too_large", 1009),
        (Message::text(" ".repeat(4 * 1_024 * 1_024)), "socket.message_too_large", 1009),
        (Message::binary("{}"), "socket.malformed_frame", 4400),
    ] {
        let (mut client, _) = open(&served, asked("all", "stream=true", Some(&account.secret))).await;
        // The service may end the socket before it has read all of a message.
        let _ = client.stream.send(message).await;
        let (found, _, _, ended) = end(&mut client).await;
        assert_eq!((found.as_str(), ended), (code, close));
    }
    for (message, code, pointer) in [
        (Message::text("{"), "request.malformed_json", ""),
        (Message::text("{\"type\":\"connection_init\",\"x\":1}"), "request.invalid_field", "/x"),
        (Message::text("{\"type\":\"connection_init\",\"payload\":1}"), "request.invalid_field", "/payload"),
        (Message::Ping("?".into()), "socket.out_of_order", ""),
    ] {
        let (mut client, _) = Client::open_with(&served, asked("all", "stream=true", None)).await;
        client.stream.send(message).await.expect("is sent");
        let (found, at, _, _) = end(&mut client).await;
        assert_eq!((found.as_str(), at.as_str()), (code, pointer));
    }
    // Not masked, a reserved opcode, and text that is not UTF-8.
    for bytes in [&[0x81_u8, 0x02, b'{', b'}'][..], &[0x83, 0x80, 0, 0, 0, 0], &[0x81, 0x81, 0, 0, 0, 0, 0xff]] {
        let (mut client, _) = open(&served, asked("all", "stream=true", Some(&account.secret))).await;
        client.stream.get_mut().write_all(bytes).await.expect("is sent");
        assert_eq!(end(&mut client).await.0, "socket.malformed_frame", "{bytes:x?}");
    }
    until_free(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_with_a_fault_is_refused_before_the_upgrade() {
    let config = GatewayConfig { cors_origins: vec!["https://app.example".to_owned()], ..quick() };
    let (world, account) = start_with(&[], config).await;
    let served = world.serve(ServeLimits::default()).await;
    let narrow = world.key(&account, &["event:read"]).await;
    for (parameters, pointer) in [
        ("", "/stream"),
        ("perPage=1", "/stream"),
        ("stream=false", "/stream"),
        ("stream=yes", "/stream"),
        ("stream=true&second=0", "/stream"),
        ("stream=true&reportIfEmpty=true", "/reportIfEmpty"),
        ("second=0&reportIfEmpty=1", "/reportIfEmpty"),
        ("hour=24", "/hour"),
        ("dayOfMonth=31&month=2", ""),
        ("stream=true&initialRecordTime=yesterday", "/initialRecordTime"),
        ("stream=true&initialRecordTime=2020-01-01T00:00:00", "/initialRecordTime"),
    ] {
        for bearer in [Some(account.secret.as_str()), None] {
            let answer = refused(&served, asked("all", parameters, bearer)).await;
            let expected = (StatusCode::BAD_REQUEST, "provenance.invalid_subscription".to_owned());
            assert_eq!(refusal(&answer), expected, "{parameters}");
            let problem: Value = serde_json::from_slice(answer.body().as_deref().expect("a body")).expect("JSON");
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{parameters}: {problem}");
            assert_eq!(problem["type"], "epcisException:SubscriptionControlsException");
        }
    }
    for (name, query) in
        [("first", json!({ "eventCountLimit": 3, "orderBy": "eventTime" })), ("most", json!({ "maxEventCount": 3 }))]
    {
        let made = world.post("/epcis/queries", &account.secret, &json!({ "name": name, "query": query })).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let answer = refused(&served, asked(name, "stream=true", Some(&account.secret))).await;
        assert_eq!(refusal(&answer).1, "provenance.invalid_subscription");
    }
    let good = |query: &str, bearer: &str| asked(query, "stream=true", Some(bearer));
    for (request, status, code) in [
        (asked("all", "stream=true&x=1", Some(&account.secret)), 400, "request.invalid_parameter"),
        (asked("all", "stream=true&nextPageToken=x", Some(&account.secret)), 400, "request.invalid_parameter"),
        (asked("all", "stream=true&perPage=0", Some(&account.secret)), 400, "request.invalid_parameter"),
        (good("none", &account.secret), 404, "provenance.unknown_query"),
        (good("all", "x"), 401, "auth.invalid_token"),
        (good("all", &narrow.secret), 403, "auth.insufficient_scope"),
        (good("all", &world.tenant("Other").await.secret), 404, "provenance.unknown_query"),
        (with(good("all", &account.secret), &[("sec-websocket-version", "8")]), 426, "request.upgrade_required"),
        (with(good("all", &account.secret), &[("connection", "close")]), 426, "request.upgrade_required"),
        (with(good("all", &account.secret), &[("sec-websocket-key", "x")]), 400, "request.invalid_header"),
        (with(good("all", &account.secret), &[("accept", "text/html")]), 406, "provenance.not_acceptable"),
        (with(good("all", &account.secret), &[("origin", "https://evil.example")]), 403, "request.wrong_origin"),
        (with(asked("all", "stream=true", None), &[("origin", "https://evil.example")]), 403, "request.wrong_origin"),
    ] {
        let answer = refused(&served, request).await;
        assert_eq!(refusal(&answer), (StatusCode::from_u16(status).expect("a status"), code.to_owned()));
    }
    let allowed = with(good("all", &account.secret), &[("origin", "https://app.example")]);
    let opened = client_async(allowed, connect(served.address).await).await;
    assert_eq!(opened.expect("is opened").1.status(), StatusCode::SWITCHING_PROTOCOLS);
    until_free(&world).await;
    // Without an upgrade the address has pages, and no parameters of subscriptions.
    let page = world.get("/epcis/queries/all/events?perPage=1", &account.secret).await;
    assert_eq!(page.status, 200, "{}", page.text());
    for parameter in ["stream=true", "second=0", "initialRecordTime=2020-01-01T00:00:00Z"] {
        let answer = world.get(&format!("/epcis/queries/all/events?{parameter}"), &account.secret).await;
        answer.assert_problem(400, "request.invalid_parameter");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sockets_are_limited_in_number_and_in_messages() {
    let config = GatewayConfig { streams_max: 2, rate: Rate { per_second: 1, burst: 40 }, ..quick() };
    let (world, account) = start_with(&[], config).await;
    let served = world.serve(ServeLimits::default()).await;
    let (mut client, _) = open(&served, asked("all", "stream=true", Some(&account.secret))).await;
    let second = refused(&served, asked("all", "stream=true", Some(&account.secret))).await;
    assert_eq!(refusal(&second), (StatusCode::TOO_MANY_REQUESTS, "limit.share".to_owned()));
    for _ in 0..40 {
        client.stream.send(Message::Ping("?".into())).await.expect("is sent");
    }
    let (code, _, _, close) = end(&mut client).await;
    assert_eq!((code.as_str(), close), ("limit.rate", 1013));
    until_free(&world).await;
}

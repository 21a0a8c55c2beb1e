//! Events, webhooks and subscriptions of other tenants, keys without scopes, and keys revoked while streams run.

use super::{Attack, tenancy::compare};
use crate::{
    connection::Connection,
    context::Context,
    document::{document, event, item},
    http::{Answer, Request, encode},
    receiver::{Manner, Receiver},
    tally::{Expected, Tally},
    websocket::{EVENTS, GRAPHQL, Received, Socket},
};
use anyhow::Context as _;
use futures::FutureExt as _;
use serde_json::json;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::time::timeout;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "foreign-ids-of-events",
        "the neighbour's webhook, query, subscription and event in 18 requests, beside random ids",
        "the same status, code and headers as for a random id, and no event of the neighbour",
        |context| foreign_ids(context).boxed(),
    ),
    Attack::new(
        "foreign-webhooks-timed",
        "the neighbour's webhook and a random one, read, changed and tested 300 times each in turn",
        "the medians differ by at most 15 % or 0.3 ms",
        |context| timed(context).boxed(),
    )
    .long(),
    Attack::new(
        "events-without-scopes",
        "keys with all scopes but one of event:read, webhook:read and webhook:write at the addresses that need it",
        "403, or a socket that ends with 4403",
        |context| without_scopes(context).boxed(),
    ),
    Attack::new(
        "key-revoked-while-streams-run",
        "a stream, a socket and a subscription of a key that is revoked, and captures after it",
        "no event after the revocation, and the end of each within 2 s of the first capture",
        |context| revoked(context).boxed(),
    ),
];

/// A webhook, a query and a subscription of the neighbour, which are removed at the end.
struct Things {
    webhook: String,
    query: String,
    subscription: String,
    /// The id of an event that no other tenant has.
    event: String,
    _receiver: Receiver,
}

impl Things {
    async fn of_neighbour(context: &Context) -> anyhow::Result<Self> {
        let receiver = Receiver::start(context.receivers[20], Manner::Take).await?;
        let text = |answer: &Answer, name: &str| answer.json()[name].as_str().map(str::to_owned);
        let body = json!({ "url": receiver.url, "after": 0 }).to_string();
        let made = context.send_as_neighbour(Request::post("/v1/webhooks", body)).await?;
        let webhook = text(&made, "id").with_context(|| format!("a webhook: {} {}", made.status, made.code()))?;
        let query = format!("of-the-neighbour-{}", rand::random::<u32>());
        let body = json!({ "name": query, "query": {} }).to_string();
        context.send_as_neighbour(Request::post("/epcis/queries", body)).await?;
        let path = format!("/epcis/queries/{query}/subscriptions");
        let body = json!({ "dest": receiver.url, "stream": true }).to_string();
        let made = context.send_as_neighbour(Request::post(path, body)).await?;
        let subscription = text(&made, "subscriptionID");
        let subscription = subscription.with_context(|| format!("a subscription: {} {}", made.status, made.code()))?;
        let event_id = format!("urn:uuid:00000000-0000-4000-8000-{:012x}", rand::random::<u32>());
        let text = document("", &[event(&[item(rand::random::<u32>())], &format!(r#","eventID":"{event_id}""#))]);
        let capture = Request::post("/epcis/capture", text).header("prefer", "wait=20");
        let captured = context.send_as_neighbour(capture).await?;
        anyhow::ensure!(captured.status < 300, "an event: {} {}", captured.status, captured.code());
        Ok(Self { webhook, query, subscription, event: event_id, _receiver: receiver })
    }

    async fn remove(self, context: &Context) -> anyhow::Result<()> {
        for path in [format!("/v1/webhooks/{}", self.webhook), format!("/epcis/queries/{}", self.query)] {
            context.send_as_neighbour(Request::new("DELETE", path)).await?;
        }
        Ok(())
    }
}

/// The same id with another end.
fn random_like(id: &str) -> String {
    format!("{}{}", &id[..id.len() - 12], "0123456789ab")
}

async fn foreign_ids(context: Arc<Context>) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let things = Things::of_neighbour(&context).await?;
    let Things { webhook, query, subscription, event, .. } = &things;
    let (random_webhook, random_query) = (random_like(webhook), random_like(query));
    let random_subscription = random_like(subscription);
    // Other attacks record the well-known event of the neighbour as their own, too.
    let (event, random_event) = (&**event, "urn:uuid:00000000-1111-4222-8333-444444444444");
    let requests: [(&'static str, &str, &str); 18] = [
        ("GET", "/v1/webhooks/@", ""),
        ("PATCH", "/v1/webhooks/@", r#"{"state":"disabled"}"#),
        ("PATCH", "/v1/webhooks/@", r#"{"url":"https://theirs.example/"}"#),
        ("DELETE", "/v1/webhooks/@", ""),
        ("GET", "/v1/webhooks/@/secrets", ""),
        ("POST", "/v1/webhooks/@/secrets", r#"{"grace_s":0}"#),
        ("POST", "/v1/webhooks/@/test", ""),
        ("GET", "/v1/webhooks/@/attempts", ""),
        ("GET", "/v1/webhooks/@/dead-letters", ""),
        ("POST", "/v1/webhooks/@/dead-letters/1/replay", ""),
        ("DELETE", "/v1/webhooks/@/dead-letters/1", ""),
        ("POST", "/v1/webhooks/@/replay", r#"{"from":1,"to":1}"#),
        ("GET", "/epcis/queries/#", ""),
        ("GET", "/epcis/queries/#/subscriptions", ""),
        ("GET", "/epcis/queries/#/subscriptions/$", ""),
        ("DELETE", "/epcis/queries/#/subscriptions/$", ""),
        ("GET", "/v1/events?after=0&subject=!", ""),
        ("GET", "/v1/events?after=0&subject=!&type=waymark.provenance.event_captured&limit=500", ""),
    ];
    for (method, path, body) in requests {
        let ask = |webhook: &str, query: &str, subscription: &str, event: &str| {
            let path = path.replace('@', webhook).replace('#', query).replace('$', subscription);
            let request = Request::new(method, path.replace('!', &encode(event)));
            context.send(if body.is_empty() { request } else { request.with_json(body) })
        };
        let foreign = ask(webhook, query, subscription, event).await;
        let random = ask(&random_webhook, &random_query, &random_subscription, random_event).await;
        let (one, other) = if path.contains('@') {
            (&**webhook, &*random_webhook)
        } else if path.contains('!') {
            (event, random_event)
        } else {
            (&**query, &*random_query)
        };
        let (foreign, random) = (plain(foreign, subscription), plain(random, &random_subscription));
        compare(&mut tally, &format!("{method} {path}"), foreign, random, one, other);
    }
    // A query of the same name is another one.
    let still = context.send_as_neighbour(Request::get(format!("/v1/webhooks/{webhook}"))).await?.json();
    tally.check(still["state"] == "enabled", || format!("the neighbour's webhook: {still}"));
    for query in ["cloudEvents(after:0,first:500)", "cloudEvents(after:0,first:500,subject:\"@\")"] {
        let query = format!("{{{}{{items{{subject}}}}}}", query.replace('@', event));
        let answer = context.send(Request::graphql(&query)).await?;
        let shows = String::from_utf8_lossy(&answer.body).contains(event);
        tally.check(!shows, || format!("{query}: the neighbour's event"));
    }
    things.remove(&context).await?;
    Ok(tally)
}

/// The answer without a further id.
fn plain(answer: anyhow::Result<Answer>, id: &str) -> anyhow::Result<Answer> {
    answer.map(|answer| Answer { body: String::from_utf8_lossy(&answer.body).replace(id, "").into_bytes(), ..answer })
}

async fn timed(context: Arc<Context>) -> anyhow::Result<Tally> {
    let (mut tally, mut client) = (Tally::default(), context.client());
    let things = Things::of_neighbour(&context).await?;
    let random = random_like(&things.webhook);
    for (method, path, body) in [
        ("GET", "/v1/webhooks/@", ""),
        ("PATCH", "/v1/webhooks/@", r#"{"state":"enabled"}"#),
        ("POST", "/v1/webhooks/@/test", ""),
        ("GET", "/v1/webhooks/@/attempts", ""),
    ] {
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..300 {
            for (id, times) in [&*things.webhook, &random].iter().zip(&mut times) {
                let request = Request::new(method, path.replace('@', id)).with_json(body);
                let begun = Instant::now();
                let answer = client.send(&request.bearer(&context.attacker.token)).await;
                times.push(begun.elapsed().as_secs_f64() * 1e3);
                tally.expect(path, &answer, &Expected::Status(&[404]));
            }
        }
        let [foreign, random] = times.map(|mut times| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        });
        let differs = (foreign - random).abs() > (random * 0.15).max(0.3);
        tally.check(!differs, || format!("{method} {path}: median {foreign:.2} ms, {random:.2} ms for a random id"));
    }
    things.remove(&context).await?;
    Ok(tally)
}

/// A method, a path in which `@` stands for an id, and a body.
type Asked = (&'static str, &'static str, &'static str);

/// The id and secret of a new key of the attacker.
async fn key(context: &Context, scopes: &[&str]) -> anyhow::Result<(String, String)> {
    let body = json!({ "name": "narrow", "scopes": scopes }).to_string();
    let answer = context.send(Request::post("/v1/api-keys", body)).await?;
    let text = |name: &str| answer.json()[name].as_str().map(str::to_owned);
    text("id").zip(text("secret")).with_context(|| format!("a key: {} {}", answer.status, answer.code()))
}

async fn without_scopes(context: Arc<Context>) -> anyhow::Result<Tally> {
    let (mut tally, mut client) = (Tally::default(), context.client());
    let webhook = "hook_0190b0c8d7e87c3f8a4b5c6d7e8f9a0b";
    let all = ["provenance:read", "provenance:write", "event:read", "webhook:read", "webhook:write", "tenant:read"];
    let url = r#"{"url":"https://a.example/"}"#;
    let needs: [(&str, &[Asked]); 3] = [
        (
            "event:read",
            &[
                ("GET", "/v1/events", ""),
                ("GET", "/v1/events/stream", ""),
                // What is sent to a receiver is what the scope reads.
                ("POST", "/v1/webhooks", url),
                ("PATCH", "/v1/webhooks/@", r#"{"url":"https://a.example/"}"#),
                ("POST", "/v1/webhooks/@/replay", r#"{"from":1,"to":1}"#),
            ],
        ),
        (
            "webhook:read",
            &[
                ("GET", "/v1/webhooks", ""),
                ("GET", "/v1/webhooks/@", ""),
                ("GET", "/v1/webhooks/@/secrets", ""),
                ("GET", "/v1/webhooks/@/attempts", ""),
                ("GET", "/v1/webhooks/@/dead-letters", ""),
            ],
        ),
        (
            "webhook:write",
            &[
                ("POST", "/v1/webhooks", url),
                ("PATCH", "/v1/webhooks/@", "{}"),
                ("DELETE", "/v1/webhooks/@", ""),
                ("POST", "/v1/webhooks/@/secrets", "{}"),
                ("POST", "/v1/webhooks/@/test", ""),
                ("POST", "/v1/webhooks/@/replay", r#"{"from":1,"to":1}"#),
                ("POST", "/v1/webhooks/@/dead-letters/1/replay", ""),
                ("DELETE", "/v1/webhooks/@/dead-letters/1", ""),
            ],
        ),
    ];
    for (scope, requests) in needs {
        let scopes: Vec<_> = all.into_iter().filter(|it| *it != scope).collect();
        let (id, secret) = key(&context, &scopes).await?;
        for (method, path, body) in requests {
            let request = Request::new(method, path.replace('@', webhook)).with_json(*body).bearer(&secret);
            let answer = client.send(&request).await;
            tally.expect(&format!("{method} {path} without {scope}"), &answer, &Expected::Status(&[403]));
        }
        if scope == "event:read" {
            let closed = socket_of(&context, &secret).await?;
            tally.check(closed == Received::Close(4_403), || format!("a socket without {scope}: {closed:?}"));
            let refused = subscription_of(&context, &secret).await?;
            tally.check(matches!(&refused, Received::Text(text) if text["type"] == "error"), || {
                format!("a subscription without {scope}: {refused:?}")
            });
        }
        context.send(Request::new("DELETE", format!("/v1/api-keys/{id}"))).await?;
    }
    Ok(tally)
}

/// What ends a socket that asks for events with a key that it shows in its first message.
async fn socket_of(context: &Context, secret: &str) -> anyhow::Result<Received> {
    let mut socket = Socket::open(context, context.attacker.source, EVENTS, None).await?;
    let payload = json!({ "authorization": format!("Bearer {secret}") });
    socket.send(&json!({ "type": "connection_init", "payload": payload }).to_string()).await?;
    socket.send(r#"{"type":"subscribe","after":0,"credit":1}"#).await?;
    loop {
        match socket.next().await? {
            Received::Text(text) if text["type"] == "event" => return Ok(Received::Text(text)),
            Received::Text(_) => {}
            ended => return Ok(ended),
        }
    }
}

/// What comes first for a subscription to events.
async fn subscription_of(context: &Context, secret: &str) -> anyhow::Result<Received> {
    let mut socket = Socket::open(context, context.attacker.source, GRAPHQL, Some(secret)).await?;
    socket.send(r#"{"type":"connection_init"}"#).await?;
    socket.next().await?;
    let payload = json!({ "query": "subscription{cloudEvents(after:0){id}}" });
    socket.send(&json!({ "type": "subscribe", "id": "1", "payload": payload }).to_string()).await?;
    socket.next().await
}

/// The time within which a stream of a revoked key must end.
const END: Duration = Duration::from_secs(2);

async fn revoked(context: Arc<Context>) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let (id, secret) = key(&context, &["event:read"]).await?;
    let source = context.attacker.source;
    let mut stream = Connection::open(context.server, source).await?;
    let answer = stream.exchange(&Request::get("/v1/events/stream").bearer(&secret)).await?;
    anyhow::ensure!(answer.status == 200, "a stream: {} {}", answer.status, answer.code());
    let mut socket = Socket::open(&context, source, EVENTS, Some(&secret)).await?;
    socket.send(r#"{"type":"subscribe","credit":100}"#).await?;
    socket.next().await?;
    let mut graphql = Socket::open(&context, source, GRAPHQL, Some(&secret)).await?;
    graphql.send(r#"{"type":"connection_init"}"#).await?;
    graphql.next().await?;
    let payload = json!({ "query": "subscription{cloudEvents{subject}}" });
    graphql.send(&json!({ "type": "subscribe", "id": "1", "payload": payload }).to_string()).await?;
    // It has begun once an event arrives.
    let before = capture(&context).await?;
    let begun = timeout(END * 2, until(&mut graphql, &before)).await;
    tally.check(matches!(begun, Ok(Ok(true))), || format!("the subscription does not begin: {begun:?}"));
    let revoked = context.send(Request::new("DELETE", format!("/v1/api-keys/{id}"))).await?;
    tally.check(revoked.status == 204, || format!("revoking: {} {}", revoked.status, revoked.code()));
    let after = capture(&context).await?;
    for (name, socket) in [("the socket", &mut socket), ("the subscription", &mut graphql)] {
        let shown = timeout(END, until(socket, &after)).await;
        tally.check(matches!(shown, Ok(Ok(false))), || format!("{name} after the revocation: {shown:?}"));
    }
    let rest = timeout(END, stream.read_to("event: error")).await;
    let shows = rest.as_ref().ok().is_none_or(|rest| rest.contains(&after));
    tally.check(!shows, || format!("the stream after the revocation: {rest:?}"));
    *tally.statuses.entry(200).or_default() += 3;
    Ok(tally)
}

/// Captures an event, and returns its id.
async fn capture(context: &Context) -> anyhow::Result<String> {
    let id = format!("urn:uuid:{:08x}-0000-4000-8000-{:012x}", rand::random::<u32>(), rand::random::<u32>());
    let text = document("", &[event(&[item(rand::random::<u32>())], &format!(r#","eventID":"{id}""#))]);
    let answer = context.send(Request::post("/epcis/capture", text).header("prefer", "wait=10")).await?;
    anyhow::ensure!(answer.status == 200, "a capture: {} {}", answer.status, answer.code());
    Ok(id)
}

/// Reads until a text contains the id, or an error or the end comes; whether it was the id.
async fn until(socket: &mut Socket, id: &str) -> anyhow::Result<bool> {
    loop {
        match socket.next().await? {
            Received::Text(text) if text.to_string().contains(id) => return Ok(true),
            Received::Text(text) if text["type"] == "error" => return Ok(false),
            Received::Text(_) => {}
            Received::Close(_) | Received::End => return Ok(false),
        }
    }
}

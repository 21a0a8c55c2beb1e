//! GraphQL subscriptions: documents that cost more than they look like, and subscribing without end.

use super::{Attack, numbered};
use crate::{
    context::Context,
    tally::Tally,
    websocket::{Received, Socket},
};
use futures::{FutureExt as _, future::join_all};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, timeout};

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "subscriptions-costly",
        "22 documents: aliases, doubled and wide fragments, directives, deep lists, introspection, many root fields",
        "a result, errors or a close code within a second, and never 1011",
        |context| costly(context).boxed(),
    ),
    Attack::new(
        "subscriptions-storm",
        "16 sockets of a tenant that subscribe and unsubscribe as fast as they can, at 1,500/s together",
        "the neighbour is served meanwhile",
        |context| storm(context).boxed(),
    ),
    Attack::new(
        "subscriptions-many",
        "60 sockets of a tenant with 40 subscriptions each to all its events about a subject that nothing has",
        "errors above the limits; the neighbour is served meanwhile",
        |context| many(context).boxed(),
    )
    .long(),
];

/// The time in which a document must be answered.
const ANSWER: Duration = Duration::from_secs(1);

fn subscribe(id: &str, query: &str, variables: &Value) -> String {
    json!({ "type": "subscribe", "id": id, "payload": { "query": query, "variables": variables } }).to_string()
}

/// Fragments that each spread the next one twice.
fn doubled(depth: usize, on: &str, last: &str) -> String {
    numbered(depth, |number| {
        let next = format!("...F{n} ...F{n}", n = number + 1);
        format!("fragment F{number} on {on}{{{}}}", if number + 1 < depth { &next } else { last })
    })
}

fn documents() -> Vec<(&'static str, String)> {
    let field = "cloudEvents(after:0){id}";
    let of_type = format!("{}name{}", "ofType{".repeat(30), "}".repeat(30));
    vec![
        ("1,000 aliases", format!("subscription{{cloudEvents{{{}}}}}", numbered(1_000, |n| format!("a{n}:id ")))),
        ("100 aliases of data", format!("subscription{{cloudEvents{{{}}}}}", numbered(100, |n| format!("a{n}:data ")))),
        ("a field repeated", format!("subscription{{cloudEvents{{{}}}}}", "id ".repeat(10_000))),
        ("many root fields", format!("subscription{{{}}}", numbered(500, |n| format!("a{n}:{field}")))),
        ("root fragments", format!("subscription{{...F0}}{}", doubled(28, "Subscription", field))),
        ("event fragments", format!("subscription{{cloudEvents{{...F0}}}}{}", doubled(28, "CloudEvent", "id"))),
        (
            "wide fragments",
            format!(
                "subscription{{cloudEvents{{{}}}}}fragment A on CloudEvent{{{}}}fragment B on CloudEvent{{id}}",
                "...A".repeat(500),
                "...B".repeat(500)
            ),
        ),
        ("a circle", "subscription{cloudEvents{...F}}fragment F on CloudEvent{...F}".to_owned()),
        (
            "inline fragments",
            format!("subscription{}{field}{}", "{...on Subscription".repeat(2_000), "}".repeat(2_000)),
        ),
        ("directives", format!("subscription{{cloudEvents{{id{}}}}}", "@include(if:true)".repeat(2_000))),
        ("unknown directives", format!("subscription{{cloudEvents{{id{}}}}}", "@a".repeat(15_000))),
        ("a skipped root", "subscription{cloudEvents@skip(if:true){id}}".to_owned()),
        ("introspection", format!("subscription{{__schema{{types{{fields{{type{{{of_type}}}}}}}}}}}")),
        ("typename", "subscription{__typename}".to_owned()),
        ("a query", "{tenant{id}}".to_owned()),
        ("many operations", format!("subscription A{{{field}}}").repeat(1_000)),
        (
            "deep lists",
            format!("subscription{{cloudEvents(types:{}\"a\"{}){{id}}}}", "[".repeat(10_000), "]".repeat(10_000)),
        ),
        ("many types", format!("subscription{{cloudEvents(types:[{}]){{id}}}}", "\"a\",".repeat(10_000))),
        ("a long subject", format!("subscription{{cloudEvents(subject:\"{}\"){{id}}}}", "a".repeat(50_000))),
        ("the largest number", "subscription{cloudEvents(after:18446744073709551615){id}}".to_owned()),
        ("a negative number", "subscription{cloudEvents(after:-1){id}}".to_owned()),
        ("comments", format!("subscription{{{field}}}{}", "#\n".repeat(20_000))),
    ]
}

async fn costly(context: Arc<Context>) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let mut socket = Socket::graphql(&context).await?;
    for (name, query) in documents() {
        let begun = Instant::now();
        let sent = socket.send(&subscribe(name, &query, &json!({}))).await;
        let answer = if sent.is_ok() { first(&mut socket, name).await? } else { Some(Received::End) };
        let took = begun.elapsed();
        tally.check(took < ANSWER * 2, || format!("{name}: {:.1} s", took.as_secs_f64()));
        *tally.statuses.entry(0).or_default() += 1;
        match answer {
            Some(Received::Text(_)) => socket.send(&json!({ "type": "complete", "id": name }).to_string()).await?,
            // A subscription that is valid waits for events.
            None => {}
            Some(Received::Close(1_011)) => tally.fault(format!("{name}: the close code 1011")),
            Some(Received::Close(_) | Received::End) => socket = Socket::graphql(&context).await?,
        }
    }
    let deep = json!({ "a": (0..100).fold(json!(1), |value, _| json!([value])) });
    socket.send(&subscribe("variables", "subscription($a:Int){cloudEvents(after:$a){id}}", &deep)).await?;
    let answer = first(&mut socket, "variables").await?;
    let is_refused = matches!(&answer, Some(Received::Text(text)) if text["type"] == "error");
    tally.check(is_refused, || format!("deep variables: {answer:?}"));
    Ok(tally)
}

/// What comes first for a subscription, or that the socket ended; `None` when nothing comes in time.
async fn first(socket: &mut Socket, id: &str) -> anyhow::Result<Option<Received>> {
    let reading = async {
        loop {
            match socket.next().await? {
                // What is still on its way for an earlier one.
                Received::Text(text) if text["id"] != id => {}
                received => return anyhow::Ok(received),
            }
        }
    };
    match timeout(ANSWER, reading).await {
        Ok(received) => Ok(Some(received?)),
        Err(_) => Ok(None),
    }
}

async fn storm(context: Arc<Context>) -> anyhow::Result<Tally> {
    const SOCKETS: u32 = 16;
    // Two messages a round, and 1,500 messages a second.
    let pause = Duration::from_secs(1) * 2 * SOCKETS / 1_500;
    let end = Instant::now() + context.duration;
    let sockets = (0..SOCKETS).map(|_| {
        let context = Arc::clone(&context);
        tokio::spawn(async move {
            let (mut tally, mut socket) = (Tally::default(), Socket::graphql(&context).await.ok());
            for number in 0_u64.. {
                if Instant::now() > end {
                    break;
                }
                let begun = Instant::now();
                let Some(open) = &mut socket else {
                    // At its rate the tenant is refused.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    socket = Socket::graphql(&context).await.ok();
                    continue;
                };
                let id = number.to_string();
                let query = "subscription{cloudEvents(after:0){id data}}";
                let round = [
                    crate::websocket::text(&subscribe(&id, query, &json!({}))),
                    crate::websocket::text(&json!({ "type": "complete", "id": id }).to_string()),
                ];
                let sent = open.connection.write(&round.concat()).await;
                // What was sent is read, so that the socket lives on.
                let mut close = None;
                while let Ok(received) = timeout(Duration::from_millis(1), open.next()).await {
                    match received {
                        Ok(Received::Text(_)) => {}
                        Ok(Received::Close(code)) => close = Some(code),
                        Ok(Received::End) | Err(_) => close = close.or(Some(0)),
                    }
                    if close.is_some() {
                        break;
                    }
                }
                *tally.statuses.entry(close.unwrap_or(200)).or_default() += 1;
                tally.check(close != Some(1_011), || "the close code 1011".to_owned());
                if sent.is_err() || close.is_some() {
                    socket = None;
                }
                tokio::time::sleep_until(begun + pause).await;
            }
            tally
        })
    });
    Ok(join_all(sockets).await.into_iter().flatten().fold(Tally::default(), Tally::merge))
}

async fn many(context: Arc<Context>) -> anyhow::Result<Tally> {
    let end = Instant::now() + context.duration;
    let sockets = (0..60).map(|_| {
        let context = Arc::clone(&context);
        tokio::spawn(async move {
            let mut tally = Tally::default();
            // Above the tenant's share there is no further socket.
            let Ok(mut socket) = Socket::graphql(&context).await else { return tally };
            for number in 0..40 {
                let query = format!("subscription{{cloudEvents(after:0,subject:\"urn:x:{number}\"){{id data}}}}");
                if socket.send(&subscribe(&number.to_string(), &query, &json!({}))).await.is_err() {
                    break;
                }
            }
            while let Ok(received) = tokio::time::timeout_at(end, socket.next()).await {
                match received {
                    Ok(Received::Text(text)) => {
                        let code = text.pointer("/payload/0/extensions/code").and_then(Value::as_str);
                        let is_limit = code.is_none_or(|code| code.starts_with("limit.") || code == "socket.too_many");
                        *tally.statuses.entry(if code.is_some() { 429 } else { 200 }).or_default() += 1;
                        tally.check(is_limit, || format!("{text}"));
                    }
                    Ok(Received::Close(code)) => {
                        *tally.statuses.entry(code).or_default() += 1;
                        tally.check(code != 1_011, || "the close code 1011".to_owned());
                        break;
                    }
                    Ok(Received::End) | Err(_) => break,
                }
            }
            tally
        })
    });
    Ok(join_all(sockets).await.into_iter().flatten().fold(Tally::default(), Tally::merge))
}

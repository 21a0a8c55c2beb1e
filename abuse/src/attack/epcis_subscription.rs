//! EPCIS subscriptions: schedules of every second, costly queries, and receivers that are slow.

use super::Attack;
use crate::{
    context::Context,
    document::{document, event, item},
    http::{Request, encode},
    receiver::{Manner, Receiver},
    tally::{Expected, Tally},
};
use futures::FutureExt as _;
use serde_json::json;
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use tokio::time::{Instant, sleep};

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "subscriptions-every-second",
        "100 subscriptions to 10 costly queries over 5,000 events, every second, to receivers that hang and answer",
        "201, and 409 above 20; the neighbour is served meanwhile",
        |context| every_second(context).boxed(),
    )
    .after(|context| store(context).boxed())
    .long(),
    Attack::new(
        "subscriptions-made-and-deleted",
        "16 tasks that subscribe to a query and end the subscription, at most 200 times a second together",
        "201, 204, 409 or 429; the neighbour is served meanwhile",
        |context| made_and_deleted(context).boxed(),
    ),
    Attack::new(
        "subscriptions-odd",
        "43 requests with odd schedules, times, secrets and names",
        "201, or a refusal with a code, within a second",
        |context| odd(context).boxed(),
    )
    .long(),
];

/// The address of the subscriptions to a query.
fn subscriptions(query: &str) -> String {
    format!("/epcis/queries/{}/subscriptions", encode(query))
}

async fn store(context: Arc<Context>) -> anyhow::Result<Tally> {
    let (mut tally, run) = (Tally::default(), rand::random::<u32>());
    for thousand in 0..5 {
        let one = |number: u32| {
            event(&[item(format!("{run}-{thousand}-{number}"))], &format!(r#","e:temperature":{number}"#))
        };
        let text = document(r#",{"e":"https://e.example/"}"#, &(0..1_000).map(one).collect::<Vec<_>>());
        let request = Request::post("/epcis/capture", text).header("prefer", "wait=30");
        tally.expect("storing", &context.send(request).await, &Expected::Status(&[200]));
    }
    Ok(tally)
}

/// Makes a query, unless it is there.
async fn query(context: &Context, tally: &mut Tally, name: &str, query: serde_json::Value) {
    let body = json!({ "name": name, "query": query }).to_string();
    let answer = context.send(Request::post("/epcis/queries", body)).await;
    tally.expect("a query", &answer, &Expected::Status(&[201, 409]));
}

async fn every_second(context: Arc<Context>) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let hangs = Receiver::start(context.receivers[0], Manner::Hang).await?;
    let answers = Receiver::start(context.receivers[1], Manner::Take).await?;
    let names: Vec<_> = (0..10).map(|number| format!("costly-{number}")).collect();
    for (number, name) in names.iter().enumerate() {
        // No index answers it, and nothing matches, so each run examines all events.
        let costly = json!({ "GT_https://e.example/temperature": 1_000_000 + number });
        query(&context, &mut tally, name, costly).await;
    }
    let end = Instant::now() + context.duration.max(Duration::from_secs(3));
    for number in 0..100 {
        let dest = if number % 2 == 0 { &hangs.url } else { &answers.url };
        let body = json!({
            "dest": dest, "schedule": { "second": "*" }, "reportIfEmpty": true,
            "initialRecordTime": "2000-01-01T00:00:00Z",
        });
        let answer = context.send(Request::post(subscriptions(&names[number % 10]), body.to_string())).await;
        let expected = if number < 20 { &[201] } else { &[409] };
        tally.expect("a subscription", &answer, &Expected::Status(expected));
    }
    tokio::time::sleep_until(end).await;
    let calls = answers.connections.load(Ordering::Relaxed);
    tally.check(calls > 0, || "no subscription was delivered".to_owned());
    for name in &names {
        context.send(Request::new("DELETE", format!("/epcis/queries/{}", encode(name)))).await?;
    }
    Ok(tally)
}

async fn made_and_deleted(context: Arc<Context>) -> anyhow::Result<Tally> {
    const TASKS: u32 = 16;
    let mut tally = Tally::default();
    let receiver = Receiver::start(context.receivers[0], Manner::Hang).await?;
    query(&context, &mut tally, "made", json!({})).await;
    let end = Instant::now() + context.duration;
    let tasks = (0..TASKS).map(|number| {
        let (context, url) = (Arc::clone(&context), receiver.url.clone());
        tokio::spawn(async move {
            let mut tally = Tally::default();
            sleep(Duration::from_millis(5) * number).await;
            while Instant::now() < end {
                let begun = Instant::now();
                let body = json!({ "dest": url, "stream": true, "initialRecordTime": "2000-01-01T00:00:00Z" });
                let made = context.send(Request::post(subscriptions("made"), body.to_string())).await;
                tally.expect("making", &made, &Expected::Status(&[201, 409, 429, 503]));
                let id = made.ok().and_then(|made| made.json()["subscriptionID"].as_str().map(str::to_owned));
                if let Some(id) = id {
                    let path = format!("{}/{id}", subscriptions("made"));
                    let deleted = context.send(Request::new("DELETE", path)).await;
                    tally.expect("deleting", &deleted, &Expected::Status(&[204, 429, 503]));
                }
                tokio::time::sleep_until(begun + Duration::from_secs(1) * TASKS / 200).await;
            }
            tally
        })
    });
    tally = futures::future::join_all(tasks).await.into_iter().flatten().fold(tally, Tally::merge);
    context.send(Request::new("DELETE", "/epcis/queries/made")).await?;
    Ok(tally)
}

async fn odd(context: Arc<Context>) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let receiver = Receiver::start(context.receivers[0], Manner::Take).await?;
    query(&context, &mut tally, "odd", json!({})).await;
    let list = "0,".repeat(3_000);
    let nested = "[".repeat(3_000);
    let mut bodies: Vec<_> = [
        "",
        "*",
        "60",
        "-1",
        "0/0",
        "0/1",
        "0/99999999999999999999",
        "[5-1]",
        "[0-59",
        "0/30/2",
        "*,*,*",
        "1e9",
        "\u{661}",
        "0\0",
        &list,
        &nested,
    ]
    .iter()
    .flat_map(|field| {
        [json!({ "second": field }), json!({ "month": field, "dayOfMonth": "31" })]
            .map(|schedule| json!({ "dest": receiver.url, "schedule": schedule }))
    })
    .collect();
    // A day that never comes.
    bodies.push(json!({ "dest": receiver.url, "schedule": { "month": "2", "dayOfMonth": "30" } }));
    bodies.push(json!({ "dest": receiver.url, "schedule": { "month": "2", "dayOfMonth": "29", "dayOfWeek": "1" } }));
    for time in ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "2000-01-01", "-1", "now"] {
        bodies.push(json!({ "dest": receiver.url, "stream": true, "initialRecordTime": time }));
    }
    for token in ["", "\0", "a\r\nb", &"t".repeat(257)] {
        bodies.push(json!({ "dest": receiver.url, "stream": true, "signatureToken": token }));
    }
    bodies.push(json!({ "dest": receiver.url, "stream": true, "schedule": { "second": "*" } }));
    bodies.push(json!({ "dest": receiver.url, "stream": true, "unknown": 1 }));
    for body in bodies {
        let (begun, text) = (Instant::now(), body.to_string());
        let answer = context.send(Request::post(subscriptions("odd"), text.clone())).await;
        tally.expect(&format!("{text:.90}"), &answer, &Expected::Typed);
        let took = begun.elapsed().as_secs_f64();
        tally.check(took < 1.0, || format!("{text:.90}: {took:.1} s"));
        let id = answer.ok().and_then(|answer| answer.json()["subscriptionID"].as_str().map(str::to_owned));
        if let Some(id) = id {
            context.send(Request::new("DELETE", format!("{}/{id}", subscriptions("odd")))).await?;
        }
    }
    context.send(Request::new("DELETE", "/epcis/queries/odd")).await?;
    Ok(tally)
}

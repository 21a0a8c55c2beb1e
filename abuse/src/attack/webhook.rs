//! Hostile receivers of webhooks, and requests about webhooks in storms. The neighbour's deliveries must not wait.

use super::Attack;
use crate::{
    context::Context,
    document::{document, event, item},
    http::Request,
    load::{Flood, flood},
    receiver::{Manner, Receiver},
    tally::{Expected, Tally},
};
use anyhow::{Context as _, ensure};
use futures::FutureExt as _;
use serde_json::json;
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use tokio::time::{Instant, sleep, timeout_at};

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "webhooks-hostile-receivers",
        "20 endpoints whose receivers hang, drip, send gigabytes, redirect, speak no HTTP or break off, 10 captures/s",
        "the neighbour's deliveries take as long as without them, up to a second; no redirect is followed",
        |context| hostile(context).boxed(),
    ),
    Attack::new(
        "webhook-tests-storm",
        "64 connections, 600/s: tests of endpoints whose receivers hang, send gigabytes and answer",
        "200, 429 or a typed 503; the neighbour's deliveries do not wait",
        |context| tests(context).boxed(),
    )
    .long(),
    Attack::new(
        "webhook-changes-storm",
        "16 connections, 400/s: new secrets and changes of 20 endpoints with up to 10,000 events that wait",
        "success, 429 or a typed 503; the neighbour's deliveries do not wait",
        |context| changes(context).boxed(),
    )
    .after(|context| fall_behind(context).boxed())
    .long(),
    Attack::new(
        "webhooks-made-and-deleted",
        "16 connections, 300/s: endpoints from the first event on, made and deleted at once",
        "201, 204, 409, 429 or a typed 503; the neighbour's deliveries do not wait",
        |context| made_and_deleted(context).boxed(),
    )
    .long(),
    Attack::new(
        "webhooks-behind-one-subject",
        "20 endpoints whose receivers break off, and 200 events of 500 items each that all name the same lot",
        "memory within the limit, a tenth of it for one tenant; the neighbour's deliveries do not wait",
        |context| behind_one_subject(context).boxed(),
    )
    .after(|context| large_events(context).boxed())
    .long(),
    Attack::new(
        "webhook-replays-storm",
        "8 connections, 100/s: all events again and again to 20 endpoints, and 20,000 calls whose attempts are kept",
        "202, 409, 429 or a typed 503; at most 1,500 attempts of an endpoint; the neighbour's deliveries do not wait",
        |context| replays(context).boxed(),
    )
    .after(|context| many_events(context).boxed())
    .long(),
];

/// The number of endpoints that a tenant may have.
const ENDPOINTS: usize = 20;
/// How much longer than alone a delivery of the neighbour may take.
const DELAY: Duration = Duration::from_secs(1);
/// The most attempts that are kept: 1,000, and what comes between two prunings.
const ATTEMPTS_MAX: usize = 1_500;

/// Deletes all endpoints of the attacker, so that the next attack has room for its own.
pub(super) async fn clear(context: &Context) -> anyhow::Result<()> {
    for _ in 0..3 {
        let list = context.send(Request::get("/v1/webhooks?limit=500")).await?.json();
        let ids: Vec<_> = list["items"].as_array().into_iter().flatten().filter_map(|it| it["id"].as_str()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        for id in ids {
            // At its rate the tenant is refused, and the next round follows.
            let answer = context.send(Request::new("DELETE", format!("/v1/webhooks/{id}"))).await?;
            if answer.status == 429 {
                sleep(Duration::from_secs(1)).await;
            }
        }
    }
    Ok(())
}

/// Makes an endpoint, and returns its id.
pub(super) async fn endpoint(context: &Context, url: &str, after: Option<u64>) -> anyhow::Result<String> {
    let body = json!({ "url": url, "after": after });
    let answer = context.send(Request::post("/v1/webhooks", body.to_string())).await?;
    let id = answer.json()["id"].as_str().map(str::to_owned);
    id.with_context(|| format!("an endpoint: {} {}", answer.status, answer.code()))
}

/// Captures one event of the attacker.
async fn capture(context: &Context) -> anyhow::Result<crate::http::Answer> {
    let text = document("", &[event(&[item(rand::random::<u32>())], "")]);
    context.send(Request::post("/epcis/capture", text)).await
}

/// Stores 10,000 events of the attacker.
async fn many_events(context: Arc<Context>) -> anyhow::Result<Tally> {
    let (mut tally, run) = (Tally::default(), rand::random::<u32>());
    for thousand in 0..10 {
        let one = |number: u32| event(&[item(format!("{run}-{thousand}-{number}"))], "");
        let text = document("", &(0..1_000).map(one).collect::<Vec<_>>());
        let request = Request::post("/epcis/capture", text).header("prefer", "wait=30");
        tally.expect("storing", &context.send(request).await, &Expected::Status(&[200]));
    }
    Ok(tally)
}

/// The neighbour's endpoint, its receiver, and a probe of the time that deliveries take.
struct Neighbour {
    receiver: Receiver,
    id: String,
}

impl Neighbour {
    async fn start(context: &Context) -> anyhow::Result<Self> {
        let receiver = Receiver::start(context.receivers[ENDPOINTS], Manner::Take).await?;
        let body = json!({ "url": receiver.url, "types": ["waymark.provenance.event_captured"] });
        let answer = context.send_as_neighbour(Request::post("/v1/webhooks", body.to_string())).await?;
        let id = answer.json()["id"].as_str().map(str::to_owned);
        let id = id.with_context(|| format!("the neighbour's endpoint: {} {}", answer.status, answer.code()))?;
        Ok(Self { receiver, id })
    }

    /// The longest time between a capture and its delivery, while captures are made for some time.
    async fn longest(&mut self, context: &Context, time: Duration) -> anyhow::Result<Duration> {
        let end = Instant::now() + time;
        let (mut longest, mut number) = (Duration::ZERO, 0_u32);
        while number == 0 || Instant::now() < end {
            number += 1;
            let id = format!("urn:uuid:{:08x}-0000-4000-8000-{:012x}", rand::random::<u32>(), rand::random::<u32>());
            let more = format!(r#","eventID":"{id}""#);
            let text = document("", &[event(&[item(format!("hook-{number}"))], &more)]);
            let begun = Instant::now();
            let answer = context.send_as_neighbour(Request::post("/epcis/capture", text)).await?;
            ensure!(answer.status < 300, "the neighbour's capture: {} {}", answer.status, answer.code());
            let arrived = loop {
                let next = timeout_at(begun + Duration::from_secs(15), self.receiver.arrived.recv()).await;
                let (at, body) =
                    next.ok().flatten().context("a delivery to the neighbour did not arrive within 15 s")?;
                if body.contains(&id) {
                    break at;
                }
            };
            longest = longest.max(arrived.duration_since(begun));
        }
        Ok(longest)
    }

    async fn stop(self, context: &Context) -> anyhow::Result<()> {
        context.send_as_neighbour(Request::new("DELETE", format!("/v1/webhooks/{}", self.id))).await?;
        Ok(())
    }
}

/// Runs a load, and measures the neighbour's deliveries before and beside it.
async fn beside_deliveries(
    context: &Arc<Context>,
    load: impl Future<Output = anyhow::Result<Tally>>,
) -> anyhow::Result<Tally> {
    let mut neighbour = Neighbour::start(context).await?;
    let measured = async {
        let alone = neighbour.longest(context, context.duration.min(Duration::from_secs(1))).await?;
        let (tally, beside) = tokio::join!(load, neighbour.longest(context, context.duration));
        let (mut tally, beside) = (tally?, beside?);
        let (alone_s, beside_s) = (alone.as_secs_f64(), beside.as_secs_f64());
        tally.check(beside <= alone + DELAY, || {
            format!("a delivery to the neighbour took {beside_s:.2} s, and {alone_s:.2} s before")
        });
        anyhow::Ok(tally)
    };
    let tally = measured.await;
    neighbour.stop(context).await?;
    tally
}

async fn hostile(context: Arc<Context>) -> anyhow::Result<Tally> {
    clear(&context).await?;
    // Where redirects lead: it may never be called.
    let inside_address = context.receivers[ENDPOINTS + 1];
    let inside = Receiver::start(inside_address, Manner::Take).await?;
    let manners = [
        Manner::Hang,
        Manner::DripHead,
        Manner::DripBody,
        Manner::Gigabytes,
        Manner::HugeHead,
        Manner::Redirect(inside_address),
        Manner::Garbage,
        Manner::WrongHttp,
        Manner::Interim,
        Manner::Reset,
        Manner::Twice,
        Manner::WaitForEver,
    ];
    let mut receivers = Vec::new();
    for (number, address) in context.receivers[..ENDPOINTS].iter().enumerate() {
        receivers.push(Receiver::start(*address, manners[number % manners.len()]).await?);
    }
    let load = async {
        for receiver in &receivers {
            endpoint(&context, &receiver.url, Some(0)).await?;
        }
        let (mut tally, end) = (Tally::default(), Instant::now() + context.duration);
        while Instant::now() < end {
            tally.count("a capture", &capture(&context).await);
            sleep(Duration::from_millis(100)).await;
        }
        let called = receivers.iter().filter(|it| it.connections.load(Ordering::Relaxed) > 0).count();
        tally.check(called == ENDPOINTS, || format!("{called} of {ENDPOINTS} receivers were called"));
        Ok(tally)
    };
    let mut tally = beside_deliveries(&context, load).await?;
    let followed = inside.connections.load(Ordering::Relaxed);
    tally.check(followed == 0, || format!("{followed} redirects were followed"));
    clear(&context).await?;
    Ok(tally)
}

/// Endpoints of the attacker with these receivers.
async fn endpoints(
    context: &Context,
    manners: &[Manner],
    after: Option<u64>,
) -> anyhow::Result<(Vec<Receiver>, Vec<String>)> {
    clear(context).await?;
    let (mut receivers, mut ids) = (Vec::new(), Vec::new());
    for (number, address) in context.receivers[..ENDPOINTS].iter().enumerate() {
        let receiver = Receiver::start(*address, manners[number % manners.len()]).await?;
        ids.push(endpoint(context, &receiver.url, after).await?);
        receivers.push(receiver);
    }
    Ok((receivers, ids))
}

async fn tests(context: Arc<Context>) -> anyhow::Result<Tally> {
    let manners = [Manner::Hang, Manner::Take, Manner::Gigabytes, Manner::Take, Manner::DripBody];
    let (receivers, ids) = endpoints(&context, &manners, None).await?;
    let token = context.attacker.token.clone();
    let load = Flood { connections: 64, per_second: 600, source: context.attacker.source };
    let first = ids[1].clone();
    let make = move |number: u64| {
        let id = &ids[usize::try_from(number).unwrap_or(0) % ids.len()];
        Request::post(format!("/v1/webhooks/{id}/test"), "").bearer(&token)
    };
    let load = async { Ok(flood(&context, load, Expected::Status(&[200, 503]), make).await) };
    let mut tally = beside_deliveries(&context, load).await?;
    check_attempts(&context, &mut tally, &first).await?;
    drop(receivers);
    clear(&context).await?;
    Ok(tally)
}

/// Makes endpoints whose receivers hang, from the first event on, so that events wait for each of them.
async fn fall_behind(context: Arc<Context>) -> anyhow::Result<Tally> {
    let tally = many_events(Arc::clone(&context)).await?;
    let (_receivers, ids) = endpoints(&context, &[Manner::Hang], Some(0)).await?;
    let end = Instant::now() + Duration::from_secs(10);
    for id in ids {
        while Instant::now() < end {
            let shown = context.send(Request::get(format!("/v1/webhooks/{id}"))).await?.json();
            if shown["pending"].as_u64().is_some_and(|pending| pending > 0) {
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
    }
    Ok(tally)
}

/// The ids of the attacker's endpoints.
async fn ids(context: &Context) -> anyhow::Result<Vec<String>> {
    let list = context.send(Request::get("/v1/webhooks?limit=500")).await?.json();
    let all = list["items"].as_array().context("a list of endpoints")?;
    Ok(all.iter().filter_map(|it| it["id"].as_str()).map(str::to_owned).collect())
}

async fn changes(context: Arc<Context>) -> anyhow::Result<Tally> {
    let ids = ids(&context).await?;
    ensure!(!ids.is_empty(), "the attacker has no endpoint");
    let token = context.attacker.token.clone();
    let load = Flood { connections: 16, per_second: 400, source: context.attacker.source };
    let make = move |number: u64| {
        let id = &ids[usize::try_from(number / 3).unwrap_or(0) % ids.len()];
        let request = match number % 3 {
            0 => Request::post(format!("/v1/webhooks/{id}/secrets"), r#"{"grace_s":604800}"#),
            1 => Request::new("PATCH", format!("/v1/webhooks/{id}")).with_json(r#"{"state":"disabled"}"#),
            _ => Request::new("PATCH", format!("/v1/webhooks/{id}")).with_json(r#"{"state":"enabled"}"#),
        };
        request.bearer(&token)
    };
    let load = async { Ok(flood(&context, load, Expected::Status(&[200, 201, 503]), make).await) };
    let tally = beside_deliveries(&context, load).await?;
    clear(&context).await?;
    Ok(tally)
}

async fn made_and_deleted(context: Arc<Context>) -> anyhow::Result<Tally> {
    const TASKS: u32 = 16;
    clear(&context).await?;
    let receiver = Receiver::start(context.receivers[0], Manner::Hang).await?;
    let end = Instant::now() + context.duration;
    let tasks = (0..TASKS).map(|_| {
        let (context, url) = (Arc::clone(&context), receiver.url.clone());
        tokio::spawn(async move {
            let mut tally = Tally::default();
            while Instant::now() < end {
                let begun = Instant::now();
                let body = json!({ "url": url, "after": 0 }).to_string();
                let made = context.send(Request::post("/v1/webhooks", body)).await;
                tally.expect("making", &made, &Expected::Status(&[201, 409, 429, 503]));
                let id = made.ok().and_then(|made| made.json()["id"].as_str().map(str::to_owned));
                if let Some(id) = id {
                    let deleted = context.send(Request::new("DELETE", format!("/v1/webhooks/{id}"))).await;
                    tally.expect("deleting", &deleted, &Expected::Status(&[204, 429, 503]));
                }
                tokio::time::sleep_until(begun + Duration::from_secs(1) * 2 * TASKS / 300).await;
            }
            tally
        })
    });
    let load = async {
        let tallies = futures::future::join_all(tasks).await;
        Ok(tallies.into_iter().flatten().fold(Tally::default(), Tally::merge))
    };
    let tally = beside_deliveries(&context, load).await?;
    clear(&context).await?;
    Ok(tally)
}

/// Stores events of 500 items each that share a lot, so that each of them waits for the one before it.
async fn large_events(context: Arc<Context>) -> anyhow::Result<Tally> {
    let (mut tally, run) = (Tally::default(), rand::random::<u32>());
    for part in 0..10 {
        let one = |number: u32| {
            let items: Vec<_> = (0..500).map(|item_| item(format!("{run}-{part}-{number}-{item_}"))).collect();
            let lot = crate::document::lot(&format!("L{}", run % 1_000_000));
            let more = format!(r#","quantityList":[{{"epcClass":"{lot}","quantity":1,"uom":"KGM"}}]"#);
            event(&items, &more)
        };
        let text = document("", &(0..20).map(one).collect::<Vec<_>>());
        let request = Request::post("/epcis/capture", text).header("prefer", "wait=30");
        tally.expect("storing", &context.send(request).await, &Expected::Status(&[200]));
    }
    Ok(tally)
}

async fn behind_one_subject(context: Arc<Context>) -> anyhow::Result<Tally> {
    let newest = context.send(Request::get("/v1/events?limit=1")).await?.json()["newest"].as_u64().context("events")?;
    let (receivers, _) = endpoints(&context, &[Manner::Reset], Some(newest.saturating_sub(200))).await?;
    let load = async {
        sleep(context.duration).await;
        Ok(Tally::default())
    };
    let tally = beside_deliveries(&context, load).await?;
    drop(receivers);
    clear(&context).await?;
    Ok(tally)
}

async fn replays(context: Arc<Context>) -> anyhow::Result<Tally> {
    let (receivers, ids) = endpoints(&context, &[Manner::Take, Manner::Take, Manner::Reset], None).await?;
    let newest = context.send(Request::get("/v1/events?limit=1")).await?.json()["newest"].as_u64().context("events")?;
    let first = ids[0].clone();
    let token = context.attacker.token.clone();
    let load = Flood { connections: 8, per_second: 100, source: context.attacker.source };
    let from = newest.saturating_sub(99_998).max(1);
    let make = move |number: u64| {
        let id = &ids[usize::try_from(number).unwrap_or(0) % ids.len()];
        let body = json!({ "from": from, "to": newest }).to_string();
        Request::post(format!("/v1/webhooks/{id}/replay"), body).bearer(&token)
    };
    let load = async { Ok(flood(&context, load, Expected::Status(&[202, 409, 503]), make).await) };
    let mut tally = beside_deliveries(&context, load).await?;
    check_attempts(&context, &mut tally, &first).await?;
    drop(receivers);
    clear(&context).await?;
    Ok(tally)
}

/// Counts the attempts of an endpoint, which are bounded.
async fn check_attempts(context: &Context, tally: &mut Tally, id: &str) -> anyhow::Result<()> {
    let (mut count, mut cursor) = (0, None::<String>);
    for _ in 0..20 {
        let more = cursor.as_ref().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let page = context.send(Request::get(format!("/v1/webhooks/{id}/attempts?limit=500{more}"))).await?;
        if page.status == 429 {
            sleep(Duration::from_millis(500)).await;
            continue;
        }
        tally.expect("a page of attempts", &Ok(page.clone()), &Expected::Status(&[200]));
        let page = page.json();
        count += page["items"].as_array().map_or(0, Vec::len);
        cursor = page["next_cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    tally.check(count <= ATTEMPTS_MAX, || format!("{count} attempts of an endpoint"));
    Ok(())
}

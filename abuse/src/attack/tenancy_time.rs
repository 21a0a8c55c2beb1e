//! What another tenant learns from the time of an answer, and what its records cost the neighbour.

use super::Attack;
use crate::{
    connection::Client,
    context::Context,
    document::{document, lot, lot_event},
    http::{Request, encode},
    tally::{Expected, Tally},
};
use futures::FutureExt as _;
use std::{sync::Arc, time::Instant};

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "foreign-ids-timed",
        "1,000 of 10,000 ids of the neighbour and 1,000 random ones in one query, 40 times each in turn",
        "the medians differ by less than a quarter",
        |context| timed(context).boxed(),
    )
    .after(|context| many_events(context).boxed())
    .long(),
    Attack::new(
        "foreign-records-under-one-id",
        "10,000 events of the attacker under the neighbour's event id; the neighbour reads it and another event",
        "both reads take the same time, up to a half",
        |context| reads(context).boxed(),
    )
    .after(|context| same_id(context).boxed())
    .long(),
];

/// The prefix of the ids of the neighbour's many events.
const MANY: &str = "urn:x:neighbour:";
/// The id of an event of the neighbour that no other tenant uses.
const ALONE: &str = "urn:x:alone";

/// Captures with `Prefer: wait` and demands success.
async fn store(context: &Context, is_neighbour: bool, events: &[String]) -> anyhow::Result<()> {
    let request = Request::post("/epcis/capture", document("", events)).header("prefer", "wait=30");
    let sent = if is_neighbour { context.send_as_neighbour(request).await } else { context.send(request).await };
    let answer = sent?;
    anyhow::ensure!(answer.status == 200, "storing: {} {}", answer.status, answer.code());
    Ok(())
}

/// Stores 10,000 events, 1,000 at a time; `id` gives the id of each.
async fn store_many(context: &Context, is_neighbour: bool, id: impl Fn(u32) -> String) -> anyhow::Result<()> {
    for thousand in 0..10 {
        let numbers = (0..1_000).map(|number| thousand * 1_000 + number);
        let events: Vec<_> = numbers
            .map(|number| lot_event(&lot(&format!("TIMED-{number}")), &format!(r#","eventID":"{}""#, id(number))))
            .collect();
        store(context, is_neighbour, &events).await?;
    }
    Ok(())
}

async fn many_events(context: Arc<Context>) -> anyhow::Result<Tally> {
    store_many(&context, true, |number| format!("{MANY}{number}")).await?;
    Ok(Tally::default())
}

async fn timed(context: Arc<Context>) -> anyhow::Result<Tally> {
    let (mut tally, mut client) = (Tally::default(), context.client());
    let query = |prefix: &str| {
        let ids: Vec<_> = (0..1_000).map(|number| format!("{prefix}{number}")).collect();
        let body = serde_json::json!({ "EQ_eventID": ids }).to_string();
        Request::post("/epcis/events", body).bearer(&context.attacker.token)
    };
    // Texts of the same length, so that only their existence differs.
    let queries = [query(MANY), query("urn:x:somebody1:")];
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..40 {
        for (query, times) in queries.iter().zip(&mut times) {
            let begun = Instant::now();
            let answer = client.send(query).await;
            times.push(begun.elapsed().as_secs_f64() * 1e3);
            tally.expect("a query of ids", &answer, &Expected::Status(&[200]));
        }
    }
    let [foreign, random] = times.map(median);
    let differs = (foreign - random).abs() > random * 0.25;
    tally.check(!differs, || format!("median {foreign:.2} ms for foreign ids, {random:.2} ms for random ones"));
    Ok(tally)
}

async fn same_id(context: Arc<Context>) -> anyhow::Result<Tally> {
    let id = context.neighbour_event.clone();
    store_many(&context, false, move |_| id.clone()).await?;
    let alone = lot_event(&lot("ALONE"), &format!(r#","eventID":"{ALONE}""#));
    store(&context, true, &[alone]).await?;
    Ok(Tally::default())
}

/// Reads two events as the neighbour: one whose id the attacker has used as well, and one that nobody else knows.
async fn reads(context: Arc<Context>) -> anyhow::Result<Tally> {
    let (mut tally, mut times) = (Tally::default(), [Vec::new(), Vec::new()]);
    let mut client = Client::new(context.server, context.neighbour.source);
    for _ in 0..100 {
        for (id, times) in [&*context.neighbour_event, ALONE].iter().zip(&mut times) {
            let request = Request::get(format!("/epcis/events/{}", encode(id))).bearer(&context.neighbour.token);
            let begun = Instant::now();
            let answer = client.send(&request).await;
            times.push(begun.elapsed().as_secs_f64() * 1e3);
            tally.expect(id, &answer, &Expected::Status(&[200]));
        }
    }
    let [shared, alone] = times.map(median);
    let is_slow = shared > alone * 1.5 + 0.5;
    tally.check(!is_slow, || format!("median {shared:.2} ms beside foreign records, {alone:.2} ms without"));
    Ok(tally)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

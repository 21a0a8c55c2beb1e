//! What another tenant learns from the time of an answer, and what its records cost the neighbour.

use super::Attack;
use crate::{
    connection::Client,
    context::Context,
    document::{document, lot_event},
    http::{Request, encode},
    tally::{Expected, Tally},
};
use futures::FutureExt as _;
use std::{sync::Arc, time::Instant};

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "foreign-ids-timed",
        "1,000 ids of the neighbour and 1,000 random ones in one query, 40 times each in turn",
        "the medians differ by less than a quarter",
        |context| timed(context).boxed(),
    )
    .after(|context| many_events(context).boxed()),
    Attack::new(
        "foreign-records-under-one-id",
        "1,000 events of the attacker under the neighbour's event id",
        "the neighbour's reads stay as fast as beside an equal tenant",
        |context| reads(context).boxed(),
    )
    .after(|context| same_id(context).boxed()),
];

/// The prefix of the ids of the neighbour's many events.
const MANY: &str = "urn:x:neighbour:";

/// Captures with `Prefer: wait` and demands success.
async fn store(context: &Context, is_neighbour: bool, events: &[String]) -> anyhow::Result<()> {
    let request = Request::post("/epcis/capture", document("", events)).header("prefer", "wait=30");
    let sent = if is_neighbour { context.send_as_neighbour(request).await } else { context.send(request).await };
    let answer = sent?;
    anyhow::ensure!(answer.status == 200, "storing: {} {}", answer.status, answer.code());
    Ok(())
}

async fn many_events(context: Arc<Context>) -> anyhow::Result<Tally> {
    for hundred in 0..10 {
        let events: Vec<_> = (0..100)
            .map(|number| {
                let id = format!(r#","eventID":"{MANY}{}""#, hundred * 100 + number);
                lot_event(&crate::document::lot(&format!("MANY-{number}")), &id)
            })
            .collect();
        store(&context, true, &events).await?;
    }
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
    let queries = [query(MANY), query("urn:x:somebodyx:")];
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..40 {
        for (query, times) in queries.iter().zip(&mut times) {
            let begun = Instant::now();
            let answer = client.send(query).await;
            times.push(begun.elapsed().as_secs_f64() * 1e3);
            tally.expect("a query of ids", &answer, &Expected::Status(&[200]));
        }
    }
    let [foreign, random] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    });
    let differs = (foreign - random).abs() > random * 0.25;
    tally.check(!differs, || format!("median {foreign:.2} ms for foreign ids, {random:.2} ms for random ones"));
    Ok(tally)
}

async fn same_id(context: Arc<Context>) -> anyhow::Result<Tally> {
    for hundred in 0..10 {
        let id = format!(r#","eventID":"{}""#, context.neighbour_event);
        let name = |number| format!("SAME-{}", hundred * 100 + number);
        let events: Vec<_> = (0..100).map(|number| lot_event(&crate::document::lot(&name(number)), &id)).collect();
        store(&context, false, &events).await?;
    }
    Ok(Tally::default())
}

/// Reads as the neighbour, so that its latency is that of one read beside foreign records.
async fn reads(context: Arc<Context>) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let (mut foreign, mut client) = (Vec::new(), Client::new(context.server, context.neighbour.source));
    let request = |id: &str| Request::get(format!("/epcis/events/{}", encode(id))).bearer(&context.neighbour.token);
    let mut absent = Vec::new();
    for _ in 0..100 {
        for (id, times, statuses) in
            [(&*context.neighbour_event, &mut foreign, &[200][..]), ("urn:x:absent", &mut absent, &[404][..])]
        {
            let begun = Instant::now();
            let answer = client.send(&request(id)).await;
            times.push(begun.elapsed().as_secs_f64() * 1e3);
            tally.count(id, &answer);
            let is_expected = answer.is_ok_and(|answer| statuses.contains(&answer.status));
            tally.check(is_expected, || format!("{id}: not {statuses:?}"));
        }
    }
    for times in [&mut foreign, &mut absent] {
        times.sort_by(f64::total_cmp);
    }
    let (foreign, absent) = (foreign[50], absent[50]);
    let is_slow = foreign > absent * 2.0 + 2.0;
    tally.check(!is_slow, || format!("median {foreign:.2} ms beside foreign records, {absent:.2} ms without"));
    Ok(tally)
}

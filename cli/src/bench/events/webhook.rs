//! The rate of deliveries to one endpoint. Invariant: the events are final and indexed before the endpoint exists, and
//! every delivery is checked, see [`check`].
//!
//! The bound sends the same requests again with the same client, as many at once, without queue and database.

mod check;
mod receiver;

use crate::bench::{
    instance::{Instance, scratch},
    statistics::per_second,
};
use anyhow::{Context as _, ensure};
use gateway::{
    event::model::CloudEventPage,
    outgoing::{Allowed, Call, Kept, Outgoing},
    tenant_id::TenantId,
    webhook::bounds::IN_FLIGHT_MAX,
};
use receiver::{Delivery, Receiver};
use serde::Deserialize;
use serde_json::json;
use standards_webhooks::secret::Secret;
use std::{
    collections::HashSet,
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// The number of events.
const EVENTS: u64 = 60_000;
/// The number in a short run.
const EVENTS_QUICK: u64 = 10_000;
/// The events of a document.
const DOCUMENT_EVENTS: u64 = 100;
/// The documents that are captured at the same time.
const DOCUMENTS_AT_ONCE: usize = 12;
/// The items that take turns. An item's next event is this much later, so several events of it wait at the same time.
const ITEMS_AT_ONCE: u64 = 200;
/// The events of an item.
const ITEM_EVENTS: u64 = 10;
/// The time for all deliveries.
const DELIVERY_TIMEOUT: Duration = Duration::from_mins(10);

/// The rate of deliveries and its bound.
pub(super) struct Delivered {
    pub(super) per_s: f64,
    pub(super) bound_per_s: f64,
    pub(super) events: u64,
    pub(super) items: u64,
    pub(super) elapsed: Duration,
    /// The deliveries of events that were delivered before.
    pub(super) repeated: usize,
}

/// A created endpoint.
#[derive(Deserialize)]
struct Created {
    secret: String,
}

/// Captures events, creates an endpoint for them, and waits until the last was delivered.
pub(super) async fn measure(quick: bool) -> anyhow::Result<Delivered> {
    let events = if quick { EVENTS_QUICK } else { EVENTS };
    let receiver = Receiver::start(usize::try_from(events)?).await?;
    let folder = scratch()?;
    let allow = format!("--webhook-allow={}", receiver.address());
    let instance = Instance::start_with(&folder.path().join("data"), &[&allow]).await?;
    let client = reqwest::Client::new();
    let token = instance.token(&client).await?;
    let run: u32 = rand::random();
    let list = client.get(format!("{}/v1/events?limit=1", instance.ready.url)).bearer_auth(&token);
    let before: CloudEventPage = list.send().await?.error_for_status()?.json().await?;
    capture(&client, &format!("{}/epcis/capture", instance.ready.url), &token, events, run).await?;
    let create = client.post(format!("{}/v1/webhooks", instance.ready.url)).bearer_auth(&token).json(&json!({
        "url": receiver.url(),
        "types": ["waymark.provenance.event_captured"],
        "after": before.newest,
    }));
    let started = Instant::now();
    let created: Created = create.send().await?.error_for_status()?.json().await?;
    let (deliveries, ended) = receiver.wait(DELIVERY_TIMEOUT).await?;
    let elapsed = ended - started;
    let items: HashSet<u64> = (0..events).map(item).collect();
    let secret = Secret::parse(&created.secret).context("the endpoint has a secret")?;
    let repeated = check::check(&deliveries, &expected(events, run), &secret)?;
    instance.stop().await?;
    let per_s = per_second(usize::try_from(events)?, elapsed);
    let bound_per_s = bound(deliveries).await?;
    Ok(Delivered { per_s, bound_per_s, events, items: items.len().try_into()?, elapsed, repeated })
}

/// Captures events with these numbers from 0 on, and returns when all are final and indexed.
async fn capture(client: &reqwest::Client, url: &str, token: &str, events: u64, run: u32) -> anyhow::Result<()> {
    let mut running = JoinSet::new();
    for first in (0..events).step_by(usize::try_from(DOCUMENT_EVENTS)?) {
        while running.len() >= DOCUMENTS_AT_ONCE {
            running.join_next().await.context("documents are captured")???;
        }
        let request = client
            .post(url)
            .bearer_auth(token)
            .header("content-type", "application/json")
            .header("prefer", "wait=30")
            .body(document(first, DOCUMENT_EVENTS.min(events - first), run));
        running.spawn(async move {
            let answer = request.send().await?;
            let (status, body) = (answer.status(), answer.text().await?);
            ensure!(status == 200, "{status}: {body}");
            Ok(())
        });
    }
    while let Some(captured) = running.join_next().await {
        captured??;
    }
    Ok(())
}

/// The item that an event is about: 200 items take turns until each has 10 events, then the next 200.
fn item(number: u64) -> u64 {
    number / (ITEMS_AT_ONCE * ITEM_EVENTS) * ITEMS_AT_ONCE + number % ITEMS_AT_ONCE
}

fn event_id(number: u64, run: u32) -> String {
    format!("urn:uuid:{run:08x}-0000-4000-8000-{number:012x}")
}

/// The ids of all events, each with its item.
fn expected(events: u64, run: u32) -> Vec<(String, u64)> {
    (0..events).map(|number| (event_id(number, run), item(number))).collect()
}

/// A document of `count` events from a number on. Each has one subject besides its own id: its item.
fn document(first: u64, count: u64, run: u32) -> String {
    let mut events = String::new();
    for number in first..first + count {
        let comma = if number > first { "," } else { "" };
        let (id, item) = (event_id(number, run), item(number));
        let (minute, second) = (number / 60 % 60, number % 60);
        let _ = write!(
            events,
            r#"{comma}{{"type":"ObjectEvent","eventID":"{id}","eventTime":"2026-03-04T00:{minute:02}:{second:02}Z","eventTimeZoneOffset":"+01:00","action":"OBSERVE","bizStep":"packing","disposition":"in_progress","epcList":["https://id.gs1.org/01/09521141012345/21/{run:x}{item:x}"],"readPoint":{{"id":"https://id.gs1.org/414/9521141111116/254/7"}},"bizLocation":{{"id":"https://id.gs1.org/414/9521141111116"}}}}"#
        );
    }
    format!(
        r#"{{"@context":["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-04T00:00:00Z","epcisBody":{{"eventList":[{events}]}}}}"#
    )
}

/// Sends what was delivered again, with as many calls at once as an endpoint has. Returns requests a second.
async fn bound(deliveries: Vec<Delivery>) -> anyhow::Result<f64> {
    let receiver = Receiver::start(deliveries.len()).await?;
    let mut allowed = Allowed::default();
    allowed.add(&receiver.address().to_string())?;
    let outgoing = Outgoing::of_system(allowed);
    let target = outgoing.target(&receiver.url())?;
    let (tenant, kept, next) = (TenantId::random(), Arc::new(Kept::default()), Arc::new(AtomicUsize::new(0)));
    let count = deliveries.len();
    let deliveries = Arc::new(deliveries);
    let started = Instant::now();
    let mut senders = JoinSet::new();
    for _ in 0..IN_FLIGHT_MAX {
        let (outgoing, target, kept) = (outgoing.clone(), target.clone(), Arc::clone(&kept));
        let (deliveries, next) = (Arc::clone(&deliveries), Arc::clone(&next));
        senders.spawn(async move {
            while let Some(delivery) = deliveries.get(next.fetch_add(1, Ordering::Relaxed)) {
                let call = Call { headers: delivery.headers.clone(), body: delivery.body.clone() };
                let answer = outgoing.post_over(&kept, tenant, &target, call).await?;
                ensure!(answer.status == 204, "the receiver answered {}", answer.status);
            }
            Ok(())
        });
    }
    while let Some(sent) = senders.join_next().await {
        sent??;
    }
    Ok(per_second(count, started.elapsed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_take_turns_and_have_as_many_events_each() {
        let mut counts = std::collections::BTreeMap::new();
        for number in 0..3 * ITEMS_AT_ONCE * ITEM_EVENTS {
            *counts.entry(item(number)).or_insert(0) += 1;
        }
        assert_eq!(counts.keys().copied().collect::<Vec<_>>(), (0..3 * ITEMS_AT_ONCE).collect::<Vec<_>>());
        assert!(counts.values().all(|count| *count == ITEM_EVENTS));
        assert_eq!((item(0), item(199), item(200), item(2_000)), (0, 199, 0, 200));
    }

    #[test]
    fn a_document_can_be_captured() {
        let text = document(1_999, 3, 7);
        let parsed = standards_epcis::document::parse(text.as_bytes()).expect("a document");
        assert_eq!(parsed.events.len(), 3);
    }
}

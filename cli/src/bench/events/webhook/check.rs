//! Checks what a receiver got. Invariant: a measurement counts only when every event was delivered, always under the
//! same id, the sampled signatures are valid, and events that share an item came one after the other.

use super::receiver::Delivery;
use anyhow::{Context as _, ensure};
use gateway::event::model::CloudEvent;
use standards_webhooks::{
    message::{ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER},
    secret::Secret,
    verify::{Clock, Headers, Key, TOLERANCE_S_DEFAULT, verify},
};
use std::{collections::HashMap, time::Instant};

/// The signature of every such delivery is verified.
const SAMPLE: usize = 20;

/// The last call for an item.
struct Last {
    sequence: u64,
    ended: Instant,
}

/// Checks deliveries in the order in which they came. `expected` has the id of each captured event and its item.
/// Returns the number of deliveries of events that were delivered before.
pub(super) fn check(deliveries: &[Delivery], expected: &[(String, u64)], secret: &Secret) -> anyhow::Result<usize> {
    let items: HashMap<&str, u64> = expected.iter().map(|(id, item)| (id.as_str(), *item)).collect();
    let mut ids: HashMap<String, String> = HashMap::new();
    let mut lasts: HashMap<u64, Last> = HashMap::new();
    for (place, delivery) in deliveries.iter().enumerate() {
        let event: CloudEvent = serde_json::from_slice(&delivery.body).context("the body of a webhook")?;
        let subject = event.subject.clone().unwrap_or_default();
        let id = delivery.header(ID_HEADER);
        ensure!(id == event.webhook_id(), "the webhook {id} has the event {}", event.id);
        let item = items.get(subject.as_str()).with_context(|| format!("{subject} was not captured here"))?;
        if place % SAMPLE == 0 {
            check_signature(delivery, secret).with_context(|| format!("the webhook {id}"))?;
        }
        let first = ids.entry(subject).or_insert_with(|| id.to_owned());
        ensure!(first == id, "an event was sent as {first} and as {id}");
        let sequence: u64 = event.id.parse()?;
        if let Some(last) = lasts.insert(*item, Last { sequence, ended: delivery.ended }) {
            ensure!(last.sequence <= sequence, "event {sequence} came after {}, of the same item", last.sequence);
            let is_after = delivery.began >= last.ended;
            ensure!(is_after, "event {sequence} came before {} was answered, of the same item", last.sequence);
        }
    }
    let missing = expected.iter().find(|(id, _)| !ids.contains_key(id));
    ensure!(missing.is_none(), "{missing:?} was not delivered");
    Ok(deliveries.len() - ids.len())
}

fn check_signature(delivery: &Delivery, secret: &Secret) -> anyhow::Result<()> {
    let [id, timestamp, signature] = [ID_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER].map(|name| delivery.header(name));
    let clock = Clock { now_s: delivery.at_s, tolerance_s: TOLERANCE_S_DEFAULT };
    Ok(verify(&Headers { id, timestamp, signature }, &delivery.body, &[Key::Secret(secret)], clock)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::{HeaderMap, header::HeaderValue};
    use serde_json::json;
    use standards_webhooks::{message::Message, sign::sign};
    use std::time::Duration;

    const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    fn secret() -> Secret {
        Secret::parse(SECRET).expect("a secret")
    }

    /// The delivery of an event, answered after a millisecond.
    fn delivery(sequence: u64, subject: &str, began: Instant) -> Delivery {
        let event = json!({
            "specversion": "1.0", "id": sequence.to_string(), "source": "urn:waymark:chain:tenant", "type": "waymark.a",
            "subject": subject, "time": "2026-01-01T00:00:00Z", "datacontenttype": "application/json",
            "sequence": "", "shard": 0, "height": "1", "recordindex": 0, "evidence": "/v1/events/1/evidence",
            "data": {},
        });
        let (id, body) = (format!("evt_tenant_{sequence}"), bytes::Bytes::from(event.to_string()));
        let signature = sign(&Message { id: &id, timestamp_s: 7, body: &body }, &[secret()]).expect("a signature");
        let mut headers = HeaderMap::new();
        for (name, value) in [(ID_HEADER, id.as_str()), (TIMESTAMP_HEADER, "7"), (SIGNATURE_HEADER, &signature)] {
            headers.insert(name, HeaderValue::try_from(value).expect("a value"));
        }
        Delivery { began, ended: began + Duration::from_millis(1), at_s: 8, headers, body }
    }

    /// Events 1 and 2 are about one item, 3 about another.
    fn expected() -> Vec<(String, u64)> {
        [("a", 0), ("b", 0), ("c", 1)].map(|(id, item)| (id.to_owned(), item)).to_vec()
    }

    #[test]
    fn everything_once_and_in_order_is_accepted_and_repetitions_are_counted() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let all = [delivery(3, "c", at(0)), delivery(1, "a", at(0)), delivery(2, "b", at(1)), delivery(2, "b", at(2))];
        assert_eq!(check(&all, &expected(), &secret()).expect("all is well"), 1);
    }

    #[test]
    fn what_is_missing_foreign_unsigned_or_out_of_order_is_refused() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let refused = |deliveries: &[Delivery]| {
            format!("{:#}", check(deliveries, &expected(), &secret()).expect_err("it is refused"))
        };
        let [a, b, c] = [delivery(1, "a", at(0)), delivery(2, "b", at(1)), delivery(3, "c", at(0))];
        assert_eq!(refused(&[a.clone(), b.clone()]), r#"Some(("c", 1)) was not delivered"#);
        assert_eq!(refused(&[delivery(4, "d", at(0))]), "d was not captured here");
        assert_eq!(refused(&[b.clone(), delivery(1, "a", at(2))]), "event 1 came after 2, of the same item");
        let early = delivery(2, "b", at(0));
        assert_eq!(refused(&[a.clone(), early]), "event 2 came before 1 was answered, of the same item");
        let renamed = delivery(4, "a", at(1));
        assert_eq!(refused(&[a.clone(), renamed]), "an event was sent as evt_tenant_1 and as evt_tenant_4");
        let mut forged = a.clone();
        forged.headers.insert(TIMESTAMP_HEADER, HeaderValue::from_static("8"));
        assert_eq!(refused(&[forged, b, c]), "the webhook evt_tenant_1: no signature of the webhook is valid");
        let mut foreign = a;
        foreign.headers.insert(ID_HEADER, HeaderValue::from_static("evt_tenant_9"));
        assert_eq!(refused(&[foreign]), "the webhook evt_tenant_9 has the event 1");
    }
}

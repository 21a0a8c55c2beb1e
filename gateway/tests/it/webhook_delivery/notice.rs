//! Notices to the other endpoints of a tenant that one was disabled.

use super::{Receiver, Reply, Seen, capture, deliver_with, hook, settings, show, until, world};
use crate::harness::{Account, World, request};
use gateway::webhook::{bounds::NOTICES_MAX, delivery::DeliverySettings};
use http::{Method, StatusCode};
use serde_json::json;
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

fn is_notice(seen: &Seen) -> bool {
    seen.event()["type"] == "waymark.webhook.disabled"
}

fn notices(seen: &[Seen]) -> Vec<&Seen> {
    seen.iter().filter(|seen| is_notice(seen)).collect()
}

/// Answers notices with 503 while the flag is set, everything else with 204.
fn refuse_notices(receiver: &Receiver) -> Arc<AtomicBool> {
    let refuses = Arc::new(AtomicBool::new(true));
    let flag = Arc::clone(&refuses);
    let is_refused = move |seen: &Seen| is_notice(seen) && flag.load(Ordering::Relaxed);
    receiver.answer_with(move |seen| Reply::Status(if is_refused(seen) { 503 } else { 204 }));
    refuses
}

fn often() -> DeliverySettings {
    DeliverySettings { retry_delays: vec![Duration::from_millis(100); 100], ..settings() }
}

/// The number of stored notices, and the newest id.
async fn stored(world: &World) -> (i64, Option<String>) {
    let statement = "SELECT count(*), max(notice_id) FROM app.webhook_notice";
    sqlx::query_as(statement).fetch_one(&mut world.database.owner().await).await.expect("a row")
}

async fn enable(world: &World, account: &Account, hook: &str) {
    let change = json!({ "state": "enabled" });
    let enable = request(Method::PATCH, &format!("/v1/webhooks/{hook}"), Some(&account.secret), Some(&change));
    let enabled = world.send(enable).await;
    assert_eq!(enabled.status, StatusCode::OK, "{}", enabled.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_sent_until_it_is_delivered_and_events_do_not_wait_for_it() {
    let (gone, other) = (Receiver::start().await, Receiver::start().await);
    gone.answer_with(|_| Reply::Status(410));
    let refuses = refuse_notices(&other);
    let (world, account) = world(&[&gone, &other]).await;
    hook(&world, &account, &gone).await;
    hook(&world, &account, &other).await;
    let deliverer = deliver_with(&world, often());
    capture(&world, &account, &[(0, 0)]).await;
    other.wait("four attempts", |seen| notices(seen).len() >= 4).await;
    capture(&world, &account, &[(1, 1)]).await;
    other.wait("an event", |seen| seen.iter().any(|seen| seen.number() == 3)).await;
    refuses.store(false, Ordering::Relaxed);
    until("it is settled", async || stored(&world).await.0 == 0).await;
    let seen = other.seen();
    let ids: BTreeSet<_> = notices(&seen).iter().map(|seen| seen.header("webhook-id").to_owned()).collect();
    assert_eq!(ids.len(), 1, "always the same id");
    deliverer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_survives_a_kill_of_the_gateway() {
    let (gone, other) = (Receiver::start().await, Receiver::start().await);
    gone.answer_with(|_| Reply::Status(410));
    let refuses = refuse_notices(&other);
    let (world, account) = world(&[&gone, &other]).await;
    let (disabled, _) = hook(&world, &account, &gone).await;
    let (_, secret) = hook(&world, &account, &other).await;
    let killed = deliver_with(&world, often());
    capture(&world, &account, &[(0, 0)]).await;
    let seen = other.wait("an attempt", |seen| !notices(seen).is_empty()).await;
    drop(killed);
    let before = other.seen().len();
    let id = notices(&seen)[0].header("webhook-id").to_owned();
    refuses.store(false, Ordering::Relaxed);
    let deliverer = deliver_with(&world, often());
    let seen = other.wait("the notice again", |seen| !notices(&seen[before..]).is_empty()).await;
    let notice = notices(&seen[before..])[0];
    assert_eq!(notice.header("webhook-id"), id);
    assert_eq!(notice.event()["data"], json!({ "id": disabled, "reason": "gone" }));
    assert!(notice.is_signed_with(&secret));
    until("it is settled", async || stored(&world).await.0 == 0).await;
    deliverer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_given_up_after_the_last_attempt_and_disables_nothing() {
    let (gone, other) = (Receiver::start().await, Receiver::start().await);
    gone.answer_with(|_| Reply::Status(410));
    refuse_notices(&other);
    let (world, account) = world(&[&gone, &other]).await;
    hook(&world, &account, &gone).await;
    let (hook, _) = hook(&world, &account, &other).await;
    let strict = DeliverySettings { disable_after: Duration::ZERO, ..settings() };
    let attempts = strict.retry_delays.len() + 1;
    let deliverer = deliver_with(&world, strict);
    capture(&world, &account, &[(0, 0)]).await;
    other.wait("all attempts", |seen| notices(seen).len() >= attempts).await;
    until("it is given up", async || stored(&world).await.0 == 0).await;
    capture(&world, &account, &[(1, 1)]).await;
    other.wait("an event", |seen| seen.iter().any(|seen| seen.number() == 3)).await;
    assert_eq!(notices(&other.seen()).len(), attempts);
    assert_eq!(show(&world, &account, &hook).await["state"], "enabled");
    deliverer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_has_so_many_notices_and_the_oldest_is_dropped() {
    let (gone, other) = (Receiver::start().await, Receiver::start().await);
    gone.answer_with(|_| Reply::Status(410));
    refuse_notices(&other);
    let (world, account) = world(&[&gone, &other]).await;
    let (disabled, _) = hook(&world, &account, &gone).await;
    hook(&world, &account, &other).await;
    let slow = DeliverySettings { retry_delays: vec![Duration::from_hours(1)], ..settings() };
    let deliverer = deliver_with(&world, slow);
    capture(&world, &account, &[(0, 0)]).await;
    let mut ids = BTreeSet::new();
    for n in 0..=NOTICES_MAX {
        if n > 0 {
            enable(&world, &account, &disabled).await;
        }
        until("it is disabled", async || show(&world, &account, &disabled).await["state"] == "disabled").await;
        let (count, newest) = stored(&world).await;
        assert_eq!(count, i64::from((n + 1).min(NOTICES_MAX)));
        ids.insert(newest.expect("a notice"));
    }
    let statement = "SELECT notice_id FROM app.webhook_notice ORDER BY notice_id";
    let kept: Vec<String> =
        sqlx::query_scalar(statement).fetch_all(&mut world.database.owner().await).await.expect("rows");
    assert_eq!(kept, ids.into_iter().skip(1).collect::<Vec<_>>(), "each has its own id, and the oldest is dropped");
    deliverer.stop().await;
}

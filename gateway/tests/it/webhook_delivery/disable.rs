//! Endpoints that are disabled, and secrets that are replaced.

use super::{Receiver, Reply, capture, deliver, deliver_with, hook, settings, show, until, world};
use gateway::webhook::delivery::DeliverySettings;
use http::{Method, StatusCode};
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_gone_is_called_no_more_until_it_is_enabled_again() {
    let receiver = Receiver::start().await;
    receiver.answer_with(|_| Reply::Status(410));
    let (world, account) = world(&[&receiver]).await;
    let (hook, _) = hook(&world, &account, &receiver).await;
    let deliverer = deliver(&world);
    capture(&world, &account, &[(0, 0), (1, 0)]).await;
    until("it is disabled", async || show(&world, &account, &hook).await["state"] == "disabled").await;
    assert_eq!(show(&world, &account, &hook).await["disabled_reason"], "gone");
    capture(&world, &account, &[(2, 0)]).await;
    assert_eq!(receiver.seen().len(), 1);
    receiver.answer_with(|_| Reply::Status(200));
    let enable = crate::harness::request(
        Method::PATCH,
        &format!("/v1/webhooks/{hook}"),
        Some(&account.secret),
        Some(&json!({ "state": "enabled" })),
    );
    let enabled = world.send(enable).await;
    assert_eq!(enabled.status, StatusCode::OK, "{}", enabled.text());
    let seen = receiver.wait("everything", |seen| seen.len() >= 4).await;
    assert_eq!(super::numbers(&seen), [2, 2, 3, 4]);
    deliverer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_fails_for_too_long_is_disabled_and_others_are_told() {
    let (failing, working) = (Receiver::start().await, Receiver::start().await);
    failing.answer_with(|_| Reply::Status(500));
    let (world, account) = world(&[&failing, &working]).await;
    let (hook_failing, _) = hook(&world, &account, &failing).await;
    let (_, secret) = hook(&world, &account, &working).await;
    let strict = DeliverySettings {
        retry_delays: vec![Duration::from_millis(100); 100],
        disable_after: Duration::from_millis(300),
        ..settings()
    };
    let deliverer = deliver_with(&world, strict);
    capture(&world, &account, &[(0, 0)]).await;
    let is_notice = |seen: &super::Seen| seen.event()["type"] == "waymark.webhook.disabled";
    let seen = working.wait("a notice", |seen| seen.iter().any(is_notice)).await;
    let notice = seen.iter().find(|seen| is_notice(seen)).expect("a notice");
    assert_eq!(notice.event()["data"], json!({ "id": hook_failing, "reason": "failing" }));
    assert!(notice.is_signed_with(&secret));
    let shown = show(&world, &account, &hook_failing).await;
    assert_eq!((&shown["state"], &shown["disabled_reason"]), (&json!("disabled"), &json!("failing")));
    deliverer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_secrets_sign_while_one_replaces_the_other() {
    let receiver = Receiver::start().await;
    let (world, account) = world(&[&receiver]).await;
    let (hook, old) = hook(&world, &account, &receiver).await;
    let deliverer = deliver(&world);
    capture(&world, &account, &[(0, 0)]).await;
    let seen = receiver.wait("an event", |seen| seen.len() == 1).await;
    assert!(seen[0].is_signed_with(&old));
    let made = world.post(&format!("/v1/webhooks/{hook}/secrets"), &account.secret, &json!({})).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let new = made.json()["secret"].as_str().expect("a secret").to_owned();
    let mut n = 1;
    until("both sign", async || {
        capture(&world, &account, &[(n, n)]).await;
        n += 1;
        let seen = receiver.wait("an event", |seen| seen.len() == n).await;
        let last = seen.last().expect("an event");
        assert!(last.is_signed_with(&old), "the old one stays valid");
        last.is_signed_with(&new)
    })
    .await;
    deliverer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_deleted_is_called_no_more() {
    let receiver = Receiver::start().await;
    let (world, account) = world(&[&receiver]).await;
    let (hook, _) = hook(&world, &account, &receiver).await;
    let deliverer = deliver(&world);
    capture(&world, &account, &[(0, 0)]).await;
    receiver.wait("an event", |seen| seen.len() == 1).await;
    let deleted = world.delete(&format!("/v1/webhooks/{hook}"), &account.secret).await;
    assert!(deleted.status.is_success(), "{}", deleted.text());
    until("nobody listens to the tenant", async || world.gateway.events.tenants() == 0).await;
    capture(&world, &account, &[(1, 0)]).await;
    deliverer.stop().await;
    assert_eq!(receiver.seen().len(), 1);
}

//! Failures: what is sent again, what becomes a dead letter, and who waits for it.

use super::{Receiver, Reply, capture, deliver, deliver_with, hook, id, list, numbers, settings, show, until, world};
use gateway::webhook::{bounds::DEAD_LETTERS_MAX, delivery::DeliverySettings};
use http::StatusCode;
use serde_json::json;
use sqlx::{AssertSqlSafe, Executor as _};
use std::{collections::BTreeSet, time::Duration};

/// The numbers of calls that were accepted, in order.
fn accepted(seen: &[super::Seen], from: usize) -> Vec<u64> {
    numbers(&seen[from..])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_recovers_gets_everything_in_order() {
    let receiver = Receiver::start().await;
    receiver.answer_with(|_| Reply::Status(503));
    let (world, account) = world(&[&receiver]).await;
    hook(&world, &account, &receiver).await;
    let patient = DeliverySettings { retry_delays: vec![Duration::from_millis(50); 1_000], ..settings() };
    let deliverer = deliver_with(&world, patient);
    let events: Vec<_> = (0..20).map(|n| (n, n % 2)).collect();
    capture(&world, &account, &events).await;
    receiver.wait("three failures", |seen| seen.len() >= 3).await;
    let from = {
        let mut script = receiver.script();
        *script = Box::new(|_| Reply::Status(200));
        receiver.seen().len()
    };
    // A call that was being answered with 503 meanwhile is repeated.
    let seen =
        receiver.wait("all events", |seen| accepted(seen, from).iter().collect::<BTreeSet<_>>().len() >= 20).await;
    for item in 0..2 {
        let mut own: Vec<_> = accepted(&seen, from).into_iter().filter(|number| number % 2 == item).collect();
        own.dedup();
        assert!(own.is_sorted() && own.len() == 10, "{own:?}");
    }
    deliverer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poison_event_delays_its_subject_only_and_becomes_a_dead_letter() {
    let receiver = Receiver::start().await;
    let poison = id(0);
    receiver.answer_with(move |seen| Reply::Status(if seen.subject() == poison { 500 } else { 200 }));
    let (world, account) = world(&[&receiver]).await;
    let (hook, _) = hook(&world, &account, &receiver).await;
    // The second attempt comes after all the others are there.
    let slow = DeliverySettings { retry_delays: vec![Duration::from_secs(3), Duration::ZERO], ..settings() };
    let deliverer = deliver_with(&world, slow);
    // Events 0 and 1 share an item, the others have one each.
    capture(&world, &account, &[(0, 0), (1, 0), (2, 2), (3, 3), (4, 4), (5, 5)]).await;
    let seen = receiver.wait("those of other subjects", |seen| seen.len() >= 5).await;
    assert_eq!(numbers(&seen).into_iter().collect::<BTreeSet<_>>(), [2, 4, 5, 6, 7].into(), "3 waits for 2");
    let seen = receiver.wait("the one behind it", |seen| numbers(seen).contains(&3)).await;
    assert_eq!(numbers(&seen)[5..], [2, 2, 3], "after the last attempt");
    let path = format!("/v1/webhooks/{hook}/dead-letters");
    until("the dead letter is stored", async || !list(&world, &account, &path).await.is_empty()).await;
    let dead = list(&world, &account, &path).await;
    assert_eq!((dead.len(), &dead[0]["sequence"], &dead[0]["attempts"]), (1, &json!(2), &json!(3)));
    assert_eq!(dead[0]["last_error"], "webhook.status");

    receiver.answer_with(|_| Reply::Status(200));
    let again = world.post(&format!("{path}/2/replay"), &account.secret, &json!({})).await;
    assert_eq!(again.status, StatusCode::ACCEPTED, "{}", again.text());
    let seen = receiver.wait("the dead letter", |seen| seen.len() >= 9).await;
    assert_eq!(seen[8].header("webhook-id"), seen[5].header("webhook-id"));
    assert_eq!(numbers(&seen)[8], 2);
    assert!(list(&world, &account, &path).await.is_empty());
    deliverer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_a_failure_and_is_not_followed() {
    let (receiver, secret_service) = (Receiver::start().await, Receiver::start().await);
    let private = secret_service.url();
    receiver.answer_with(move |_| Reply::Redirect(private.clone()));
    let (world, account) = world(&[&receiver]).await;
    let (hook, _) = hook(&world, &account, &receiver).await;
    let deliverer = deliver(&world);
    capture(&world, &account, &[(0, 0)]).await;
    let path = format!("/v1/webhooks/{hook}/dead-letters");
    until("it is a dead letter", async || !list(&world, &account, &path).await.is_empty()).await;
    deliverer.stop().await;
    let attempts = list(&world, &account, &format!("/v1/webhooks/{hook}/attempts")).await;
    let outcomes: Vec<_> = attempts.iter().map(|it| (it["outcome"].as_str(), it["status"].as_u64())).collect();
    let retry = (Some("retry"), Some(302));
    assert_eq!(outcomes, [(Some("dead"), Some(302)), retry, retry], "the newest first");
    assert_eq!((receiver.seen().len(), secret_service.seen().len()), (3, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_keeps_a_number_of_dead_letters_those_with_the_highest_numbers() {
    const ABOVE: u32 = 5;
    let receiver = Receiver::start().await;
    receiver.answer_with(|_| Reply::Status(500));
    let (world, account) = world(&[&receiver]).await;
    let (hook, _) = hook(&world, &account, &receiver).await;
    let (first, last) = (1_000, 999 + DEAD_LETTERS_MAX + ABOVE);
    let rows = format!(
        "INSERT INTO app.webhook_pending
             (tenant_id, webhook_id, replay_id, sequence, attempts, subjects, state, last_error, died_at)
         SELECT '{}'::uuid, '{}'::uuid, 0, n, 8, '{{7}}'::bigint[], 'dead', 'webhook.timeout', now()
             FROM generate_series({first}, {last}) n",
        account.tenant,
        hook.trim_start_matches("hook_")
    );
    let mut owner = world.database.owner().await;
    owner.execute(sqlx::raw_sql(AssertSqlSafe(rows))).await.expect("rows");
    let deliverer = deliver(&world);
    // It becomes a dead letter with a lower number than all others.
    capture(&world, &account, &[(0, 0)]).await;
    until("dead letters are dropped", async || show(&world, &account, &hook).await["dead_letters"] != last - first + 1)
        .await;
    deliverer.stop().await;
    let statement = "SELECT count(*), min(sequence), max(sequence) FROM app.webhook_pending";
    let kept: (i64, i64, i64) = sqlx::query_as(statement).fetch_one(&mut owner).await.expect("a row");
    assert_eq!(kept, (DEAD_LETTERS_MAX.into(), (first + ABOVE).into(), last.into()));
}

//! What a stop, a crash and another gateway leave of the deliveries.

use super::{Receiver, Reply, capture, deliver, hook, list, numbers, show, until, world};
use std::collections::{BTreeMap, BTreeSet};

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_in_the_middle_loses_and_repeats_nothing() {
    let receiver = Receiver::start().await;
    let (world, account) = world(&[&receiver]).await;
    hook(&world, &account, &receiver).await;
    let events: Vec<_> = (0..200).map(|n| (n, n % 5)).collect();
    for part in events.chunks(50) {
        capture(&world, &account, part).await;
    }
    for expected in [10, 60, 110] {
        let deliverer = deliver(&world);
        receiver.wait("some events", |seen| seen.len() >= expected).await;
        deliverer.stop().await;
    }
    let stopped = receiver.seen().len();
    let deliverer = deliver(&world);
    let seen = receiver.wait("all events", |seen| seen.len() >= 200).await;
    deliverer.stop().await;
    assert!(stopped < 200, "it was stopped in the middle");
    assert_eq!(numbers(&seen).into_iter().collect::<BTreeSet<_>>(), (2..202).collect());
    assert_eq!(receiver.seen().len(), 200, "a stop waits for calls, so none is repeated");
    for item in 0..5 {
        assert!(numbers(&seen).iter().filter(|number| *number % 5 == item).is_sorted());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_in_the_middle_loses_nothing_and_repeats_with_the_same_ids() {
    let receiver = Receiver::start().await;
    let (world, account) = world(&[&receiver]).await;
    hook(&world, &account, &receiver).await;
    let events: Vec<_> = (0..200).map(|n| (n, n % 5)).collect();
    for part in events.chunks(50) {
        capture(&world, &account, part).await;
    }
    for _ in 0..3 {
        let before = receiver.seen().len();
        let deliverer = deliver(&world);
        receiver.wait("some events", |seen| seen.len() >= before + 30).await;
        drop(deliverer);
    }
    let deliverer = deliver(&world);
    let seen = receiver.wait("all events", |seen| numbers(seen).iter().collect::<BTreeSet<_>>().len() >= 200).await;
    deliverer.stop().await;
    let mut ids = BTreeMap::new();
    for call in &seen {
        let id = call.header("webhook-id").to_owned();
        assert_eq!(ids.entry(call.number()).or_insert_with(|| id.clone()), &id);
    }
    for item in 0..5 {
        // The first time that each was sent.
        let mut first = Vec::new();
        for number in numbers(&seen).into_iter().filter(|number| number % 5 == item) {
            if !first.contains(&number) {
                first.push(number);
            }
        }
        assert!(first.is_sorted() && first.len() == 40, "{first:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_gateway_delivers_and_another_takes_over() {
    let receiver = Receiver::start().await;
    let (world, account) = world(&[&receiver]).await;
    hook(&world, &account, &receiver).await;
    let first = deliver(&world);
    capture(&world, &account, &[(0, 0)]).await;
    receiver.wait("an event", |seen| seen.len() == 1).await;
    let second = deliver(&world);
    capture(&world, &account, &[(1, 1), (2, 2)]).await;
    receiver.wait("events", |seen| seen.len() == 3).await;
    first.stop().await;
    capture(&world, &account, &[(3, 3)]).await;
    let seen = receiver.wait("an event of the other one", |seen| seen.len() == 4).await;
    assert_eq!(numbers(&seen).into_iter().collect::<BTreeSet<_>>(), [2, 3, 4, 5].into(), "each once");
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_stores_what_waits() {
    let receiver = Receiver::start().await;
    receiver.answer_with(|_| Reply::Status(500));
    let (world, account) = world(&[&receiver]).await;
    let (hook, _) = hook(&world, &account, &receiver).await;
    let slow = super::DeliverySettings { retry_delays: vec![std::time::Duration::from_hours(1)], ..super::settings() };
    let deliverer = super::deliver_with(&world, slow);
    capture(&world, &account, &[(0, 0), (1, 0), (2, 2)]).await;
    receiver.wait("two failures", |seen| seen.len() == 2).await;
    deliverer.stop().await;
    let shown = show(&world, &account, &hook).await;
    assert_eq!(shown["pending"], 3, "{shown}");
    let attempts = format!("/v1/webhooks/{hook}/attempts?outcome=retry");
    until("both attempts are stored", async || list(&world, &account, &attempts).await.len() == 2).await;
}

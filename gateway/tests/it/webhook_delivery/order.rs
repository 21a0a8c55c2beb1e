//! What is sent, in which order, and that endpoints do not wait for each other.

use super::{Receiver, Reply, capture, deliver, hook, id, list, numbers, until, world};
use http::StatusCode;
use serde_json::json;
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn events_arrive_signed_and_in_the_order_of_their_subjects() {
    let receiver = Receiver::start().await;
    let (world, account) = world(&[&receiver]).await;
    let (_, secret) = hook(&world, &account, &receiver).await;
    let deliverer = deliver(&world);
    let events: Vec<_> = (0..60).map(|n| (n, n % 3)).collect();
    for part in events.chunks(20) {
        capture(&world, &account, part).await;
    }
    let seen = receiver.wait("all events", |seen| seen.len() >= 60).await;
    let all = numbers(&seen);
    assert_eq!(all.iter().copied().collect::<BTreeSet<_>>(), (2..62).collect(), "each once, the registration not");
    for item in 0..3 {
        let own: Vec<_> = all.iter().filter(|number| (**number - 2) % 3 == item).collect();
        assert!(own.is_sorted(), "{own:?}");
    }
    let listed = world.get("/v1/events?after=1&limit=100", &account.secret).await.json();
    for call in &seen {
        let number = call.number();
        let own_id = json!(number.to_string());
        let item = listed["items"].as_array().expect("events").iter().find(|it| it["id"] == own_id);
        assert_eq!(Some(&call.event()), item, "what is sent is what is listed");
        assert_eq!(call.header("webhook-id"), format!("evt_{}_{number}", account.tenant));
        assert_eq!(call.header("content-type"), "application/cloudevents+json");
        assert!(call.is_signed_with(&secret));
        assert_eq!(call.subject(), id(usize::try_from(number).expect("small") - 2));
    }
    deliverer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_hangs_delays_no_other_endpoint() {
    let (hanging, working) = (Receiver::start().await, Receiver::start().await);
    hanging.answer_with(|_| Reply::Hang);
    let (world, account) = world(&[&hanging, &working]).await;
    hook(&world, &account, &hanging).await;
    hook(&world, &account, &working).await;
    let _deliverer = deliver(&world);
    capture(&world, &account, &[(0, 0)]).await;
    hanging.wait("the first call", |seen| !seen.is_empty()).await;
    for n in 1..=8 {
        capture(&world, &account, &[(n, n)]).await;
        working.wait("an event beside the hanging one", |seen| seen.len() > n).await;
    }
    assert_eq!(hanging.seen().len(), 1, "one call at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_range_is_sent_again_with_the_same_ids() {
    let receiver = Receiver::start().await;
    let (world, account) = world(&[&receiver]).await;
    let (hook, _) = hook(&world, &account, &receiver).await;
    let deliverer = deliver(&world);
    let events: Vec<_> = (0..10).map(|n| (n, n % 2)).collect();
    capture(&world, &account, &events).await;
    let first = receiver.wait("all events", |seen| seen.len() >= 10).await;
    let path = format!("/v1/webhooks/{hook}/replay");
    let begun = world.post(&path, &account.secret, &json!({ "from": 4, "to": 8 })).await;
    assert_eq!(begun.status, StatusCode::ACCEPTED, "{}", begun.text());
    let seen = receiver.wait("the range", |seen| seen.len() >= 15).await;
    let again = &seen[10..];
    assert_eq!(numbers(again).into_iter().collect::<BTreeSet<_>>(), (4..=8).collect());
    for call in again {
        let before = first.iter().find(|it| it.number() == call.number()).expect("it was sent before");
        assert_eq!((call.header("webhook-id"), &call.body), (before.header("webhook-id"), &before.body));
    }
    for parity in 0..2 {
        assert!(numbers(again).iter().filter(|number| *number % 2 == parity).is_sorted());
    }
    // The range is over once its outcome is stored.
    until("another replay begins", async || {
        world.post(&path, &account.secret, &json!({ "from": 2, "to": 2 })).await.status == StatusCode::ACCEPTED
    })
    .await;
    receiver.wait("one event", |seen| seen.len() >= 16).await;
    deliverer.stop().await;
    let attempts = list(&world, &account, &format!("/v1/webhooks/{hook}/attempts?sequence=2")).await;
    let outcomes: Vec<_> = attempts.iter().map(|it| (it["outcome"].as_str(), it["status"].as_u64())).collect();
    assert_eq!(outcomes, [(Some("delivered"), Some(204)); 2]);
}

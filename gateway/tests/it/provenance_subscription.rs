//! Tests subscriptions to named queries: what is delivered and how it is signed, schedules, what a failing receiver
//! leads to, that nothing is lost when the gateway ends, and what is refused.

use crate::{
    harness::request,
    stack::event,
    subscriber::{Receiver, TOKEN, capture, capture_events, id, ids, post, replace_gateway, shown, start, subscribe},
};
use gateway::provenance::subscription::{
    DELIVERY_BYTES_MAX, EVENTS_PER_DELIVERY_MAX, SUBSCRIPTION_BYTES_MAX, SUBSCRIPTIONS_MAX,
};
use http::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn new_events_that_match_are_delivered_and_signed() {
    let mut receiver = Receiver::start().await;
    let (world, account) = start(&[&receiver]).await;
    capture(&world, &account, [1]).await;
    let asked = json!({ "dest": receiver.url("/stream"), "signatureToken": TOKEN, "stream": true });
    let made = post(&world, &account, "shipped", &asked).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let address = made.header("location").to_owned();
    let subscription = made.json();
    let subscription_id = subscription["subscriptionID"].as_str().expect("an id").to_owned();
    assert_eq!(address, format!("/epcis/queries/shipped/subscriptions/{subscription_id}"));
    assert_eq!((&subscription["stream"], &subscription["dest"]), (&json!(true), &asked["dest"]));
    assert_eq!(subscription.get("lastNotifiedAt"), None);

    let packed = event(&id(3), r#","bizStep":"packing""#);
    let shipped = |n: usize| event(&id(n), r#","bizStep":"shipping""#);
    capture_events(&world, &account, &[shipped(2), packed, shipped(4)]).await;
    let arrival = receiver.next().await;
    assert_eq!((arrival.path.as_str(), arrival.ids()), ("/stream", ids([2, 4])));
    assert_eq!(arrival.header("content-type"), Some("application/json"));
    arrival.assert_signed();

    // The document is that of the query, with what names the delivery.
    let mut delivered = arrival.json();
    let direct = world.get("/epcis/queries/shipped/events?perPage=2", &account.secret).await.json();
    assert_eq!(delivered["id"], format!("urn:waymark:epcis:delivery:{subscription_id}:1"));
    let results = &mut delivered["epcisBody"]["queryResults"];
    assert_eq!(results["subscriptionID"], subscription_id);
    assert_eq!(results["queryName"], "shipped");
    let mut expected =
        direct["epcisBody"]["queryResults"]["resultsBody"]["eventList"].as_array().expect("a list").clone();
    expected.sort_by_key(|event| event["eventID"].to_string());
    assert_eq!(results["resultsBody"]["eventList"], json!(expected));
    assert_eq!(delivered["@context"], direct["@context"]);

    capture(&world, &account, [5]).await;
    let second = receiver.next().await;
    assert_eq!((second.ids(), second.id()), (ids([5]), format!("urn:waymark:epcis:delivery:{subscription_id}:2")));
    // The next delivery begins once this one is settled.
    capture(&world, &account, [6]).await;
    assert_eq!(receiver.next().await.ids(), ids([6]));
    let now = shown(&world, &account, &address).await;
    assert!(now["lastNotifiedAt"].is_string() && now.get("paused").is_none(), "{now}");
    assert!(!now.to_string().contains(TOKEN), "{now}");

    let deleted = world.delete(&address, &account.secret).await;
    assert_eq!(deleted.status, 204, "{}", deleted.text());
    world.get(&address, &account.secret).await.assert_problem(404, "provenance.unknown_subscription");
    world.delete(&address, &account.secret).await.assert_problem(404, "provenance.unknown_subscription");
    subscribe(&world, &account, "all", &json!({ "dest": receiver.url("/other"), "stream": true })).await;
    capture(&world, &account, [7]).await;
    let other = receiver.next().await;
    assert_eq!((other.path.as_str(), other.ids()), ("/other", ids([7])), "the first one has ended");
    assert_eq!(other.header("gs1-signature"), None, "there is no token");
}

#[tokio::test(flavor = "multi_thread")]
async fn earlier_events_are_delivered_in_parts_in_their_order() {
    let mut receiver = Receiver::start().await;
    let (world, account) = start(&[&receiver]).await;
    let most = usize::try_from(EVENTS_PER_DELIVERY_MAX).expect("a count");
    capture(&world, &account, 1..=2 * most + 10).await;
    let early = json!({
        "dest": receiver.url("/early"), "stream": true, "initialRecordTime": "2020-01-01T00:00:00+01:00",
    });
    let address = subscribe(&world, &account, "all", &early).await;
    assert_eq!(receiver.next().await.ids(), ids(1..=most));
    assert_eq!(receiver.next().await.ids(), ids(most + 1..=2 * most));
    assert_eq!(receiver.next().await.ids(), ids(2 * most + 1..=2 * most + 10));
    let now = shown(&world, &account, &address).await;
    assert_eq!(now["initialRecordTime"], "2020-01-01T00:00:00+01:00");

    // A receiver that takes less gets it in smaller parts, each event once.
    receiver.answer(|_, events| Some(if events > 30 { 413 } else { 204 }));
    let late = json!({ "dest": receiver.url("/few"), "stream": true, "initialRecordTime": "2020-01-01T00:00:00Z" });
    subscribe(&world, &account, "all", &late).await;
    let mut taken = Vec::new();
    while taken.len() < 2 * most + 10 {
        let part = receiver.next().await.ids();
        if part.len() <= 30 {
            taken.extend(part);
        }
    }
    assert_eq!(taken, ids(1..=2 * most + 10));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_of_large_events_has_fewer_of_them() {
    let mut receiver = Receiver::start().await;
    let (world, account) = start(&[&receiver]).await;
    subscribe(&world, &account, "all", &json!({ "dest": receiver.url("/"), "stream": true })).await;
    // A sixth of the limit each, and a little more.
    let text = "x".repeat(DELIVERY_BYTES_MAX as usize / 6);
    let large = |n: usize| event(&id(n), &format!(r#","cbvmda:description":"{text}""#));
    capture_events(&world, &account, &(1..=7).map(large).collect::<Vec<_>>()).await;
    let (first, second) = (receiver.next().await, receiver.next().await);
    assert_eq!((first.ids(), second.ids()), (ids(1..=5), ids(6..=7)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_delivers_at_its_times_and_an_empty_list_if_asked_to() {
    let (mut silent, mut regular) = (Receiver::start().await, Receiver::start().await);
    let (world, account) = start(&[&silent, &regular]).await;
    let each_second = json!({ "second": "0/1" });
    let asked = json!({ "dest": silent.url("/"), "schedule": each_second });
    let address = subscribe(&world, &account, "all", &asked).await;
    assert_eq!(shown(&world, &account, &address).await["schedule"], each_second);
    let asked = json!({ "dest": regular.url("/"), "schedule": each_second, "reportIfEmpty": true });
    subscribe(&world, &account, "all", &asked).await;
    let (first, second) = (regular.next().await, regular.next().await);
    assert_eq!((first.ids(), second.ids()), (vec![], vec![]));
    assert_ne!(first.id(), second.id());
    capture(&world, &account, [1, 2]).await;
    let mut told = Vec::new();
    while told.is_empty() {
        told = regular.next().await.ids();
    }
    assert_eq!(told, ids([1, 2]));
    assert_eq!(regular.next().await.ids(), ids([]), "each event once");
    assert_eq!(silent.next().await.ids(), ids([1, 2]), "an empty list was not reported");

    // One that is not due delivers nothing.
    let yearly =
        json!({ "dest": regular.url("/yearly"), "schedule": { "month": "1", "dayOfMonth": "1", "hour": "0" } });
    subscribe(&world, &account, "all", &yearly).await;
    capture(&world, &account, [3]).await;
    assert_eq!(silent.next().await.ids(), ids([3]));
    while regular.next().await.ids() != ids([3]) {}
    assert_eq!(regular.next().await.path, "/");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_was_cut_off_is_repeated_by_another_gateway_with_the_same_id() {
    let mut receiver = Receiver::start().await;
    let (mut world, account) = start(&[&receiver]).await;
    receiver.answer(|_, _| None);
    subscribe(&world, &account, "all", &json!({ "dest": receiver.url("/"), "stream": true })).await;
    capture(&world, &account, [1]).await;
    let unanswered = receiver.next().await;
    assert_eq!(unanswered.ids(), ids([1]));
    // Captured while the first call hangs.
    capture(&world, &account, [2, 3]).await;
    receiver.answer(|_, _| Some(202));
    replace_gateway(&mut world).await;
    let again = receiver.next().await;
    assert_eq!((again.id(), again.ids()), (unanswered.id(), ids([1])), "the same delivery, without later events");
    let next = receiver.next().await;
    assert_eq!(next.ids(), ids([2, 3]));
    assert_ne!(next.id(), again.id());

    // Nothing is delivered twice once it is settled, and nothing is left out that came while nobody delivered.
    capture(&world, &account, [4]).await;
    assert_eq!(receiver.next().await.ids(), ids([4]));
    replace_gateway(&mut world).await;
    capture(&world, &account, [5]).await;
    let mut arrivals = receiver.next().await.ids();
    if arrivals == ids([4]) {
        // The answer to the last delivery was not settled when the gateway ended.
        arrivals = receiver.next().await.ids();
    }
    assert_eq!(arrivals, ids([5]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_receiver_is_called_again_and_delays_no_other() {
    let mut receiver = Receiver::start().await;
    let (world, account) = start(&[&receiver]).await;
    receiver.answer(|path, _| match path {
        "/hangs" => None,
        "/fails" => Some(500),
        "/redirects" => Some(307),
        _ => Some(200),
    });
    let mut addresses = Vec::new();
    for path in ["/hangs", "/fails", "/redirects", "/works"] {
        let asked = json!({ "dest": receiver.url(path), "stream": true });
        addresses.push(subscribe(&world, &account, "all", &asked).await);
    }
    capture(&world, &account, [1]).await;
    let mut first = Vec::new();
    for _ in 0..4 {
        first.push(receiver.next().await);
    }
    first.sort_by_key(|arrival| arrival.path.clone());
    let paths: Vec<_> = first.iter().map(|arrival| arrival.path.as_str()).collect();
    assert_eq!(paths, ["/fails", "/hangs", "/redirects", "/works"]);
    capture(&world, &account, [2]).await;
    let works = receiver.next().await;
    assert_eq!((works.path.as_str(), works.ids()), ("/works", ids([2])), "the others wait");
    receiver.answer(|path, _| (path != "/hangs").then_some(200));
    let mut later = Vec::new();
    for _ in 0..4 {
        later.push(receiver.next().await);
    }
    for before in [&first[0], &first[2]] {
        let of_path: Vec<_> = later.iter().filter(|arrival| arrival.path == before.path).collect();
        assert_eq!(of_path.iter().map(|arrival| arrival.ids()).collect::<Vec<_>>(), [ids([1]), ids([2])]);
        assert_eq!(of_path[0].id(), before.id());
    }
    let failed = shown(&world, &account, &addresses[1]).await;
    assert_eq!((&failed["failedAttempts"], failed.get("paused")), (&json!(0), None), "{failed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_gone_or_fails_too_often_is_paused_with_a_reason() {
    let mut receiver = Receiver::start().await;
    let (world, account) = start(&[&receiver]).await;
    receiver.answer(|path, _| Some(if path == "/gone" { 410 } else { 503 }));
    let gone = subscribe(&world, &account, "all", &json!({ "dest": receiver.url("/gone"), "stream": true })).await;
    let fails = subscribe(&world, &account, "all", &json!({ "dest": receiver.url("/fails"), "stream": true })).await;
    capture(&world, &account, [1]).await;
    receiver.next().await;
    receiver.next().await;
    let shown_when = async |address: &str, is_so: fn(&Value) -> bool| loop {
        let now = shown(&world, &account, address).await;
        if is_so(&now) {
            return now;
        }
        tokio::task::yield_now().await;
    };
    let paused = shown_when(&gone, |now| now.get("paused").is_some()).await;
    assert_eq!(
        (&paused["paused"]["reason"], &paused["lastError"]),
        (&json!("gone"), &json!("the receiver answered 410"))
    );
    let failing = shown_when(&fails, |now| now["failedAttempts"] == 1).await;
    assert!(failing["nextAttemptAt"].is_string() && failing.get("paused").is_none(), "{failing}");

    // The next attempt is the last one.
    let tenant = account.tenant.on_ledger();
    let mut transaction = indexer::tenant::begin(&world.gateway.pool, tenant).await.expect("a transaction");
    let last = "UPDATE app.subscription SET failed = 7 WHERE failed = 1 AND paused IS NULL";
    let changed = sqlx::query(last).execute(&mut *transaction).await.expect("a statement");
    assert_eq!(changed.rows_affected(), 1);
    transaction.commit().await.expect("a commit");
    assert_eq!(receiver.next().await.path, "/fails");
    let paused = shown_when(&fails, |now| now.get("paused").is_some()).await;
    assert_eq!(
        (&paused["paused"]["reason"], &paused["lastError"], paused.get("nextAttemptAt")),
        (&json!("failing"), &json!("the receiver answered 503"), None),
    );
    let listed = world.get("/epcis/queries/all/subscriptions", &account.secret).await.json();
    assert_eq!(listed.as_array().map(Vec::len), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_cannot_be_answered_is_told_to_the_receiver_and_paused() {
    let mut receiver = Receiver::start().await;
    let (world, account) = start(&[&receiver]).await;
    let asked = json!({ "dest": receiver.url("/"), "stream": true, "signatureToken": TOKEN });
    let address = subscribe(&world, &account, "all", &asked).await;
    // A query that an earlier version took and this one refuses; all attempts but the last one have failed.
    let tenant = account.tenant.on_ledger();
    let mut transaction = indexer::tenant::begin(&world.gateway.pool, tenant).await.expect("a transaction");
    for statement in [
        "INSERT INTO app.named_query SELECT tenant_id, 'old', '{\"EQ_old\":[\"x\"]}', made_by FROM app.named_query
         WHERE name = 'all'",
        "UPDATE app.subscription SET query_name = 'old', failed = 7",
    ] {
        let changed = sqlx::query(statement).execute(&mut *transaction).await.expect("a statement");
        assert_eq!(changed.rows_affected(), 1);
    }
    transaction.commit().await.expect("a commit");
    capture(&world, &account, [1]).await;
    let told = receiver.next().await;
    assert_eq!(told.header("content-type"), Some("application/problem+json"));
    assert!(told.header("gs1-signature").is_some());
    let problem = told.json();
    assert_eq!(problem["code"], "provenance.invalid_query");
    assert_eq!(problem["type"], "epcisException:QueryParameterException");
    let paused = shown(&world, &account, &address.replace("/all/", "/old/")).await;
    assert_eq!(
        (&paused["paused"]["reason"], &paused["lastError"]),
        (&json!("query"), &json!("provenance.invalid_query"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_with_a_fault_is_refused_with_its_place() {
    let receiver = Receiver::start().await;
    let (world, account) = start(&[&receiver]).await;
    let dest = receiver.url("/");
    for (body, pointer) in [
        (json!({ "dest": dest }), "/stream"),
        (json!({ "dest": dest, "stream": false }), "/stream"),
        (json!({ "dest": dest, "stream": true, "schedule": { "second": "0" } }), "/stream"),
        (json!({ "dest": dest, "stream": true, "reportIfEmpty": true }), "/reportIfEmpty"),
        (json!({ "dest": dest, "schedule": {} }), "/schedule"),
        (json!({ "dest": dest, "schedule": { "hour": "24" } }), "/schedule/hour"),
        (json!({ "dest": dest, "schedule": { "dayOfMonth": "31", "month": "2" } }), "/schedule"),
        (json!({ "dest": dest, "stream": true, "initialRecordTime": "yesterday" }), "/initialRecordTime"),
        (json!({ "dest": dest, "stream": true, "signatureToken": "" }), "/signatureToken"),
        (json!({ "dest": dest, "stream": true, "signatureToken": "x".repeat(257) }), "/signatureToken"),
        (json!({ "dest": "http://127.0.0.1:1/", "stream": true }), "/dest"),
        (json!({ "dest": "http://receiver.example/", "stream": true }), "/dest"),
        (json!({ "dest": "https://10.0.0.1/", "stream": true }), "/dest"),
        (json!({ "dest": "https://localhost:8443/", "stream": true }), "/dest"),
        (json!({ "dest": "ftp://receiver.example/", "stream": true }), "/dest"),
        (json!({ "dest": "https://user:secret@receiver.example/", "stream": true }), "/dest"),
    ] {
        let refused = post(&world, &account, "all", &body).await;
        refused.assert_problem(400, "provenance.invalid_subscription");
        let problem = refused.json();
        assert_eq!(problem["type"], "epcisException:SubscriptionControlsException");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}: {problem}");
    }
    for (body, pointer) in [
        (json!({ "stream": true }), ""),
        (json!({ "dest": dest, "stream": "true" }), "/stream"),
        (json!({ "dest": dest, "stream": true, "x": 1 }), "/x"),
        (json!({ "dest": dest, "schedule": { "hour": 1 } }), "/schedule/hour"),
    ] {
        let refused = post(&world, &account, "all", &body).await;
        refused.assert_problem(400, "request.invalid_field");
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{body}: {}", refused.text());
    }
    let good = json!({ "dest": dest, "stream": true });
    let unknown = post(&world, &account, "none", &good).await;
    unknown.assert_problem(404, "provenance.unknown_query");
    assert_eq!(unknown.json()["type"], "epcisException:NoSuchNameException");
    for (name, query) in
        [("first", json!({ "eventCountLimit": 3, "orderBy": "eventTime" })), ("most", json!({ "maxEventCount": 3 }))]
    {
        let made = world.post("/epcis/queries", &account.secret, &json!({ "name": name, "query": query })).await;
        assert_eq!(made.status, 201, "{}", made.text());
        post(&world, &account, name, &good).await.assert_problem(400, "provenance.invalid_subscription");
    }
    // Who may not read does not let others read.
    let writer = world.key(&account, &["provenance:write"]).await;
    post(&world, &writer, "all", &good).await.assert_problem(403, "auth.insufficient_scope");
    let large = json!({ "dest": dest, "stream": true, "signatureToken": "x".repeat(SUBSCRIPTION_BYTES_MAX) });
    post(&world, &account, "all", &large).await.assert_problem(413, "request.body_too_large");
}

#[tokio::test(flavor = "multi_thread")]
async fn subscriptions_are_listed_and_limited_and_end_with_their_query() {
    let receiver = Receiver::start().await;
    let (world, account) = start(&[&receiver]).await;
    let other = world.tenant("Other").await;
    let mut made = Vec::new();
    for n in 0..SUBSCRIPTIONS_MAX {
        let asked = json!({ "dest": receiver.url(&format!("/{n}")), "stream": true });
        made.push(subscribe(&world, &account, if n % 2 == 0 { "all" } else { "shipped" }, &asked).await);
    }
    let one_more = json!({ "dest": receiver.url("/"), "stream": true });
    post(&world, &account, "all", &one_more).await.assert_problem(409, "provenance.too_many_subscriptions");
    let (mut found, mut next) = (Vec::new(), Some("/epcis/queries/all/subscriptions?perPage=4".to_owned()));
    while let Some(uri) = next {
        let page = world.get(&uri, &account.secret).await;
        found.extend(page.json().as_array().expect("a list").clone());
        let link = page.header("link").strip_prefix('<').and_then(|link| link.split_once('>'));
        next = link.map(|(link, _)| link.to_owned());
    }
    let address = |it: &Value| {
        let id = it["subscriptionID"].as_str().expect("an id");
        format!("/epcis/queries/{}/subscriptions/{id}", it["queryName"].as_str().expect("a name"))
    };
    assert_eq!(found.iter().map(address).collect::<Vec<_>>(), made.iter().step_by(2).cloned().collect::<Vec<_>>());

    for path in
        [made[0].clone(), made[0].replace("/all/", "/shipped/"), "/epcis/queries/all/subscriptions/x".to_owned()]
    {
        let bearer = if path == made[0] { &other.secret } else { &account.secret };
        for method in [Method::GET, Method::DELETE] {
            let answer = world.send(request(method, &path, Some(bearer), None)).await;
            answer.assert_problem(404, "provenance.unknown_subscription");
        }
    }
    let foreign = world.get("/epcis/queries/all/subscriptions", &other.secret).await;
    foreign.assert_problem(404, "provenance.unknown_query");

    let deleted = world.delete("/epcis/queries/all", &account.secret).await;
    assert_eq!(deleted.status, 204, "{}", deleted.text());
    world.get(&made[0], &account.secret).await.assert_problem(404, "provenance.unknown_subscription");
    assert_eq!(shown(&world, &account, &made[1]).await["queryName"], "shipped");
}

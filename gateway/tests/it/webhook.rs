//! Tests webhooks over REST: endpoints, their secrets, the test call, attempts, dead letters and replays.

use crate::{
    harness::{Account, Answer, Setting, World, request},
    webhook_receiver::Receiver,
};
use gateway::{
    auth::credential::Mode,
    budget::{Sharer, WEBHOOK_TESTS_MAX},
    operator,
    webhook::{
        bounds::{
            ANSWER_BYTES_KEPT, ATTEMPTS_KEPT, DESCRIPTION_CHARS_MAX, GRACE_S_MAX, REPLAY_EVENTS_MAX, SECRETS_VALID_MAX,
            WEBHOOKS_MAX,
        },
        store::secret,
    },
};
use http::{HeaderValue, Method, StatusCode};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use standards_webhooks::{public_key::PublicKey, secret::Secret, verify::Key};

const URL: &str = "https://hooks.example/waymark";
const CAPTURED: &str = "waymark.provenance.event_captured";

async fn create(world: &World, account: &Account, body: &Value) -> Value {
    let answer = world.post("/v1/webhooks", &account.secret, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let made = answer.json();
    assert_eq!(answer.header("location"), path(&made));
    made
}

async fn patch(world: &World, account: &Account, path: &str, body: &Value) -> Answer {
    world.send(request(Method::PATCH, path, Some(&account.secret), Some(body))).await
}

fn path(webhook: &Value) -> String {
    format!("/v1/webhooks/{}", webhook["id"].as_str().expect("an id"))
}

/// Checks a refusal of a field.
fn assert_fault(answer: &Answer, code: &str, pointer: &str) {
    answer.assert_problem(400, code);
    let problem = answer.json();
    assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    assert_eq!(problem["errors"][0]["code"], code, "{problem}");
}

/// A tenant whose first event, its registration, is in the index.
async fn indexed_tenant(world: &World) -> Account {
    let account = world.tenant("Farm").await;
    let mut listening = world.gateway.events.listen(account.tenant);
    while world.get("/v1/events", &account.secret).await.json()["newest"] == 0 {
        listening.changed().await;
    }
    account
}

/// A world in which a receiver is allowed, and a tenant with an endpoint there.
async fn with_receiver(receiver: &Receiver) -> (World, Account) {
    let mut setting = Setting::default();
    setting.config.webhook_allowed.add(&receiver.address.to_string()).expect("a receiver");
    let world = World::start_with(setting).await;
    let account = world.tenant("Farm").await;
    (world, account)
}

/// The valid secrets of an endpoint, as the deliverer reads them.
async fn valid(world: &World, account: &Account, webhook: &Value) -> Vec<Secret> {
    let (vault, tenant) = (std::sync::Arc::clone(&world.gateway.vault), account.tenant);
    let id = webhook["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
    let found = gateway::db::run(&world.gateway.pool, tenant, move |conn| {
        Box::pin(async move { secret::valid(conn, &vault, tenant, id).await })
    });
    found.await.map_err(|error| error.code().name).expect("secrets").into_iter().map(|(secret, _)| secret).collect()
}

async fn execute(world: &World, statement: String) {
    let mut owner = world.database.owner().await;
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut owner).await.expect("a statement");
}

#[tokio::test]
async fn an_endpoint_is_created_changed_listed_and_deleted() {
    let world = World::start().await;
    let account = indexed_tenant(&world).await;
    let made = create(&world, &account, &json!({ "url": URL })).await;
    assert_eq!((&made["types"], &made["subject"], &made["description"]), (&json!([]), &Value::Null, &json!("")));
    assert_eq!(
        (&made["signature"], &made["state"], &made["public_key"]),
        (&json!("v1"), &json!("enabled"), &Value::Null)
    );
    assert_eq!(made["read_to"], 1, "the registration of the tenant is before it");
    assert!(made["secret"].as_str().is_some_and(|secret| secret.starts_with("whsec_")), "{made}");
    let path = path(&made);

    // The secret is shown once.
    for shown in [path.clone(), "/v1/webhooks".to_owned(), format!("{path}/secrets")] {
        let shown = world.get(&shown, &account.secret).await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
        assert!(!shown.text().contains("whsec_"), "{}", shown.text());
    }
    let full = json!({
        "url": "https://b.example:8443/x?y=z", "description": "Ünlü", "types": [CAPTURED, CAPTURED],
        "subject": "urn:epc:id:sgtin:4012345.011111.9876", "signature": "v1", "after": 0,
    });
    let other = create(&world, &account, &full).await;
    assert_eq!((&other["types"], &other["read_to"]), (&json!([CAPTURED]), &json!(0)));
    let first = world.get("/v1/webhooks?limit=1", &account.secret).await;
    assert_eq!(first.json()["items"][0]["id"], made["id"]);
    let next = first.json()["next_cursor"].as_str().expect("another page").to_owned();
    let second = world.get(&format!("/v1/webhooks?limit=1&cursor={next}"), &account.secret).await.json();
    assert_eq!((&second["items"][0]["id"], &second["next_cursor"]), (&other["id"], &Value::Null));

    // A change leaves what it does not name, and null removes a subject.
    let other_path = self::path(&other);
    let changed = patch(&world, &account, &other_path, &json!({ "description": "" })).await.json();
    assert_eq!((&changed["subject"], &changed["url"]), (&full["subject"], &full["url"]));
    let changed =
        patch(&world, &account, &other_path, &json!({ "subject": null, "types": [], "url": URL })).await.json();
    assert_eq!((&changed["subject"], &changed["types"], &changed["url"]), (&Value::Null, &json!([]), &json!(URL)));
    let disabled = patch(&world, &account, &other_path, &json!({ "state": "disabled" })).await.json();
    assert_eq!((&disabled["state"], &disabled["disabled_reason"]), (&json!("disabled"), &json!("requested")));
    let again = patch(&world, &account, &other_path, &json!({ "state": "disabled" })).await.json();
    assert_eq!(again["disabled_at"], disabled["disabled_at"], "the first time is kept");
    let enabled = patch(&world, &account, &other_path, &json!({ "state": "enabled" })).await.json();
    assert_eq!((&enabled["disabled_reason"], &enabled["disabled_at"]), (&Value::Null, &Value::Null));
    assert_eq!(enabled["read_to"], 0, "it goes on where it stopped");

    assert_eq!(world.delete(&path, &account.secret).await.status, StatusCode::NO_CONTENT);
    for gone in [world.get(&path, &account.secret).await, world.delete(&path, &account.secret).await] {
        gone.assert_problem(404, "webhook.unknown");
    }
    assert_eq!(world.get("/v1/webhooks", &account.secret).await.json()["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_url_that_leads_inside_is_refused_with_its_pointer() {
    let mut setting = Setting::default();
    setting.config.webhook_allowed.add("localhost:9000").expect("a receiver");
    let world = World::start_with(setting).await;
    let account = world.tenant("Farm").await;
    let good = create(&world, &account, &json!({ "url": "http://localhost:9000/allowed" })).await;
    for url in [
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fd00::1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://localhost/",
        "https://LOCALHOST./",
        "https://a.localhost/",
        "http://localhost:9001/",
        "http://hooks.example/",
        "https://user@hooks.example/",
        "https://hooks.example/#x",
        "https://hooks.example:22/",
        "ftp://hooks.example/",
        "hooks.example",
        "",
        &format!("https://hooks.example/{}", "x".repeat(2_048)),
    ] {
        let body = json!({ "url": url });
        assert_fault(&world.post("/v1/webhooks", &account.secret, &body).await, "webhook.invalid_url", "/url");
        assert_fault(&patch(&world, &account, &path(&good), &body).await, "webhook.invalid_url", "/url");
    }
    assert_eq!(world.get(&path(&good), &account.secret).await.json()["url"], "http://localhost:9000/allowed");
}

#[tokio::test]
async fn fields_and_ranges_have_limits() {
    let world = World::start().await;
    let account = indexed_tenant(&world).await;
    let made = create(&world, &account, &json!({ "url": URL, "description": "ü".repeat(DESCRIPTION_CHARS_MAX) })).await;
    let path = path(&made);
    for (member, value, pointer) in [
        ("description", json!("ü".repeat(DESCRIPTION_CHARS_MAX + 1)), "/description"),
        ("types", json!([CAPTURED, "waymark.x"]), "/types/1"),
        ("subject", json!(""), "/subject"),
        ("after", json!(2), "/after"),
    ] {
        let body = json!({ "url": URL, member: value });
        assert_fault(&world.post("/v1/webhooks", &account.secret, &body).await, "request.invalid_field", pointer);
    }
    let secrets = format!("{path}/secrets");
    let too_long = json!({ "grace_s": GRACE_S_MAX + 1 });
    assert_fault(&world.post(&secrets, &account.secret, &too_long).await, "request.invalid_field", "/grace_s");
    let replay = format!("{path}/replay");
    for (from, to, pointer) in [(0, 1, "/from"), (2, 1, "/to"), (1, 2, "/to"), (1, REPLAY_EVENTS_MAX + 1, "/to")] {
        let body = json!({ "from": from, "to": to });
        assert_fault(&world.post(&replay, &account.secret, &body).await, "request.invalid_field", pointer);
    }
    for _ in 1..WEBHOOKS_MAX {
        create(&world, &account, &json!({ "url": URL })).await;
    }
    let one_more = world.post("/v1/webhooks", &account.secret, &json!({ "url": URL })).await;
    one_more.assert_problem(409, "webhook.too_many");
    assert_eq!(world.delete(&path, &account.secret).await.status, StatusCode::NO_CONTENT);
    create(&world, &account, &json!({ "url": URL })).await;
}

#[tokio::test]
async fn a_range_is_replayed_once_at_a_time_and_as_many_events_as_allowed() {
    let world = World::start().await;
    let account = indexed_tenant(&world).await;
    let path = path(&create(&world, &account, &json!({ "url": URL })).await);
    patch(&world, &account, &path, &json!({ "state": "disabled" })).await;
    let replay = format!("{path}/replay");
    // So many events that only the number of the range counts.
    let tenant = account.tenant;
    let run = format!(
        "INSERT INTO index.event_run
             (tenant_id, first_sequence, shard, height, timestamp_ms, count, spans, subjects)
         SELECT tenant_id, 2, shard, 1000000, timestamp_ms, {}, spans, subjects FROM index.event_run WHERE tenant_id = '{tenant}'",
        REPLAY_EVENTS_MAX + 1
    );
    execute(&world, run).await;
    let body = json!({ "from": 1, "to": REPLAY_EVENTS_MAX + 1 });
    assert_fault(&world.post(&replay, &account.secret, &body).await, "request.invalid_field", "/to");
    let body = json!({ "from": 2, "to": REPLAY_EVENTS_MAX + 1 });
    let begun = world.post(&replay, &account.secret, &body).await;
    assert_eq!(begun.status, StatusCode::ACCEPTED, "{}", begun.text());
    assert_eq!((&begun.json()["next"], &begun.json()["to"]), (&json!(2), &json!(REPLAY_EVENTS_MAX + 1)));
    assert_eq!(world.get(&path, &account.secret).await.json()["replay"], begun.json());
    world.post(&replay, &account.secret, &body).await.assert_problem(409, "webhook.replaying");
}

#[tokio::test]
async fn a_rotation_keeps_two_secrets_and_a_third_ends_the_oldest() {
    let receiver = Receiver::start().await;
    let (world, account) = with_receiver(&receiver).await;
    let made = create(&world, &account, &json!({ "url": receiver.url() })).await;
    let secrets = format!("{}/secrets", path(&made));
    let mut values = vec![made["secret"].as_str().expect("a secret").to_owned()];
    for _ in 0..2 {
        let answer = world.post(&secrets, &account.secret, &json!({})).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        values.push(answer.json()["secret"].as_str().expect("a secret").to_owned());
        let listed = world.get(&secrets, &account.secret).await.json();
        let ends: Vec<_> =
            listed["items"].as_array().expect("items").iter().map(|it| it["expires_at"].is_null()).collect();
        assert_eq!(ends, [true, false], "{listed}");
        assert_eq!(listed["items"][0]["id"], answer.json()["id"]);
    }
    assert_eq!(ends_in_a_day(&world.get(&secrets, &account.secret).await.json()), Some(true));
    let texts = |secrets: &[Secret]| secrets.iter().map(|it| it.to_text().to_string()).collect::<Vec<_>>();
    let found = valid(&world, &account, &made).await;
    assert_eq!(texts(&found), [values[2].clone(), values[1].clone()], "at most {SECRETS_VALID_MAX}");

    // Both sign, and the ended one does not.
    world.post(&format!("{}/test", path(&made)), &account.secret, &json!({})).await;
    let webhook = receiver.next().await;
    for (value, is_valid) in values.iter().zip([false, true, true]) {
        let secret = Secret::parse(value).expect("a secret");
        assert_eq!(webhook.verify(&[Key::Secret(&secret)]).is_ok(), is_valid, "{value}");
    }
    // Without grace the old ones end at once.
    let last = world.post(&secrets, &account.secret, &json!({ "grace_s": 0 })).await.json();
    let found = valid(&world, &account, &made).await;
    assert_eq!(texts(&found), [last["secret"].as_str().expect("a secret")]);
}

/// Whether the second secret ends in a day, give or take a minute.
fn ends_in_a_day(listed: &Value) -> Option<bool> {
    let format = &time::format_description::well_known::Rfc3339;
    let ends = time::OffsetDateTime::parse(listed["items"][1]["expires_at"].as_str()?, format).ok()?;
    let left = ends - time::OffsetDateTime::now_utc();
    Some((left - time::Duration::DAY).abs() < time::Duration::MINUTE)
}

#[tokio::test]
async fn a_repetition_shows_the_same_secret_and_makes_no_other_endpoint() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let send = async || {
        let mut sent = request(Method::POST, "/v1/webhooks", Some(&account.secret), Some(&json!({ "url": URL })));
        sent.headers_mut().insert("idempotency-key", HeaderValue::from_static("k-1"));
        world.send(sent).await
    };
    let (first, second) = (send().await, send().await);
    assert_eq!((first.status, &first.body), (StatusCode::CREATED, &second.body), "{}", first.text());
    assert_eq!(second.header("idempotency-replayed"), "true");
    let listed = world.get("/v1/webhooks", &account.secret).await.json();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_test_is_signed_and_answers_what_the_receiver_said() {
    let receiver = Receiver::start().await;
    let (world, account) = with_receiver(&receiver).await;
    let made = create(&world, &account, &json!({ "url": receiver.url(), "signature": "v1a" })).await;
    assert_eq!(made["secret"], Value::Null, "a secret key is never shown");
    let public = PublicKey::parse(made["public_key"].as_str().expect("a key")).expect("a public key");
    let path = path(&made);
    let test = async || world.post(&format!("{path}/test"), &account.secret, &json!({})).await;
    patch(&world, &account, &path, &json!({ "state": "disabled" })).await;
    let answer = test().await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let first = answer.json();
    assert_eq!((&first["status"], &first["outcome"], &first["sequence"]), (&json!(204), &json!("test"), &Value::Null));
    let webhook = receiver.next().await;
    webhook.verify(&[Key::Public(&public)]).expect("a valid signature");
    assert_eq!(webhook.header("content-type"), "application/cloudevents+json");
    let event: Value = serde_json::from_slice(&webhook.body).expect("JSON");
    assert_eq!((&event["type"], &event["subject"]), (&json!("waymark.webhook.test"), &made["id"]));
    assert_eq!(event["specversion"], "1.0");

    receiver.answer(500, "x\0".repeat(ANSWER_BYTES_KEPT));
    let second = test().await.json();
    assert_eq!((&second["status"], &second["error"]), (&json!(500), &Value::Null));
    let excerpt = second["answer"].as_str().expect("an excerpt");
    assert!(excerpt.starts_with("x\u{fffd}x") && excerpt.len() <= ANSWER_BYTES_KEPT, "{excerpt}");
    receiver.stop().await;
    let third = test().await.json();
    assert_eq!((&third["status"], &third["error"]), (&Value::Null, &json!("webhook.not_connected")));

    let attempts = format!("{path}/attempts");
    let listed = world.get(&attempts, &account.secret).await.json();
    assert_eq!(listed["items"], json!([third, second, first]), "newest first");
    let page = world.get(&format!("{attempts}?limit=1&outcome=test"), &account.secret).await.json();
    assert_eq!(page["items"], json!([third]));
    let next = page["next_cursor"].as_str().expect("another page");
    let page = world.get(&format!("{attempts}?limit=2&outcome=test&cursor={next}"), &account.secret).await.json();
    assert_eq!((&page["items"], &page["next_cursor"]), (&json!([second, first]), &Value::Null));
    world
        .get(&format!("{attempts}?cursor={next}"), &account.secret)
        .await
        .assert_problem(400, "request.invalid_cursor");
    let none = world.get(&format!("{attempts}?sequence=1"), &account.secret).await.json();
    assert_eq!(none["items"], json!([]));
}

#[tokio::test]
async fn a_test_waits_for_no_place() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let made = create(&world, &account, &json!({ "url": URL })).await;
    let tests = &world.gateway.budgets.webhook_tests;
    let sharer = Sharer::tenant(account.tenant, Mode::Test);
    let mut held = Vec::new();
    while let Ok(permit) = tests.try_acquire(sharer, 1) {
        held.push(permit);
    }
    assert!(!held.is_empty() && held.len() <= WEBHOOK_TESTS_MAX as usize, "{}", held.len());
    let refused = world.post(&format!("{}/test", path(&made)), &account.secret, &json!({})).await;
    refused.assert_problem(429, "limit.share");
    drop(held);
    let receiver = Receiver::start().await;
    // Its address is not allowed, but the place is free again: the URL is judged before a call.
    let update = format!("UPDATE app.webhook SET url = '{}'", receiver.url());
    execute(&world, update).await;
    let refused = world.post(&format!("{}/test", path(&made)), &account.secret, &json!({})).await;
    assert_fault(&refused, "webhook.invalid_url", "/url");
}

#[tokio::test]
async fn the_newest_attempts_are_kept() {
    let receiver = Receiver::start().await;
    let (world, account) = with_receiver(&receiver).await;
    let made = create(&world, &account, &json!({ "url": receiver.url() })).await;
    let uuid = made["id"].as_str().expect("an id").trim_start_matches("hook_");
    let rows = format!(
        "INSERT INTO app.webhook_attempt
             (tenant_id, webhook_id, attempt_id, number, at, duration_ms, status, outcome)
         SELECT '{}'::uuid, '{uuid}'::uuid, gen_random_uuid(), 1, now(), 1, 204, 'test' FROM generate_series(1, {})",
        account.tenant,
        ATTEMPTS_KEPT + 5
    );
    execute(&world, rows).await;
    world.post(&format!("{}/test", path(&made)), &account.secret, &json!({})).await;
    let mut owner = world.database.owner().await;
    let count: i64 =
        sqlx::query_scalar("SELECT count(*) FROM app.webhook_attempt").fetch_one(&mut owner).await.expect("a count");
    assert_eq!(count, i64::from(ATTEMPTS_KEPT));
}

#[tokio::test]
async fn dead_letters_are_listed_sent_again_and_given_up() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let made = create(&world, &account, &json!({ "url": URL })).await;
    let path = path(&made);
    // Nothing is sent meanwhile.
    patch(&world, &account, &path, &json!({ "state": "disabled" })).await;
    let uuid = made["id"].as_str().expect("an id").trim_start_matches("hook_");
    let rows = format!(
        "INSERT INTO app.webhook_pending
             (tenant_id, webhook_id, replay_id, sequence, attempts, subjects, state, last_error, died_at)
         SELECT '{0}'::uuid, '{uuid}'::uuid, 0, n, 8, '{{7}}'::bigint[], 'dead', 'webhook.timeout', now() FROM generate_series(1, 3) n
         UNION ALL SELECT '{0}'::uuid, '{uuid}'::uuid, 1, 2, 8, '{{7}}'::bigint[], 'dead', 'webhook.status', now() + interval '1 hour'",
        account.tenant
    );
    execute(&world, rows).await;
    let letters = format!("{path}/dead-letters");
    let page = world.get(&format!("{letters}?limit=2"), &account.secret).await.json();
    let brief = |page: &Value| {
        let items = page["items"].as_array().expect("items").clone();
        items.iter().map(|it| (it["sequence"].clone(), it["last_error"].clone())).collect::<Vec<_>>()
    };
    let timeout = json!("webhook.timeout");
    assert_eq!(brief(&page), [(json!(1), timeout.clone()), (json!(2), json!("webhook.status"))], "each event once");
    let next = page["next_cursor"].as_str().expect("another page");
    let page = world.get(&format!("{letters}?cursor={next}"), &account.secret).await.json();
    assert_eq!(brief(&page), [(json!(3), timeout)]);

    let answer = world.post(&format!("{letters}/2/replay"), &account.secret, &json!({})).await;
    assert_eq!((answer.status, answer.text()), (StatusCode::ACCEPTED, String::new()));
    assert_eq!(world.delete(&format!("{letters}/3"), &account.secret).await.status, StatusCode::NO_CONTENT);
    let detail = world.get(&path, &account.secret).await.json();
    assert_eq!((&detail["pending"], &detail["dead_letters"]), (&json!(1), &json!(1)), "{detail}");
    for (method, path) in [
        (Method::POST, format!("{letters}/2/replay")),
        (Method::DELETE, format!("{letters}/3")),
        (Method::DELETE, format!("{letters}/-1")),
        (Method::DELETE, format!("{letters}/99999999999999999999")),
    ] {
        let answer = world.send(request(method, &path, Some(&account.secret), None)).await;
        answer.assert_problem(404, "webhook.unknown_dead_letter");
    }
}

#[tokio::test]
async fn scopes_and_tenants_are_kept_apart() {
    let world = World::start().await;
    let (ours, theirs) = (world.tenant("Ours").await, world.tenant("Theirs").await);
    let made = create(&world, &ours, &json!({ "url": URL })).await;
    let path = path(&made);
    for (method, path, body) in [
        (Method::GET, path.clone(), None),
        (Method::PATCH, path.clone(), Some(json!({ "state": "disabled" }))),
        (Method::DELETE, path.clone(), None),
        (Method::GET, format!("{path}/secrets"), None),
        (Method::POST, format!("{path}/secrets"), Some(json!({}))),
        (Method::POST, format!("{path}/test"), None),
        (Method::GET, format!("{path}/attempts"), None),
        (Method::GET, format!("{path}/dead-letters"), None),
        (Method::POST, format!("{path}/dead-letters/1/replay"), None),
        (Method::DELETE, format!("{path}/dead-letters/1"), None),
        (Method::POST, format!("{path}/replay"), Some(json!({ "from": 1, "to": 1 }))),
    ] {
        let answer = world.send(request(method, &path, Some(&theirs.secret), body.as_ref())).await;
        answer.assert_problem(404, "webhook.unknown");
    }
    assert_eq!(world.get("/v1/webhooks", &theirs.secret).await.json()["items"], json!([]));
    let reader = world.key(&ours, &["webhook:read"]).await;
    assert_eq!(world.get(&path, &reader.secret).await.status, StatusCode::OK);
    world.delete(&path, &reader.secret).await.assert_problem(403, "auth.insufficient_scope");
    // A receiver gets what `event:read` reads.
    let writer = world.key(&ours, &["webhook:write"]).await;
    let refused = world.post("/v1/webhooks", &writer.secret, &json!({ "url": URL })).await;
    refused.assert_problem(403, "auth.insufficient_scope");
    assert!(refused.header("www-authenticate").contains("event:read"), "{}", refused.header("www-authenticate"));
    patch(&world, &writer, &path, &json!({ "url": URL })).await.assert_problem(403, "auth.insufficient_scope");
    let both = world.key(&ours, &["webhook:write", "event:read"]).await;
    create(&world, &both, &json!({ "url": URL })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_sealed_and_survive_a_new_key_encryption_key() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let made = create(&world, &account, &json!({ "url": URL })).await;
    let value = made["secret"].as_str().expect("a secret");
    let mut owner = world.database.owner().await;
    let sealed: Vec<u8> =
        sqlx::query_scalar("SELECT sealed FROM app.webhook_secret").fetch_one(&mut owner).await.expect("a row");
    let text = String::from_utf8_lossy(&sealed).into_owned();
    assert!(!text.contains(value) && !text.contains("whsec_"), "it is stored sealed");
    let keyring = |keys: &[&str]| gateway::vault::Keyring::parse(&keys.join("\n")).expect("keys");
    let (old, new) = ("07".repeat(32), "08".repeat(32));
    operator::load_keyring(&world.gateway, keyring(&[&new, &old])).await.expect("both keys");
    let done = operator::reseal(&world.gateway).await.expect("sealed again");
    let rows = done.iter().find(|table| table.table == "webhook_secret").map(|table| table.rows);
    assert_eq!(rows, Some(1), "{done:?}");
    operator::load_keyring(&world.gateway, keyring(&[&new])).await.expect("the old key is not needed");
    let found = valid(&world, &account, &made).await;
    assert_eq!(found.iter().map(|it| it.to_text().to_string()).collect::<Vec<_>>(), [value]);
}

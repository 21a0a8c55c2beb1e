//! Tests that requests with the same Idempotency-Key have one effect, also when they are concurrent.

use crate::harness::{Account, Answer, World, request};
use futures::future::join_all;
use http::{HeaderValue, Method, StatusCode};
use serde_json::{Value, json};

async fn create(world: &World, account: &Account, key: &str, body: &Value) -> Answer {
    let mut request = request(Method::POST, "/v1/api-keys", Some(&account.secret), Some(body));
    request.headers_mut().insert("idempotency-key", HeaderValue::from_str(key).expect("a key"));
    world.send(request).await
}

async fn count(world: &World, account: &Account) -> i64 {
    let mut owner = world.database.owner().await;
    sqlx::query_scalar("SELECT count(*) FROM app.api_key WHERE tenant_id = $1 AND name = 'once'")
        .bind(account.tenant)
        .fetch_one(&mut owner)
        .await
        .expect("counts")
}

#[tokio::test]
async fn a_repetition_gets_the_stored_answer_and_another_body_does_not() {
    let world = World::start().await;
    let (ours, theirs) = (world.tenant("Ours").await, world.tenant("Theirs").await);
    let body = json!({ "name": "once", "scopes": ["tenant:read"] });
    let first = create(&world, &ours, "k-1", &body).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text());
    let again = create(&world, &ours, "k-1", &body).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(count(&world, &ours).await, 1);
    let other = json!({ "name": "once", "scopes": ["member:read"] });
    create(&world, &ours, "k-1", &other).await.assert_problem(422, "idempotency.mismatch");
    // The same key of another tenant is a different key.
    assert_eq!(create(&world, &theirs, "k-1", &body).await.status, StatusCode::CREATED);
    // The secret in the stored response is encrypted.
    let secret = first.json()["secret"].as_str().expect("a secret").to_owned();
    let mut owner = world.database.owner().await;
    let stored: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT body FROM app.idempotency").fetch_all(&mut owner).await.expect("records");
    assert!(stored.iter().all(|body| !String::from_utf8_lossy(body).contains(&secret)));
}

#[tokio::test]
async fn a_refused_request_leaves_its_key_free() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let bad = json!({ "name": "once", "scopes": ["tenant:read"], "member_id": "mbr_0190b0c8d7e87c3f8a4b5c6d7e8f9a0b" });
    create(&world, &account, "k-1", &bad).await.assert_problem(404, "tenant.unknown_member");
    let good = json!({ "name": "once", "scopes": ["tenant:read"] });
    assert_eq!(create(&world, &account, "k-1", &good).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_key_in_flight_is_a_conflict() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let mut owner = world.database.owner().await;
    sqlx::query("SELECT pg_advisory_lock(hashtextextended('idempotency:' || $1::text || ':' || 'k-1', 0))")
        .bind(account.tenant)
        .execute(&mut owner)
        .await
        .expect("holds the key");
    let body = json!({ "name": "once", "scopes": ["tenant:read"] });
    let answer = create(&world, &account, "k-1", &body).await;
    answer.assert_problem(409, "idempotency.in_flight");
    assert_eq!(answer.header("retry-after"), "1");
    sqlx::query("SELECT pg_advisory_unlock_all()").execute(&mut owner).await.expect("releases the key");
    assert_eq!(create(&world, &account, "k-1", &body).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_hundred_at_once_have_one_effect() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let body = json!({ "name": "once", "scopes": ["tenant:read"] });
    let answers = join_all((0..100).map(|_| create(&world, &account, "k-1", &body))).await;
    let made: Vec<_> = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).collect();
    assert!(!made.is_empty());
    assert!(made.iter().all(|answer| answer.body == made[0].body), "every success is the same");
    for answer in answers.iter().filter(|answer| answer.status != StatusCode::CREATED) {
        answer.assert_problem(409, "idempotency.in_flight");
    }
    assert_eq!(count(&world, &account).await, 1);
}

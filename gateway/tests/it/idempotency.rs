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
    sqlx::query("SELECT pg_advisory_lock(hashtextextended(concat_ws(':', 'idempotency', $1, $2, 'k-1'), 0))")
        .bind(account.tenant.to_string())
        .bind(account.key_id().to_string())
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

#[tokio::test]
async fn the_same_key_of_another_credential_is_another_key() {
    let world = World::start().await;
    let owner = world.tenant("Farm").await;
    let scopes = ["key:write", "tenant:read", "key:read"];
    let (first, second) = (world.key(&owner, &scopes).await, world.key(&owner, &scopes).await);
    let body = json!({ "name": "once", "scopes": ["tenant:read"] });
    let made = create(&world, &first, "k-1", &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let other = create(&world, &second, "k-1", &body).await;
    assert_eq!((other.status, other.header("idempotency-replayed")), (StatusCode::CREATED, ""));
    assert_ne!(other.json()["secret"], made.json()["secret"]);
    // A token of the first key is the same credential, so it gets the stored answer.
    let token = Account { secret: world.token(&first).await, ..first.clone() };
    let again = create(&world, &token, "k-1", &body).await;
    assert_eq!((again.header("idempotency-replayed"), &again.body), ("true", &made.body));
}

#[tokio::test]
async fn a_replay_shows_no_secret_beyond_the_scopes_of_its_reader() {
    let world = World::start().await;
    let owner = world.tenant("Farm").await;
    let target = world.key(&owner, &["member:read", "tenant:read"]).await;
    let keys = world.get("/v1/api-keys", &owner.secret).await.json();
    let listed = keys["items"].as_array().expect("a list");
    let id = listed.iter().find(|key| key["client_id"] == target.client_id.as_str()).expect("listed")["id"].clone();
    let path = format!("/v1/api-keys/{}/rotate", id.as_str().expect("an id"));
    let rotate = async |bearer: &str| {
        let mut request = request(Method::POST, &path, Some(bearer), Some(&json!({})));
        request.headers_mut().insert("idempotency-key", HeaderValue::from_static("rotate-2026-01"));
        world.send(request).await
    };
    let first = rotate(&owner.secret).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    let manager = world.key(&owner, &["key:write"]).await;
    rotate(&manager.secret).await.assert_problem(403, "auth.scope_escalation");
    // A narrow token of the owner's own key may not see it either; a full one may.
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&scope=key:write",
        owner.client_id, owner.secret
    );
    let narrow = world.send(crate::harness::form_request(&form)).await.json();
    let narrow = rotate(narrow["access_token"].as_str().expect("a token")).await;
    narrow.assert_problem(403, "auth.scope_escalation");
    assert!(!narrow.text().contains("wm_test_"));
    let full = rotate(&world.token(&owner).await).await;
    assert_eq!((full.header("idempotency-replayed"), &full.body), ("true", &first.body));
}

#[tokio::test]
async fn rotating_token_keys_twice_with_one_key_has_one_effect() {
    let world = World::start().await;
    let rotate = async || {
        let bearer = Some(world.operator.client_secret.as_str());
        let mut request = request(Method::POST, "/v1/keys/rotate", bearer, Some(&json!({})));
        request.headers_mut().insert("idempotency-key", HeaderValue::from_static("k-1"));
        world.send(request).await
    };
    let (first, again) = (rotate().await, rotate().await);
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    assert_eq!((again.header("idempotency-replayed"), &again.body), ("true", &first.body));
    let keys = world.get("/.well-known/jwks.json", "").await.json();
    assert_eq!(keys["keys"].as_array().map(Vec::len), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_changes_the_meaning_makes_another_request() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let text = crate::stack::document(&[crate::stack::event("urn:uuid:1", "")]);
    let capture = async |key: &'static str, behaviour: Option<&'static str>, kind: &'static str, wait: &'static str| {
        let mut request = request(Method::POST, "/epcis/capture", Some(&account.secret), None);
        let headers = request.headers_mut();
        headers.insert("idempotency-key", HeaderValue::from_static(key));
        headers.insert("content-type", HeaderValue::from_static(kind));
        headers.insert("prefer", HeaderValue::from_static(wait));
        if let Some(behaviour) = behaviour {
            headers.insert("gs1-capture-error-behaviour", HeaderValue::from_static(behaviour));
        }
        *request.body_mut() = axum::body::Body::from(text.clone());
        world.send(request).await
    };
    let json = "application/json";
    let first = capture("k-1", Some("rollback"), json, "wait=20").await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    let again = capture("k-1", Some("rollback"), json, "wait=5").await;
    assert_eq!(again.header("idempotency-replayed"), "true", "how long a client waits does not count");
    for (behaviour, kind) in [(Some("proceed"), json), (None, json), (Some("rollback"), "application/ld+json")] {
        let other = capture("k-1", behaviour, kind, "wait=5").await;
        assert_eq!(other.status.as_u16(), 422, "{behaviour:?} {kind}: {}", other.text());
    }
}

#[tokio::test]
async fn the_document_says_which_writes_honour_the_key() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let document = world.get("/openapi.json", "").await.json();
    let mut honouring = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let is_documented = parameters.iter().any(|parameter| parameter["name"] == "Idempotency-Key");
            let is_operators = ["/v1/tenants", "/v1/keys/rotate"].contains(&path.as_str());
            let bearer = if is_operators { &*world.operator.client_secret } else { &account.secret };
            let path = path.replace("{id}", "x").replace("{eventID}", "x").replace("{shard}", "0");
            let method: Method = method.to_uppercase().parse().expect("a method");
            let mut request = request(method.clone(), &path, Some(bearer), Some(&json!({})));
            // A key that no request may have: two words.
            request.headers_mut().insert("idempotency-key", HeaderValue::from_static("not valid"));
            let answer = world.send_head(request).await;
            let is_refused = answer.status == StatusCode::BAD_REQUEST
                && answer.problem_code().as_deref() == Some("request.invalid_header");
            assert_eq!(is_refused, is_documented, "{method} {path}: {}", answer.status);
            honouring += usize::from(is_documented);
            let is_write = [Method::POST, Method::PUT].contains(&method);
            // A test of a webhook changes nothing, and each calls the receiver.
            let exempt = ["/oauth/token", "/graphql", "/v1/sandboxes", "/v1/console-sessions", "/v1/webhooks/x/test"];
            let is_exempt = exempt.contains(&&*path);
            assert_eq!(
                is_documented,
                is_write && !is_exempt,
                "{method} {path}: every other POST and PUT honours the key"
            );
        }
    }
    assert!(honouring >= 7, "{honouring}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_cut_connections_have_one_effect() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let served = world.serve(gateway::serve::ServeLimits::default()).await;
    let body = json!({ "name": "once", "scopes": ["tenant:read"] }).to_string();
    let head = format!(
        "POST /v1/api-keys HTTP/1.1\r\nHost: waymark.test\r\nAuthorization: Bearer {}\r\nIdempotency-Key: k-1\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        account.secret,
        body.len()
    );
    let text = format!("{head}{body}");
    let cut = async |at: usize| {
        let mut connection = tokio::net::TcpStream::connect(served.address).await.expect("connects");
        connection.write_all(&text.as_bytes()[..at]).await.expect("writes");
        // Closed without reading the answer, in the middle of the request or after it.
    };
    join_all((0..100).map(|round| cut(if round % 4 == 0 { text.len() - round / 4 - 1 } else { text.len() }))).await;
    let url = format!("http://{}/v1/api-keys", served.address);
    let client = reqwest::Client::new();
    // The server gives the others up with their connections. This one has its effect, and is cut within its answer.
    let is_created = async || {
        let mut connection = tokio::net::TcpStream::connect(served.address).await.expect("connects");
        connection.write_all(text.as_bytes()).await.expect("writes");
        let mut begin = [0; 12];
        connection.read_exact(&mut begin).await.expect("an answer begins");
        &begin == b"HTTP/1.1 201"
    };
    // One of the cut requests may still hold the key.
    while !is_created().await {}
    let answer = loop {
        let request = client.post(&url).bearer_auth(&account.secret).header("idempotency-key", "k-1");
        let answer = request.header("content-type", "application/json").body(body.clone()).send().await;
        let answer = answer.expect("an answer");
        // One of the cut requests may still hold the key.
        if answer.status() != StatusCode::CONFLICT {
            break answer;
        }
    };
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert_eq!(count(&world, &account).await, 1);
    assert_eq!(answer.headers().get("idempotency-replayed").map(HeaderValue::as_bytes), Some(&b"true"[..]));
}

//! Tests of the operator's functions: tenants, console codes, secrets of the service, and key-encryption keys.

use crate::{
    harness::{Account, World, request},
    stack::{KEK, Stack, document, event, segment},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use gateway::{
    auth::Secret,
    operator,
    tenant::{NewTenant, Owner, console, operate},
    tenant_id::TenantId,
    vault::{Keyring, SEALED_COLUMNS, Vault},
};
use http::{Method, StatusCode};
use serde_json::json;
use std::sync::Arc;

const NEW: &str = "2222222222222222222222222222222222222222222222222222222222222222";

#[tokio::test]
async fn tenants_are_created_listed_suspended_and_recovered() {
    let world = World::start().await;
    let owner = Owner { email: "ana@example.org".to_owned(), name: "Ana".to_owned() };
    let new = |name: &str| NewTenant {
        name: name.to_owned(),
        mode: gateway::auth::credential::Mode::Live,
        owner: Some(owner.clone()),
    };
    let made = operate::create(&world.gateway, new("Farm")).await.expect("a tenant");
    assert!(made.client_secret.starts_with("wm_live_"));
    let refused = operate::create(&world.gateway, new("a\0b")).await.expect_err("a bad name");
    assert_eq!(refused.problem().errors[0].pointer, "/name");
    let listed = operate::list(&world.gateway, None).await.expect("a list");
    assert_eq!(listed.iter().map(|tenant| tenant.tenant_id).collect::<Vec<_>>(), [made.tenant]);

    let (secret, status) = (made.client_secret.as_str(), async |secret: &str| world.get("/v1/tenant", secret).await);
    let account = Account { tenant: made.tenant, client_id: made.client_id.clone(), secret: secret.to_owned() };
    let token = world.token(&account).await;
    operate::suspend(&world.gateway, made.tenant, true).await.expect("suspended");
    for bearer in [secret, &token] {
        status(bearer).await.assert_problem(403, "auth.tenant_suspended");
    }
    let other = made.client_secret.replace("wm_live_", "wm_test_");
    assert_ne!(status(&other[..other.len() - 1]).await.status, StatusCode::FORBIDDEN, "only the holder learns of it");
    operate::suspend(&world.gateway, made.tenant, false).await.expect("active");
    assert_eq!(status(secret).await.status, StatusCode::OK);

    let recovered = operate::recover(&world.gateway, made.tenant).await.expect("a key");
    assert_eq!(status(&recovered.client_secret).await.status, StatusCode::OK);
    assert!(recovered.client_secret.starts_with("wm_live_"));
    for unknown in [TenantId::random(), TenantId::SYSTEM] {
        let errors = [
            operate::recover(&world.gateway, unknown).await.expect_err("unknown"),
            operate::suspend(&world.gateway, unknown, true).await.expect_err("unknown"),
        ];
        assert!(errors.iter().all(|error| error.code().name == "tenant.unknown_tenant"));
    }
    let lines = operator::audit::list(&world.gateway).await.expect("the log");
    let actions: Vec<_> = lines.iter().rev().map(|line| line.action.as_str()).collect();
    let expected = ["operator.key", "tenant.create", "tenant.suspend", "tenant.resume", "tenant.recover"];
    assert_eq!(actions, expected, "each change and no refusal");
    assert_eq!(lines[0].subject, made.tenant.to_string());
}

#[tokio::test]
async fn a_console_code_works_once_and_is_stored_hashed() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let code = console::issue_code(&world.gateway, account.tenant).await.expect("a code");
    let exchange = async |code: &str| {
        let body = json!({ "code": code });
        world.send(request(Method::POST, "/v1/console-sessions", None, Some(&body))).await
    };
    let changed = format!("{}A", &code[..code.len() - 1]);
    let foreign = code.replace("wcc_", "wcc_AAAA");
    for bad in ["", "wcc_", "x", &changed, &foreign, account.secret.as_str()] {
        if *bad != **code {
            exchange(bad).await.assert_problem(403, "tenant.console_code");
        }
    }
    let made = exchange(&code).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let made = made.json();
    assert!(made["expires_at"].is_string(), "a session ends");
    let secret = made["secret"].as_str().expect("a secret");
    assert_eq!(world.get("/v1/members", secret).await.status, StatusCode::OK);
    exchange(&code).await.assert_problem(403, "tenant.console_code");

    let expired = console::issue_code(&world.gateway, account.tenant).await.expect("a code");
    let mut database = world.database.owner().await;
    sqlx::query("UPDATE app.console_code SET expires_at = now()").execute(&mut database).await.expect("expires");
    exchange(&expired).await.assert_problem(403, "tenant.console_code");
    let raw: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT code_hash FROM app.console_code").fetch_all(&mut database).await.expect("rows");
    let decoded = URL_SAFE_NO_PAD.decode(expired.strip_prefix("wcc_").expect("a prefix")).expect("base64url");
    let secret: [u8; 32] = decoded[16..].try_into().expect("after the tenant");
    assert_eq!(raw, [Secret::from_bytes(secret).hash()], "the hash of the code's secret");
    assert_ne!(raw, [secret]);
    assert!(console::issue_code(&world.gateway, TenantId::SYSTEM).await.is_err());
}

#[tokio::test]
async fn an_emergency_ends_tokens_and_a_new_cursor_key_ends_cursors() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    world.key(&account, &["tenant:read"]).await;
    let page = world.get("/v1/api-keys?limit=1", &account.secret).await.json();
    let cursor = page["next_cursor"].as_str().expect("a cursor").to_owned();
    let next = format!("/v1/api-keys?limit=1&cursor={cursor}");
    assert_eq!(world.get(&next, &account.secret).await.status, StatusCode::OK);
    assert!(operator::rotate_secret(&world.gateway, "cursor").await.expect("rotated"));
    world.get(&next, &account.secret).await.assert_problem(400, "request.invalid_cursor");
    assert!(!operator::rotate_secret(&world.gateway, "nothing").await.expect("no such secret"));

    let before = world.token(&account).await;
    operator::rotate_token_key(&world.gateway, false).await.expect("rotated");
    assert_eq!(world.get("/v1/tenant", &before).await.status, StatusCode::OK);
    operator::rotate_token_key(&world.gateway, true).await.expect("revoked");
    world.get("/v1/tenant", &before).await.assert_problem(401, "auth.invalid_token");
    assert_eq!(world.get("/v1/tenant", &world.token(&account).await).await.status, StatusCode::OK);
}

/// Columns of bytes in the schema `app` that the key-encryption key does not seal, and why.
const NOT_SEALED: &[(&str, &str)] = &[
    ("api_key.secret_hash", "a hash"),
    ("api_key.previous_hash", "a hash"),
    ("console_code.code_hash", "a hash"),
    ("idempotency.fingerprint", "a hash"),
    ("operation.tx_id", "a hash"),
    ("outbox.transaction", "signed for the ledger, whose documents are sealed"),
    ("signing_key.public_key", "public"),
    ("transaction_key.sealed", "sealed with the tenant's data key"),
    ("transaction_key.tx_id", "a hash"),
];

#[tokio::test]
async fn every_column_of_bytes_is_sealed_or_needs_no_seal() {
    let database = indexer::testing::TestDatabase::create().await;
    let mut owner = database.owner().await;
    let columns: Vec<String> = sqlx::query_scalar(
        "SELECT table_name || '.' || column_name FROM information_schema.columns
         WHERE table_schema = 'app' AND data_type = 'bytea' ORDER BY 1",
    )
    .fetch_all(&mut owner)
    .await
    .expect("columns");
    let mut known: Vec<String> =
        SEALED_COLUMNS.iter().map(|sealed| format!("{}.{}", sealed.table, sealed.column)).collect();
    known.extend(NOT_SEALED.iter().map(|(column, _)| (*column).to_owned()));
    known.sort();
    assert_eq!(columns, known);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_encryption_key_is_replaced_while_capturing_and_the_old_one_dropped() {
    let stack = Arc::new(Stack::start().await);
    let first = stack.capture(document(&[event("urn:uuid:1", "")]).as_bytes()).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    // A stored answer with a secret, a cursor key, a token key and a data key are sealed.
    let body = json!({ "name": "once", "scopes": ["tenant:read"] }).to_string();
    let headers = [("content-type", "application/json"), ("idempotency-key", "k-1")];
    let made = stack.send(Method::POST, "/v1/api-keys", &headers, body.as_bytes()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());

    // The secret of a subscription is sealed, too. It is due once a year.
    let json = [("content-type", "application/json")];
    let made_query = stack.send(Method::POST, "/epcis/queries", &json, br#"{"name":"all","query":{}}"#).await;
    assert_eq!(made_query.status, StatusCode::CREATED, "{}", made_query.text());
    let subscription = br#"{"dest":"https://receiver.example/","signatureToken":"secret","schedule":{"month":"1"}}"#;
    let subscribed = stack.send(Method::POST, "/epcis/queries/all/subscriptions", &json, subscription).await;
    assert_eq!(subscribed.status, StatusCode::CREATED, "{}", subscribed.text());

    let keyring = |keys: &[&str]| Keyring::parse(&keys.join("\n")).expect("keys");
    let missing = operator::load_keyring(&stack.gateway, keyring(&[NEW])).await.expect_err("the old key is in use");
    assert!(missing.to_string().contains("sealed with key"), "{missing}");
    operator::load_keyring(&stack.gateway, keyring(&[NEW, KEK])).await.expect("both keys");
    let capturing = tokio::spawn({
        let stack = Arc::clone(&stack);
        async move {
            for number in 10..30 {
                let answer = stack.capture(document(&[event(&format!("urn:uuid:{number}"), "")]).as_bytes()).await;
                assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
            }
        }
    });
    let done = operator::reseal(&stack.gateway).await.expect("sealed again");
    capturing.await.expect("no capture failed");
    assert!(done.iter().all(|table| table.rows > 0), "each table had rows of the old key: {done:?}");
    let again = operator::reseal(&stack.gateway).await.expect("nothing to do");
    assert!(again.iter().all(|table| table.rows == 0), "{again:?}");
    let current = keyring(&[NEW]).current_id();
    let sealed = operator::sealed(&stack.gateway).await.expect("counts");
    assert!(sealed.iter().all(|under| under.key_id == current), "{sealed:?}");

    // A process with only the new key opens everything.
    operator::load_keyring(&stack.gateway, keyring(&[NEW])).await.expect("the old key is not needed");
    let replayed = stack.send(Method::POST, "/v1/api-keys", &headers, body.as_bytes()).await;
    assert_eq!((replayed.header("idempotency-replayed"), &replayed.body), ("true", &made.body));
    let stack = Arc::try_unwrap(stack).map_err(drop).expect("nobody else holds it");
    let stack = stack.restart_with(NEW).await;
    for number in [1, 10, 29] {
        let path = format!("/v1/provenance/events/{}/evidence", segment(&format!("urn:uuid:{number}")));
        let evidence = stack.get(&path).await;
        assert_eq!(evidence.status, StatusCode::OK, "{}", evidence.text());
    }
    // The old key alone opens nothing.
    let old = Arc::new(Vault::new(keyring(&[KEK])));
    let tenant = stack.tenant.tenant;
    let keys = gateway::db::run(&stack.gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(old.tenant_keys(conn, tenant).await?) })
    });
    assert!(keys.await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn sealing_again_goes_on_after_an_interruption() {
    let stack = Stack::start().await;
    for _ in 0..3 {
        stack.another_tenant().await;
    }
    let keyring = |keys: &[&str]| Keyring::parse(&keys.join("\n")).expect("keys");
    operator::load_keyring(&stack.gateway, keyring(&[NEW, KEK])).await.expect("both keys");
    // A row that cannot be opened stops the run; what was done before it stays done.
    let mut owner = stack.database.owner().await;
    let damaged = "UPDATE app.service_secret SET sealed = set_byte(sealed, 30, get_byte(sealed, 30) # 1)";
    sqlx::query(damaged).execute(&mut owner).await.expect("damaged");
    let failed = operator::reseal(&stack.gateway).await.expect_err("one row is damaged");
    assert!(failed.to_string().contains("service secret"), "{failed}");
    sqlx::query(damaged).execute(&mut owner).await.expect("repaired");
    let done = operator::reseal(&stack.gateway).await.expect("the rest");
    let rows: Vec<_> = done.iter().map(|table| (table.table, table.rows)).collect();
    assert_eq!(rows[..3], [("tenant_key", 0), ("signing_key", 0), ("service_secret", 1)]);
}

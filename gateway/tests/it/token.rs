//! Tests that a client gets a token and uses it. The token stops working when its API key or the signing keys are
//! revoked.

use crate::harness::{World, form_request};
use http::{Method, StatusCode, header};
use serde_json::json;

#[tokio::test]
async fn a_client_gets_a_token_by_form_or_basic_and_reads_its_tenant() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let token = world.token(&account).await;
    let answer = world.get("/v1/tenant", &token).await;
    assert_eq!((answer.status, answer.json()["name"].as_str()), (StatusCode::OK, Some("Farm")));
    // The API key itself works as a bearer token, too.
    assert_eq!(world.get("/v1/tenant", &account.secret).await.json()["id"], account.tenant.to_string());

    let mut request = form_request("grant_type=client_credentials&scope=tenant:read");
    let basic = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        format!("{}:{}", account.client_id, account.secret),
    );
    request.headers_mut().insert(header::AUTHORIZATION, format!("Basic {basic}").parse().expect("a header"));
    let answer = world.send(request).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let issued = answer.json();
    assert_eq!((issued["token_type"].as_str(), issued["expires_in"].as_u64()), (Some("Bearer"), Some(900)));
    assert_eq!(issued["scope"], "tenant:read");
    let narrow = issued["access_token"].as_str().expect("a token");
    assert_eq!(world.get("/v1/tenant", narrow).await.status, StatusCode::OK);
    let answer = world.get("/v1/members", narrow).await;
    answer.assert_problem(403, "auth.insufficient_scope");
    assert!(answer.header("www-authenticate").contains("member:read"));
}

#[tokio::test]
async fn token_errors_have_the_shape_of_the_standard() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let stranger = world.tenant("Other").await;
    let credentials = format!("client_id={}&client_secret={}", account.client_id, account.secret);
    for (form, status, error) in [
        (String::new(), 400, "invalid_request"),
        ("grant_type=password".to_owned(), 400, "unsupported_grant_type"),
        ("grant_type=client_credentials".to_owned(), 401, "invalid_client"),
        (format!("grant_type=client_credentials&{credentials}&scope=tenant:admin"), 400, "invalid_scope"),
        (format!("grant_type=client_credentials&{credentials}&scope=nothing"), 400, "invalid_scope"),
        (
            format!("grant_type=client_credentials&client_id={}&client_secret={}", account.client_id, stranger.secret),
            401,
            "invalid_client",
        ),
    ] {
        let answer = world.send(form_request(&form)).await;
        assert_eq!((answer.status.as_u16(), answer.json()["error"].as_str()), (status, Some(error)), "{form}");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("www-authenticate").starts_with("Basic"), status == 401, "{form}");
    }
}

#[tokio::test]
async fn revoking_a_key_ends_its_tokens_at_once() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let key = world.key(&account, &["tenant:read"]).await;
    let token = world.token(&key).await;
    assert_eq!(world.get("/v1/tenant", &token).await.status, StatusCode::OK);
    let keys = world.get("/v1/api-keys", &account.secret).await.json();
    let listed = keys["items"].as_array().expect("a list");
    let id = listed.iter().find(|item| item["client_id"] == key.client_id.as_str()).expect("listed")["id"].clone();
    let path = format!("/v1/api-keys/{}", id.as_str().expect("an id"));
    assert_eq!(world.delete(&path, &account.secret).await.status, StatusCode::NO_CONTENT);
    world.get("/v1/tenant", &token).await.assert_problem(401, "auth.invalid_token");
    world.get("/v1/tenant", &key.secret).await.assert_problem(401, "auth.invalid_token");
    // Revoking again has no effect, and a revoked key cannot be restored by rotation.
    assert_eq!(world.delete(&path, &account.secret).await.status, StatusCode::NO_CONTENT);
    let rotated = world.post(&format!("{path}/rotate"), &account.secret, &json!({})).await;
    rotated.assert_problem(409, "tenant.api_key_revoked");
}

#[tokio::test]
async fn a_rotated_key_has_a_new_secret_and_the_old_one_only_for_its_grace() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let key = world.key(&account, &["tenant:read"]).await;
    let keys = world.get("/v1/api-keys", &account.secret).await.json();
    let listed = keys["items"].as_array().expect("a list");
    let id = listed.iter().find(|item| item["client_id"] == key.client_id.as_str()).expect("listed")["id"].clone();
    let path = format!("/v1/api-keys/{}/rotate", id.as_str().expect("an id"));
    let first = world.post(&path, &account.secret, &json!({ "grace_s": 3600 })).await.json();
    let first = first["secret"].as_str().expect("a secret").to_owned();
    for secret in [&key.secret, &first] {
        assert_eq!(world.get("/v1/tenant", secret).await.status, StatusCode::OK);
    }
    let second = world.post(&path, &account.secret, &json!({})).await.json();
    world.get("/v1/tenant", &key.secret).await.assert_problem(401, "auth.invalid_token");
    world.get("/v1/tenant", &first).await.assert_problem(401, "auth.invalid_token");
    assert_eq!(world.get("/v1/tenant", second["secret"].as_str().expect("a secret")).await.status, StatusCode::OK);
    let too_long = world.post(&path, &account.secret, &json!({ "grace_s": 604_801 })).await;
    too_long.assert_problem(400, "request.invalid_field");
}

#[tokio::test]
async fn rotating_signing_keys_keeps_tokens_and_revoking_ends_them() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let before = world.token(&account).await;
    let keys = || async { world.get("/.well-known/jwks.json", "").await.json()["keys"].as_array().map(Vec::len) };
    assert_eq!(keys().await, Some(1));
    let rotate = |revoke: bool| {
        let body = json!({ "revoke": revoke });
        async {
            world
                .send(crate::harness::request(
                    Method::POST,
                    "/v1/keys/rotate",
                    Some(&world.operator.client_secret),
                    Some(&{ body }),
                ))
                .await
        }
    };
    assert_eq!(rotate(false).await.status, StatusCode::OK);
    assert_eq!(keys().await, Some(2));
    let between = world.token(&account).await;
    for token in [&before, &between] {
        assert_eq!(world.get("/v1/tenant", token).await.status, StatusCode::OK);
    }
    assert_eq!(rotate(true).await.status, StatusCode::OK);
    assert_eq!(keys().await, Some(1));
    for token in [&before, &between] {
        world.get("/v1/tenant", token).await.assert_problem(401, "auth.invalid_token");
    }
    assert_eq!(world.get("/v1/tenant", &world.token(&account).await).await.status, StatusCode::OK);
    // Only the operator can rotate the signing keys.
    world.post("/v1/keys/rotate", &account.secret, &json!({})).await.assert_problem(403, "auth.insufficient_scope");
}

#[tokio::test]
async fn discovery_names_the_issuer_and_the_token_endpoint() {
    let world = World::start().await;
    for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
        let document = world.get(path, "").await.json();
        assert_eq!(document["issuer"], "http://waymark.test");
        assert_eq!(document["token_endpoint"], "http://waymark.test/oauth/token");
    }
}

#[tokio::test]
async fn a_gateway_that_has_not_heard_of_a_rotation_issues_tokens_that_live_their_life() {
    use gateway::auth::{
        TokenIssuer,
        signing_key::Change,
        token::{LEEWAY_S, LIFETIME_S, SIGNS_S_MAX},
    };

    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let (pool, vault) = (world.gateway.pool.clone(), std::sync::Arc::clone(&world.gateway.vault));
    let other = TokenIssuer::open(pool, vault, "http://waymark.test", "http://waymark.test").await;
    let other = other.map_err(|error| error.code().name).expect("another gateway");
    world.gateway.tokens.rotate(Change::Replace, "test").await.map_err(|error| error.code().name).expect("rotated");
    let scopes = "tenant:read".parse().map(|scope| gateway::auth::ScopeSet::EMPTY.with(scope)).expect("a scope");
    let issued = other.issue(account.tenant, account.key_id(), &account.client_id, scopes).await;
    let token = issued.map_err(|error| error.code().name).expect("a token").token;
    assert_eq!(world.get("/v1/tenant", &token).await.status, StatusCode::OK, "it is signed with the replaced key");
    // It may sign like this for a while, and the last such token still lives out its life.
    let mut owner = world.database.owner().await;
    let left: f64 = sqlx::query_scalar(
        "SELECT extract(epoch FROM verifies_until - now())::float8 FROM app.signing_key
         WHERE verifies_until IS NOT NULL",
    )
    .fetch_one(&mut owner)
    .await
    .expect("the replaced key");
    let needed = u32::try_from(LIFETIME_S + LEEWAY_S + SIGNS_S_MAX).expect("small");
    assert!(left > f64::from(needed) - 30.0 && left <= f64::from(needed), "{left} of {needed}");
}

#[tokio::test]
async fn common_clients_get_a_token() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let other = world.tenant("Other").await;
    let basic = |account: &crate::harness::Account| {
        let pair = format!("{}:{}", account.client_id, account.secret);
        format!("Basic {}", base64::Engine::encode(&base64::engine::general_purpose::STANDARD, pair))
    };
    for (more, status) in [
        (format!("&client_id={}", account.client_id), 200),
        (format!("&client_id={}&client_secret=", account.client_id), 200),
        ("&scope=".to_owned(), 200),
        ("&audience=https%3A%2F%2Fapi.example".to_owned(), 200),
        (format!("&client_id={}", other.client_id), 400),
        (format!("&client_id={}&client_secret={}", account.client_id, account.secret), 400),
    ] {
        let mut request = form_request(&format!("grant_type=client_credentials{more}"));
        request.headers_mut().insert(header::AUTHORIZATION, basic(&account).parse().expect("a header"));
        let answer = world.send(request).await;
        assert_eq!(answer.status.as_u16(), status, "{more}: {}", answer.text());
    }
}

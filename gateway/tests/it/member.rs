//! Tests members and API keys: a member's role limits the member's keys. No caller creates a key beyond its own scopes.
//! The last owner cannot be removed.

use crate::harness::{World, request};
use http::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn a_key_of_a_member_follows_the_members_role() {
    let world = World::start().await;
    let owner = world.tenant("Farm").await;
    let member = json!({ "email": "ben@example.org", "name": "Ben", "role": "admin" });
    let answer = world.post("/v1/members", &owner.secret, &member).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let id = answer.json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(answer.header("location"), format!("/v1/members/{id}"));
    let key = json!({ "name": "Ben's", "scopes": ["member:read", "tenant:read"], "member_id": id });
    let key = world.post("/v1/api-keys", &owner.secret, &key).await.json();
    let secret = key["secret"].as_str().expect("a secret").to_owned();
    assert_eq!(world.get("/v1/members", &secret).await.status, StatusCode::OK);

    let demote =
        request(Method::PATCH, &format!("/v1/members/{id}"), Some(&owner.secret), Some(&json!({ "role": "viewer" })));
    assert_eq!(world.send(demote).await.json()["role"], "viewer");
    world.get("/v1/members", &secret).await.assert_problem(403, "auth.insufficient_scope");
    assert_eq!(world.get("/v1/tenant", &secret).await.status, StatusCode::OK);

    assert_eq!(world.delete(&format!("/v1/members/{id}"), &owner.secret).await.status, StatusCode::NO_CONTENT);
    world.get("/v1/tenant", &secret).await.assert_problem(401, "auth.invalid_token");
}

#[tokio::test]
async fn nobody_grants_more_than_they_hold() {
    let world = World::start().await;
    let owner = world.tenant("Farm").await;
    let manager = world.key(&owner, &["key:read", "key:write", "member:write"]).await;
    let wide = json!({ "name": "wide", "scopes": ["provenance:write"] });
    world.post("/v1/api-keys", &manager.secret, &wide).await.assert_problem(403, "auth.scope_escalation");
    // Nor by rotating another key and learning its new secret.
    let keys = world.get("/v1/api-keys", &manager.secret).await.json();
    let first = keys["items"][0]["id"].as_str().expect("the owner's key");
    let rotated = world.post(&format!("/v1/api-keys/{first}/rotate"), &manager.secret, &json!({})).await;
    rotated.assert_problem(403, "auth.scope_escalation");
    let own = json!({ "email": "eve@example.org", "name": "Eve", "role": "owner" });
    world.post("/v1/members", &manager.secret, &own).await.assert_problem(403, "auth.insufficient_scope");
    let operator = json!({ "name": "operator", "scopes": ["tenant:admin"] });
    world.post("/v1/api-keys", &owner.secret, &operator).await.assert_problem(403, "auth.scope_escalation");
}

#[tokio::test]
async fn a_tenant_keeps_an_owner() {
    let world = World::start().await;
    let body = json!({ "name": "Farm", "mode": "live", "owner_email": "ana@example.org", "owner_name": "Ana" });
    let made = world.post("/v1/tenants", &world.operator.client_secret, &body).await.json();
    let secret = made["api_key"]["secret"].as_str().expect("a secret");
    assert!(secret.starts_with("wm_live_"));
    let owner = made["api_key"]["member_id"].as_str().expect("the owner");
    let path = format!("/v1/members/{owner}");
    world.delete(&path, secret).await.assert_problem(409, "tenant.last_owner");
    let demote = json!({ "role": "viewer" });
    let demoted = world.send(request(Method::PATCH, &path, Some(secret), Some(&demote))).await;
    demoted.assert_problem(409, "tenant.last_owner");
    let again = json!({ "email": "ANA@example.org", "name": "Ana again", "role": "viewer" });
    world.post("/v1/members", secret, &again).await.assert_problem(409, "tenant.member_exists");
}

#[tokio::test]
async fn every_fault_of_a_body_is_pointed_at() {
    let world = World::start().await;
    let owner = world.tenant("Farm").await;
    let bad = json!({ "name": "", "scopes": ["nothing"], "member_id": "7", "expires_at": "2001-01-01T00:00:00Z" });
    let answer = world.post("/v1/api-keys", &owner.secret, &bad).await;
    answer.assert_problem(400, "request.invalid_field");
    let problem = answer.json();
    let pointers: Vec<_> =
        problem["errors"].as_array().expect("faults").iter().map(|fault| &fault["pointer"]).collect();
    assert_eq!(pointers, ["/name", "/scopes/0", "/member_id", "/expires_at"]);
    let unknown = world.post("/v1/api-keys", &owner.secret, &json!({ "nome": "x" })).await;
    unknown.assert_problem(400, "request.invalid_field");
    let parameter = world.get("/v1/api-keys?limit=0", &owner.secret).await;
    parameter.assert_problem(400, "request.invalid_parameter");
    let parameter = world.get("/v1/api-keys?offset=3", &owner.secret).await;
    parameter.assert_problem(400, "request.invalid_parameter");
}

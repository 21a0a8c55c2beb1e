//! Tests that a tenant can neither read, change nor detect another tenant's objects. A foreign id gets the same
//! response as a random one.

use crate::harness::{Answer, World, request};
use http::{Method, StatusCode};
use serde_json::{Value, json};

/// The response without the parts that differ between requests.
fn comparable(answer: &Answer) -> (StatusCode, Value) {
    let mut body = answer.json();
    body["trace_id"] = Value::Null;
    (answer.status, body)
}

#[tokio::test]
async fn a_foreign_id_looks_like_a_random_one() {
    let world = World::start().await;
    let (ours, theirs) = (world.tenant("Ours").await, world.tenant("Theirs").await);
    let member = json!({ "email": "ana@example.org", "name": "Ana", "role": "viewer" });
    let member = world.post("/v1/members", &ours.secret, &member).await.json()["id"].clone();
    let keys = world.get("/v1/api-keys", &ours.secret).await.json();
    let (member, key) = (member.as_str().expect("an id"), keys["items"][0]["id"].as_str().expect("an id"));
    let random = "0190b0c8d7e87c3f8a4b5c6d7e8f9a0b";
    let cases = [
        (
            Method::PATCH,
            format!("/v1/members/{member}"),
            format!("/v1/members/mbr_{random}"),
            Some(json!({ "name": "X" })),
        ),
        (Method::DELETE, format!("/v1/members/{member}"), format!("/v1/members/mbr_{random}"), None),
        (Method::DELETE, format!("/v1/api-keys/{key}"), format!("/v1/api-keys/key_{random}"), None),
        (
            Method::POST,
            format!("/v1/api-keys/{key}/rotate"),
            format!("/v1/api-keys/key_{random}/rotate"),
            Some(json!({})),
        ),
    ];
    for (method, foreign, random, body) in cases {
        let call = |path: &str| world.send(request(method.clone(), path, Some(&theirs.secret), body.as_ref()));
        let (foreign_answer, random_answer) = (call(&foreign).await, call(&random).await);
        assert_eq!(foreign_answer.status, StatusCode::NOT_FOUND, "{method} {foreign}");
        assert_eq!(comparable(&foreign_answer), comparable(&random_answer), "{method} {foreign}");
    }
    assert_eq!(world.get("/v1/tenant", &ours.secret).await.status, StatusCode::OK, "our key still works");
    let members = world.get("/v1/members", &theirs.secret).await.json();
    assert_eq!(members["items"], json!([]));
    let members = world.get("/v1/members", &ours.secret).await.json();
    assert_eq!(members["items"][0]["name"], "Ana");
}

#[tokio::test]
async fn a_cursor_of_another_tenant_is_refused() {
    let world = World::start().await;
    let (ours, theirs) = (world.tenant("Ours").await, world.tenant("Theirs").await);
    world.key(&ours, &["tenant:read"]).await;
    let page = world.get("/v1/api-keys?limit=1", &ours.secret).await;
    assert!(page.header("link").contains("rel=\"next\""));
    let page = page.json();
    let cursor = page["next_cursor"].as_str().expect("a second page");
    let next = world.get(&format!("/v1/api-keys?limit=1&cursor={cursor}"), &ours.secret).await.json();
    assert_ne!(next["items"][0]["id"], page["items"][0]["id"]);
    assert!(next["next_cursor"].is_null());
    let foreign = world.get(&format!("/v1/api-keys?cursor={cursor}"), &theirs.secret).await;
    foreign.assert_problem(400, "request.invalid_cursor");
    let other_list = world.get(&format!("/v1/members?cursor={cursor}"), &ours.secret).await;
    other_list.assert_problem(400, "request.invalid_cursor");
}

//! Tests that a key stops with the key that made it, reaches no further than its maker, and that no tenant is locked
//! out.

use crate::harness::{Account, World, request};
use http::{Method, StatusCode};
use serde_json::{Value, json};

const ALL: [&str; 4] = ["key:read", "key:write", "tenant:read", "member:read"];

/// Creates a key with further members of the request; returns the account and the answer.
async fn make(world: &World, maker: &Account, more: Value) -> (Account, Value) {
    let mut body = json!({ "name": "made", "scopes": ALL });
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    let answer = world.post("/v1/api-keys", &maker.secret, &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let made = answer.json();
    let text = |name: &str| made[name].as_str().expect("text").to_owned();
    (Account { tenant: maker.tenant, client_id: text("client_id"), secret: text("secret") }, made)
}

async fn works(world: &World, account: &Account) -> bool {
    world.get("/v1/tenant", &account.secret).await.status == StatusCode::OK
}

fn path(key: &Value) -> String {
    format!("/v1/api-keys/{}", key["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn revoking_a_key_ends_what_it_made_and_what_that_made() {
    let world = World::start().await;
    let owner = world.tenant("Farm").await;
    let (child, child_key) = make(&world, &owner, json!({})).await;
    let (grandchild, grandchild_key) = make(&world, &child, json!({})).await;
    let (sibling, _) = make(&world, &owner, json!({})).await;
    assert_eq!(grandchild_key["made_by"], child_key["id"]);
    let token = world.token(&grandchild).await;
    assert!(works(&world, &grandchild).await);
    assert_eq!(world.delete(&path(&child_key), &owner.secret).await.status, StatusCode::NO_CONTENT);
    for secret in [&child.secret, &grandchild.secret, &token] {
        world.get("/v1/tenant", secret).await.assert_problem(401, "auth.invalid_token");
    }
    assert!(works(&world, &owner).await && works(&world, &sibling).await);
    let keys = world.get("/v1/api-keys", &owner.secret).await.json();
    let revoked = keys["items"].as_array().expect("keys").iter().filter(|key| !key["revoked_at"].is_null()).count();
    assert_eq!(revoked, 2, "the list shows it");
}

#[tokio::test]
async fn removing_a_member_ends_what_the_members_keys_made() {
    let world = World::start().await;
    let owner = world.tenant("Farm").await;
    let ben = json!({ "email": "ben@example.org", "name": "Ben", "role": "admin" });
    let ben = world.post("/v1/members", &owner.secret, &ben).await.json()["id"].clone();
    let (bens, _) = make(&world, &owner, json!({ "member_id": ben })).await;
    // A service key, without a member.
    let (service, _) = make(&world, &bens, json!({})).await;
    let (deeper, _) = make(&world, &service, json!({})).await;
    let member = format!("/v1/members/{}", ben.as_str().expect("an id"));
    let demote = request(Method::PATCH, &member, Some(&owner.secret), Some(&json!({ "role": "viewer" })));
    assert_eq!(world.send(demote).await.status, StatusCode::OK);
    for account in [&bens, &service, &deeper] {
        assert!(works(&world, account).await, "a viewer reads the tenant");
        world.get("/v1/members", &account.secret).await.assert_problem(403, "auth.insufficient_scope");
    }
    assert_eq!(world.delete(&member, &owner.secret).await.status, StatusCode::NO_CONTENT);
    for account in [&bens, &service, &deeper] {
        world.get("/v1/tenant", &account.secret).await.assert_problem(401, "auth.invalid_token");
    }
}

#[tokio::test]
async fn no_key_outlives_its_maker() {
    let world = World::start().await;
    let owner = world.tenant("Farm").await;
    let expiry = "2099-01-01T00:00:00Z";
    let (ending, key) = make(&world, &owner, json!({ "expires_at": expiry })).await;
    assert_eq!(key["expires_at"], expiry);
    let (_, unlimited) = make(&world, &ending, json!({})).await;
    assert_eq!(unlimited["expires_at"], expiry, "it ends with its maker");
    let (_, shorter) = make(&world, &ending, json!({ "expires_at": "2098-01-01T00:00:00Z" })).await;
    assert_eq!(shorter["expires_at"], "2098-01-01T00:00:00Z");
    let longer = json!({ "name": "longer", "scopes": ["tenant:read"], "expires_at": "2099-01-01T00:00:01Z" });
    let refused = world.post("/v1/api-keys", &ending.secret, &longer).await;
    refused.assert_problem(400, "request.invalid_field");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/expires_at");
    // The expiry of a maker also holds for keys that were made before it was set.
    let (child, _) = make(&world, &ending, json!({})).await;
    let mut database = world.database.owner().await;
    sqlx::query("UPDATE app.api_key SET expires_at = now() - interval '1 second' WHERE key_id = $1")
        .bind(ending.key_id())
        .execute(&mut database)
        .await
        .expect("expires");
    sqlx::query("UPDATE app.api_key SET expires_at = NULL WHERE key_id = $1")
        .bind(child.key_id())
        .execute(&mut database)
        .await
        .expect("does not expire");
    world.gateway.keys.invalidate_tenant(owner.tenant);
    world.get("/v1/tenant", &child.secret).await.assert_problem(401, "auth.invalid_token");
}

#[tokio::test]
async fn a_line_of_makers_has_a_maximum_length() {
    let world = World::start().await;
    let mut maker = world.tenant("Farm").await;
    for _ in 0..gateway::auth::key_state::MAKERS_MAX {
        maker = make(&world, &maker, json!({})).await.0;
    }
    assert!(works(&world, &maker).await);
    let one_more = json!({ "name": "one more", "scopes": ["tenant:read"] });
    world.post("/v1/api-keys", &maker.secret, &one_more).await.assert_problem(409, "tenant.too_many");
}

#[tokio::test]
async fn a_key_is_revoked_only_by_one_that_reaches_as_far() {
    let world = World::start().await;
    let owner = world.tenant("Farm").await;
    let (manager, _) = make(&world, &owner, json!({ "scopes": ["key:write", "key:read"] })).await;
    let (wider, wider_key) = make(&world, &owner, json!({})).await;
    let first = world.get("/v1/api-keys", &owner.secret).await.json()["items"][0].clone();
    for key in [&first, &wider_key] {
        world.delete(&path(key), &manager.secret).await.assert_problem(403, "auth.scope_escalation");
    }
    assert!(works(&world, &owner).await && works(&world, &wider).await);
    let (narrow, narrow_key) = make(&world, &owner, json!({ "scopes": ["key:read"] })).await;
    assert_eq!(world.delete(&path(&narrow_key), &manager.secret).await.status, StatusCode::NO_CONTENT);
    assert!(!works(&world, &narrow).await);
}

#[tokio::test]
async fn a_tenant_keeps_a_lasting_key_that_manages_keys() {
    let world = World::start().await;
    let owner = world.tenant("Farm").await;
    let first = world.get("/v1/api-keys", &owner.secret).await.json()["items"][0].clone();
    world.delete(&path(&first), &owner.secret).await.assert_problem(409, "tenant.last_manager");
    // A key that falls with it, one that expires, and one that cannot manage keys are no replacement.
    make(&world, &owner, json!({})).await;
    make(&world, &owner, json!({ "expires_at": "2099-01-01T00:00:00Z" })).await;
    make(&world, &owner, json!({ "scopes": ["tenant:read"] })).await;
    world.delete(&path(&first), &owner.secret).await.assert_problem(409, "tenant.last_manager");
    assert!(works(&world, &owner).await);
    // The operator can issue another one; then the first may go, with all that it made.
    let recovered = gateway::tenant::operate::recover(&world.gateway, owner.tenant).await.expect("recovered");
    assert_eq!(world.delete(&path(&first), &recovered.client_secret).await.status, StatusCode::NO_CONTENT);
    assert!(!works(&world, &owner).await);
    assert_eq!(world.get("/v1/tenant", &recovered.client_secret).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_member_with_the_only_managing_key_stays() {
    let world = World::start().await;
    let body = json!({ "name": "Farm", "mode": "live", "owner_email": "ana@example.org" });
    let made = world.post("/v1/tenants", &world.operator.client_secret, &body).await.json();
    let ana = made["api_key"]["secret"].as_str().expect("a secret").to_owned();
    let ben = json!({ "email": "ben@example.org", "name": "Ben", "role": "owner" });
    assert_eq!(world.post("/v1/members", &ana, &ben).await.status, StatusCode::CREATED);
    let member = format!("/v1/members/{}", made["api_key"]["member_id"].as_str().expect("an id"));
    world.delete(&member, &ana).await.assert_problem(409, "tenant.last_manager");
    let demote = request(Method::PATCH, &member, Some(&ana), Some(&json!({ "role": "viewer" })));
    world.send(demote).await.assert_problem(409, "tenant.last_manager");
    assert_eq!(world.get("/v1/tenant", &ana).await.status, StatusCode::OK, "nothing changed");
}

#[tokio::test]
async fn a_role_is_changed_only_by_one_that_reaches_as_far() {
    let world = World::start().await;
    let owner = world.tenant("Farm").await;
    let (manager, _) = make(&world, &owner, json!({ "scopes": ["member:write", "member:read"] })).await;
    for (role, email) in [("admin", "a@example.org"), ("viewer", "v@example.org")] {
        let member = json!({ "email": email, "name": "M", "role": role });
        world.post("/v1/members", &manager.secret, &member).await.assert_problem(403, "auth.scope_escalation");
        assert_eq!(world.post("/v1/members", &owner.secret, &member).await.status, StatusCode::CREATED);
    }
    let members = world.get("/v1/members", &owner.secret).await.json();
    for member in members["items"].as_array().expect("members") {
        let path = format!("/v1/members/{}", member["id"].as_str().expect("an id"));
        for role in ["owner", "admin", "operator", "auditor", "viewer"] {
            if member["role"] == role {
                continue;
            }
            let change = request(Method::PATCH, &path, Some(&manager.secret), Some(&json!({ "role": role })));
            assert_eq!(world.send(change).await.status, StatusCode::FORBIDDEN, "{member} {role}");
        }
        world.delete(&path, &manager.secret).await.assert_problem(403, "auth.scope_escalation");
        let rename = request(Method::PATCH, &path, Some(&manager.secret), Some(&json!({ "name": "Renamed" })));
        assert_eq!(world.send(rename).await.json()["name"], "Renamed");
    }
}

#[tokio::test]
async fn a_role_of_a_later_version_is_kept() {
    let world = World::start().await;
    let owner = world.tenant("Farm").await;
    let member = json!({ "email": "ben@example.org", "name": "Ben", "role": "viewer" });
    let id = world.post("/v1/members", &owner.secret, &member).await.json()["id"].clone();
    let (bens, _) = make(&world, &owner, json!({ "member_id": id })).await;
    let mut database = world.database.owner().await;
    sqlx::raw_sql(
        "ALTER TABLE app.member DROP CONSTRAINT member_role_check;
         UPDATE app.member SET role = 'inspector' WHERE email = 'ben@example.org'",
    )
    .execute(&mut database)
    .await
    .expect("a later version");
    world.gateway.keys.invalidate_tenant(owner.tenant);
    let path = format!("/v1/members/{}", id.as_str().expect("an id"));
    let patch = async |body: Value| world.send(request(Method::PATCH, &path, Some(&owner.secret), Some(&body))).await;
    let renamed = patch(json!({ "name": "Benjamin" })).await.json();
    assert_eq!((&renamed["name"], &renamed["role"]), (&json!("Benjamin"), &json!("inspector")));
    patch(json!({ "role": "viewer" })).await.assert_problem(403, "auth.scope_escalation");
    let stored: String = sqlx::query_scalar("SELECT role FROM app.member WHERE email = 'ben@example.org'")
        .fetch_one(&mut database)
        .await
        .expect("the row");
    assert_eq!(stored, "inspector");
    world.get("/v1/tenant", &bens.secret).await.assert_problem(403, "auth.insufficient_scope");
}

#[tokio::test]
async fn texts_hold_no_control_characters() {
    let world = World::start().await;
    let owner = world.tenant("Farm").await;
    let long = "n".repeat(201);
    for bad in ["a\0b", "a\u{1b}[2J", "a\r\nb", "a\u{85}", "a\u{2028}b", "a\u{202e}b", long.as_str()] {
        let cases = [
            ("/v1/tenants", json!({ "name": bad, "mode": "test" }), "/name"),
            ("/v1/tenants", json!({ "name": "x", "mode": "test", "owner_email": format!("{bad}@b") }), "/owner_email"),
            ("/v1/members", json!({ "email": "a@b", "name": bad, "role": "viewer" }), "/name"),
            ("/v1/api-keys", json!({ "name": bad, "scopes": ["tenant:read"] }), "/name"),
        ];
        for (path, body, pointer) in cases {
            // An address may be longer than a name.
            if bad == long && pointer == "/owner_email" {
                continue;
            }
            let bearer = if path == "/v1/tenants" { &*world.operator.client_secret } else { &owner.secret };
            let answer = world.post(path, bearer, &body).await;
            answer.assert_problem(400, "request.invalid_field");
            assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{path} {bad:?}");
        }
    }
}

/// Two limits hold: one where the faults are found, one in the problem. Each has a test beside its code.
#[tokio::test]
async fn a_request_with_many_faults_shows_the_first_hundred() {
    let world = World::start().await;
    let owner = world.tenant("Farm").await;
    let wrong = json!({ "name": "n", "scopes": vec!["x"; 15_000] });
    let answer = world.post("/v1/api-keys", &owner.secret, &wrong).await;
    answer.assert_problem(400, "request.invalid_field");
    assert_eq!(answer.json()["errors"].as_array().map(Vec::len), Some(100));
}

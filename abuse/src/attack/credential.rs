//! API keys: floods of wrong ones, and keys that do more than their makers may.

use super::Attack;
use crate::{
    connection::Client,
    context::{Context, PROXY, STRANGER},
    http::{Answer, Request},
    load::{Flood, flood},
    tally::{Expected, Tally},
    tenant::Tenant,
};
use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures::FutureExt as _;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "keys-made-up-flood",
        "32 connections, 400 requests/s with API keys of the right form that do not exist, from one address",
        "401 or 429",
        |context| made_up(context).boxed(),
    ),
    Attack::new(
        "keys-made-up-behind-one-proxy",
        "the same behind a trusted proxy, through which 40 keys of the neighbour are used for the first time",
        "401 or 429 for the made-up keys, and 200 for each key of the neighbour",
        |context| behind_proxy(context).boxed(),
    ),
    Attack::new(
        "keys-forwarded-for",
        "the same with another X-Forwarded-For, Forwarded and X-Real-IP in each request",
        "401, and 429 once one address exceeds its rate: the headers change nothing",
        |context| forwarded_for(context).boxed(),
    ),
    Attack::new(
        "key-outlives-its-maker",
        "a key of a member makes a key; the member is removed; a key that expires makes one that does not",
        "401 for the keys of a removed member, and a refusal or an expiry",
        |context| outlives(context).boxed(),
    ),
    Attack::new(
        "key-revokes-a-stronger-one",
        "a key with key:write alone revokes the owner's key; the last key of a tenant is revoked",
        "a refusal, and the owner's key still answers",
        |context| revokes(context).boxed(),
    ),
    Attack::new(
        "member-changes-loop",
        "4 connections, 400 changes/s of a member of the attacker, while the neighbour uses its API key 800 times/s",
        "the neighbour's key answers without 429",
        |context| member_changes(context).boxed(),
    ),
];

/// The header in which a proxy names the client's address.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// An API key that has the right form and names a random key.
fn random_key() -> String {
    let bytes: Vec<u8> = (0..64).map(|_| rand::random()).collect();
    format!("wm_test_{}", URL_SAFE_NO_PAD.encode(bytes))
}

async fn made_up(context: Arc<Context>) -> anyhow::Result<Tally> {
    let load = Flood { connections: 32, per_second: 400, source: STRANGER };
    let make = |_| Request::get("/v1/tenant").bearer(&random_key());
    Ok(flood(&context, load, Expected::Status(&[401, 503]), make).await)
}

/// Makes keys of the neighbour that no request has used yet, so that the server knows none of them by heart.
async fn unused_keys(context: &Context, count: usize) -> anyhow::Result<Vec<String>> {
    let mut keys = Vec::new();
    for _ in 0..count {
        let body = json!({ "name": "branch", "scopes": ["tenant:read"] });
        keys.push(new_key(context, &context.neighbour.token, &body).await?.1);
    }
    Ok(keys)
}

async fn behind_proxy(context: Arc<Context>) -> anyhow::Result<Tally> {
    let (mut tally, keys) = (Tally::default(), unused_keys(&context, 40).await?);
    let pause = context.duration / 50;
    let flooding = {
        let context = Arc::clone(&context);
        let load = Flood { connections: 32, per_second: 400, source: PROXY };
        let make = |_| Request::get("/v1/tenant").bearer(&random_key()).header(FORWARDED_FOR, "203.0.113.9");
        tokio::spawn(async move { flood(&context, load, Expected::Status(&[401, 503]), make).await })
    };
    let mut client = Client::new(context.server, PROXY);
    for key in keys {
        tokio::time::sleep(pause).await;
        let request = Request::get("/v1/tenant").header(FORWARDED_FOR, "198.51.100.7");
        let answer = client.send(&request.bearer(&key)).await;
        tally.expect("a key of the neighbour", &answer, &Expected::Served);
    }
    Ok(tally.merge(flooding.await?))
}

async fn forwarded_for(context: Arc<Context>) -> anyhow::Result<Tally> {
    // Longer than the burst of any permitted rate lasts, so that a limit must show.
    let load = Flood { connections: 32, per_second: 1_500, source: STRANGER };
    let make = |number: u64| {
        let address = format!("10.{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255);
        let request = Request::get("/v1/tenant").bearer(&random_key()).header(FORWARDED_FOR, &address);
        request.header("forwarded", &format!("for={address}")).header("x-real-ip", &address)
    };
    let mut tally = flood(&context, load, Expected::Status(&[401, 503]), make).await;
    let (answers, limited) =
        (tally.statuses.values().sum::<u64>(), tally.statuses.get(&429).copied().unwrap_or_default());
    tally.check(answers < 1_500 || limited > 0, || format!("{answers} made-up keys and no 429"));
    Ok(tally)
}

/// Makes an API key with a token; the answer contains its secret.
async fn make_key(context: &Context, token: &str, body: &Value) -> anyhow::Result<Answer> {
    context.client().send(&Request::post("/v1/api-keys", body.to_string()).bearer(token)).await
}

/// The secret of a new key with some scopes.
async fn new_key(context: &Context, token: &str, body: &Value) -> anyhow::Result<(String, String)> {
    let answer = make_key(context, token, body).await?;
    let text = |name: &str| answer.json()[name].as_str().map(str::to_owned);
    text("id").zip(text("secret")).with_context(|| format!("a key: {} {}", answer.status, answer.code()))
}

async fn outlives(context: Arc<Context>) -> anyhow::Result<Tally> {
    let (mut tally, owner) = (Tally::default(), context.attacker.token.clone());
    let email = format!("m{}@farm.example", rand::random::<u32>());
    let member = json!({ "email": email, "name": "M", "role": "admin" });
    let answer = context.send(Request::post("/v1/members", member.to_string())).await?;
    let id = answer.json()["id"].as_str().map(str::to_owned).context("a member")?;
    let scopes = json!(["key:write", "key:read", "tenant:read"]);
    let (_, first) = new_key(&context, &owner, &json!({ "name": "first", "scopes": scopes, "member_id": id })).await?;
    let second = make_key(&context, &first, &json!({ "name": "second", "scopes": ["tenant:read"] })).await?;
    context.send(Request::new("DELETE", format!("/v1/members/{id}"))).await?;
    if let Some(second) = second.json()["secret"].as_str() {
        let answer = context.client().send(&Request::get("/v1/tenant").bearer(second)).await;
        tally.expect("a key that a removed member made", &answer, &Expected::Status(&[401]));
    }
    // A date in the future of any clock.
    let expiry = json!({ "name": "short", "scopes": scopes, "expires_at": "2099-01-01T00:00:00Z" });
    let (_, short) = new_key(&context, &owner, &expiry).await?;
    let longer = make_key(&context, &short, &json!({ "name": "long", "scopes": ["tenant:read"] })).await?;
    let is_bounded = longer.status >= 400 || longer.json()["expires_at"].is_string();
    tally.check(is_bounded, || "a key that expires made one that does not".to_owned());
    Ok(tally)
}

async fn revokes(context: Arc<Context>) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    // Tenants of their own, which may be locked out.
    let tenant = Tenant::sign_up(context.server, "Revoked", context.attacker.source).await?;
    let list = Request::get("/v1/api-keys").bearer(&tenant.token);
    let keys = context.client().send(&list).await?.json();
    let all = keys["items"].as_array().context("a list of keys")?;
    let is_owner = |key: &&Value| key["client_id"].as_str() == Some(&*tenant.client_id);
    let id = all.iter().find(is_owner).and_then(|key| key["id"].as_str()).context("the owner's key")?;
    let weak = json!({ "name": "weak", "scopes": ["key:write"] });
    let (_, weak) = new_key(&context, &tenant.token, &weak).await?;
    let revoke = Request::new("DELETE", format!("/v1/api-keys/{id}")).bearer(&weak);
    let answer = context.client().send(&revoke).await;
    tally.expect("revoking the owner's key", &answer, &Expected::Refused);
    let answer = context.client().send(&Request::get("/v1/tenant").bearer(&tenant.client_secret)).await;
    tally.expect("the owner's key", &answer, &Expected::Status(&[200]));
    let alone = Tenant::sign_up(context.server, "Alone", context.attacker.source).await?;
    let keys = context.client().send(&Request::get("/v1/api-keys").bearer(&alone.token)).await?.json();
    let id = keys.pointer("/items/0/id").and_then(Value::as_str);
    let last = Request::new("DELETE", format!("/v1/api-keys/{}", id.context("the only key")?)).bearer(&alone.token);
    tally.expect("revoking the last key", &context.client().send(&last).await, &Expected::Refused);
    Ok(tally)
}

async fn member_changes(context: Arc<Context>) -> anyhow::Result<Tally> {
    let email = format!("m{}@farm.example", rand::random::<u32>());
    let member = json!({ "email": email, "name": "M", "role": "viewer" });
    let answer = context.send(Request::post("/v1/members", member.to_string())).await?;
    let id = answer.json()["id"].as_str().map(str::to_owned).context("a member")?;
    let token = context.attacker.token.clone();
    let load = Flood { connections: 4, per_second: 400, source: context.attacker.source };
    let change = move |number: u64| {
        let body = json!({ "name": format!("M{number}") }).to_string();
        Request::new("PATCH", format!("/v1/members/{id}")).with_json(body).bearer(&token)
    };
    let neighbour = Flood { connections: 8, per_second: 800, source: context.neighbour.source };
    let key = context.neighbour.client_secret.clone();
    let read = move |_| Request::get("/v1/tenant").bearer(&key);
    let (changes, reads) =
        tokio::join!(flood(&context, load, Expected::Any, change), flood(&context, neighbour, Expected::Served, read));
    Ok(changes.merge(reads))
}

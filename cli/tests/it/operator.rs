//! The operator on the machine of a running instance: tenants, recovery, keys, and the console's links.

use crate::{
    api::Api,
    command::{Outcome, run},
    folder::Folder,
    instance::Instance,
};
use serde_json::{Value, json};
use std::{fs, path::Path};

fn document(number: u32) -> String {
    let event = json!({
        "type": "ObjectEvent", "eventID": format!("urn:uuid:00000000-0000-4000-8000-{number:012}"),
        "action": "OBSERVE", "eventTime": "2026-01-01T00:00:00Z", "eventTimeZoneOffset": "+00:00",
        "epcList": [format!("https://id.gs1.org/01/09521141012345/21/{number}")],
    });
    json!({
        "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"], "type": "EPCISDocument",
        "schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00Z", "epcisBody": { "eventList": [event] },
    })
    .to_string()
}

fn operator(data: &Path, arguments: &[&str]) -> Outcome {
    run(["operator", "--json", "--data", data.to_str().expect("UTF-8")].iter().chain(arguments))
}

fn done(data: &Path, arguments: &[&str]) -> Value {
    let outcome = operator(data, arguments);
    assert_eq!(outcome.code, 0, "{arguments:?}: {outcome:?}");
    outcome.json()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

async fn status(url: &str, bearer: &Value) -> (u16, Value) {
    let answer = reqwest::Client::new().get(format!("{url}/v1/tenant")).bearer_auth(text(bearer)).send().await;
    let answer = answer.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_creates_suspends_and_recovers_tenants() {
    let folder = Folder::new();
    let data = folder.data();
    let absent = operator(&data, &["tenant", "list"]);
    assert_eq!(absent.code, 1);
    assert!(absent.stderr.contains("waymark up --data"), "{absent:?}");
    let instance = Instance::start(&data).await;
    let url = instance.ready.url.clone();

    let made = done(&data, &["tenant", "create", "--name", "A farm", "--owner-email", "ana@example.org"]);
    assert!(text(&made["client_secret"]).starts_with("wm_live_"), "{made}");
    assert_eq!(status(&url, &made["client_secret"]).await.0, 200);
    let api = Api::sign_in(&url, text(&made["client_id"]), text(&made["client_secret"])).await;
    assert!(api.capture(document(1)).await.is_captured(), "a live tenant captures");
    let bad = operator(&data, &["tenant", "create", "--name", ""]);
    assert!(bad.code == 1 && bad.stderr.contains("/name"), "{bad:?}");

    let id = text(&made["tenant_id"]);
    let listed = done(&data, &["tenant", "list"]);
    assert!(listed["tenants"].as_array().expect("a list").iter().any(|tenant| tenant["name"] == "A farm"), "{listed}");
    done(&data, &["tenant", "suspend", id]);
    let (refused, problem) = status(&url, &made["client_secret"]).await;
    assert_eq!((refused, text(&problem["code"])), (403, "auth.tenant_suspended"));
    done(&data, &["tenant", "resume", id]);
    let recovered = done(&data, &["tenant", "recover", id]);
    for secret in [&made["client_secret"], &recovered["client_secret"]] {
        assert_eq!(status(&url, secret).await.0, 200);
    }
    let unknown = operator(&data, &["tenant", "recover", "01a1f8eb-0000-7000-8000-000000000000"]);
    assert!(unknown.code == 1 && unknown.stderr.contains("tenant.unknown_tenant"), "{unknown:?}");

    // An operator's key does the same through the API.
    let key = done(&data, &["key"]);
    let client = reqwest::Client::new();
    let request = client.post(format!("{url}/v1/tenants")).bearer_auth(text(&key["client_secret"]));
    let answer = request.json(&json!({ "name": "By API", "mode": "live" })).send().await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 201);
    let rotate = client.post(format!("{url}/v1/keys/rotate")).bearer_auth(text(&key["client_secret"]));
    assert_eq!(rotate.json(&json!({})).send().await.expect("an answer").status().as_u16(), 200);

    done(&data, &["token-key", "--revoke"]);
    done(&data, &["secret", "cursor"]);
    let audit = done(&data, &["audit"]);
    let actions: Vec<_> = audit["lines"].as_array().expect("lines").iter().map(|line| text(&line["action"])).collect();
    for action in
        ["tenant.create", "tenant.suspend", "tenant.resume", "tenant.recover", "operator.key", "token_key.revoke"]
    {
        assert!(actions.contains(&action), "{action} in {actions:?}");
    }
    instance.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_encryption_key_is_replaced_and_the_old_one_dropped_across_a_restart() {
    let folder = Folder::new();
    let data = folder.data();
    let instance = Instance::start(&data).await;
    let api = instance.sign_in().await;
    assert!(api.capture(document(1)).await.is_captured());
    let kek = data.join("keys").join("kek");
    let old = fs::read_to_string(&kek).expect("the key");
    done(&data, &["kek", "rotate"]);
    let both = fs::read_to_string(&kek).expect("the keys");
    assert!(both.lines().count() == 2 && both.ends_with(&old), "the new key first, then the old one");
    assert!(api.capture(document(2)).await.is_captured());
    // A file without the key that seals is not taken.
    fs::write(&kek, &old).expect("written");
    let refused = operator(&data, &["kek", "load"]);
    assert!(refused.code == 1 && refused.stderr.contains("sealed with key"), "{refused:?}");
    fs::write(&kek, &both).expect("written");
    let dropped = done(&data, &["kek", "drop-old"]);
    assert_eq!(dropped["keys"].as_array().map(Vec::len), Some(1), "{dropped}");
    let only = fs::read_to_string(&kek).expect("the key");
    assert!(only.lines().count() == 1 && !only.contains(old.trim()));
    instance.stop().await;

    let instance = Instance::start(&data).await;
    let api = instance.sign_in().await;
    assert_eq!(api.every_event().await.len(), 2);
    for number in [1, 2] {
        api.evidence(&format!("urn:uuid:00000000-0000-4000-8000-{number:012}")).await;
    }
    assert!(api.capture(document(3)).await.is_captured());
    instance.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_link_signs_in_once() {
    let folder = Folder::new();
    let data = folder.data();
    let instance = Instance::start(&data).await;
    let link = run(["console-link".as_ref(), "--json".as_ref(), "--data".as_ref(), data.as_os_str()]).json();
    let (page, code) = text(&link["url"]).split_once("/#code=").expect("a link with a code");
    assert_eq!(page, instance.ready.url);
    assert!(!text(&link["url"]).contains("wm_"), "no lasting key");
    let exchange = async || {
        let request = reqwest::Client::new().post(format!("{page}/v1/console-sessions"));
        let answer = request.json(&json!({ "code": code })).send().await.expect("an answer");
        (answer.status().as_u16(), answer.json::<Value>().await.expect("JSON"))
    };
    let (status_code, key) = exchange().await;
    assert_eq!(status_code, 201, "{key}");
    assert_eq!(status(page, &key["secret"]).await.1["id"], instance.ready.tenant_id.as_str());
    assert_eq!(exchange().await.0, 403);
    instance.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_credentials_and_tenant_leads_to_one_sandbox() {
    let folder = Folder::new();
    let data = folder.data();
    let instance = Instance::start(&data).await;
    let ready = instance.ready.clone();
    instance.stop().await;
    // As after a crash: the credentials of another start are stored, and their tenant is not created.
    let file = data.join("sandbox.json");
    let mut stored: Value = serde_json::from_slice(&fs::read(&file).expect("stored")).expect("JSON");
    let credential = gateway::auth::Credential {
        tenant: gateway::tenant_id::TenantId::random(),
        key_id: uuid::Uuid::now_v7(),
        secret: gateway::auth::Secret::random(),
    };
    stored["tenant_id"] = json!(credential.tenant);
    stored["client_id"] = json!(credential.client_id());
    stored["client_secret"] = json!(*credential.to_text(gateway::auth::credential::Mode::Test));
    fs::write(&file, stored.to_string()).expect("written");
    let tenant_id = credential.tenant.to_string();
    for number in 1..=2 {
        let instance = Instance::start(&data).await;
        assert_eq!(instance.ready.tenant_id, tenant_id);
        assert!(instance.sign_in().await.capture(document(number)).await.is_captured());
        let listed = done(&data, &["tenant", "list"]);
        let ids: Vec<_> =
            listed["tenants"].as_array().expect("a list").iter().map(|tenant| text(&tenant["tenant_id"])).collect();
        assert_eq!(ids, [ready.tenant_id.as_str(), &tenant_id], "no start makes another");
        instance.stop().await;
    }
}

//! Tests every documented operation with the token of another tenant. A foreign id gets the same response as a random
//! one, and no response names anything of the other tenant.

use crate::{
    harness::{Answer, World, request},
    provenance_master_data::with_master_data,
    stack::{document, event, segment},
};
use axum::body::Body;
use http::{HeaderValue, Method, Request};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What the first tenant has, or random values of the same kinds.
struct Things {
    member: String,
    key: String,
    operation: String,
    event: String,
    epc: String,
    /// The name of a query, the business step, place and disposition of an event, and an element of master data.
    query: String,
    /// An object for which links are stored.
    object: String,
    /// A subscription to the query.
    subscription: String,
    webhook: String,
}

impl Things {
    fn random() -> Self {
        let hex = "0190b0c8d7e87c3f8a4b5c6d7e8f9a0b";
        Self {
            member: format!("mbr_{hex}"),
            key: format!("key_{hex}"),
            operation: format!("op_{hex}"),
            event: "urn:uuid:ffffffff-0000-4000-8000-000000000000".to_owned(),
            epc: "urn:epc:id:sgtin:4012345.099999.0000".to_owned(),
            query: "urn:ex:random".to_owned(),
            object: "/00/095060001343512340".to_owned(),
            subscription: "0190b0c8-d7e8-7c3f-8a4b-5c6d7e8f9a0b".to_owned(),
            webhook: format!("hook_{hex}"),
        }
    }

    /// The request of an operation that names these things; `None` for an operation without tenants.
    fn request(&self, method: &str, path: &str) -> Option<(String, Option<Value>)> {
        let Self { member, key, operation, event, epc, query, object, subscription, webhook } = self;
        let (event, epc) = (segment(event), segment(epc));
        let get = |path: String| Some((path, None));
        match (method, path) {
            (
                "get",
                "/epcis"
                // Without a handshake; event_socket.rs and event_subscription.rs test what a tenant gets.
                | "/graphql"
                | "/v1/events/socket"
                | "/epcis/bizLocations"
                | "/epcis/bizSteps"
                | "/epcis/capture"
                | "/epcis/dispositions"
                | "/epcis/epcs"
                | "/epcis/eventTypes"
                | "/epcis/queries"
                | "/epcis/readPoints"
                | "/v1/api-keys"
                | "/v1/members"
                | "/v1/operations"
                | "/v1/tenant"
                | "/v1/webhooks",
            ) => get(path.to_owned()),
            ("get", "/epcis/capture/{id}") => get(format!("/epcis/capture/{operation}")),
            ("get", "/epcis/events") => get(format!("/epcis/events?MATCH_anyEPC={epc}&EQ_eventID={event}")),
            ("get", "/epcis/events/{eventID}") => get(format!("/epcis/events/{event}")),
            ("get", path) if path.starts_with("/epcis/epcs/{value}") => get(path.replace("{value}", &epc)),
            ("get", path) if path.contains("/{value}") => get(path.replace("{value}", &segment(query))),
            ("get" | "delete", path) if path.starts_with("/epcis/queries/{name}") => {
                get(path.replace("{name}", &segment(query)).replace("{subscriptionID}", subscription))
            }
            ("post", "/epcis/queries/{name}/subscriptions") => {
                Some((path.replace("{name}", &segment(query)), Some(yearly())))
            }
            ("post", "/epcis/queries") => Some((path.to_owned(), Some(json!({ "name": query })))),
            ("delete", "/epcis/nextPageToken/{token}") => get("/epcis/nextPageToken/x".to_owned()),
            ("get", "/v1/events") => get(format!("/v1/events?subject={event}")),
            ("get", "/v1/events/{number}/evidence") => get("/v1/events/1000/evidence".to_owned()),
            ("get", "/v1/operations/{id}") => get(format!("/v1/operations/{operation}")),
            ("get", "/v1/provenance/events/{eventID}/evidence") => {
                get(format!("/v1/provenance/events/{event}/evidence"))
            }
            ("get", "/v1/provenance/links" | "/v1/provenance/master-data") => get(path.to_owned()),
            ("get", path) if path.starts_with("/v1/provenance/master-data/{id}") => {
                get(path.replace("{id}", &segment(query)))
            }
            ("get" | "delete", "/v1/provenance/links/{identifier}") => {
                get(format!("/v1/provenance/links/{}", segment(object)))
            }
            ("put", "/v1/provenance/links/{identifier}") => {
                Some((format!("/v1/provenance/links/{}", segment(object)), Some(links_of(object))))
            }
            ("get", "/v1/provenance/codes") => {
                get(format!("/v1/provenance/codes?symbol=datamatrix&data={}", segment(object)))
            }
            ("get", "/v1/provenance/evidence") => get(format!("/v1/provenance/evidence?epc={epc}")),
            ("post", "/epcis/events") => {
                Some((path.to_owned(), Some(json!({ "MATCH_anyEPC": [self.epc], "EQ_eventID": [self.event] }))))
            }
            ("post", "/epcis/capture") => Some((path.to_owned(), Some(json!({ "type": "EPCISDocument" })))),
            ("post", "/graphql") => Some((path.to_owned(), Some(json!({ "query": self.query() })))),
            ("post", "/v1/api-keys") => {
                Some((path.to_owned(), Some(json!({ "name": "x", "scopes": ["tenant:read"], "member_id": member }))))
            }
            ("post", "/v1/members") => {
                Some((path.to_owned(), Some(json!({ "email": "x", "name": "x", "role": "owner" }))))
            }
            ("patch", "/v1/members/{id}") => Some((format!("/v1/members/{member}"), Some(json!({ "name": "x" })))),
            ("delete", "/v1/members/{id}") => get(format!("/v1/members/{member}")),
            ("delete", "/v1/api-keys/{id}") => get(format!("/v1/api-keys/{key}")),
            ("post", "/v1/api-keys/{id}/rotate") => Some((format!("/v1/api-keys/{key}/rotate"), Some(json!({})))),
            ("post", "/v1/keys/rotate") => Some((path.to_owned(), Some(json!({})))),
            ("post", "/v1/webhooks") => Some((path.to_owned(), Some(json!({ "url": "https://theirs.example/" })))),
            (_, path) if path.starts_with("/v1/webhooks/{id}") => {
                let body = match (method, path.rsplit('/').next()) {
                    ("patch", _) => Some(json!({ "description": "x" })),
                    ("post", Some("secrets")) => Some(json!({})),
                    ("post", Some("replay")) if !path.contains("dead-letters") => Some(json!({ "from": 1, "to": 1 })),
                    _ => None,
                };
                Some((path.replace("{id}", webhook).replace("{sequence}", "1"), body))
            }
            ("post", "/v1/tenants") => Some((path.to_owned(), Some(json!({ "name": "x", "mode": "test" })))),
            _ => None,
        }
    }

    fn query(&self) -> String {
        let Self { event, epc, operation, query, object, .. } = self;
        format!(
            r#"{{ tenant {{ id name }} cloudEvents {{ newest items {{ id subject data }} }} operation(id: "{operation}") {{ id }} event(id: "{event}") {{ eventId }}
                identifier(epc: "{epc}") {{ events {{ nodes {{ eventId }} }} }}
                resources(list: EPCS) {{ nodes {{ value }} }} namedQueries {{ nodes {{ name }} }}
                namedQuery(name: "{query}") {{ name }} links(identifier: "{object}")
                masterData {{ nodes {{ id document }} }} masterDataElement(id: "{query}") {{ id document }} }}"#
        )
    }
}

/// A subscription that delivers nothing during a test.
fn yearly() -> Value {
    json!({ "dest": "https://receiver-of-ours.example/", "schedule": { "month": "1", "dayOfMonth": "1", "hour": "0" } })
}

/// Links of an object, with a default link.
fn links_of(object: &str) -> Value {
    let links = json!([{ "href": "https://ours.example/", "title": "Links of ours" }]);
    json!({ "linkset": [{
        "anchor": format!("https://id.gs1.org{object}"), "itemDescription": "Links of ours",
        "https://ref.gs1.org/voc/defaultLink": links, "https://ref.gs1.org/voc/pip": links,
    }] })
}

/// Operations whose response to the same tenant differs each time: new ids, and proofs about different identifiers.
const DIFFERS: &[&str] = &["/v1/api-keys", "/v1/provenance/evidence", "/v1/webhooks"];

/// Operations that need no credentials of a tenant, or answer the same to every tenant.
const WITHOUT_TENANT: &[&str] = &[
    "/.well-known/gs1resolver",
    "/.well-known/jwks.json",
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
    "/id/{tenant}/.well-known/gs1resolver",
    "/id/{tenant}/{link}",
    "/livez",
    "/metrics",
    "/oauth/token",
    "/openapi.json",
    "/readyz",
    "/v1/console-sessions",
    "/v1/ledger/anchor",
    "/v1/ledger/network",
    "/v1/ledger/shards/{shard}/blocks",
    "/v1/ledger/status",
    "/v1/sandboxes",
];

fn send(method: &Method, path: &str, bearer: &str, body: Option<&Value>) -> Request<Body> {
    let mut request = request(method.clone(), path, Some(bearer), body);
    request.headers_mut().insert("prefer", HeaderValue::from_static("wait=1"));
    request
}

/// The response without the parts that differ between any two requests, and without the names that were asked for.
fn comparable(answer: &Answer, asked: &Things) -> (u16, String) {
    let mut body: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    for name in ["trace_id", "creationDate"] {
        if body.get(name).is_some() {
            body[name] = Value::Null;
        }
    }
    let mut text = body.to_string();
    let Things { member, key, operation, event, epc, query, object, subscription, webhook } = asked;
    for name in [member, key, operation, event, epc, query, object, subscription, webhook] {
        text = text.replace(name.as_str(), "ASKED");
    }
    (answer.status.as_u16(), text)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_with_a_foreign_token_sees_nothing() {
    let world = World::start().await;
    let (ours, theirs) = (world.tenant("Ours only").await, world.tenant("Theirs").await);
    let member = json!({ "email": "ours@example.org", "name": "Ours only", "role": "viewer" });
    let member = world.post("/v1/members", &ours.secret, &member).await.json();
    let keys = world.get("/v1/api-keys", &ours.secret).await.json();
    let event_id = "urn:uuid:aaaaaaaa-0000-4000-8000-000000000001";
    let named = "urn:ex:ours";
    let fields = format!(
        r#","bizStep":"{named}","disposition":"{named}","readPoint":{{"id":"{named}"}},"bizLocation":{{"id":"{named}"}}"#
    );
    let own = format!(
        r#"{{"type":"{named}","eventID":"urn:uuid:own","eventTime":"2026-01-01T00:00:00Z",
        "eventTimeZoneOffset":"+00:00","parentID":"urn:ex:parent-of-ours"}}"#
    );
    let capture = with_master_data(
        &document(&[event(event_id, &fields), own]),
        &format!(r#"{{"type":"urn:ex:vocabulary-of-ours","vocabularyElementList":[{{"id":"{named}"}}]}}"#),
    );
    let made = world.post("/epcis/queries", &ours.secret, &json!({ "name": named, "query": {} })).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.text());
    let subscribed = format!("/epcis/queries/{}/subscriptions", segment(named));
    let subscribed = world.post(&subscribed, &ours.secret, &yearly()).await;
    assert_eq!(subscribed.status.as_u16(), 201, "{}", subscribed.text());
    let object = "/00/395060001343512341";
    let links = format!("/v1/provenance/links/{}", segment(object));
    let made = world.send(request(Method::PUT, &links, Some(&ours.secret), Some(&links_of(object)))).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.text());
    let mut sent = request(Method::POST, "/epcis/capture", Some(&ours.secret), None);
    sent.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    sent.headers_mut().insert("prefer", HeaderValue::from_static("wait=20"));
    *sent.body_mut() = Body::from(capture);
    let job = world.send(sent).await.json();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let hook = json!({ "url": "https://ours.example/hook", "description": "Ours only" });
    let hook = world.post("/v1/webhooks", &ours.secret, &hook).await.json();
    let foreign = Things {
        member: text(&member["id"]),
        key: text(&keys["items"][0]["id"]),
        operation: text(&job["captureID"]),
        event: event_id.to_owned(),
        epc: "urn:epc:id:sgtin:4012345.011111.9876".to_owned(),
        query: named.to_owned(),
        object: object.to_owned(),
        subscription: text(&subscribed.json()["subscriptionID"]),
        webhook: text(&hook["id"]),
    };
    let secrets_of_ours = [
        "urn:ex:parent-of-ours",
        "urn:ex:vocabulary-of-ours",
        "Links of ours",
        "receiver-of-ours",
        "https://ours.example/hook",
        "Ours only",
        "ours@example.org",
        &ours.tenant.to_string(),
        &ours.client_id,
    ];
    let random = Things::random();

    let spec = world.get("/openapi.json", "").await.json();
    let mut seen = BTreeSet::new();
    for (path, item) in spec["paths"].as_object().expect("paths") {
        for name in item.as_object().expect("operations").keys() {
            // A stream does not end; event_stream.rs tests that a tenant gets its own events only.
            if WITHOUT_TENANT.contains(&path.as_str()) || path == "/v1/events/stream" {
                continue;
            }
            let Some((target, body)) = foreign.request(name, path) else {
                panic!("{name} {path} is documented; say here how it names things of a tenant");
            };
            let method: Method = name.to_uppercase().parse().expect("a method");
            let answer = world.send(send(&method, &target, &theirs.secret, body.as_ref())).await;
            let (other, other_body) = random.request(name, path).expect("the same operation");
            let unknown = world.send(send(&method, &other, &theirs.secret, other_body.as_ref())).await;
            // 501 is the answer of an optional operation.
            let is_answer = answer.status.as_u16() < 500 || answer.status.as_u16() == 501;
            assert!(is_answer, "{name} {target}: {}", answer.text());
            let (answered, expected) = (comparable(&answer, &foreign), comparable(&unknown, &random));
            assert_eq!(answered.0, expected.0, "{name} {target}");
            if !DIFFERS.contains(&path.as_str()) {
                assert_eq!(answered.1, expected.1, "{name} {target}");
            }
            for secret in secrets_of_ours {
                assert!(!answer.text().contains(secret), "{name} {target} shows {secret}: {}", answer.text());
            }
            // Without any token, nothing of a tenant is answered.
            let anonymous = world.send(send(&method, &target, "", body.as_ref())).await;
            assert_eq!(anonymous.status.as_u16(), 401, "{name} {target}");
            seen.insert(format!("{name} {path}"));
        }
    }
    assert!(seen.len() >= 20, "{seen:?}");
    // Nothing of ours has changed.
    let ours_now = world.get("/v1/members", &ours.secret).await.json();
    assert_eq!(ours_now["items"][0]["name"], "Ours only");
    let hook_now = world.get(&format!("/v1/webhooks/{}", foreign.webhook), &ours.secret).await.json();
    assert_eq!((&hook_now["state"], &hook_now["description"]), (&json!("enabled"), &json!("Ours only")));
    let found = world.get(&format!("/v1/provenance/master-data/{}", segment(named)), &ours.secret).await;
    assert_eq!(found.status.as_u16(), 200, "{}", found.text());
    let found = world.get(&format!("/epcis/events/{}", segment(event_id)), &ours.secret).await;
    assert_eq!(found.status.as_u16(), 200, "{}", found.text());
}

//! Tests HTTP Basic: client id and secret of an API key are the key itself, with its scopes, limits and end.

use crate::harness::{Account, Answer, Setting, World, form_request, request};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use gateway::{client_address::PeerAddress, config::Rate};
use http::{HeaderValue, Method, Request, StatusCode, header};
use serde_json::json;
use std::net::IpAddr;

/// The challenge of RFC 7617.
const CHALLENGE: &str = "Basic realm=\"waymark\", charset=\"UTF-8\"";

fn basic(user: &str, password: &str) -> HeaderValue {
    HeaderValue::try_from(format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))).expect("a header")
}

fn as_client(account: &Account) -> HeaderValue {
    basic(&account.client_id, &account.secret)
}

async fn send(world: &World, method: Method, path: &str, credentials: HeaderValue) -> Answer {
    let body = (method != Method::GET).then(|| json!({}));
    let mut request = request(method, path, None, body.as_ref());
    request.headers_mut().insert(header::AUTHORIZATION, credentials);
    world.send(request).await
}

async fn get(world: &World, path: &str, credentials: HeaderValue) -> Answer {
    send(world, Method::GET, path, credentials).await
}

fn challenges(answer: &Answer) -> Vec<&str> {
    let values = answer.headers.get_all(header::WWW_AUTHENTICATE).iter();
    values.map(|value| value.to_str().expect("ASCII")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_reads_and_captures_with_its_id_and_secret() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let tenant = get(&world, "/v1/tenant", as_client(&account)).await;
    assert_eq!((tenant.status, &tenant.json()["name"]), (StatusCode::OK, &json!("Farm")));
    let capture = Request::post("/epcis/capture")
        .header(header::AUTHORIZATION, as_client(&account))
        .header(header::CONTENT_TYPE, "application/json")
        .header("prefer", "wait=20")
        .body(crate::stack::document(&[crate::stack::event("urn:uuid:1", "")]).into())
        .expect("a request");
    let captured = world.send(capture).await;
    assert_eq!((captured.status, &captured.json()["success"]), (StatusCode::OK, &json!(true)), "{}", captured.text());
    // The rate is the tenant's, whichever way its clients authenticate.
    assert!(captured.header("ratelimit-policy").starts_with("\"tenant\""));
    let events = get(&world, "/epcis/events/urn%3Auuid%3A1", as_client(&account)).await;
    assert_eq!(events.status, StatusCode::OK, "{}", events.text());
    let other = world.tenant("Other").await;
    get(&world, "/epcis/events/urn%3Auuid%3A1", as_client(&other))
        .await
        .assert_problem(404, "provenance.unknown_event");
}

#[tokio::test]
async fn a_key_has_the_same_scopes_and_the_same_end() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let key = world.key(&account, &["tenant:read"]).await;
    assert_eq!(get(&world, "/v1/tenant", as_client(&key)).await.status, StatusCode::OK);
    get(&world, "/v1/members", as_client(&key)).await.assert_problem(403, "auth.insufficient_scope");
    let keys = world.get("/v1/api-keys", &account.secret).await.json();
    let listed = keys["items"].as_array().expect("a list");
    let id = listed.iter().find(|item| item["client_id"] == key.client_id.as_str()).expect("listed")["id"].clone();
    let path = format!("/v1/api-keys/{}", id.as_str().expect("an id"));
    let rotated = send(&world, Method::POST, &format!("{path}/rotate"), as_client(&account)).await;
    assert_eq!(rotated.status, StatusCode::OK, "{}", rotated.text());
    let secret = rotated.json()["secret"].as_str().expect("a secret").to_owned();
    get(&world, "/v1/tenant", as_client(&key)).await.assert_problem(401, "auth.invalid_client");
    let renewed = Account { secret, ..key };
    assert_eq!(get(&world, "/v1/tenant", as_client(&renewed)).await.status, StatusCode::OK);
    assert_eq!(send(&world, Method::DELETE, &path, as_client(&account)).await.status, StatusCode::NO_CONTENT);
    get(&world, "/v1/tenant", as_client(&renewed)).await.assert_problem(401, "auth.invalid_client");
}

#[tokio::test]
async fn refused_clients_get_one_answer_and_a_challenge() {
    let world = World::start().await;
    let (ours, theirs) = (world.tenant("Ours").await, world.tenant("Theirs").await);
    let mut last = ours.secret.clone();
    let changed = if last.pop() == Some('A') { 'Q' } else { 'A' };
    let wrong = format!("{last}{changed}");
    let token = world.token(&ours).await;
    let mut answers = Vec::new();
    for refused in [
        basic(&ours.client_id, &wrong),
        basic(&ours.client_id, &theirs.secret),
        basic(&theirs.client_id, &ours.secret),
        basic(&ours.client_id, ""),
        basic("", &ours.secret),
        basic(&ours.client_id, &token),
        HeaderValue::from_static("Basic AAAA"),
        HeaderValue::from_static("Basic !"),
        HeaderValue::try_from(format!("Basic {}", "A".repeat(16_000))).expect("a header"),
    ] {
        let answer = get(&world, "/v1/tenant", refused).await;
        answer.assert_problem(401, "auth.invalid_client");
        assert_eq!(challenges(&answer), [CHALLENGE]);
        let mut problem = answer.json();
        problem["trace_id"] = json!("");
        answers.push(problem);
        let answer = get(&world, "/epcis/events", basic(&ours.client_id, &wrong)).await;
        assert_eq!((answer.status.as_u16(), challenges(&answer)), (401, vec![CHALLENGE]));
        assert_eq!(answer.json()["type"], "epcisException:SecurityException");
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "the reason is not told: {answers:?}");
}

#[tokio::test]
async fn basic_is_offered_where_it_is_taken() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let bearer = "Bearer realm=\"waymark\"";
    for (path, expected) in [
        ("/epcis/events", &[bearer, CHALLENGE][..]),
        ("/v1/tenant", &[bearer, CHALLENGE]),
        ("/graphql", &[bearer]),
        ("/v1/ledger/shards/0/blocks", &["Bearer"]),
    ] {
        let method = if path == "/graphql" { Method::POST } else { Method::GET };
        let answer = world.send(request(method.clone(), path, None, None)).await;
        assert_eq!((answer.status.as_u16(), challenges(&answer)), (401, expected.to_vec()), "{path}");
        let is_taken = expected.contains(&CHALLENGE);
        let answer = send(&world, method, path, as_client(&account)).await;
        assert_eq!(answer.status != StatusCode::UNAUTHORIZED, is_taken, "{path}: {}", answer.text());
    }
    // A script of a page would make the browser ask its user for a password.
    let mut of_page = request(Method::GET, "/v1/tenant", None, None);
    of_page.headers_mut().insert("sec-fetch-mode", HeaderValue::from_static("cors"));
    assert_eq!(challenges(&world.send(of_page).await), [bearer]);
    let mut two = request(Method::GET, "/v1/tenant", Some(&account.secret), None);
    two.headers_mut().append(header::AUTHORIZATION, as_client(&account));
    world.send(two).await.assert_problem(401, "auth.unauthenticated");
}

/// The document names the scheme exactly where it is taken.
#[tokio::test]
async fn the_api_description_names_basic_where_it_is_taken() {
    let document: serde_json::Value = serde_json::from_str(gateway::openapi::json()).expect("JSON");
    assert_eq!(document["components"]["securitySchemes"]["basic"]["scheme"], "basic");
    let (mut taken, mut others) = (0, Vec::new());
    for (path, item) in document["paths"].as_object().expect("paths") {
        for operation in item.as_object().expect("an item").values() {
            let security = operation["security"].as_array().cloned().unwrap_or_default();
            let of = |scheme: &str| security.iter().filter_map(|it| it.get(scheme)).cloned().collect::<Vec<_>>();
            if of("basic").is_empty() {
                others.push((path.as_str(), of("bearer").len()));
                continue;
            }
            assert!(path.starts_with("/epcis") || path.starts_with("/v1/"), "{path}");
            assert_eq!(of("basic"), of("bearer"), "{path}: the same scopes");
            assert!(operation["responses"]["401"].to_string().contains("auth.invalid_client"), "{path}");
            taken += 1;
        }
    }
    assert!(taken > 40, "{taken}");
    let bearer_only: Vec<_> = others.iter().filter(|(_, bearers)| *bearers > 0).map(|(path, _)| *path).collect();
    assert_eq!(bearer_only, ["/graphql", "/graphql"], "GET and POST");
}

/// As guesses at keys and at `/oauth/token` are (`limit::guesses_at_credentials_are_limited_by_address`).
#[tokio::test]
async fn guesses_at_a_secret_are_limited_by_address_with_those_at_tokens() {
    let mut setting = Setting::default();
    setting.config.address_rate = Rate { per_second: 1, burst: 6 };
    let world = World::start_with(setting).await;
    let account = world.tenant("Farm").await;
    let address = |last: u8| PeerAddress(IpAddr::from([192, 0, 2, last]));
    let guess = async |number: u32| {
        let secret = gateway::auth::Credential {
            tenant: account.tenant,
            key_id: account.key_id(),
            secret: gateway::auth::Secret::random(),
        };
        let secret = secret.to_text(gateway::auth::credential::Mode::Test);
        let mut asked = if number.is_multiple_of(2) {
            form_request(&format!(
                "grant_type=client_credentials&client_id={}&client_secret={}",
                account.client_id, *secret
            ))
        } else {
            let mut asked = request(Method::GET, "/epcis/events", None, None);
            asked.headers_mut().insert(header::AUTHORIZATION, basic(&account.client_id, &secret));
            asked
        };
        asked.headers_mut().insert(header::HOST, HeaderValue::from_static("waymark.test"));
        asked.extensions_mut().insert(address(1));
        world.send(asked).await
    };
    let mut answers = Vec::new();
    for number in 0..40 {
        answers.push(guess(number).await);
    }
    let is_refused = |answer: &&Answer| answer.problem_code().as_deref() == Some("limit.rate");
    assert!(answers[..6].iter().all(|answer| answer.status == StatusCode::UNAUTHORIZED));
    for of_kind in [0, 1] {
        let refused = answers.iter().skip(6 + of_kind).step_by(2).filter(is_refused).count();
        assert!(refused > 5, "{refused}");
    }
    // The client itself is served from elsewhere, and from the same address once it was.
    for last in [2, 1] {
        let mut asked = request(Method::GET, "/v1/tenant", None, None);
        asked.headers_mut().insert(header::AUTHORIZATION, as_client(&account));
        asked.headers_mut().insert(header::HOST, HeaderValue::from_static("waymark.test"));
        asked.extensions_mut().insert(address(last));
        let answer = world.send(asked).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }
}

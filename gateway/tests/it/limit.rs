//! Tests that requests beyond a limit are refused in time, with a code, while others are served.

use crate::harness::{Setting, World, request};
use axum::body::Body;
use gateway::{
    auth::credential::Mode,
    body::JSON_BODY_BYTES_MAX,
    client_address::PeerAddress,
    config::{GatewayConfig, Rate},
    serve::{REFUSAL_PAUSE_MS, ServeLimits},
};
use http::{Method, Request, StatusCode, header};
use serde_json::json;
use std::{
    net::IpAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

fn setting(change: impl FnOnce(&mut GatewayConfig)) -> Setting {
    let mut setting = Setting::default();
    change(&mut setting.config);
    setting
}

#[tokio::test]
async fn a_tenant_above_its_rate_is_refused_and_others_are_not() {
    let rate = Rate { per_second: 1, burst: 5 };
    let world = World::start_with(setting(|config| config.rate = rate)).await;
    let (ours, theirs) = (world.tenant("Ours").await, world.tenant("Theirs").await);
    for remaining in (0..5).rev() {
        let answer = world.get("/v1/tenant", &ours.secret).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("ratelimit-policy"), "\"tenant\";q=5;w=5");
        assert_eq!(answer.header("ratelimit"), format!("\"tenant\";r={remaining};t=1"));
    }
    let answer = world.get("/v1/tenant", &ours.secret).await;
    answer.assert_problem(429, "limit.rate");
    assert_eq!(answer.header("retry-after"), "1");
    assert!(answer.header("ratelimit").starts_with("\"tenant\";r=0"));
    assert_eq!(world.get("/v1/tenant", &theirs.secret).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_connection_that_repeats_after_refusals_is_answered_ever_more_slowly() {
    let rate = Rate { per_second: 1, burst: 1 };
    let world = World::start_with(setting(|config| config.rate = rate)).await;
    let account = world.tenant("Farm").await;
    let served = world.serve(ServeLimits::default()).await;
    let ask = |close: &str| {
        format!(
            "GET /v1/tenant HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n{close}\r\n",
            &*account.secret
        )
    };
    // One a second is allowed, so at most two of these are served.
    let pipeline = ask("").repeat(7) + &ask("Connection: close\r\n");
    let begun = Instant::now();
    let mut stream = TcpStream::connect(served.address).await.expect("connects");
    stream.write_all(pipeline.as_bytes()).await.expect("writes");
    let mut answers = String::new();
    stream.read_to_string(&mut answers).await.expect("reads");
    let (elapsed, refused) = (begun.elapsed(), answers.matches("HTTP/1.1 429 ").count());
    assert_eq!(answers.matches("HTTP/1.1 ").count(), 8, "{answers}");
    assert!(refused >= 5, "{answers}");
    // Whichever of the eight is served, the refusals on one side of it are at least three in a row.
    let least = Duration::from_millis(REFUSAL_PAUSE_MS * (1 + 2 + 4));
    assert!(elapsed >= least, "{elapsed:?} for {refused} refusals");
}

#[tokio::test]
async fn guesses_at_credentials_are_limited_by_address() {
    let rate = Rate { per_second: 1, burst: 3 };
    let world = World::start_with(setting(|config| config.address_rate = rate)).await;
    let id = uuid::Uuid::from_u128(7);
    let (tenant, secret) = (gateway::tenant_id::TenantId(id), gateway::auth::Secret::random());
    let unknown = gateway::auth::Credential { tenant, key_id: id, secret }.to_text(Mode::Test);
    let unsigned = "eyJhbGciOiJub25lIn0.e30.";
    for (last, guess) in [(1_u8, &**unknown), (2, "wm_test_x"), (3, unsigned), (4, "not.a.token")] {
        let address = PeerAddress(IpAddr::from([192, 0, 2, last]));
        let answer = async || {
            let mut request = request(Method::GET, "/v1/tenant", Some(guess), None);
            request.headers_mut().insert(header::HOST, "waymark.test".parse().expect("a header"));
            request.extensions_mut().insert(address);
            world.send(request).await
        };
        for _ in 0..3 {
            answer().await.assert_problem(401, "auth.invalid_token");
        }
        // One a second is allowed, so on a slow machine some of these are, too.
        let mut codes = Vec::new();
        for _ in 0..20 {
            codes.extend(answer().await.problem_code());
        }
        assert!(codes.iter().any(|code| code == "limit.rate"), "{guess}: {codes:?}");
    }
}

#[tokio::test]
async fn an_address_above_its_rate_at_the_resolver_is_refused() {
    let rate = Rate { per_second: 1, burst: 3 };
    let world = World::start_with(setting(|config| config.resolver_rate = rate)).await;
    let account = world.tenant("Farm").await;
    let uri = format!("/id/{}/01/09506000134352", account.tenant);
    for _ in 0..3 {
        world.get(&uri, "").await.assert_problem(404, "provenance.unknown_link");
    }
    let refused = world.get(&uri, "").await;
    refused.assert_problem(429, "limit.rate");
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(world.get("/v1/tenant", &account.secret).await.status, StatusCode::OK, "other routes have other rates");
}

#[tokio::test]
async fn a_body_above_the_limit_is_refused_and_one_at_the_limit_is_read() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let post = |len: usize| {
        let padded = format!("{{}}{}", " ".repeat(len - 2));
        let mut request = request(Method::POST, "/v1/members", Some(&account.secret), None);
        request.headers_mut().insert(header::CONTENT_TYPE, "application/json".parse().expect("a header"));
        *request.body_mut() = Body::from(padded);
        request
    };
    world.send(post(JSON_BODY_BYTES_MAX)).await.assert_problem(400, "request.invalid_field");
    world.send(post(JSON_BODY_BYTES_MAX + 1)).await.assert_problem(413, "request.body_too_large");
    let mut plain = post(2);
    plain.headers_mut().insert(header::CONTENT_TYPE, "text/plain".parse().expect("a header"));
    world.send(plain).await.assert_problem(415, "request.unsupported_media_type");
}

#[tokio::test]
async fn a_full_gateway_sheds_requests_but_reports_liveness() {
    let world =
        World::start_with(setting(|config| (config.concurrency_max, config.public_concurrency_max) = (0, 0))).await;
    for (path, bearer) in [("/openapi.json", ""), ("/v1/tenant", &*world.operator.client_secret)] {
        let answer = world.get(path, bearer).await;
        answer.assert_problem(503, "limit.overloaded");
        assert_eq!(answer.header("retry-after"), "1");
    }
    assert_eq!(world.get("/livez", "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_request_that_takes_too_long_ends() {
    let world = World::start_with(setting(|config| config.request_timeout = Duration::ZERO)).await;
    let secret = world.operator.client_secret.clone();
    world.get("/v1/tenant", &secret).await.assert_problem(503, "request.timed_out");
}

#[tokio::test]
async fn slow_headers_are_cut_off() {
    let world = World::start().await;
    let limits = ServeLimits { header_read: Duration::from_millis(100), ..ServeLimits::default() };
    let served = world.serve(limits).await;
    let mut slow = TcpStream::connect(served.address).await.expect("connects");
    slow.write_all(b"GET /livez HTTP/1.1\r\nHost: waymark.test\r\nX-Slow: ").await.expect("writes");
    let mut answer = Vec::new();
    // The client sends nothing more, so only the server can end the connection.
    let ended = tokio::time::timeout(Duration::from_secs(20), slow.read_to_end(&mut answer)).await;
    assert!(ended.is_ok(), "the server closes a connection whose headers do not arrive");
    assert!(!answer.starts_with(b"HTTP/1.1 200"));
}

#[tokio::test]
async fn a_connection_above_the_cap_takes_the_place_of_a_silent_one() {
    let world = World::start().await;
    let served = world.serve(ServeLimits { connections_max: 2, ..ServeLimits::default() }).await;
    let mut silent = TcpStream::connect(served.address).await.expect("connects");
    for _ in 0..5 {
        let url = format!("http://{}/livez", served.address);
        let client = reqwest::Client::new();
        assert_eq!(client.get(&url).send().await.expect("is served").status(), 200);
    }
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(5), silent.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "the silent connection is closed");
}

#[tokio::test]
async fn a_connection_above_the_cap_of_its_address_takes_the_place_of_an_idle_one() {
    let world = World::start().await;
    // Only the cap closes a silent connection within the test.
    let header_read = Duration::from_mins(1);
    let limits = ServeLimits { connections_per_address_max: 2, header_read, ..ServeLimits::default() };
    let served = world.serve(limits).await;
    let mut silent = TcpStream::connect(served.address).await.expect("connects");
    let ask = "GET /livez HTTP/1.1\r\nHost: localhost\r\n";
    let mut used = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(served.address).await.expect("connects");
        stream.write_all(format!("{ask}\r\n").as_bytes()).await.expect("writes");
        let mut begin = [0; 12];
        stream.read_exact(&mut begin).await.expect("is answered");
        assert_eq!(&begin, b"HTTP/1.1 200");
        used.push(stream);
    }
    let ended = tokio::time::timeout(Duration::from_secs(5), silent.read_to_end(&mut Vec::new())).await;
    assert!(ended.is_ok(), "the silent connection is closed");
    for mut stream in used {
        stream.write_all(format!("{ask}Connection: close\r\n\r\n").as_bytes()).await.expect("writes");
        let mut rest = String::new();
        stream.read_to_string(&mut rest).await.expect("the connection is kept");
        assert!(rest.contains("HTTP/1.1 200 "), "{rest}");
    }
}

#[tokio::test]
async fn a_stop_lets_work_finish_and_ends_the_loop() {
    let world = World::start().await;
    let mut served = world.serve(ServeLimits::default()).await;
    let url = format!("http://{}/livez", served.address);
    assert_eq!(reqwest::get(&url).await.expect("answers").status(), 200);
    served.shutdown.cancel();
    (&mut served.task).await.expect("no panic").expect("a clean end");
    assert!(reqwest::get(&url).await.is_err(), "the listener is closed");
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems() {
    let world = World::start().await;
    for path in ["/v1/nothing", "/epcis/nothing", "/graphql/nothing", "/nothing"] {
        world.get(path, "").await.assert_problem(404, "request.not_found");
    }
    world.delete("/v1/tenant", "").await.assert_problem(405, "request.method_not_allowed");
}

#[tokio::test]
async fn every_answer_has_a_trace_and_safe_headers() {
    let world = World::start().await;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let request = Request::get("/v1/tenant").header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"));
    let answer = world.send(request.body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.json()["trace_id"], trace);
    assert!(answer.header("traceparent").starts_with(&format!("00-{trace}-")));
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(answer.header(name), value);
    }
    assert!(!answer.headers.contains_key("access-control-allow-origin"), "no origin may call by default");
}

#[tokio::test]
async fn health_and_metrics_are_served() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    assert_eq!(world.get("/readyz", "").await.json()["status"], "ok");
    world.get("/v1/tenant", &account.secret).await;
    let text = world.get("/metrics", "").await.text();
    for series in ["waymark_http_requests_total", "waymark_ledger_height", "waymark_index_lag_blocks"] {
        assert!(text.contains(series), "{series} in:\n{text}");
    }
    assert!(!text.contains(&account.tenant.to_string()), "no tenant is a label");
}

#[tokio::test]
async fn sandboxes_are_closed_until_the_operator_opens_them() {
    let world = World::start().await;
    let body = json!({ "name": "Try" });
    world
        .send(request(Method::POST, "/v1/sandboxes", None, Some(&body)))
        .await
        .assert_problem(403, "tenant.sandbox_closed");
    let open = World::start_with(setting(|config| config.sandbox_open = true)).await;
    let made = open.send(request(Method::POST, "/v1/sandboxes", None, Some(&body))).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    assert_eq!(made.json()["tenant"]["mode"], "test");
    let local = World::start_with(setting(|config| (config.sandbox_open, config.sandbox_local) = (true, true))).await;
    for (host, proxied, status) in [
        ("localhost:8080", false, 201),
        ("127.0.0.1", false, 201),
        // A request over a connection gets 421 before.
        ("evil.example", false, 403),
        ("localhost", true, 403),
    ] {
        let mut asked = request(Method::POST, "/v1/sandboxes", None, Some(&body));
        asked.headers_mut().insert(header::HOST, host.parse().expect("a header"));
        if proxied {
            asked.headers_mut().insert("x-forwarded-for", "192.0.2.1".parse().expect("a header"));
        }
        assert_eq!(local.send(asked).await.status.as_u16(), status, "{host} {proxied}");
    }
}

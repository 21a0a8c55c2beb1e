//! Tests of what every route answers alike: problems for malformed addresses, headers for browsers, and health.

use crate::harness::{Setting, World, request};
use axum::{Router, body::Body, extract::Path, middleware::from_fn_with_state, routing::get};
use http::{Method, Request, StatusCode};
use std::sync::Arc;
use tower::ServiceExt as _;

/// The requests have no credentials: the address is checked before the caller, so before any handler.
#[tokio::test]
async fn an_address_that_is_not_text_is_a_problem_on_every_route() {
    let world = World::start().await;
    let document = serde_json::to_value(gateway::openapi::document()).expect("JSON");
    let mut tried = 0;
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for method in operations.as_object().expect("operations").keys() {
            for bad in ["%FF", "%C3%28", "a%80b", "a%0Ab"] {
                let path = match path.find('{').zip(path.find('}')) {
                    Some((start, end)) => format!("{}{bad}{}", &path[..start], &path[end + 1..]),
                    None => format!("{path}?x={bad}"),
                };
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
                let answer = world.send(request(method.clone(), &path, None, None)).await;
                assert_eq!(answer.problem_code().as_deref(), Some("request.invalid_parameter"), "{method} {path}");
                answer.assert_problem(400, "request.invalid_parameter");
                tried += 1;
            }
        }
    }
    assert!(tried > 100, "{tried}");
}

/// A filter that is ignored would give a wrong answer without notice.
#[tokio::test]
async fn no_route_of_the_binding_ignores_a_parameter() {
    let world = World::start().await;
    let secret = world.tenant("Farm").await.secret;
    let document = serde_json::to_value(gateway::openapi::document()).expect("JSON");
    let mut tried = 0;
    for (path, operations) in document["paths"].as_object().expect("paths") {
        // The parameters of the events of a value are read once the value is found, which provenance_resource.rs tests.
        if !path.starts_with("/epcis") || path.ends_with("/{value}/events") {
            continue;
        }
        for method in operations.as_object().expect("operations").keys() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
            let path = match path.find('{').zip(path.find('}')) {
                Some((start, end)) => format!("{}urn%3Ax{}", &path[..start], &path[end + 1..]),
                None => path.clone(),
            };
            let body = (method == Method::POST).then(|| serde_json::json!({}));
            for query in ["foo=1", "EQ_Action=ADD", "=1"] {
                let path = format!("{path}?{query}");
                let answer = world.send(request(method.clone(), &path, Some(&secret), body.as_ref())).await;
                assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{method} {path}: {}", answer.text());
                let problem = answer.json();
                let name = query.split('=').next().expect("a name");
                assert_eq!(problem["errors"][0]["pointer"], format!("/{name}"), "{method} {path}: {problem}");
                assert_eq!(problem["type"], "epcisException:QueryParameterException", "{method} {path}");
                tried += 1;
            }
        }
    }
    assert!(tried > 60, "{tried}");
}

/// The raw text of a parser does not say which parameter is meant.
#[tokio::test]
async fn a_missing_parameter_is_named_on_every_route() {
    let world = World::start().await;
    let secret = world.tenant("Farm").await.secret;
    let document = serde_json::to_value(gateway::openapi::document()).expect("JSON");
    let mut tried = 0;
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
            let required = parameters.iter().find(|it| it["in"] == "query" && it["required"] == true);
            let Some(name) = required.and_then(|it| it["name"].as_str()) else { continue };
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
            let answer = world.send(request(method, path, Some(&secret), None)).await;
            if answer.status == StatusCode::UNAUTHORIZED {
                continue;
            }
            answer.assert_problem(400, "request.invalid_parameter");
            let fault = &answer.json()["errors"][0];
            assert_eq!(fault["pointer"], format!("/{name}"), "{path}: {fault}");
            assert_eq!(fault["detail"], format!("the parameter {name} is missing"), "{path}");
            tried += 1;
        }
    }
    assert!(tried >= 2, "{tried}");
}

#[tokio::test]
async fn a_refusal_of_the_framework_becomes_a_problem() {
    let mut world = World::start().await;
    world.router = Router::new()
        .route("/numbers/{number}", get(|_: Path<u16>| async {}))
        .route(
            "/statuses/{status}",
            get(|Path(status): Path<u16>| async move { (StatusCode::from_u16(status).expect("a status"), "plain") }),
        )
        .layer(from_fn_with_state(Arc::clone(&world.gateway), gateway::admission::observe));
    for (path, status, code) in [
        ("/numbers/x", 400, "request.invalid_parameter"),
        ("/numbers/%FF", 400, "request.invalid_parameter"),
        ("/statuses/404", 404, "request.not_found"),
        ("/statuses/405", 405, "request.method_not_allowed"),
        ("/statuses/413", 413, "request.body_too_large"),
        ("/statuses/415", 415, "request.unsupported_media_type"),
        ("/statuses/503", 500, "internal.failure"),
    ] {
        world.get(path, "").await.assert_problem(status, code);
    }
    assert_eq!(world.get("/statuses/200", "").await.text(), "plain");
}

#[tokio::test]
async fn a_page_of_an_allowed_origin_may_send_and_read_all_headers() {
    let mut setting = Setting::default();
    setting.config.cors_origins = vec!["https://app.example".to_owned()];
    let world = World::start_with(setting).await;
    let wanted = "authorization,prefer,waymark-min-height,gs1-capture-error-behaviour,idempotency-key,traceparent";
    let preflight = |origin: &str| {
        Request::options("/epcis/capture")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", wanted)
            .body(Body::empty())
            .expect("a request")
    };
    let answer = world.send(preflight("https://app.example")).await;
    assert_eq!(answer.header("access-control-allow-origin"), "https://app.example");
    let allowed = answer.header("access-control-allow-headers").to_owned();
    for name in wanted.split(',') {
        assert!(allowed.split(',').any(|allowed| allowed == name), "{name} in {allowed}");
    }
    let answer = world.send(preflight("https://other.example")).await;
    assert!(!answer.headers.contains_key("access-control-allow-origin"));
    let mut request = request(Method::GET, "/livez", None, None);
    request.headers_mut().insert("origin", "https://app.example".parse().expect("a value"));
    let exposed = world.send(request).await.header("access-control-expose-headers").to_owned();
    for name in ["waymark-height", "ratelimit", "traceparent", "location", "link", "retry-after", "gs1-epcis-version"] {
        assert!(exposed.split(',').any(|exposed| exposed == name), "{name} in {exposed}");
    }
}

#[tokio::test]
async fn answers_restrict_browsers_and_a_service_on_https_says_so() {
    let mut setting = Setting::default();
    setting.config.issuer = "https://waymark.test".to_owned();
    let secure = World::start_with(setting).await.get("/livez", "").await;
    assert_eq!(secure.header("strict-transport-security"), "max-age=31536000");
    assert_eq!(secure.header("cross-origin-opener-policy"), "same-origin");
    assert!(secure.header("permissions-policy").contains("camera=()"));
    let plain = World::start().await.get("/livez", "").await;
    assert!(!plain.headers.contains_key("strict-transport-security"));
}

#[tokio::test]
async fn metrics_move_to_the_listener_of_health() {
    let mut setting = Setting::default();
    setting.config.health_is_separate = true;
    let world = World::start_with(setting).await;
    world.get("/metrics", "").await.assert_problem(404, "request.not_found");
    assert_eq!(world.get("/readyz", "").await.status, StatusCode::OK);
    let health = gateway::health::listener_router(Arc::clone(&world.gateway));
    for (path, status) in [("/livez", 200), ("/readyz", 200), ("/metrics", 200), ("/v1/tenant", 404)] {
        let request = request(Method::GET, path, None, None);
        let answer = health.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        assert_eq!(answer.status().as_u16(), status, "{path}");
    }
}

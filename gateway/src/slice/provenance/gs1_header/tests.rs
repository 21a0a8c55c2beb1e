//! Requests that the headers refuse, and what responses say. Invariant: no database and no ledger is started.

use super::*;

fn headers(name: &HeaderName, value: &'static str) -> HeaderMap {
    HeaderMap::from_iter([(name.clone(), HeaderValue::from_static(value))])
}

#[test]
fn only_supported_versions_and_formats_pass() {
    assert!(check(&Method::GET, &HeaderMap::new()).is_ok());
    for (name, value, passes) in [
        (EPCIS_VERSION, "2.0.0", true),
        (EPCIS_VERSION, "1.2", false),
        (EPCIS_MIN, "2.1.0", false),
        (EPCIS_MIN, "1.2.0", true),
        (EPCIS_MAX, "1.2.0", false),
        (EPCIS_MAX, "2.1.0", true),
        (CBV_MIN, "2.0.1", false),
        (CBV_MAX, "1.2.2", false),
        (EPC_FORMAT, "Never_Translates", true),
        (EPC_FORMAT, "Always_EPC_URN", false),
        (CBV_VERSION, "1.2.2", false),
    ] {
        assert_eq!(check(&Method::GET, &headers(&name, value)).is_ok(), passes, "{name}: {value}");
    }
}

#[tokio::test]
async fn a_panic_and_a_wrong_method_have_exceptions() {
    async fn broken() -> StatusCode {
        panic!("a handler of a test panics")
    }
    async fn refused() -> ApiError {
        ApiError::new(&crate::error::code::METHOD_NOT_ALLOWED, "no")
    }
    let routes = axum::Router::new()
        .route("/epcis/x", axum::routing::get(broken))
        .method_not_allowed_fallback(refused)
        .layer(axum::middleware::from_fn(negotiate));
    for (method, status) in [(Method::GET, 500), (Method::DELETE, 405)] {
        let request = Request::builder().method(method).uri("/epcis/x").body(Body::empty()).expect("a request");
        let response = tower::ServiceExt::oneshot(routes.clone(), request).await.expect("an answer");
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(response.headers()[EPCIS_VERSION], "2.0.0");
        let body = axum::body::to_bytes(response.into_body(), 4_096).await.expect("a problem fits");
        let problem: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(problem["type"], "epcisException:ImplementationException");
    }
}

#[test]
fn every_value_of_a_repeated_header_is_checked() {
    let mut both = headers(&EPCIS_VERSION, "2.0.0");
    both.append(EPCIS_VERSION, HeaderValue::from_static("1.2"));
    assert!(check(&Method::GET, &both).is_err());
    let mut behaviours = headers(&ERROR_BEHAVIOUR, "proceed");
    behaviours.append(ERROR_BEHAVIOUR, HeaderValue::from_static("rollback"));
    assert!(error_behaviour(&behaviours).is_err());
}

#[test]
fn the_error_behaviour_is_rollback_by_default() {
    assert_eq!(error_behaviour(&HeaderMap::new()).expect("default"), Mode::Atomic);
    assert_eq!(error_behaviour(&headers(&ERROR_BEHAVIOUR, "rollback")).expect("known"), Mode::Atomic);
    assert_eq!(error_behaviour(&headers(&ERROR_BEHAVIOUR, "proceed")).expect("known"), Mode::Independent);
    assert!(error_behaviour(&headers(&ERROR_BEHAVIOUR, "ignore")).is_err());
}

#[test]
fn a_path_announces_what_it_takes() {
    let behaviour = |takes| options("GET", takes).headers().get(ERROR_BEHAVIOUR).cloned();
    assert_eq!(behaviour(Takes::Documents), Some(HeaderValue::from_static("all")));
    assert_eq!((behaviour(Takes::Events), behaviour(Takes::Nothing)), (None, None));
}

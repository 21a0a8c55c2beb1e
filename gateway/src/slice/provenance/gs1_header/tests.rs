//! Requests that the headers refuse, and what responses say. Invariant: no database and no ledger is started.

use super::*;
use standards_epcis::{
    translate::{CbvXmlFormat, EpcFormat},
    vocabulary::CbvVersion,
    xml::Version,
};

fn headers(name: &HeaderName, value: &'static str) -> HeaderMap {
    HeaderMap::from_iter([(name.clone(), HeaderValue::from_static(value))])
}

/// What a request with a header gets: with events, and elsewhere.
fn read(headers: &HeaderMap) -> (Option<AnswerForm>, Option<AnswerForm>) {
    let form = |path| form::read(&Method::GET, path, headers).ok();
    (form("/epcis/events"), form("/epcis/capture"))
}

#[test]
fn only_supported_versions_and_formats_pass() {
    let form = |media, version, epc, cbv| {
        Some(AnswerForm { media, version, epc, cbv, cbv_version: CbvVersion::V2_0, is_by_version: true })
    };
    let current = |epc, cbv| form(Media::Json, Version::V2_0, epc, cbv);
    let plain = current(EpcFormat::AlwaysDigitalLink, CbvXmlFormat::NoPreference);
    let former = form(Media::Xml, Version::V1_2, EpcFormat::AlwaysUrn, CbvXmlFormat::NoPreference);
    let former_words = former.map(|form| AnswerForm { cbv_version: CbvVersion::V1_2, ..form });
    assert_eq!(read(&HeaderMap::new()), (plain, plain));
    let epc = |epc| current(epc, CbvXmlFormat::NoPreference);
    let cbv = |cbv| current(EpcFormat::AlwaysDigitalLink, cbv);
    for (name, value, of_events, elsewhere) in [
        (EPCIS_VERSION, "2.0.0", plain, plain),
        (EPCIS_VERSION, "1.2", former, None),
        (EPCIS_VERSION, "1.1", None, None),
        (EPCIS_MIN, "2.1.0", None, None),
        (EPCIS_MIN, "1.2.0", plain, plain),
        (EPCIS_MAX, "1.2.0", former, None),
        (EPCIS_MAX, "1.1.0", None, None),
        (EPCIS_MAX, "2.1.0", plain, plain),
        (EPCIS_MAX, "x", None, None),
        (CBV_MIN, "2.0.1", None, None),
        (CBV_MIN, "1.2", plain, plain),
        (CBV_MAX, "2.0", plain, plain),
        (CBV_MAX, "1.2.2", former_words, None),
        (CBV_MAX, "1.1", None, None),
        (CBV_VERSION, "1.2.2", former_words, None),
        (CBV_VERSION, "1.1", None, None),
        (EPC_FORMAT, "No_Preference", epc(EpcFormat::NoPreference), epc(EpcFormat::NoPreference)),
        (EPC_FORMAT, "Never_Translates", epc(EpcFormat::NeverTranslates), epc(EpcFormat::NeverTranslates)),
        (EPC_FORMAT, "Always_EPC_URN", epc(EpcFormat::AlwaysUrn), epc(EpcFormat::AlwaysUrn)),
        (EPC_FORMAT, "Always_GS1_Digital_Link", plain, plain),
        (EPC_FORMAT, "always_epc_urn", None, None),
        (CBV_FORMAT, "Always_URN", cbv(CbvXmlFormat::AlwaysUrn), cbv(CbvXmlFormat::AlwaysUrn)),
        (CBV_FORMAT, "Always_Web_URI", cbv(CbvXmlFormat::AlwaysWebUri), cbv(CbvXmlFormat::AlwaysWebUri)),
        (CBV_FORMAT, "Never_Translates", cbv(CbvXmlFormat::NeverTranslates), cbv(CbvXmlFormat::NeverTranslates)),
        (CBV_FORMAT, "No_Preference", plain, plain),
        (CBV_FORMAT, "", None, None),
    ] {
        assert_eq!(read(&headers(&name, value)), (of_events, elsewhere), "{name}: {value}");
    }
}

#[test]
fn the_former_version_is_answered_in_xml_alone() {
    let mut asked = headers(&EPCIS_MAX, "1.2");
    for (accept, media) in [
        ("text/xml", Some(Media::TextXml)),
        ("*/*", Some(Media::Xml)),
        ("application/json, application/xml;q=0.1", Some(Media::Xml)),
        ("application/json", None),
    ] {
        asked.insert(header::ACCEPT, HeaderValue::from_static(accept));
        assert_eq!(read(&asked).0.map(|form| form.media), media, "{accept}");
    }
    asked.insert(EPCIS_MIN, HeaderValue::from_static("2.0"));
    assert_eq!(read(&asked).0, None, "no version is between 2.0 and 1.2");
}

#[test]
fn version_1_2_of_the_cbv_goes_with_that_of_epcis() {
    let asked = |headers: &[(&HeaderName, &'static str)]| {
        let headers = headers.iter().map(|(name, value)| ((*name).clone(), HeaderValue::from_static(value))).collect();
        form::read(&Method::GET, "/epcis/events", &headers)
            .map(|form| (form.version, form.cbv_version, form.media))
            .map_err(|error| error.problem().errors[0].pointer.clone())
    };
    let former = Ok((Version::V1_2, CbvVersion::V1_2, Media::Xml));
    assert_eq!(asked(&[(&CBV_MAX, "1.2"), (&EPCIS_MAX, "1.2")]), former);
    assert_eq!(asked(&[(&CBV_MAX, "1.2"), (&EPCIS_MIN, "1.2")]), former);
    assert_eq!(asked(&[(&CBV_MAX, "1.2"), (&CBV_FORMAT, "Always_URN")]), former);
    assert_eq!(asked(&[(&EPCIS_MAX, "1.2")]), Ok((Version::V1_2, CbvVersion::V2_0, Media::Xml)));
    assert_eq!(
        asked(&[(&EPCIS_MAX, "1.2"), (&CBV_MIN, "2.0")]),
        Ok((Version::V1_2, CbvVersion::V2_0, Media::Xml)),
        "words that only CBV 2.0 has"
    );
    for (headers, pointer) in [
        (&[(&CBV_MAX, "1.2"), (&EPCIS_MIN, "2.0")][..], "/gs1-epcis-min"),
        (&[(&CBV_MAX, "1.2"), (&CBV_MIN, "2.0")], "/gs1-cbv-max"),
        (&[(&CBV_MAX, "1.2"), (&header::ACCEPT, "application/json")], "/Accept"),
        (&[(&CBV_MAX, "1.2"), (&CBV_FORMAT, "Always_Web_URI")], "/gs1-cbv-xml-format"),
    ] {
        assert_eq!(asked(headers), Err(pointer.to_owned()));
    }
}

#[test]
fn a_body_in_xml_may_have_the_former_version() {
    for (kind, version, passes) in [
        ("application/xml", "1.2", true),
        ("text/xml; charset=utf-8", "1.0", true),
        ("application/xml", "2.0", true),
        ("application/xml", "1.3", false),
        ("application/json", "1.2", false),
    ] {
        for name in [EPCIS_VERSION, CBV_VERSION] {
            let mut headers = headers(&name, version);
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            let form = form::read(&Method::POST, "/epcis/capture", &headers);
            assert_eq!(form.is_ok(), passes, "{kind} {name} {version}");
        }
    }
}

#[test]
fn xml_is_offered_where_there_are_events() {
    let asked = headers(&header::ACCEPT, "application/xml");
    for (method, path, has_xml) in [
        (Method::GET, "/epcis/events", true),
        (Method::POST, "/epcis/events", true),
        (Method::GET, "/epcis/events/urn%3Auuid%3A1", true),
        (Method::GET, "/epcis/epcs/x/events", true),
        (Method::GET, "/epcis/queries/events/events", true),
        (Method::POST, "/epcis/capture", true),
        (Method::GET, "/epcis/capture", false),
        (Method::GET, "/epcis/capture/op_1", false),
        (Method::GET, "/epcis/queries/events", false),
        (Method::GET, "/epcis/eventTypes", false),
        (Method::GET, "/epcis", false),
    ] {
        assert_eq!(form::read(&method, path, &asked).is_ok(), has_xml, "{method} {path}");
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
    assert_eq!(read(&both).0, None);
    let mut formats = headers(&EPC_FORMAT, "Always_EPC_URN");
    formats.append(EPC_FORMAT, HeaderValue::from_static("Always_EPC_URN"));
    assert!(read(&formats).0.is_some());
    formats.append(EPC_FORMAT, HeaderValue::from_static("Never_Translates"));
    assert_eq!(read(&formats).0, None);
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

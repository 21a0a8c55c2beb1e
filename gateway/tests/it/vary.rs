//! Tests `Vary`: an answer names the request headers that decide about it, so that a cache does not give it to a
//! request that asks for another one (RFC 9110 section 12.5.5).

use crate::stack::{Answer, Stack, bare_event, document, event, segment};
use http::{Method, StatusCode};
use serde_json::json;

const LINK: &str = "https://id.gs1.org/01/04012345111118/21/9876";
/// A path, a header, and two of its values whose answers differ.
type Case<'c> = (&'c str, &'c str, [&'c str; 2]);

fn names(answer: &Answer, header: &str) -> bool {
    let values = answer.headers.get_all("vary").iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|name| name.trim().eq_ignore_ascii_case(header))
}

/// What a client sees of an answer, without what differs in each one.
fn seen(answer: &Answer) -> (StatusCode, [String; 4], String) {
    let shown = ["content-type", "location", "gs1-epc-format", "gs1-epcis-version"];
    let without_times = |text: String| {
        let parts: Vec<&str> = text.split('"').filter(|part| !part.starts_with("2026-") && part.len() != 32).collect();
        parts.join("\"")
    };
    (answer.status, shown.map(|name| answer.header(name).to_owned()), without_times(answer.text()))
}

async fn with_an_event_and_links() -> Stack {
    let stack = Stack::start().await;
    let event = event("urn:uuid:1", r#","bizStep":"shipping","readPoint":{"id":"https://ex.org/a"}"#);
    assert_eq!(stack.capture(document(&[event]).as_bytes()).await.status, StatusCode::OK);
    let target = |name: &str, language: &str| json!({ "href": format!("https://brand.example/{name}"), "title": name, "hreflang": [language] });
    let links = json!({ "linkset": [{
        "anchor": "https://id.gs1.org/01/09506000134352", "itemDescription": "Rice",
        "https://ref.gs1.org/voc/defaultLink": [{ "href": "https://brand.example/en", "title": "en" }],
        "https://ref.gs1.org/voc/pip": [target("en", "en"), target("de", "de")],
    }] });
    let uri = format!("/v1/provenance/links/{}", segment("/01/09506000134352"));
    let headers = [("content-type", "application/linkset+json")];
    let stored = stack.send(Method::PUT, &uri, &headers, links.to_string().as_bytes()).await;
    assert_eq!(stored.status, StatusCode::CREATED, "{}", stored.text());
    stack
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_names_the_headers_that_decide_about_it() {
    let stack = with_an_event_and_links().await;
    let of_event = format!("/epcis/epcs/{}/events", segment(LINK));
    let rice = format!("/id/{}/01/09506000134352", stack.tenant.tenant);
    let (rice, no_type) = (&*rice, format!("{rice}?linkType=gs1:epcis"));
    let pip = format!("{rice}?linkType=gs1:pip");
    let (json, xml) = ("application/json", "application/xml");
    let cases: [Case<'_>; 19] = [
        ("/epcis/events", "Accept", [json, xml]),
        ("/epcis/events", "Accept", [json, "text/html"]),
        ("/epcis/events", "GS1-EPC-Format", ["Never_Translates", "Always_GS1_Digital_Link"]),
        ("/epcis/events", "GS1-EPCIS-Max", ["2.0", "1.2"]),
        ("/epcis/events", "GS1-EPCIS-Min", ["2.0", "3.0"]),
        ("/epcis/events", "GS1-EPCIS-Version", ["2.0", "1.2"]),
        ("/epcis/events", "GS1-CBV-Max", ["2.0", "1.2"]),
        ("/epcis/events", "GS1-CBV-Min", ["2.0", "3.0"]),
        ("/epcis/events", "GS1-CBV-Version", ["2.0", "1.2"]),
        ("/epcis/events/urn%3Auuid%3A1", "Accept", [json, "text/xml"]),
        ("/epcis/events/urn%3Auuid%3A2", "Accept", [json, xml]),
        (&of_event, "GS1-EPC-Format", ["Never_Translates", "Always_GS1_Digital_Link"]),
        ("/epcis/epcs", "Accept", [json, "application/ld+json"]),
        ("/epcis/readPoints", "GS1-Extensions", ["own=https://ex.org/", "other=https://other.org/"]),
        ("/epcis/queries/none", "Accept", [json, "text/html"]),
        (rice, "Accept", ["text/html", "application/linkset+json"]),
        (&pip, "Accept-Language", ["en", "de"]),
        (&no_type, "Accept", ["text/html", &*"a,".repeat(33)]),
        ("/farm", "Accept", ["text/html", json]),
    ];
    for (uri, header, values) in cases {
        let mut answers = Vec::new();
        for value in values {
            let answer = stack.send(Method::GET, uri, &[(header, value)], b"").await;
            assert!(names(&answer, header), "{uri} with {header}: {value}: {:?}", answer.headers.get_all("vary"));
            answers.push(seen(&answer));
        }
        assert_ne!(answers[0], answers[1], "{uri} with {header}");
    }
    let headers = [("gs1-epcis-max", "1.2"), ("accept", xml)];
    for value in ["Always_URN", "Always_Web_URI"] {
        let headers = [headers[0], headers[1], ("gs1-cbv-xml-format", value)];
        let answer = stack.send(Method::GET, "/epcis/events", &headers, b"").await;
        let is_web_uri = answer.text().contains("https://ref.gs1.org/cbv/BizStep-shipping");
        assert_eq!(is_web_uri, value == "Always_Web_URI", "{}", answer.text());
        assert!(names(&answer, "GS1-CBV-XML-Format"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_a_capture_and_a_refusal_name_them_as_well() {
    let stack = Stack::start().await;
    let headers = [("content-type", "application/json")];
    let created = stack.send(Method::POST, "/epcis/events", &headers, bare_event("urn:uuid:1", "").as_bytes()).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
    let refused = stack.send_as(None, Method::GET, "/epcis/events", &[], b"").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    for answer in [created, refused] {
        assert!(["Accept", "GS1-EPC-Format", "GS1-EPCIS-Max"].iter().all(|header| names(&answer, header)));
    }
}

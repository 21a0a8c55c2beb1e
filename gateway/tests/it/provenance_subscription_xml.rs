//! Tests deliveries of subscriptions in XML: their form, their signature, and what is done about an event that has no
//! form in XML.

use crate::{
    harness::{Account, Answer, World, request},
    stack::event,
    subscriber::{Arrival, Receiver, TOKEN, capture, capture_events, id, ids, replace_gateway, shown, start},
};
use http::{HeaderName, HeaderValue, Method};
use serde_json::{Value, json};
use standards_epcis::xml::read::{Options, json_document};

/// An event that has no form in XML.
fn inexpressible(n: usize) -> String {
    event(&id(n), r#","bizStep":"shipping","cbvmda:list":[[1]]"#)
}

async fn post(world: &World, account: &Account, headers: &[(&'static str, &'static str)], body: &Value) -> Answer {
    let path = "/epcis/queries/all/subscriptions";
    let mut asked = request(Method::POST, path, Some(&account.secret), Some(body));
    for (name, value) in headers {
        asked.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    world.send(asked).await
}

/// The document of a delivery, read as JSON.
fn read(arrival: &Arrival) -> Value {
    let document = json_document(&arrival.body, Options::default());
    let document = document.unwrap_or_else(|problem| panic!("{problem}: {}", String::from_utf8_lossy(&arrival.body)));
    serde_json::from_str(&document.json).expect("JSON")
}

/// The ids of the events of a delivery.
fn told(arrival: &Arrival) -> Vec<String> {
    let events = read(arrival)["epcisBody"]["queryResults"]["resultsBody"]["eventList"].clone();
    let id = |event: &Value| event["eventID"].as_str().expect("an id").to_owned();
    events.as_array().expect("a list").iter().map(id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_has_its_events_in_the_form_that_it_asked_for() {
    let mut receiver = Receiver::start().await;
    let (world, account) = start(&[&receiver]).await;
    let base = receiver.url("");
    let asked = |path: &str| json!({ "dest": format!("{base}{path}"), "signatureToken": TOKEN, "stream": true });
    let made = post(&world, &account, &[("accept", "application/xml")], &asked("/xml")).await;
    assert_eq!((made.status.as_u16(), made.text().as_str()), (201, ""), "a client of XML gets no JSON");
    let address = made.header("location").to_owned();
    let now = shown(&world, &account, &address).await;
    let form = ["mediaType", "epcisVersion", "cbvVersion", "epcFormat", "cbvXmlFormat"].map(|name| &now[name]);
    assert_eq!(form, ["application/xml", "2.0.0", "2.0.0", "Always_GS1_Digital_Link", "No_Preference"]);
    capture(&world, &account, [1, 2]).await;
    let arrival = receiver.next().await;
    arrival.assert_signed();
    for (name, value) in [
        ("content-type", "application/xml"),
        ("gs1-epcis-version", "2.0.0"),
        ("gs1-cbv-version", "2.0.0"),
        ("gs1-epc-format", "Always_GS1_Digital_Link"),
        ("gs1-cbv-xml-format", "No_Preference"),
    ] {
        assert_eq!(arrival.header(name), Some(value), "{name}");
    }
    let subscription_id = address.rsplit('/').next().expect("an id");
    assert_eq!(told(&arrival), ids([1, 2]));
    let results = &read(&arrival)["epcisBody"]["queryResults"];
    assert_eq!((&results["queryName"], &results["subscriptionID"]), (&json!("all"), &json!(subscription_id)));
    let text = String::from_utf8(arrival.body).expect("text");
    let name = format!(
        r#" xmlns:delivery="urn:waymark:epcis:" delivery:id="urn:waymark:epcis:delivery:{subscription_id}:1">"#
    );
    assert!(text.contains(&name), "{text}");
    assert!(text.contains("<epc>https://id.gs1.org/01/04012345111118/21/9876</epc>"), "{text}");
    assert!(text.contains("<bizStep>https://ref.gs1.org/cbv/BizStep-shipping</bizStep>"), "{text}");
    assert_eq!(world.delete(&address, &account.secret).await.status, 204);

    // An earlier version, with the spelling of its time.
    let headers = [("accept", "text/xml"), ("gs1-epcis-max", "1.2"), ("gs1-epc-format", "Never_Translates")];
    let made = post(&world, &account, &headers, &asked("/old")).await;
    assert_eq!(made.status, 201, "{}", made.text());
    capture(&world, &account, [3]).await;
    let arrival = receiver.next().await;
    assert_eq!((arrival.path.as_str(), arrival.header("content-type")), ("/old", Some("text/xml")));
    assert_eq!(arrival.header("gs1-epcis-version"), Some("1.2.0"));
    let text = String::from_utf8(arrival.body).expect("text");
    assert!(text.contains("xmlns:epcisq=\"urn:epcglobal:epcis-query:xsd:1\""), "{text}");
    assert!(text.contains("<epc>urn:epc:id:sgtin:4012345.011111.9876</epc>"), "{text}");
    assert!(text.contains("<bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>"), "{text}");

    // What cannot be had is refused before anything is stored.
    let refused = post(&world, &account, &[("accept", "text/html")], &asked("/")).await;
    refused.assert_problem(406, "provenance.not_acceptable");
    let listed = world.get("/epcis/queries/all/subscriptions", &account.secret).await.json();
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_without_a_form_in_xml_is_told_as_a_problem_and_holds_up_no_other() {
    let mut receiver = Receiver::start().await;
    let (mut world, account) = start(&[&receiver]).await;
    let asked = json!({ "dest": receiver.url("/"), "signatureToken": TOKEN, "stream": true });
    let made = post(&world, &account, &[("accept", "application/xml")], &asked).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let plain = |n: usize| event(&id(n), r#","bizStep":"shipping""#);
    capture_events(&world, &account, &[plain(1), plain(2), inexpressible(3), inexpressible(4), plain(5)]).await;
    let first = receiver.next().await;
    assert_eq!((first.header("content-type"), told(&first)), (Some("application/xml"), ids([1, 2])));
    for n in [3, 4] {
        let problem = receiver.next().await;
        problem.assert_signed();
        assert_eq!(problem.header("content-type"), Some("application/problem+xml"));
        let text = String::from_utf8(problem.body).expect("text");
        for part in ["<code>provenance.not_expressible_in_xml</code>", "<status>406</status>", &id(n), "cbvmda:list"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
    assert_eq!(told(&receiver.next().await), ids([5]));

    // The same after a restart in between: the problem is a delivery like any other.
    receiver.answer(|_, _| None);
    capture_events(&world, &account, &[inexpressible(6), plain(7)]).await;
    let unanswered = receiver.next().await;
    receiver.answer(|_, _| Some(200));
    replace_gateway(&mut world).await;
    let again = receiver.next().await;
    assert_eq!(again.header("content-type"), unanswered.header("content-type"));
    assert!(String::from_utf8_lossy(&again.body).contains(&id(6)));
    assert_eq!(told(&receiver.next().await), ids([7]));
}

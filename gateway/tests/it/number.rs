//! Tests that numbers in events keep their exact value: every digit sent is stored, returned and proved. Events that
//! differ in a number are different events. Events that differ only in the spelling of a number are the same.

use crate::stack::{Answer, Stack, bare_event, document, event, segment};
use chain_proof::{Verdict, verify};
use http::{Method, StatusCode};
use serde_json::Value;
use standards_epcis::limit::{NUMBER_DIGITS_MAX, NUMBER_EXPONENT_MAX};

/// A serial number that a double rounds to `395212340000000000`.
const PALLET: &str = "395212340000000017";
/// Another serial number that a double rounds to the same value.
const NEXT_PALLET: &str = "395212340000000024";
/// The id of the events, unless a test replaces it.
const ID: &str = "urn:uuid:1";

/// An event with the number in an extension, in a quantity and in a sensor report.
fn with_number(number: &str) -> String {
    let extra = format!(
        r#","https://shop.example/pallet":{number},
        "quantityList":[{{"epcClass":"urn:epc:class:lgtin:4012345.012345.A","quantity":{number},"uom":"KGM"}}],
        "sensorElementList":[{{"sensorReport":[{{"type":"Mass","value":{number},"uom":"KGM"}}]}}]"#
    );
    event(ID, &extra)
}

/// Captures the events in one document and checks that all of them succeed.
async fn capture(stack: &Stack, events: &[String]) -> Answer {
    let answer = stack.capture(document(events).as_bytes()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.json()["success"], true, "{}", answer.text());
    answer
}

/// Counts the records with the id [`ID`]. Searches the text of the response, because the JSON parser of the tests reads
/// numbers as doubles.
async fn record_count(stack: &Stack) -> usize {
    let answer = stack.get(&format!("/epcis/events/{}", segment(ID))).await;
    answer.text().matches(&format!("\"eventID\":\"{ID}\"")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_digit_comes_back_and_is_proved() {
    let stack = Stack::start().await;
    let small = "1.00000000000000000000000000000000000000000000000001";
    let numbers = [(PALLET, PALLET), ("1E400", "1e+400"), (small, small), ("-2500e-3", "-2.5")];
    // Each number as it is sent, and in the canonical spelling of the sealed document.
    for (index, (sent, canonical)) in numbers.into_iter().enumerate() {
        let id = format!("urn:uuid:a{index}");
        capture(&stack, &[with_number(sent).replace(ID, &id)]).await;

        let answered = stack.get(&format!("/epcis/events/{}", segment(&id))).await.text();
        // `with_number` writes the number three times.
        assert_eq!(answered.matches(&format!(":{sent}")).count(), 3, "{answered}");
        let query = serde_json::json!({ "query": format!("{{ event(id: \"{id}\") {{ document }} }}") }).to_string();
        let json = [("content-type", "application/json")];
        let answered = stack.send(Method::POST, "/graphql", &json, query.as_bytes()).await.text();
        assert_eq!(answered.matches(&format!(":{sent}")).count(), 3, "{answered}");

        let bundle = stack.get(&format!("/v1/provenance/events/{}/evidence", segment(&id))).await;
        let report = verify(&bundle.body, None);
        assert!(matches!(report.verdict, Verdict::Verified), "{report:?}");
        let fields = bundle.json()["record"]["body"]["fields"].as_array().expect("fields").clone();
        for pointer in [
            "/event/https:~1~1shop.example~1pallet",
            "/event/quantityList/0/quantity",
            "/event/sensorElementList/0/sensorReport/0/value",
        ] {
            let field = fields.iter().find(|field| field["pointer"] == pointer).expect("a field");
            assert_eq!(field["value"], canonical, "{pointer}");
        }
        let document = report.record.and_then(|record| record.document).expect("a document");
        assert_eq!(document.get().matches(&format!(":{canonical}")).count(), 3, "{document}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_number_is_another_event() {
    let stack = Stack::start().await;
    capture(&stack, &[with_number(PALLET)]).await;
    capture(&stack, &[with_number(NEXT_PALLET)]).await;
    assert_eq!(record_count(&stack).await, 2);
    let answered = stack.get(&format!("/epcis/events/{}", segment(ID))).await;
    for number in [PALLET, NEXT_PALLET] {
        assert_eq!(answered.text().matches(number).count(), 3, "{}", answered.text());
    }

    // The endpoint for new events reports the conflict at once.
    let exclusive = |number: &str| bare_event("urn:uuid:2", &format!(",\"https://shop.example/pallet\":{number}"));
    let json = [("content-type", "application/json"), ("prefer", "wait=20")];
    let first = stack.send(Method::POST, "/epcis/events", &json, exclusive(PALLET).as_bytes()).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text());
    let second = stack.send(Method::POST, "/epcis/events", &json, exclusive(NEXT_PALLET).as_bytes()).await;
    second.problem(409, "provenance.event_exists");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_spelling_of_a_number_is_the_same_event() {
    let stack = Stack::start().await;
    for (index, spellings) in [
        ["1", "1.0", "1e0", "10E-1"],
        [PALLET, "395212340000000017.0", "3.95212340000000017e17", "395212340000000017000e-3"],
    ]
    .into_iter()
    .enumerate()
    {
        for spelling in spellings {
            capture(&stack, &[with_number(spelling)]).await;
            assert_eq!(record_count(&stack).await, index + 1, "{spelling}");
        }
    }

    // An event without an id is identified by its content, so it is recognized, too.
    let unnamed = |number: &str| with_number(number).replace(&format!("\"eventID\":\"{ID}\","), "");
    assert_ne!(unnamed("1"), with_number("1"));
    for number in ["1e5000", "10e4999", "0.1E+5001"] {
        capture(&stack, &[unnamed(number)]).await;
    }
    let newest = stack.get("/epcis/events?perPage=1000&orderBy=recordTime").await.text();
    assert_eq!(newest.matches("e5000").count(), 3, "{newest}");
    assert_eq!(newest.matches("e4999").count() + newest.matches("E+5001").count(), 0, "{newest}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_beyond_a_limit_is_refused_with_a_pointer() {
    let stack = Stack::start().await;
    let nines = |count: usize| "9".repeat(count);
    let power = |sign: &str, exponent: i64| format!("1e{sign}{exponent}");
    let refused = [
        nines(NUMBER_DIGITS_MAX + 1),
        nines(200_000),
        power("", NUMBER_EXPONENT_MAX + 1),
        power("-", NUMBER_EXPONENT_MAX + 1),
        format!("1e{}", nines(200_000)),
    ];
    for number in refused {
        let text =
            document(&[event("urn:uuid:0", ""), event(ID, &format!(",\"https://shop.example/pallet\":{number}"))]);
        let problem = stack.capture(text.as_bytes()).await.problem(400, "request.number_out_of_range");
        let errors: Vec<&Value> = problem["errors"].as_array().expect("faults").iter().collect();
        assert_eq!(errors.len(), 1, "{problem}");
        assert_eq!(errors[0]["code"], "request.number_out_of_range");
        assert_eq!(errors[0]["pointer"], "/epcisBody/eventList/1/https:~1~1shop.example~1pallet");
        assert_eq!(problem["type"], "epcisException:ValidationException");
    }
    assert_eq!(stack.operation_count().await, 0);

    let accepted = [
        nines(NUMBER_DIGITS_MAX),
        power("", NUMBER_EXPONENT_MAX),
        power("-", NUMBER_EXPONENT_MAX),
        "0e99999".to_owned(),
    ];
    for (index, number) in accepted.into_iter().enumerate() {
        capture(&stack, &[with_number(&number)]).await;
        assert_eq!(record_count(&stack).await, index + 1, "{number}");
    }
    let query = br#"{"query":{"perPage":1e10001}}"#;
    let json = [("content-type", "application/json")];
    let problem = stack.send(Method::POST, "/epcis/events", &json, query).await;
    let problem = problem.problem(400, "request.number_out_of_range");
    assert_eq!(problem["errors"][0]["pointer"], "/query/perPage");
}

//! Tests evidence: a real supply chain verifies offline. Chosen fields verify without the others, and absence is
//! proved. A corrupted index never changes what is proved.

use crate::stack::{Answer, Stack, data, document, event, segment};
use chain_proof::{Verdict, verify};
use gateway::evidence::{OPENED_BYTES_MAX, STREAM_BYTES_MAX, STREAM_RECORDS_MAX};
use http::StatusCode;
use serde_json::{Value, json};

/// The files of the events of the FSMA 204 traceability rule, in the order of the supply chain.
const FSMA: [&str; 7] =
    ["harvest", "cooling", "initial-packing", "first-land-based-receiver", "shipping", "receiving", "transformation"];
const SALAD: &str = "https://id.gs1.org/01/10860009998039/10/SALAD-20260420-A";

/// Checks that the response is a bundle that verifies, and returns it.
fn verified(answer: &Answer) -> Value {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let report = verify(&answer.body, None);
    assert!(matches!(report.verdict, Verdict::Verified), "{report:?}");
    answer.json()
}

fn evidence_of(id: &str) -> String {
    format!("/v1/provenance/events/{}/evidence", segment(id))
}

/// The disclosed fields of a bundle's record.
fn disclosed(bundle: &Value) -> Vec<(String, String)> {
    let fields = bundle["record"]["body"]["fields"].as_array().expect("fields");
    let open = fields.iter().filter(|field| field["pointer"].is_string());
    open.map(|field| {
        (
            field["pointer"].as_str().unwrap_or_default().to_owned(),
            field["value"].as_str().unwrap_or_default().to_owned(),
        )
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_supply_chain_is_captured_returned_and_verified() {
    let stack = Stack::start().await;
    for name in FSMA {
        let path = data(&format!("epcis/openepcis-dpp-ready/extensions/us/fsma204/epcis/{name}-cte.jsonld"));
        let answer = stack.capture(&std::fs::read(&path).expect("readable")).await;
        assert_eq!(answer.status, StatusCode::OK, "{name}: {}", answer.text());
    }
    let all = stack.get("/epcis/events?perPage=1000").await.events();
    for event in &all {
        verified(&stack.get(&evidence_of(event["eventID"].as_str().expect("an id"))).await);
    }
    let salad = stack.get(&format!("/epcis/events?MATCH_anyEPCClass={}", segment(SALAD))).await.events();
    assert!(!salad.is_empty());
    assert!(salad.iter().all(|event| event.to_string().contains("SALAD-20260420-A")));
    let bundle = verified(&stack.get(&format!("/v1/provenance/evidence?epc={}", segment(SALAD))).await);
    assert_eq!(bundle["stream"]["leaves"].as_array().expect("leaves").len(), salad.len());
    assert_eq!(bundle["stream"]["records"].as_array().expect("records").len(), salad.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn chosen_fields_verify_without_the_others() {
    let stack = Stack::start().await;
    let text = document(&[event("urn:uuid:1", ",\"bizStep\":\"shipping\"")]);
    assert_eq!(stack.capture(text.as_bytes()).await.status, StatusCode::OK);
    let all = disclosed(&verified(&stack.get(&evidence_of("urn:uuid:1")).await));
    assert!(all.contains(&("/event/epcList/0".to_owned(), "\"urn:epc:id:sgtin:4012345.011111.9876\"".to_owned())));
    let uri = format!("{}?fields=/event/bizStep,/event/eventTime", evidence_of("urn:uuid:1"));
    let answer = stack.get(&uri).await;
    let some = disclosed(&verified(&answer));
    let pointers: Vec<_> = some.iter().map(|(pointer, _)| &**pointer).collect();
    assert_eq!(pointers, ["/event/bizStep", "/event/eventTime"]);
    assert!(!answer.text().contains("9876"), "the bundle does not contain withheld fields");
    let wrong = format!("{}?fields=/event/nothing", evidence_of("urn:uuid:1"));
    stack.get(&wrong).await.problem(400, "evidence.unknown_disclosure");
    let query = "{ event(id: \"urn:uuid:1\") { evidence(fields: [\"/event/bizStep\"]) } }";
    let bundle = stack.graphql(query).await["event"]["evidence"].clone();
    let report = verify(bundle.to_string().as_bytes(), None);
    assert!(matches!(report.verdict, Verdict::Verified), "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn any_changed_value_of_a_bundle_is_detected() {
    let stack = Stack::start().await;
    let text = document(&[event("urn:uuid:1", ",\"bizStep\":\"shipping\"")]);
    assert_eq!(stack.capture(text.as_bytes()).await.status, StatusCode::OK);
    let bundle = verified(&stack.get(&evidence_of("urn:uuid:1")).await).to_string();
    let changed = bundle.replace("\\\"shipping\\\"", "\\\"receiving\\\"");
    assert_ne!(changed, bundle);
    assert!(matches!(verify(changed.as_bytes(), None).verdict, Verdict::Tampered));
}

const DECLARATION: &str = r#","errorDeclaration":{"declarationTime":"2026-01-02T00:00:00Z","reason":"incorrect_data"}"#;

/// Captures events one after the other, so that they are records in this order.
async fn capture_each(stack: &Stack, events: &[String]) {
    for event in events {
        let answer = stack.capture(document(std::slice::from_ref(event)).as_bytes()).await;
        assert_eq!((answer.status, &answer.json()["success"]), (StatusCode::OK, &true.into()), "{}", answer.text());
    }
}

/// What the report of a verification says of the records of the stream.
fn opened(bundle: &Value) -> Vec<Value> {
    let report = serde_json::to_value(verify(bundle.to_string().as_bytes(), None)).expect("a report is JSON");
    let records = report["stream"]["records"].as_array().expect("records");
    records.iter().map(|record| record["opened"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_of_an_event_that_was_declared_erroneous_shows_it() {
    let stack = Stack::start().await;
    let (first, second) = (event("urn:uuid:1", ""), event("urn:uuid:1", DECLARATION));
    capture_each(&stack, &[first, event("urn:uuid:2", ""), second]).await;
    let bundle = verified(&stack.get(&evidence_of("urn:uuid:1")).await);
    assert_eq!(bundle["stream"]["records"][0], Value::Null, "the event itself is in the bundle once");
    let shown = opened(&bundle);
    assert_eq!(shown.len(), 2);
    assert_eq!(shown[0]["events"], json!(["provenance.event_captured"]));
    assert_eq!(shown[1]["events"], json!(["provenance.error_declared"]));
    assert_eq!(shown[1]["document"]["event"]["errorDeclaration"]["reason"], "incorrect_data");

    // With chosen fields, the other records disclose the same ones, and their outcome.
    let answer = stack.get(&format!("{}?fields=/event/action", evidence_of("urn:uuid:1"))).await;
    let shown = opened(&verified(&answer));
    assert_eq!(shown[1]["events"], json!(["provenance.error_declared"]));
    assert_eq!(shown[1]["document"], json!({ "event": { "action": "OBSERVE" } }));
    assert!(shown[1]["withheld"].as_u64().is_some_and(|count| count > 5), "{shown:?}");
    assert!(!answer.text().contains("incorrect_data") && !answer.text().contains("9876"), "{}", answer.text());

    // An event with one record repeats nothing.
    let bundle = verified(&stack.get(&evidence_of("urn:uuid:2")).await);
    assert!(bundle["stream"].get("records").is_none(), "{bundle}");
    assert_eq!(opened(&bundle).len(), 1);

    let query = "{ event(id: \"urn:uuid:1\") { evidence(fields: [\"/event/action\"]) } }";
    let bundle = stack.graphql(query).await["event"]["evidence"].clone();
    assert_eq!(opened(&bundle)[1]["events"], json!(["provenance.error_declared"]));

    let uri = format!("/v1/provenance/evidence?epc={}", segment("urn:epc:id:sgtin:4012345.011111.9876"));
    let names: Vec<_> = opened(&verified(&stack.get(&uri).await)).iter().map(|one| one["events"][0].clone()).collect();
    assert_eq!(names, ["provenance.event_captured", "provenance.event_captured", "provenance.error_declared"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declaration_whose_key_was_deleted_is_seen() {
    let stack = Stack::start().await;
    capture_each(&stack, &[event("urn:uuid:1", ""), event("urn:uuid:1", DECLARATION)]).await;
    let mut owner = stack.database.owner().await;
    sqlx::query("DELETE FROM app.transaction_key").execute(&mut owner).await.expect("erased");
    let shown = opened(&verified(&stack.get(&evidence_of("urn:uuid:1")).await));
    let sealed = json!({ "outcome": "applied", "events": ["provenance.error_declared"], "withheld": null,
        "document": null });
    assert_eq!(shown[1], sealed);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_documents_and_the_fields_that_a_bundle_opens_are_bounded() {
    let stack = Stack::start().await;
    let note = "x".repeat(240 * 1_000);
    let large = |n: u32| event("urn:uuid:large", &format!(",\"gs1:note\":\"{n} {note}\""));
    let count = u32::try_from(STREAM_BYTES_MAX).expect("32 bits") / 240_000 + 1;
    capture_each(&stack, &(0..count).map(large).collect::<Vec<_>>()).await;
    let problem = stack.get(&evidence_of("urn:uuid:large")).await.problem(422, "evidence.stream_too_long");
    assert!(problem.to_string().contains(&STREAM_BYTES_MAX.to_string()), "{problem}");

    // Each number is a field with a salt, so a document of 32 KB opens to more than a megabyte.
    let numbers = vec!["1"; 16_000].join(",");
    let many = |n: u32| event("urn:uuid:many", &format!(",\"gs1:note\":\"{n}\",\"gs1:numbers\":[{numbers}]"));
    let texts: Vec<_> = (0..40).map(many).collect();
    capture_each(&stack, &texts[..10]).await;
    verified(&stack.get(&evidence_of("urn:uuid:many")).await);
    capture_each(&stack, &texts[10..]).await;
    let problem = stack.get(&evidence_of("urn:uuid:many")).await.problem(422, "evidence.stream_too_long");
    assert!(problem.to_string().contains(&OPENED_BYTES_MAX.to_string()), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_absence_of_an_identifier_is_proved() {
    let stack = Stack::start().await;
    let text = document(&[event("urn:uuid:1", "")]);
    assert_eq!(stack.capture(text.as_bytes()).await.status, StatusCode::OK);
    let uri = format!("/v1/provenance/evidence?epc={}", segment("urn:epc:id:sgtin:4012345.011111.1"));
    let bundle = verified(&stack.get(&uri).await);
    let report = serde_json::to_value(verify(bundle.to_string().as_bytes(), None)).expect("a report is JSON");
    assert_eq!(report["stream"]["tenant"], stack.tenant.tenant.to_string());
    assert_eq!(bundle["stream"]["leaves"], json!([]));
    assert_ne!(bundle["stream"]["proof"]["terminal"]["kind"], "present");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_at_the_limit_is_shown_whole_and_a_longer_one_is_refused() {
    let stack = Stack::start().await;
    let limit = usize::try_from(STREAM_RECORDS_MAX).expect("small");
    let events: Vec<_> = (0..limit).map(|n| event(&format!("urn:uuid:{n:04}"), "")).collect();
    assert_eq!(stack.capture(document(&events).as_bytes()).await.status, StatusCode::OK);
    let uri = format!("/v1/provenance/evidence?epc={}", segment("urn:epc:id:sgtin:4012345.011111.9876"));
    let bundle = verified(&stack.get(&uri).await);
    assert_eq!(bundle["stream"]["leaves"].as_array().expect("leaves").len(), limit);
    assert_eq!(stack.capture(document(&[event("urn:uuid:x", "")]).as_bytes()).await.status, StatusCode::OK);
    stack.get(&uri).await.problem(422, "evidence.stream_too_long");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrupted_row_never_changes_what_is_proved() {
    let stack = Stack::start().await;
    let text = document(&[event("urn:uuid:1", ",\"bizStep\":\"shipping\""), event("urn:uuid:2", "")]);
    assert_eq!(stack.capture(text.as_bytes()).await.status, StatusCode::OK);
    let mut owner = stack.database.owner().await;
    let forged = "UPDATE index.provenance_event SET document = replace(document, 'shipping', 'receiving'),
                  biz_step = 'receiving', leaf = decode(repeat('00', 32), 'hex') WHERE event_id = 'urn:uuid:1'";
    sqlx::query(forged).execute(&mut owner).await.expect("forged");
    let row = stack.get("/epcis/events/urn%3Auuid%3A1").await.events();
    assert_eq!(row[0]["bizStep"], "receiving", "the index is outside the trust boundary");
    let proven = disclosed(&verified(&stack.get(&evidence_of("urn:uuid:1")).await));
    assert!(proven.contains(&("/event/bizStep".to_owned(), "\"shipping\"".to_owned())), "{proven:?}");

    // A row that names another record, and a missing row for a record of the ledger, are detected.
    let moved = "UPDATE index.provenance_stream SET record_index = 1 - record_index WHERE (subject, record_index) IN
                 (SELECT subject, min(record_index) FROM index.provenance_stream GROUP BY subject HAVING count(*) = 1)";
    sqlx::query(moved).execute(&mut owner).await.expect("moved");
    stack.get(&evidence_of("urn:uuid:1")).await.problem(500, "ledger.index_mismatch");
    sqlx::query("DELETE FROM index.provenance_stream").execute(&mut owner).await.expect("deleted");
    stack.get(&evidence_of("urn:uuid:2")).await.problem(500, "ledger.index_mismatch");
    stack.get(&evidence_of("urn:uuid:3")).await.problem(404, "provenance.unknown_event");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_record_stays_provable_without_its_content() {
    let stack = Stack::start().await;
    let text = document(&[event("urn:uuid:1", ",\"bizStep\":\"shipping\"")]);
    assert_eq!(stack.capture(text.as_bytes()).await.status, StatusCode::OK);
    let mut owner = stack.database.owner().await;
    sqlx::query("DELETE FROM app.transaction_key").execute(&mut owner).await.expect("erased");
    let bundle = verified(&stack.get(&evidence_of("urn:uuid:1")).await);
    assert!(bundle["record"]["body"].get("fields").is_none(), "{bundle}");
}

//! Tests evidence: a real supply chain verifies offline. Chosen fields verify without the others, and absence is
//! proved. A corrupted index never changes what is proved.

use crate::stack::{Answer, Stack, data, document, event, segment};
use chain_proof::{Verdict, verify};
use gateway::evidence::STREAM_RECORDS_MAX;
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

#[tokio::test(flavor = "multi_thread")]
async fn the_absence_of_an_identifier_is_proved() {
    let stack = Stack::start().await;
    let text = document(&[event("urn:uuid:1", "")]);
    assert_eq!(stack.capture(text.as_bytes()).await.status, StatusCode::OK);
    let uri = format!("/v1/provenance/evidence?epc={}", segment("urn:epc:id:sgtin:4012345.011111.1"));
    let bundle = verified(&stack.get(&uri).await);
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

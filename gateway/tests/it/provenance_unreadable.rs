//! Tests a record that is not an event, in all answers. Invariant: it is shown with its reason, it is proved, and its
//! neighbours' answers are whole.
//!
//! Only a tenant that signs for itself can record one, so the test changes the row to what the indexer writes then.

use crate::stack::{Stack, document, event, segment};
use http::StatusCode;
use sqlx::Executor as _;

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_record_is_shown_and_proved_and_its_neighbours_are_whole() {
    let stack = Stack::start().await;
    let events = [event("urn:uuid:a", ""), event("urn:uuid:odd", ""), event("urn:uuid:b", "")];
    assert_eq!(stack.capture(document(&events).as_bytes()).await.status, StatusCode::OK);
    let forge = "UPDATE index.provenance_event SET unreadable = 2, event_type = NULL, action = NULL, document = 'ff00',
        event_id = 'urn:waymark:record:1', event_id_hash = 0 WHERE event_id = 'urn:uuid:odd'";
    stack.database.owner().await.execute(forge).await.expect("the owner may run the statement");
    let all = stack.get("/epcis/events").await.events();
    assert_eq!(all.len(), 3);
    // By the id that its author gave it: the subject of the ledger's record tells.
    let one = stack.get("/epcis/events/urn%3Auuid%3Aodd").await.events();
    let [shown] = &*one else { panic!("{one:?}") };
    assert_eq!((&shown["type"], &shown["waymark:bytes"]), (&"waymark:UnreadableRecord".into(), &"ff00".into()));
    assert!(shown["waymark:reason"].as_str().is_some_and(|reason| reason.contains("not the record")), "{shown}");
    let node = stack.graphql("{ event(id: \"urn:uuid:odd\") { eventType document } }").await["event"].clone();
    assert_eq!((&node["eventType"], &node["document"]), (&"UnreadableRecord".into(), &"ff00".into()));
    for id in ["urn:uuid:a", "urn:uuid:odd", "urn:uuid:b"] {
        let answer = stack.get(&format!("/v1/provenance/events/{}/evidence", segment(id))).await;
        assert_eq!(answer.status, StatusCode::OK, "{id}: {}", answer.text());
    }
    let lot = segment("urn:epc:id:sgtin:4012345.011111.9876");
    let bundle = stack.get(&format!("/v1/provenance/evidence?epc={lot}")).await.json();
    assert_eq!(bundle["stream"]["leaves"].as_array().expect("leaves").len(), 3, "{bundle}");
}

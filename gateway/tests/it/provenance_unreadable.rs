//! Tests a record that is not an event, in all answers. Invariant: it is shown with its reason, it is proved, and its
//! neighbours' answers are whole.

use crate::stack::{Stack, document, event, segment};
use chain_types::{
    Body, Command, Digest, Entry, EntryCore, Mode, TimestampMs, provenance, stream::kind, transaction::Draft,
};
use gateway::{db, submit::VALIDITY_MS};
use http::StatusCode;
use standards_epcis::identifier::canonical;

const EPC: &str = "urn:epc:id:sgtin:4012345.011111.9876";

/// Records bytes as an event, signed with the tenant's key, and waits for the index. Only a tenant that signs for
/// itself can do that: a capture of such bytes is refused.
async fn record(stack: &Stack, id: &str, bytes: &[u8]) {
    let (vault, tenant) = (stack.vault.clone(), stack.tenant.tenant);
    let keys = db::run(&stack.gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(vault.tenant_keys(conn, tenant).await?) })
    });
    let keys = keys.await.expect("keys");
    let subject = |kind: &str, id: &str| keys.subject.subject(tenant.on_ledger(), kind, id);
    let event = subject(kind::EVENT, id);
    let mut subjects = vec![event, subject(kind::EPC, &canonical(EPC))];
    subjects.sort_unstable();
    let capture = provenance::CaptureEvent { event, content: Digest::ZERO, exclusive: false };
    let command = Command::Provenance(provenance::Command::CaptureEvent(capture));
    let entry = Entry { core: EntryCore { subjects, command }, body: Body::Public(bytes.to_vec()) };
    let shard = stack.gateway.submitter.home(tenant);
    let draft = Draft {
        chain_id: stack.node.chain_id(),
        tenant: tenant.on_ledger(),
        valid_until_ms: TimestampMs(stack.node.block_time(shard).0 + VALIDITY_MS),
        salt: [5; 16],
        mode: Mode::Atomic,
    };
    let done = stack.node.submit(shard, draft.sign(&keys.signing, vec![entry])).await.expect("final");
    stack.gateway.index.wait_for(shard, done.height).await.expect("indexed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_record_is_shown_and_proved_and_its_neighbours_are_whole() {
    let stack = Stack::start().await;
    for id in ["urn:uuid:a", "urn:uuid:odd", "urn:uuid:b"] {
        if id == "urn:uuid:odd" {
            record(&stack, id, &[0xff, 0x00]).await;
        } else {
            assert_eq!(stack.capture(document(&[event(id, "")]).as_bytes()).await.status, StatusCode::OK);
        }
    }
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
    let bundle = stack.get(&format!("/v1/provenance/evidence?epc={}", segment(EPC))).await.json();
    assert_eq!(bundle["stream"]["leaves"].as_array().expect("leaves").len(), 3, "{bundle}");
}

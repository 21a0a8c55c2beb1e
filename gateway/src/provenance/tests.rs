//! Sealing documents and showing jobs, without a ledger or a database.

use super::{
    model::CaptureJob,
    seal::{Refusal, SealedDocument, Shape, seal_document},
};
use crate::{
    operation::{Decision, OperationId, OperationRecord, Status},
    vault::{Keyring, TenantKeys, Vault},
};
use chain_seal::TransactionKey;
use chain_types::{
    Command, Digest, Event, Height, Receipt, Rejection, ShardId, Subject, TenantId, TxId, provenance, stream::kind,
};
use std::borrow::Cow;
use uuid::Uuid;

const TENANT: TenantId = TenantId([7; 16]);

fn keys() -> TenantKeys {
    let vault = Vault::new(Keyring::parse(&"11".repeat(32)).expect("a key"));
    vault.make_tenant_keys(Uuid::from_bytes(TENANT.0)).0
}

fn event(extra: &str) -> String {
    format!(
        r#"{{"type":"ObjectEvent","action":"OBSERVE","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00",
        "epcList":["urn:epc:id:sgtin:4012345.011111.9876"]{extra}}}"#
    )
}

fn document(events: &[String]) -> String {
    format!(
        r#"{{"@context":["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],"type":"EPCISDocument",
        "schemaVersion":"2.0","creationDate":"2026-01-01T00:00:00Z","epcisBody":{{"eventList":[{}]}}}}"#,
        events.join(",")
    )
}

fn seal(text: &str, keys: &TenantKeys) -> Result<SealedDocument, Refusal> {
    seal_document(text.as_bytes(), Shape::Document, TENANT, keys, &TransactionKey::from_bytes([9; 32]))
}

fn event_subject(keys: &TenantKeys, id: &str) -> Subject {
    keys.subject.subject(TENANT, kind::EVENT, id)
}

#[test]
fn each_event_becomes_one_command_about_its_id_and_identifiers() {
    let keys = keys();
    let declared = r#","eventID":"urn:uuid:1","errorDeclaration":{"declarationTime":"2026-01-02T00:00:00Z"}"#;
    let text = document(&[event(r#","eventID":"urn:uuid:1""#), event(declared), event("")]);
    let sealed = seal(&text, &keys).expect("valid");
    assert_eq!(sealed.pointer, "/epcisBody/eventList");
    assert_eq!(sealed.event_ids[..2], ["urn:uuid:1", "urn:uuid:1"]);
    assert!(sealed.event_ids[2].starts_with("ni:///sha-256;"), "{}", sealed.event_ids[2]);
    let epc = keys.subject.subject(TENANT, kind::EPC, "https://id.gs1.org/01/04012345111118/21/9876");
    for (command, id) in sealed.commands.iter().zip(&sealed.event_ids) {
        let mut expected = vec![event_subject(&keys, id), epc];
        expected.sort_unstable();
        assert_eq!(command.core.subjects, expected);
    }
    let operations: Vec<_> = sealed.commands.iter().map(|command| &command.core.command).collect();
    assert!(matches!(
        operations[..],
        [
            Command::Provenance(provenance::Command::CaptureEvent(provenance::CaptureEvent { exclusive: false, .. })),
            Command::Provenance(provenance::Command::DeclareError(_)),
            Command::Provenance(provenance::Command::CaptureEvent(_)),
        ]
    ));
}

#[test]
fn equal_content_has_an_equal_digest_and_another_ciphertext() {
    let keys = keys();
    let text = document(&[event(r#","eventID":"urn:uuid:1""#)]);
    let first = seal(&text, &keys).expect("valid");
    let second = seal_document(text.as_bytes(), Shape::Document, TENANT, &keys, &TransactionKey::from_bytes([8; 32]));
    let second = second.expect("valid");
    assert_eq!(first.commands[0].core, second.commands[0].core);
    assert_ne!(first.commands[0].body, second.commands[0].body);
}

#[test]
fn one_bad_event_refuses_the_document_and_is_pointed_at() {
    let text = document(&[event(""), event(r#","bizStep":"nonsense""#)]);
    let Err(Refusal::Problems(problems)) = seal(&text, &keys()) else { panic!("refused") };
    assert_eq!(problems[0].pointer, "/epcisBody/eventList/1/bizStep");
}

#[test]
fn a_document_without_events_is_refused() {
    let Err(Refusal::Problems(problems)) = seal(&document(&[]), &keys()) else { panic!("refused") };
    assert_eq!((problems[0].code, &*problems[0].pointer), (super::seal::NO_EVENTS, "/epcisBody/eventList"));
}

#[test]
fn what_is_larger_than_a_transaction_is_refused() {
    let padding = format!(r#","example:note":"{}""#, "x".repeat(200_000));
    let with_context = |events: &[String]| {
        document(events).replacen(
            "epcis-context.jsonld\"]",
            "epcis-context.jsonld\",{\"example\":\"https://e.x/\"}]",
            1,
        )
    };
    let events: Vec<_> = (0..41).map(|_| event(&padding)).collect();
    assert!(seal(&with_context(&events), &keys()).is_ok());
    let events: Vec<_> = (0..42).map(|_| event(&padding)).collect();
    assert!(matches!(seal(&with_context(&events), &keys()), Err(Refusal::TooLarge)));
}

fn record(decision: Option<Decision>) -> OperationRecord {
    OperationRecord {
        tenant: Uuid::from_bytes(TENANT.0),
        id: OperationId::new(),
        kind: Cow::Borrowed(super::capture::CAPTURE),
        subject: String::new(),
        atomic: true,
        command_count: 2,
        pointer: Cow::Borrowed("/epcisBody/eventList"),
        trace_id: None,
        tx_id: TxId(Digest([1; 32])),
        shard: ShardId(0),
        valid_until_ms: 0,
        accepted_at_us: 0,
        signed_at_us: 0,
        decision,
        promised: None,
        indexed_at_us: None,
    }
}

#[test]
fn a_job_runs_then_succeeds_or_names_the_event_at_fault() {
    let flags = |job: &CaptureJob| (job.running, job.success);
    assert_eq!(flags(&CaptureJob::of(&record(None))), (true, true));
    let receipts =
        vec![Receipt::Applied(Event::Provenance(provenance::Event::EventCaptured { event: Subject(Digest::ZERO) })); 2];
    let done = Decision::of_receipts(Height(1), 0, 0, 0, &receipts);
    assert_eq!(flags(&CaptureJob::of(&record(Some(done)))), (false, true));
    let receipts = ["ledger.atomic_aborted", "provenance.event_exists"];
    let receipts = receipts.map(|code| Receipt::Rejected(Rejection::new(code)));
    let job = CaptureJob::of(&record(Some(Decision::of_receipts(Height(1), 0, 0, 0, &receipts))));
    assert_eq!(flags(&job), (false, false));
    assert_eq!(job.errors.len(), 1);
    assert_eq!((&*job.errors[0].pointer, job.errors[0].status), ("/epcisBody/eventList/1", 409));
    let expired = Decision::without_block(Status::Expired, 0, 2, "ledger.expired", "late");
    assert_eq!(CaptureJob::of(&record(Some(expired))).errors.len(), 2);
}

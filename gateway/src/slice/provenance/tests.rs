//! Tests of commands made from documents, of exceptions and of capture jobs. Invariant: no ledger and no database is
//! started.

use super::{
    command::{Captured, Shape, draft},
    model::CaptureJob,
    source::Binding,
};
use crate::{
    error::ApiError,
    operation::{Decision, OperationId, OperationRecord, Status},
    tenant_id::TenantId,
    vault::{Keyring, TenantKeys, Vault},
    write::{Draft, EntrySealer},
};
use chain_seal::TransactionKey;
use chain_types::{
    Command, Digest, Event, Height, Mode, Receipt, Rejection, ShardId, Subject, TxId, provenance, stream::kind,
};
use std::borrow::Cow;
use uuid::Uuid;

const TENANT: TenantId = TenantId(Uuid::from_bytes([7; 16]));

fn keys() -> TenantKeys {
    let vault = Vault::new(Keyring::parse(&"11".repeat(32)).expect("a key"));
    vault.make_tenant_keys(TENANT).0
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

fn seal(text: &str, keys: &TenantKeys, key: u8) -> Result<Draft<Captured>, ApiError> {
    seal_in(Mode::Atomic, text, keys, key)
}

fn seal_in(mode: Mode, text: &str, keys: &TenantKeys, key: u8) -> Result<Draft<Captured>, ApiError> {
    let transaction_key = TransactionKey::from_bytes([key; 32]);
    let sealer = EntrySealer::new(TENANT, keys, &transaction_key);
    draft(text.as_bytes(), Binding::Json, Shape::Document, mode, sealer)
}

fn event_subject(keys: &TenantKeys, id: &str) -> Subject {
    keys.subject.subject(TENANT.on_ledger(), kind::EVENT, id)
}

#[test]
fn each_event_becomes_one_command_about_its_id_and_identifiers() {
    let keys = keys();
    let declared = r#","eventID":"urn:uuid:1","errorDeclaration":{"declarationTime":"2026-01-02T00:00:00Z"}"#;
    let text = document(&[event(r#","eventID":"urn:uuid:1""#), event(declared), event("")]);
    let sealed = seal(&text, &keys, 9).expect("valid");
    assert_eq!((sealed.pointer, sealed.answer.event_id.as_deref()), ("/epcisBody/eventList", Some("urn:uuid:1")));
    let without_id = seal(&document(&[event("")]), &keys, 9).expect("valid").answer.event_id.expect("an id");
    assert!(without_id.starts_with("ni:///sha-256;"), "{without_id}");
    let epc = keys.subject.subject(TENANT.on_ledger(), kind::EPC, "https://id.gs1.org/01/04012345111118/21/9876");
    for (entry, id) in sealed.entries.iter().zip(["urn:uuid:1", "urn:uuid:1", &without_id]) {
        let mut expected = vec![event_subject(&keys, id), epc];
        expected.sort_unstable();
        assert_eq!(entry.core.subjects, expected);
    }
    let commands: Vec<_> = sealed.entries.iter().map(|entry| &entry.core.command).collect();
    assert!(matches!(
        commands[..],
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
    let first = seal(&text, &keys, 9).expect("valid");
    let second = seal(&text, &keys, 8).expect("valid");
    assert_eq!(first.entries[0].core, second.entries[0].core);
    assert_ne!(first.entries[0].body, second.entries[0].body);
}

/// What an answer adds to an event, and the document around it, are no content. Every digit of a number is.
#[test]
fn an_answer_is_the_same_command_as_its_capture() {
    let keys = keys();
    let command = |text: &str| seal(text, &keys, 9).expect("valid").entries.remove(0).core.command;
    let id = r#","eventID":"urn:uuid:1""#;
    let captured = command(&document(&[event(id)]));
    let bare = event(id).replacen('{', "{\"@context\":{\"ex\":\"https://ex.example/\"},", 1);
    let timed = event(&format!(r#"{id},"recordTime":"2026-02-01T00:00:00Z""#));
    for same in [document(&[timed]), bare, document(&[event(&format!("{id}, \"@context\" : [ ]"))])] {
        assert_eq!(command(&same), captured, "{same}");
    }
    let unnamed = seal(&document(&[event("")]), &keys, 9).expect("valid");
    let hash_id = unnamed.answer.event_id.as_deref().expect("one event");
    let named = document(&[event(&format!(r#","eventID":"{hash_id}""#))]);
    assert_eq!(command(&named), unnamed.entries[0].core.command);
    let counted =
        |number: &str| command(&document(&[event(&format!(r#"{id},"https://shop.example/pallet":{number}"#))]));
    assert_eq!(counted("395212340000000017"), counted("3.95212340000000017E+17"));
    assert_ne!(counted("395212340000000017"), counted("395212340000000024"));
    assert_ne!(counted("1E400"), counted("1E401"));
}

#[test]
fn each_document_opens_under_the_key_of_its_index() {
    let keys = keys();
    let sealed = seal(&document(&[event(""), event(r#","eventID":"urn:uuid:1""#)]), &keys, 9).expect("valid");
    for (index, entry) in (0..).zip(&sealed.entries) {
        let key = TransactionKey::from_bytes([9; 32]).record_key(index);
        assert!(chain_seal::open(&entry.body, &key).is_ok(), "{index}");
    }
}

#[test]
fn one_bad_event_refuses_the_document_and_is_pointed_at() {
    let text = document(&[event(""), event(r#","bizStep":"nonsense""#)]);
    let problem = seal(&text, &keys(), 9).expect_err("refused").problem();
    assert_eq!(problem.errors[0].pointer, "/epcisBody/eventList/1/bizStep");
}

#[test]
fn a_document_without_events_has_nothing_to_do() {
    for mode in [Mode::Atomic, Mode::Independent] {
        let sealed = seal_in(mode, &document(&[]), &keys(), 9).expect("valid");
        assert!(sealed.entries.is_empty() && sealed.refused.is_empty() && sealed.answer.event_id.is_none());
    }
}

#[test]
fn independent_events_are_refused_one_by_one() {
    let keys = keys();
    let bad = |n: usize| event(&format!(r#","bizStep":"nonsense{n}""#));
    let good = |n: usize| event(&format!(r#","eventID":"urn:uuid:{n}""#));
    let events: Vec<String> = (0..9).map(|n| if n % 3 == 0 { bad(n) } else { good(n) }).collect();
    let sealed = seal_in(Mode::Independent, &document(&events), &keys, 9).expect("valid");
    assert_eq!(sealed.refused.iter().map(|refused| refused.index).collect::<Vec<_>>(), [0, 3, 6]);
    assert_eq!(sealed.refused[1].faults[0].pointer, "/epcisBody/eventList/3/bizStep");
    let record = OperationRecord { refused: sealed.refused.clone(), ..record(None) };
    for (index, n) in [1, 2, 4, 5, 7, 8].into_iter().enumerate() {
        let subjects = &sealed.entries[index].core.subjects;
        assert!(subjects.contains(&event_subject(&keys, &format!("urn:uuid:{n}"))), "{n}");
        let pointer = record.command_pointer(u32::try_from(index).expect("small"));
        assert_eq!(pointer, format!("/epcisBody/eventList/{n}"));
    }
    let job = CaptureJob::of(&record);
    assert_eq!((job.running, job.success, job.errors.len()), (true, false, 3));
    assert_eq!((&*job.errors[0].kind, job.errors[0].status), (super::exception::VALIDATION, 400));
    let none = seal_in(Mode::Independent, &document(&[bad(0), bad(1)]), &keys, 9).expect("a job");
    assert_eq!((none.entries.len(), none.refused.len()), (0, 2));
    let broken = document(&[good(1)]).replace("\"schemaVersion\":\"2.0\"", "\"schemaVersion\":7");
    assert!(seal_in(Mode::Independent, &broken, &keys, 9).is_err(), "the envelope is not an event");
}

#[test]
fn every_failure_has_an_exception() {
    for code in crate::slice::codes() {
        assert!(super::exception::for_code(code).starts_with("epcisException:"), "{}", code.name);
    }
}

fn record(decision: Option<Decision>) -> OperationRecord {
    OperationRecord {
        tenant: TENANT,
        id: OperationId::new(),
        kind: Cow::Borrowed(super::command::CAPTURE),
        subject: String::new(),
        atomic: true,
        command_count: 2,
        pointer: Cow::Borrowed("/epcisBody/eventList"),
        trace_id: None,
        refused: Vec::new(),
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

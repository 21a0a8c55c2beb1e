//! Tests of operation ids, wait preferences and the API form of an operation. Invariant: no database is started.

use super::*;
use crate::tenant_id::TenantId;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chain_types::{
    ChainId, Digest, Epoch, Event, Height, Receipt, Rejection, SecretKey, ShardId, Subject, TxId,
    beacon::{Promise, PromiseBatch, promised_root},
    codec, provenance,
};
use http::{HeaderMap, HeaderValue};
use std::{borrow::Cow, sync::Arc, time::Duration};

fn applied() -> Receipt {
    Receipt::Applied(Event::Provenance(provenance::Event::EventCaptured { event: Subject(Digest::ZERO) }))
}

fn record(command_count: u32) -> OperationRecord {
    OperationRecord {
        tenant: TenantId::SYSTEM,
        id: OperationId::new(),
        kind: Cow::Borrowed("provenance.capture"),
        subject: "someone".to_owned(),
        atomic: false,
        command_count,
        pointer: Cow::Borrowed("/epcisBody/eventList"),
        trace_id: None,
        refused: Vec::new(),
        tx_id: TxId(Digest([3; 32])),
        shard: ShardId(1),
        valid_until_ms: 1,
        accepted_at_us: 1_000_500,
        signed_at_us: 1_000_900,
        decision: None,
        promised: None,
        indexed_at_us: None,
    }
}

#[test]
fn an_id_reads_back_and_nothing_else_does() {
    let id = OperationId::new();
    assert_eq!(id.to_string().parse(), Ok(id));
    for text in ["", "op_", "op_zz", &id.0.to_string(), &format!("op_{}", id.0), &format!("xx_{}", id.0.simple())] {
        assert!(text.parse::<OperationId>().is_err(), "{text}");
    }
}

#[test]
fn waits_are_read_and_bounded() {
    for (text, seconds) in [
        ("wait=3", Some(3)),
        ("respond-async, wait=10", Some(10)),
        ("WAIT = 5; x=y", Some(5)),
        ("wait=9999", Some(WAIT_S_MAX)),
        ("wait=0", None),
        ("wait=-1", None),
        ("wait", None),
        ("return=minimal", None),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert("prefer", HeaderValue::from_static(text));
        assert_eq!(wait_of(&headers), seconds.map(Duration::from_secs), "{text}");
    }
    assert_eq!(wait_of(&HeaderMap::new()), None);
}

/// A leader's promise makes an operation soft, and the confirmation holds the evidence needed to convict the leader.
/// The decision ends the soft status.
#[test]
fn a_promise_makes_it_soft_until_it_is_decided() {
    let mut record = record(1);
    assert_eq!(record.status(), Status::Accepted);
    let ids = vec![TxId(Digest([9; 32])), record.tx_id];
    let promise = Promise {
        chain_id: ChainId(Digest([1; 32])),
        shard: record.shard,
        epoch: Epoch(4),
        leader: 2,
        given: Height(76),
        by: Height(77),
        promised: promised_root(&ids),
    };
    let key = SecretKey::from_seed(&[5; 32]);
    let promise = Arc::new(PromiseBatch { signed: promise.sign(&key), ids });
    record.promised = Some(Promised { promise, at_us: 1_001_000 });
    let view = model::Operation::of(&record);
    let steps: Vec<_> = view.timeline.iter().map(|step| step.name.as_str()).collect();
    assert_eq!((view.status.as_str(), steps), ("soft", vec!["accepted", "signed", "soft"]));
    let confirmation = view.soft_confirmation.expect("the status is soft");
    assert_eq!((confirmation.epoch, confirmation.leader, confirmation.by), (4, 2, 77));
    let evidence = STANDARD.decode(confirmation.evidence).expect("base64");
    let evidence: chain_types::beacon::PromiseProof = codec::decode("a confirmation", &evidence).expect("canonical");
    assert!(evidence.names(&record.tx_id) && evidence.signed.is_signed_by(key.public_key()));

    record.decision = Some(Decision::of_receipts(Height(77), 0, 1_002, 1_003_000, &[applied()]));
    let view = model::Operation::of(&record);
    assert_eq!((view.status.as_str(), view.soft_confirmation), ("final", None));
    assert!(view.timeline.iter().all(|step| step.name != "soft"), "a final operation shows no soft step");
}

#[test]
fn receipts_decide_the_status() {
    let applied = applied();
    let rejected = Receipt::Rejected(Rejection::new("provenance.event_exists"));
    for (receipts, status) in [
        (vec![applied.clone()], Status::Final),
        (vec![applied, rejected.clone()], Status::Final),
        (vec![rejected.clone(), rejected], Status::Rejected),
    ] {
        assert_eq!(Decision::of_receipts(Height(4), 7, 1, 2, &receipts).status, status);
    }
}

#[test]
fn a_view_shows_every_command_and_a_monotonic_timeline() {
    let mut record = record(3);
    assert_eq!(model::Operation::of(&record).commands, []);
    let rejected = Receipt::Rejected(Rejection::new("provenance.event_exists").with("event", &"e"));
    let applied = applied();
    let decision = Decision::of_receipts(Height(4), 7, 1_000, 1_002_000, &[applied.clone(), rejected, applied]);
    record.decision = Some(decision);
    record.indexed_at_us = Some(1_003_000);
    let view = model::Operation::of(&record);
    assert_eq!(view.status, "final");
    assert_eq!(view.commands.iter().map(|it| &*it.outcome).collect::<Vec<_>>(), ["applied", "rejected", "applied"]);
    assert_eq!(view.commands[1].pointer, "/epcisBody/eventList/1");
    let steps: Vec<_> = view.timeline.iter().map(|step| (&*step.name, step.duration_ms)).collect();
    assert_eq!(steps, [("accepted", 0.0), ("signed", 0.4), ("ordered", 0.0), ("executed", 1.1), ("indexed", 1.0)]);
    assert_eq!(view.timeline[0].at, "1970-01-01T00:00:01.0005Z");
}

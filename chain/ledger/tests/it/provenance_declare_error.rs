//! An observation was wrong. The error declaration joins the stream of the event's id, so a reader of the stream sees
//! both. The original may have been captured on another system, and the same declaration is recorded once.

use crate::fixture::{Ledger, capture, captured, content, declare, declared, entry, event, lot, rejected};
use chain_types::{Command, provenance};

#[test]
fn a_declaration_joins_the_stream_of_its_event() {
    let mut ledger = Ledger::with_tenant();
    assert_eq!(ledger.run_one(capture("e1", "a")), captured("e1"));
    assert_eq!(ledger.run_one(declare("e1", "wrong")), declared("e1"));
    assert_eq!(ledger.head(event("e1")).map(|head| head.count), Some(2));
}

#[test]
fn the_original_may_be_elsewhere() {
    let mut ledger = Ledger::with_tenant();
    assert_eq!(ledger.run_one(declare("e1", "wrong")), declared("e1"));
    assert_eq!(ledger.head(event("e1")).map(|head| head.count), Some(1));
}

#[test]
fn the_same_declaration_counts_once() {
    let mut ledger = Ledger::with_tenant();
    ledger.run_one(declare("e1", "wrong"));
    assert_eq!(ledger.run_one(declare("e1", "wrong")), chain_types::Receipt::Repeated);
    assert_eq!(ledger.run_one(declare("e1", "wrong in another way")), declared("e1"));
    assert_eq!(ledger.head(event("e1")).map(|head| head.count), Some(2));
}

#[test]
fn its_event_must_be_one_of_its_subjects() {
    let mut ledger = Ledger::with_tenant();
    let command =
        provenance::Command::DeclareError(provenance::DeclareError { event: event("e1"), content: content("wrong") });
    let receipt = ledger.run_one(entry(vec![lot("lot-7")], Command::Provenance(command)));
    assert_eq!(receipt, rejected("provenance.subject_missing"));
}

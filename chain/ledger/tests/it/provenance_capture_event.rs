//! A pallet is observed. Its event is recorded once, however often it is sent. Another content under the same id is
//! another record, unless the capture is exclusive. An event that is not among its own subjects is rejected, because it
//! would be missing from its stream.

use crate::fixture::{
    Ledger, TENANT, capture, capture_about, capture_exclusive, captured, content, entry, event, lot, rejected,
};
use chain_types::{
    Command,
    provenance::{self, ContentKey},
};

#[test]
fn an_event_goes_on_record_and_joins_its_streams() {
    let mut ledger = Ledger::with_tenant();
    assert_eq!(ledger.run_one(capture_about("e1", "a", &["lot-7"])), captured("e1"));
    assert_eq!(ledger.read(&ContentKey(TENANT, event("e1"), content("a"))), Some(()));
    assert_eq!(ledger.head(event("e1")).map(|head| head.count), Some(1));
    assert_eq!(ledger.head(lot("lot-7")).map(|head| head.count), Some(1));
}

#[test]
fn the_same_content_again_is_acknowledged_and_adds_nothing() {
    let mut ledger = Ledger::with_tenant();
    ledger.run_one(capture_about("e1", "a", &["lot-7"]));
    let heads = (ledger.head(event("e1")), ledger.head(lot("lot-7")));
    assert_eq!(ledger.run_one(capture_about("e1", "a", &["lot-7"])), chain_types::Receipt::Repeated);
    assert_eq!((ledger.head(event("e1")), ledger.head(lot("lot-7"))), heads);
}

#[test]
fn a_second_content_under_one_id_is_a_second_record() {
    let mut ledger = Ledger::with_tenant();
    assert_eq!(ledger.run_one(capture("e1", "a")), captured("e1"));
    assert_eq!(ledger.run_one(capture("e1", "b")), captured("e1"));
    assert_eq!(ledger.head(event("e1")).map(|head| head.count), Some(2));
}

#[test]
fn an_exclusive_capture_is_the_first_of_its_id_or_rejected() {
    let mut ledger = Ledger::with_tenant();
    assert_eq!(ledger.run_one(capture_exclusive("e1", "a")), captured("e1"));
    for text in ["a", "b"] {
        assert_eq!(ledger.run_one(capture_exclusive("e1", text)), rejected("provenance.event_exists"));
    }
    assert_eq!(ledger.head(event("e1")).map(|head| head.count), Some(1));
    assert_eq!(ledger.run_one(capture("e1", "b")), captured("e1"), "others may still add to the id");
}

#[test]
fn an_event_must_be_one_of_its_subjects() {
    let mut ledger = Ledger::with_tenant();
    let (missing, content) = (event("e1"), content("a"));
    for exclusive in [false, true] {
        let command =
            provenance::Command::CaptureEvent(provenance::CaptureEvent { event: missing, content, exclusive });
        let receipt = ledger.run_one(entry(vec![lot("lot-7")], Command::Provenance(command)));
        assert_eq!(receipt, rejected("provenance.subject_missing"));
    }
    assert_eq!(ledger.head(lot("lot-7")), None);
    assert_eq!(ledger.run_one(capture("e1", "a")), captured("e1"));
}

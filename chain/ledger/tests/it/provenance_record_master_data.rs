//! A company describes its warehouse. The description changes and changes back; each change is a version of the
//! element's stream, and a description that is sent twice in a row counts once.

use crate::fixture::{
    Ledger, capture, captured, content, element, entry, event, lot, master_data_recorded, record_master_data, rejected,
};
use chain_types::{Command, Receipt, provenance};

#[test]
fn each_change_is_a_version_of_the_stream() {
    let mut ledger = Ledger::with_tenant();
    for (text, expected) in [
        ("first", master_data_recorded("dock")),
        ("first", Receipt::Repeated),
        ("second", master_data_recorded("dock")),
        ("second", Receipt::Repeated),
        ("first", master_data_recorded("dock")),
    ] {
        assert_eq!(ledger.run_one(record_master_data("dock", text)), expected, "{text}");
    }
    assert_eq!(ledger.head(element("dock")).map(|head| head.count), Some(3));
}

#[test]
fn elements_and_events_do_not_share_contents() {
    let mut ledger = Ledger::with_tenant();
    assert_eq!(ledger.run_one(record_master_data("a", "same")), master_data_recorded("a"));
    assert_eq!(ledger.run_one(record_master_data("b", "same")), master_data_recorded("b"));
    assert_eq!(ledger.run_one(capture("a", "same")), captured("a"));
    assert_eq!(ledger.head(element("a")).map(|head| head.count), Some(1));
    assert_eq!(ledger.head(event("a")).map(|head| head.count), Some(1));
}

#[test]
fn its_element_must_be_its_only_subject() {
    let mut ledger = Ledger::with_tenant();
    let command = provenance::RecordMasterData { element: element("dock"), content: content("first") };
    let command = Command::Provenance(provenance::Command::RecordMasterData(command));
    for (subjects, code) in [
        (vec![element("gate")], "provenance.subject_missing"),
        (Vec::new(), "provenance.subject_missing"),
        (vec![element("dock"), lot("lot-7")], "provenance.foreign_subject"),
    ] {
        assert_eq!(ledger.run_one(entry(subjects, command.clone())), rejected(code), "{code}");
    }
    assert_eq!(ledger.run_one(record_master_data("dock", "first")), master_data_recorded("dock"));
    assert_eq!(ledger.head(lot("lot-7")), None);
}

//! A lot is the subject of many events. The head of its stream counts them and chains their leaves, so a list of
//! records that leads to the head is complete. Rejected and repeated commands do not join it.

use crate::fixture::{
    Ledger, TENANT, author, capture_about, capture_exclusive, declare, entry, event, lot, operator, register,
};
use chain_ledger::OPERATOR_TENANT;
use chain_types::{
    Command, Digest, Mode, Receipt, StreamHead, Subject, TenantId, account, limit::SUBJECTS_PER_RECORD_MAX,
    state::StreamKey,
};

fn fold(leaves: &[Digest]) -> Option<StreamHead> {
    (!leaves.is_empty()).then(|| leaves.iter().fold(StreamHead::default(), |head, leaf| head.push(leaf)))
}

#[test]
fn a_head_is_the_fold_of_its_records_leaves() {
    let mut ledger = Ledger::with_tenant();
    let (mut of_seven, mut of_eight) = (Vec::new(), Vec::new());
    for number in 0..20_u32 {
        let id = format!("e{number}");
        let lots: &[&str] = match number % 3 {
            0 => &["lot-7"],
            1 => &["lot-8"],
            _ => &["lot-7", "lot-8"],
        };
        let entries = vec![capture_about(&id, "a", lots), capture_about(&id, "a", lots), capture_exclusive(&id, "b")];
        let transaction = ledger.draft(TENANT, Mode::Independent).sign(&author(1), entries);
        let leaves = ledger.block(vec![transaction]).executed.leaves;
        for (lot, list) in [("lot-7", &mut of_seven), ("lot-8", &mut of_eight)] {
            if lots.contains(&lot) {
                list.push(leaves[0]);
            }
        }
        assert_eq!(ledger.head(event(&id)), fold(&leaves[..1]));
        assert_eq!(ledger.head(lot("lot-7")), fold(&of_seven));
        assert_eq!(ledger.head(lot("lot-8")), fold(&of_eight));
    }
}

#[test]
fn a_stream_belongs_to_one_tenant() {
    const OTHER: TenantId = TenantId([0x22; 16]);
    let mut ledger = Ledger::with_tenant();
    ledger.run(&operator(), OPERATOR_TENANT, Mode::Atomic, vec![register(OTHER, &author(2), 1)]);
    ledger.run_one(declare("e1", "wrong"));
    let before = ledger.head(event("e1"));
    ledger.run(&author(2), OTHER, Mode::Atomic, vec![declare("e1", "wrong")]);
    assert_eq!(ledger.head(event("e1")), before, "another tenant's stream of the same subject does not change it");
    assert_eq!(ledger.read(&StreamKey(OTHER, event("e1"))).map(|head| head.count), Some(1));
}

#[test]
fn a_record_joins_as_many_streams_as_it_may_name() {
    let mut ledger = Ledger::with_tenant();
    let command = Command::Account(account::Command::AddAuthor(account::AddAuthor { author: author(2).public_key() }));
    let subjects: Vec<Subject> = (0..SUBJECTS_PER_RECORD_MAX).map(|number| lot(&number.to_string())).collect();
    let receipt = ledger.run_one(entry(subjects.clone(), command));
    assert!(matches!(receipt, Receipt::Applied(_)));
    assert!(subjects.into_iter().all(|subject| ledger.head(subject).is_some_and(|head| head.count == 1)));
}

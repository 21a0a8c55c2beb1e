//! What a block may not hold at all: a transaction for another chain, one that expired or expires too far ahead, one that
//! is signed by a key without the right. It leaves no trace, so it may come back when its fault is gone.

use crate::fixture::{Ledger, START_MS, TENANT, author, capture, captured, operator, register};
use chain_ledger::{OPERATOR_TENANT, Refusal};
use chain_types::{
    ChainId, Digest, Mode, SecretKey, TenantId, TimestampMs, limit::VALIDITY_MS_MAX, transaction::Draft,
};

fn outcome(change: impl FnOnce(&mut Draft), key: &SecretKey) -> Option<Refusal> {
    let mut ledger = Ledger::with_tenant();
    let mut draft = ledger.draft(TENANT, Mode::Atomic);
    change(&mut draft);
    let root = ledger.state.root();
    let transaction = draft.sign(key, vec![capture("e1", "a")]);
    let id = transaction.header.id();
    let outcome = ledger.block(vec![transaction]);
    if outcome.refusals != [None] {
        assert_eq!(ledger.state.root(), root, "a refused transaction leaves no trace");
        assert!(outcome.executed.receipts.is_empty() && ledger.seen.height(&id).is_none());
    }
    outcome.refusals[0]
}

#[test]
fn a_transaction_names_its_chain() {
    let elsewhere = ChainId(Digest([9; 32]));
    assert_eq!(outcome(|draft| draft.chain_id = elsewhere, &author(1)), Some(Refusal::Chain));
}

#[test]
fn an_expiry_lies_after_the_block_and_within_the_limit() {
    for (valid_until, expected) in [
        (0, Some(Refusal::Expired)),
        (START_MS, Some(Refusal::Expired)),
        (START_MS + 1, None),
        (START_MS + VALIDITY_MS_MAX, None),
        (START_MS + VALIDITY_MS_MAX + 1, Some(Refusal::TooFarAhead)),
        (u64::MAX, Some(Refusal::TooFarAhead)),
    ] {
        let set = |draft: &mut Draft| draft.valid_until_ms = TimestampMs(valid_until);
        assert_eq!(outcome(set, &author(1)), expected, "valid until {valid_until}");
    }
}

#[test]
fn only_an_author_signs_for_its_tenant() {
    assert_eq!(outcome(|_| {}, &author(1)), None);
    assert_eq!(outcome(|_| {}, &author(2)), Some(Refusal::Author));
    assert_eq!(outcome(|_| {}, &operator()), Some(Refusal::Author), "the operator is no tenant's author");
    assert_eq!(outcome(|draft| draft.tenant = TenantId([0x33; 16]), &author(1)), Some(Refusal::Author));
    assert_eq!(outcome(|draft| draft.tenant = OPERATOR_TENANT, &author(1)), Some(Refusal::Author));
}

#[test]
fn refusals_have_stable_codes() {
    let codes = [Refusal::Chain, Refusal::Expired, Refusal::TooFarAhead, Refusal::Author].map(Refusal::code);
    let expected = ["ledger.wrong_chain", "ledger.expired", "ledger.valid_until_too_far", "ledger.unknown_author"];
    assert_eq!(codes, expected);
}

/// Registration and first use may share a block, in this order only.
#[test]
fn a_refused_transaction_may_come_back() {
    let mut ledger = Ledger::new();
    let early = ledger.draft(TENANT, Mode::Atomic).sign(&author(1), vec![capture("e1", "a")]);
    let commands = vec![register(TENANT, &author(1), 1)];
    let registration = ledger.draft(OPERATOR_TENANT, Mode::Atomic).sign(&operator(), commands);
    let outcome = ledger.block(vec![early.clone(), registration, early]);
    assert_eq!(outcome.refusals, [Some(Refusal::Author), None, None]);
    assert_eq!(outcome.executed.receipts.last(), Some(&captured("e1")));
}

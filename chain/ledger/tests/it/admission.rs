//! A block may not contain a transaction for another chain, an expired one, one that expires too far ahead, or one
//! signed by a key without the right. A refused transaction writes nothing, so it may be sent again when the reason is
//! gone.

use crate::fixture::{Ledger, START_MS, TENANT, author, capture, capture_about, captured, operator, register};
use chain_ledger::{OPERATOR_TENANT, Refusal};
use chain_types::{
    ChainId, Digest, Mode, SecretKey, TenantId, TimestampMs,
    limit::VALIDITY_MS_MAX,
    state::{AncestryKey, TypedKey},
    transaction::Draft,
};

fn outcome(change: impl FnOnce(&mut Draft), key: &SecretKey) -> Option<Refusal> {
    let mut ledger = Ledger::with_tenant();
    let mut draft = ledger.draft(TENANT, Mode::Atomic);
    change(&mut draft);
    let transaction = draft.sign(key, vec![capture("e1", "a")]);
    let id = transaction.header.id();
    let outcome = ledger.block(vec![transaction]);
    if outcome.refusals != [None] {
        let written: Vec<_> = outcome.executed.writes.iter().map(|write| write.path).collect();
        assert_eq!(written, [AncestryKey.path()], "a refused transaction leaves no trace");
        assert!(outcome.executed.receipts.is_empty() && ledger.seen.height(&id).is_none());
    }
    outcome.refusals[0]
}

#[test]
fn a_transaction_for_another_chain_is_refused() {
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
    assert_eq!(outcome(|_| {}, &operator()), Some(Refusal::Author), "the operator is not an author of a tenant");
    assert_eq!(outcome(|draft| draft.tenant = TenantId([0x33; 16]), &author(1)), Some(Refusal::Author));
    assert_eq!(outcome(|draft| draft.tenant = OPERATOR_TENANT, &author(1)), Some(Refusal::Author));
}

/// A block's weight is limited, so one transaction can weigh more than any block may hold.
#[test]
fn work_beyond_a_block_is_refused() {
    let about = |subjects: usize| {
        let lots: Vec<_> = (0..subjects).map(|number| number.to_string()).collect();
        let lots: Vec<_> = lots.iter().map(String::as_str).collect();
        capture_about("e1", "a", &lots)
    };
    let mut ledger = Ledger::with_tenant();
    let entries = |count: usize| vec![about(1_000); count];
    let two = ledger.draft(TENANT, Mode::Atomic).sign(&author(1), entries(2)).check().expect("well formed");
    ledger.genesis.parameters.work.block_work_max = ledger.genesis.parameters.work.of(&two);
    for (count, expected) in [(2, None), (3, Some(Refusal::Work))] {
        let transaction = ledger.draft(TENANT, Mode::Atomic).sign(&author(1), entries(count));
        assert_eq!(ledger.block(vec![transaction]).refusals, [expected], "{count} commands");
    }
}

#[test]
fn refusals_have_stable_codes() {
    let codes: Vec<_> = Refusal::ALL.iter().map(|refusal| refusal.code()).collect();
    let expected = [
        "ledger.wrong_chain",
        "ledger.expired",
        "ledger.valid_until_too_far",
        "ledger.unknown_author",
        "ledger.too_much_work",
    ];
    assert_eq!(codes, expected);
}

/// A tenant's registration and its first transaction may share a block, in this order only.
#[test]
fn a_refused_transaction_may_come_back() {
    let mut ledger = Ledger::new();
    let early = ledger.draft(TENANT, Mode::Atomic).sign(&author(1), vec![capture("e1", "a")]);
    let entries = vec![register(TENANT, &author(1), 1)];
    let registration = ledger.draft(OPERATOR_TENANT, Mode::Atomic).sign(&operator(), entries);
    let outcome = ledger.block(vec![early.clone(), registration, early]);
    assert_eq!(outcome.refusals, [Some(Refusal::Author), None, None]);
    assert_eq!(outcome.executed.receipts.last(), Some(&captured("e1")));
}

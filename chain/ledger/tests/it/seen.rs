//! A transaction is remembered until it expires. The state commits to each minute's transactions by count and digest
//! chain, and a minute that has passed leaves the state with the next block.

use crate::fixture::{Ledger, START_MS, TENANT, VALID_FOR_MS, author, capture, operator, register};
use chain_ledger::{
    OPERATOR_TENANT,
    seen::{SLOT_MS, SlotHead, slot_of},
};
use chain_types::{
    Digest, Mode, TimestampMs, Transaction, TxId,
    digest::{Tag, hash},
    state::StateKey,
};

fn chain(previous: &Digest, ids: &[TxId]) -> Digest {
    let mut bytes = previous.0.to_vec();
    bytes.extend(ids.iter().flat_map(|id| id.0.0));
    hash(Tag::SEEN, &[&bytes])
}

fn ids(transactions: &[Transaction]) -> Vec<TxId> {
    transactions.iter().map(|transaction| transaction.header.id()).collect()
}

fn sign(ledger: &mut Ledger, id: &str) -> Transaction {
    ledger.draft(TENANT, Mode::Atomic).sign(&author(1), vec![capture(id, "a")])
}

#[test]
fn a_slot_counts_its_transactions_and_chains_their_ids_block_by_block() {
    let mut ledger = Ledger::new();
    assert!(ledger.seen.is_empty());
    let slot = slot_of(TimestampMs(START_MS + VALID_FOR_MS));
    let registration = {
        let commands = vec![register(TENANT, &author(1), 1)];
        ledger.draft(OPERATOR_TENANT, Mode::Atomic).sign(&operator(), commands)
    };
    let first = vec![registration, sign(&mut ledger, "e1")];
    let second = vec![sign(&mut ledger, "e2"), sign(&mut ledger, "e3")];
    let digest = chain(&Digest::ZERO, &ids(&first));
    ledger.block(first);
    assert_eq!(ledger.read(&StateKey::Seen(slot)), Some(SlotHead { count: 2, digest }));
    let digest = chain(&digest, &ids(&second));
    ledger.block(second);
    assert_eq!(ledger.read(&StateKey::Seen(slot)), Some(SlotHead { count: 4, digest }));
    assert_eq!(ledger.seen.len(), 4);
}

#[test]
fn transactions_are_kept_by_the_minute_they_expire_in() {
    let mut ledger = Ledger::with_tenant();
    for (offset, slot) in [(SLOT_MS - 1, 0), (SLOT_MS, 1), (2 * SLOT_MS - 1, 1), (2 * SLOT_MS, 2)] {
        let slot = slot_of(TimestampMs(START_MS)) + slot;
        let before = ledger.read::<SlotHead>(&StateKey::Seen(slot)).unwrap_or_default().count;
        let mut draft = ledger.draft(TENANT, Mode::Atomic);
        draft.valid_until_ms = TimestampMs(START_MS + offset);
        let transaction = draft.sign(&author(1), vec![capture("e", "a")]);
        ledger.block(vec![transaction]);
        let after = ledger.read::<SlotHead>(&StateKey::Seen(slot)).unwrap_or_default().count;
        assert_eq!(after, before + 1, "expiry {offset} ms after the start");
    }
}

#[test]
fn a_slot_leaves_with_the_first_block_of_a_later_minute() {
    let mut ledger = Ledger::with_tenant();
    let transaction = sign(&mut ledger, "e1");
    let (id, expiry) = (transaction.header.id(), transaction.header.valid_until_ms);
    let slot = slot_of(expiry);
    ledger.block(vec![transaction]);
    ledger.time = TimestampMs((slot + 1) * SLOT_MS - 1);
    let later = sign(&mut ledger, "e2");
    ledger.block(vec![later]);
    assert!(ledger.read::<SlotHead>(&StateKey::Seen(slot)).is_some(), "the minute has not ended");
    assert!(ledger.seen.height(&id).is_some());
    ledger.time = TimestampMs((slot + 1) * SLOT_MS);
    let outcome = ledger.block(vec![]);
    assert!(
        outcome.executed.writes.iter().any(|write| write.path == StateKey::Seen(slot).path() && write.value.is_none())
    );
    assert_eq!(ledger.read::<SlotHead>(&StateKey::Seen(slot)), None);
    assert!(ledger.seen.height(&id).is_none());
}

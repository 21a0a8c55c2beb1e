//! The seen-set keeps a transaction until it expires. The state commits to each bucket of each minute by count and
//! digest chain, and the first block after a minute removes it from the state.

use crate::fixture::{Ledger, START_MS, TENANT, VALID_FOR_MS, author, capture};
use chain_ledger::seen::{SEEN_BUCKETS, SLOT_MS, SlotHead, slot_of};
use chain_types::{
    Digest, Mode, TimestampMs, Transaction, TxId,
    digest::{Tag, hash},
    limit::TRANSACTION_BYTES_MAX,
    seen::SEEN_IDS_MAX,
    state::{SeenKey, TypedKey},
};
use std::collections::BTreeMap;

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

/// The heads of all buckets of a slot in the state.
fn heads(ledger: &mut Ledger, slot: u64) -> BTreeMap<u8, SlotHead> {
    let keys = (0..SEEN_BUCKETS).map(|bucket| SeenKey { slot, bucket });
    keys.filter_map(|key| Some((key.bucket, ledger.read(&key)?))).collect()
}

fn count(ledger: &mut Ledger, slot: u64) -> u64 {
    heads(ledger, slot).values().map(|head| head.count).sum()
}

#[test]
fn a_bucket_counts_its_transactions_and_chains_their_ids_block_by_block() {
    let mut ledger = Ledger::with_tenant();
    let slot = slot_of(TimestampMs(START_MS + VALID_FOR_MS));
    let mut expected = heads(&mut ledger, slot);
    assert_eq!((expected.len(), ledger.seen.len()), (1, 1), "the tenant's registration");
    for block in 0..3 {
        let transactions: Vec<_> = (0..200).map(|number| sign(&mut ledger, &format!("e{block}-{number}"))).collect();
        let mut by_bucket: BTreeMap<u8, Vec<TxId>> = BTreeMap::new();
        for id in ids(&transactions) {
            by_bucket.entry(id.0.0[0] % SEEN_BUCKETS).or_default().push(id);
        }
        assert!(by_bucket.len() > 32, "ids are spread");
        for (bucket, ids) in by_bucket {
            let head = expected.entry(bucket).or_default();
            *head = SlotHead { count: head.count + ids.len() as u64, digest: chain(&head.digest, &ids) };
        }
        ledger.block(transactions);
        assert_eq!(heads(&mut ledger, slot), expected);
    }
    assert_eq!(ledger.seen.len(), 601);
}

/// Evidence of a broken promise lists a whole bucket. The fullest one must fit at 100,000 transactions a second with
/// evenly spread expiries.
#[test]
fn a_bucket_stays_provable_at_a_hundred_thousand_transactions_a_second() {
    const A_SECOND: u64 = 100_000;
    /// Every sixth transaction of a slot. Fewer would leave a bucket further from the average.
    const SAMPLE: u64 = A_SECOND * SLOT_MS / 1_000 / 6;
    let mut by_bucket: BTreeMap<SeenKey, usize> = BTreeMap::new();
    for number in 0..SAMPLE {
        let id = TxId(hash(Tag::SEEN, &[&number.to_le_bytes()]));
        let expiry = TimestampMs(slot_of(TimestampMs(START_MS)) * SLOT_MS + number % SLOT_MS);
        *by_bucket.entry(SeenKey::of(&id, expiry)).or_default() += 1;
    }
    let in_bucket = 6 * by_bucket.values().max().expect("a bucket");
    assert!(2 * in_bucket <= SEEN_IDS_MAX, "{in_bucket} ids of one bucket are more than half of {SEEN_IDS_MAX}");
    const { assert!(SEEN_IDS_MAX * 32 < TRANSACTION_BYTES_MAX, "the largest list of ids fits into a transaction") };
}

#[test]
fn transactions_are_kept_by_the_minute_they_expire_in() {
    let mut ledger = Ledger::with_tenant();
    for (offset, slot) in [(SLOT_MS - 1, 0), (SLOT_MS, 1), (2 * SLOT_MS - 1, 1), (2 * SLOT_MS, 2)] {
        let slot = slot_of(TimestampMs(START_MS)) + slot;
        let before = count(&mut ledger, slot);
        let mut draft = ledger.draft(TENANT, Mode::Atomic);
        draft.valid_until_ms = TimestampMs(START_MS + offset);
        let transaction = draft.sign(&author(1), vec![capture("e", "a")]);
        ledger.block(vec![transaction]);
        let after = count(&mut ledger, slot);
        assert_eq!(after, before + 1, "expiry {offset} ms after the start");
    }
}

#[test]
fn a_slot_leaves_with_the_first_block_of_a_later_minute() {
    let mut ledger = Ledger::with_tenant();
    let transaction = sign(&mut ledger, "e1");
    let (id, expiry) = (transaction.header.id(), transaction.header.valid_until_ms);
    let (key, slot) = (SeenKey::of(&id, expiry), slot_of(expiry));
    ledger.block(vec![transaction]);
    ledger.time = TimestampMs((slot + 1) * SLOT_MS - 1);
    let later = sign(&mut ledger, "e2");
    ledger.block(vec![later]);
    assert!(ledger.read(&key).is_some(), "the minute has not ended");
    assert!(ledger.seen.height(&id).is_some());
    ledger.time = TimestampMs((slot + 1) * SLOT_MS);
    let outcome = ledger.block(vec![]);
    assert!(outcome.executed.writes.iter().any(|write| write.path == key.path() && write.value.is_none()));
    assert!(heads(&mut ledger, slot).is_empty());
    assert!(ledger.seen.height(&id).is_none());
}

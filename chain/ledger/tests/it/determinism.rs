//! Two machines execute the same inputs independently. They agree on every receipt, every write and every root. A third
//! that only applies the write-sets agrees as well, and a damaged write-set is detected.

use crate::fixture::{
    Ledger, NoDisk, TENANT, add, author, capture_about, capture_exclusive, declare, operator, register, remove,
};
use chain_ledger::{OPERATOR_TENANT, decode_delta, delta_root, encode_delta};
use chain_state::State;
use chain_types::{Digest, Mode, Receipt, TimestampMs};

/// The results of a block: receipts, leaves, encoded write-set, state root.
type Trace = (Vec<Receipt>, Vec<Digest>, Vec<u8>, Digest);

/// Twelve blocks with registrations, captures of every kind, key changes and passing minutes.
fn play() -> Vec<Trace> {
    let mut ledger = Ledger::new();
    let mut traces = Vec::new();
    for number in 0..12_u32 {
        let mut transactions = Vec::new();
        if number == 0 {
            let entries = vec![register(TENANT, &author(1), 2)];
            transactions.push(ledger.draft(OPERATOR_TENANT, Mode::Atomic).sign(&operator(), entries));
        }
        let entries = (0..30).map(|n| capture_about(&format!("e{}", n % 20), &n.to_string(), &["lot-7"])).collect();
        transactions.push(ledger.draft(TENANT, Mode::Independent).sign(&author(1), entries));
        let entries = vec![capture_exclusive(&format!("x{}", number % 5), "a"), declare("e1", &number.to_string())];
        transactions.push(ledger.draft(TENANT, Mode::Atomic).sign(&author(1), entries));
        let keys = vec![if number % 2 == 0 { add(&author(2)) } else { remove(&author(2)) }];
        transactions.push(ledger.draft(TENANT, Mode::Atomic).sign(&author(1), keys));
        let outcome = ledger.block(transactions);
        assert!(outcome.refusals.iter().all(Option::is_none));
        traces.push((outcome.executed.receipts, outcome.executed.leaves, outcome.delta, ledger.state.root()));
        ledger.time = TimestampMs(ledger.time.0 + 25_000);
    }
    traces
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    assert!(play() == play(), "receipts, leaves, deltas and roots are equal");
}

#[test]
fn applying_the_deltas_alone_gives_the_same_roots() {
    let mut follower = State::restore(NoDisk, []);
    for (_, _, delta, root) in play() {
        let writes = decode_delta(&delta).expect("a delta decodes");
        assert!(writes.is_sorted_by(|left, right| left.path < right.path), "a write-set is strictly ascending");
        follower.apply(writes).expect("the test state has no disk");
        assert_eq!(follower.root(), root);
    }
}

/// One write-set has one encoding: its paths ascend, and none is there twice.
#[test]
fn a_delta_in_another_order_is_refused() {
    let (_, _, delta, _) = play().remove(0);
    let mut writes = decode_delta(&delta).expect("a delta decodes");
    assert!(writes.len() > 1);
    assert_eq!(encode_delta(&writes), delta);
    let last = writes.len() - 1;
    writes.swap(0, last);
    decode_delta(&encode_delta(&writes)).expect_err("not ascending");
    writes.swap(0, last);
    let twice = writes[last].clone();
    writes.push(twice);
    decode_delta(&encode_delta(&writes)).expect_err("a path twice");
}

#[test]
fn a_truncated_or_changed_delta_is_detected() {
    let (_, _, delta, _) = play().remove(0);
    assert!((0..delta.len()).all(|end| decode_delta(&delta[..end]).is_err()), "no prefix is a write-set");
    for at in 0..delta.len() {
        let mut changed = delta.clone();
        changed[at] ^= 1;
        assert_ne!(delta_root(&changed), delta_root(&delta));
    }
}

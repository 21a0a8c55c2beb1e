//! Tests of the window of recent blocks: reads, counts, and validators whose index changes. Invariant: a validator is
//! followed by its key.

use super::*;
use chain_types::{SecretKey, validator::Validator};

fn key(number: u8) -> PublicKey {
    SecretKey::from_seed(&[number; 32]).public_key()
}

fn set(epoch: u64, members: &[u8]) -> Arc<ValidatorSet> {
    let validators = members.iter().map(|number| Validator { key: key(*number), weight: 1 }).collect();
    Arc::new(ValidatorSet { epoch: Epoch(epoch), validators })
}

fn block(height: u64, proposer: u16, signers: &[u16], set: &Arc<ValidatorSet>) -> RecentBlock {
    RecentBlock {
        height: Height(height),
        epoch: set.epoch,
        view: View(1),
        timestamp_ms: TimestampMs(0),
        proposer,
        signers: signers.to_vec(),
        set: Arc::clone(set),
    }
}

#[test]
fn catching_up_reads_the_new_blocks_but_at_most_one_window() {
    for (newest, tip, expected) in
        [(None, 0, 1), (None, 100, 1), (None, 101, 2), (Some(5), 5, 6), (Some(5), 105, 6), (Some(5), 1_000, 901)]
    {
        assert_eq!(first_missing(newest.map(Height), Height(tip)), Height(expected), "{newest:?} {tip}");
    }
}

#[test]
fn a_tally_counts_the_window_and_nothing_older() {
    let all = set(0, &[0, 1, 2, 3, 4]);
    let mut recent = Recent::default();
    assert_eq!(recent.tally(&key(0)), Tally { signed: 0, led: 0, lag: None });
    recent.push(block(1, 1, &[0, 1, 3], &all));
    for height in 2..=BLOCKS_MAX as u64 {
        recent.push(block(height, 0, &[0, 1, 2], &all));
    }
    assert_eq!(recent.tally(&key(3)), Tally { signed: 1, led: 0, lag: Some(99) });
    assert_eq!(recent.tally(&key(1)), Tally { signed: 100, led: 1, lag: Some(0) });
    recent.push(block(101, 2, &[1, 2, 4], &all));
    assert_eq!(recent.len(), BLOCKS_MAX);
    assert_eq!(recent.tally(&key(3)), Tally { signed: 0, led: 0, lag: None });
    assert_eq!(recent.tally(&key(0)), Tally { signed: 99, led: 99, lag: Some(1) });
    assert_eq!(recent.tally(&key(4)), Tally { signed: 1, led: 0, lag: Some(0) });
}

#[test]
fn a_validator_with_a_new_index_keeps_its_counts() {
    let (before, after) = (set(1, &[0, 1, 2]), set(2, &[1, 2, 7]));
    let mut recent = Recent::default();
    recent.push(block(1, 1, &[0, 1], &before));
    recent.push(block(2, 0, &[0, 2], &after));
    assert_eq!(recent.tally(&key(1)), Tally { signed: 2, led: 2, lag: Some(0) });
    assert_eq!(recent.tally(&key(0)), Tally { signed: 1, led: 0, lag: Some(1) });
    assert_eq!(recent.tally(&key(7)), Tally { signed: 1, led: 0, lag: Some(0) });
    let newest = recent.newest().expect("a block");
    assert_eq!(newest.proposer(), Some(key(1)));
    assert_eq!(newest.signers().collect::<Vec<_>>(), [key(1), key(7)]);
}

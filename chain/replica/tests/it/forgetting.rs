//! Many blocks pass within an hour. What a block allows the disk to forget is exactly what the ledger has forgotten: a
//! replica that recovers without it continues like one that recovers with it.

use crate::fixture::{Machine, SHARD, START_MS, genesis, submission, verify};
use chain_replica::{Effect, Effects, Input};
use chain_types::{Moment, TimestampMs, limit::VALIDITY_MS_MAX};

#[test]
fn a_replica_recovers_the_same_without_forgotten_transactions() {
    let mut machine = Machine::with_tenant();
    // 120 blocks, one every 31 seconds, cover about an hour: longer than a transaction is valid.
    for number in 0..120 {
        machine.now = TimestampMs(machine.now.0 + 31_007);
        let transaction = machine.capture(&format!("e{number}"));
        machine.submit(transaction);
        machine.finalise().expect("a block");
    }
    let next = machine.capture("next");
    let now = TimestampMs(machine.now.0 + 90_000);
    let (mut all, mut kept) = (0, 0);
    let [with_all, with_less] = [false, true].map(|forgets| {
        machine.disk.change(|held| {
            let before = held.expired_before;
            all = all.max(held.seen.len());
            // A block older than the longest validity holds only expired transactions.
            held.seen.retain(|(_, time, _)| !forgets || time.0 + VALIDITY_MS_MAX >= before.0);
            kept = held.seen.len();
        });
        let mut replica = machine.disk.recover(genesis(), SHARD).expect("the disk is whole");
        let mut effects = Effects::new();
        for input in [submission(verify(vec![next.clone()]).remove(0)), Input::Tick { at: Moment(10), now }] {
            replica.step(input, &mut effects).expect("the disk reads");
        }
        let asked =
            effects.iter().find_map(|effect| if let Effect::Sign(vote) = effect { Some(vote.block) } else { None });
        asked.expect("a block asks for a signature")
    });
    assert_eq!(with_all, with_less, "the next block is the same");
    assert!(kept < all / 2, "kept {kept} of {all}");
}

#[test]
fn expired_before_is_the_start_of_the_blocks_minute() {
    let mut machine = Machine::with_tenant();
    for (offset, expected) in [(0, 0), (59_999, 0), (60_000, 60_000), (61_000, 60_000)] {
        machine.now = TimestampMs(START_MS + offset);
        let transaction = machine.capture("e");
        machine.submit(transaction);
        machine.finalise().expect("a block");
        machine.disk.change(|held| assert_eq!(held.expired_before, TimestampMs(START_MS + expected)));
    }
}

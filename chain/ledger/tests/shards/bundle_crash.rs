//! The relayer of a bundle stops after any step, or several relayers work at once: relays are lost, repeated, made from
//! old states and sent in any order, and debtors refuse after they locked. A later relayer can always end the bundle:
//! all legs paid or none, and nothing left in escrow.

use crate::{
    deal::{Deal, legs},
    world::{A, ANNA, B, BERT, C, World},
};
use chain_types::{
    Command, ShardId, TenantId, TimestampMs,
    atomic::{BundlePhase, Decision, LockPhase},
    native::{Amount, TREASURY},
};
use proptest::prelude::*;

/// The time that passes on a shard in one [`Act::Wait`], in milliseconds.
const WAIT_MS: u64 = 10;
/// The time to the deadline, in milliseconds: so short that random schedules pass it on some shards and not on others.
const AHEAD_MS: u64 = 2 * WAIT_MS;

#[derive(Clone, Copy, Debug)]
enum Act {
    Lock(u8),
    Refuse(u8),
    /// Another tenant than the debtor refuses the leg.
    RefuseFor(u8),
    Report(u8),
    Settle(u8),
    /// Time passes on a shard.
    Wait(ShardId),
    /// Sends an earlier command again, whether it was applied or not.
    Repeat(prop::sample::Index),
}

/// Builds the command of an act; `None` for an act without a command.
fn make(world: &mut World, deal: &Deal, act: Act) -> Option<(ShardId, TenantId, Command)> {
    let coordinator = deal.opening.coordinator;
    Some(match act {
        Act::Lock(leg) => (deal.shard(leg), deal.debtor(leg), deal.lock(world, leg)),
        Act::Refuse(leg) => (deal.shard(leg), deal.debtor(leg), deal.refuse(world, leg)),
        Act::RefuseFor(leg) => (deal.shard(leg), TREASURY, deal.refuse(world, leg)),
        Act::Report(leg) => (coordinator, ANNA, deal.report(world, leg)),
        Act::Settle(leg) => (deal.shard(leg), ANNA, deal.settle(world, leg)),
        Act::Wait(_) | Act::Repeat(_) => return None,
    })
}

/// Ends a bundle as a relayer that knows only the shards' states.
fn finish(world: &mut World, deal: &Deal) -> Decision {
    for leg in deal.legs() {
        deal.wait(world, leg);
        for act in [Act::RefuseFor(leg), Act::Report(leg)] {
            if let Some((shard, tenant, command)) = make(world, deal, act) {
                world.run(shard, tenant, command);
            }
        }
    }
    let BundlePhase::Decided(decision) = deal.phase(world) else { panic!("a bundle can always be decided") };
    for leg in deal.legs() {
        if deal.lock_phase(world, leg) == Some(LockPhase::Prepared) {
            assert_eq!(deal.settle_now(world, leg), deal.settled(leg, decision));
        }
    }
    decision
}

fn assert_all_or_nothing(world: &mut World, deal: &Deal, decision: Decision) {
    let moved = match decision {
        Decision::Commit => [100, 70, 30],
        Decision::Abort => [0; 3],
    };
    let [on_a, on_b, on_c] = moved;
    assert_eq!((world.balance(A, ANNA), world.balance(A, BERT)), (Amount(1_000 - on_a), Amount(1_000 + on_a)));
    assert_eq!((world.balance(B, ANNA), world.balance(B, BERT)), (Amount(1_000 + on_b), Amount(1_000 - on_b)));
    assert_eq!((world.balance(C, ANNA), world.balance(C, BERT)), (Amount(1_000 + on_c), Amount(1_000 - on_c)));
    assert_eq!(world.totals().escrow, 0);
    for leg in deal.legs() {
        let phase = deal.lock_phase(world, leg);
        match decision {
            Decision::Commit => assert_eq!(phase, Some(LockPhase::Settled(Decision::Commit))),
            Decision::Abort => assert_ne!(phase, Some(LockPhase::Settled(Decision::Commit))),
        }
    }
}

#[test]
fn a_crash_after_any_step_leaves_a_bundle_that_can_be_ended() {
    let schedule = [
        Act::Lock(0),
        Act::Lock(1),
        Act::Lock(2),
        Act::Report(0),
        Act::Report(1),
        Act::Report(2),
        Act::Settle(0),
        Act::Settle(1),
        Act::Settle(2),
    ];
    for steps in 0..=schedule.len() {
        let mut world = World::with_money();
        let deal = Deal::open(&mut world, legs(), AHEAD_MS, 1);
        for act in &schedule[..steps] {
            let (shard, tenant, command) = make(&mut world, &deal, *act).expect("every step is a command");
            world.applied(shard, tenant, command);
        }
        let decision = finish(&mut world, &deal);
        let expected = if steps < 3 { Decision::Abort } else { Decision::Commit };
        assert_eq!(decision, expected, "after {steps} steps");
        assert_all_or_nothing(&mut world, &deal, decision);
    }
}

fn act() -> impl Strategy<Value = Act> {
    let leg = || 0_u8..3;
    prop_oneof![
        6 => leg().prop_map(Act::Lock),
        1 => leg().prop_map(Act::Refuse),
        2 => leg().prop_map(Act::RefuseFor),
        6 => leg().prop_map(Act::Report),
        4 => leg().prop_map(Act::Settle),
        3 => (0..3_u16).prop_map(|shard| Act::Wait(ShardId(shard))),
        4 => any::<prop::sample::Index>().prop_map(Act::Repeat),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_schedule_ends_all_or_nothing(acts in prop::collection::vec(act(), 0..36)) {
        let mut world = World::with_money();
        let deal = Deal::open(&mut world, legs(), AHEAD_MS, 1);
        let mut made: Vec<(ShardId, TenantId, Command)> = Vec::new();
        let mut decided = None;
        for act in acts {
            let next = match act {
                Act::Repeat(_) if made.is_empty() => None,
                Act::Repeat(index) => Some(index.get(&made).clone()),
                other => make(&mut world, &deal, other),
            };
            if let Act::Wait(shard) = act {
                let time = world.time(shard);
                world.wait(shard, TimestampMs(time.0 + WAIT_MS));
            }
            match next {
                Some((shard, tenant, command)) => {
                    made.push((shard, tenant, command.clone()));
                    world.run(shard, tenant, command);
                }
                None => drop(world.block(A, Vec::new())),
            }
            if let BundlePhase::Decided(decision) = deal.phase(&mut world) {
                prop_assert_eq!(*decided.get_or_insert(decision), decision, "a decision does not change");
            }
        }
        let decision = finish(&mut world, &deal);
        prop_assert_eq!(*decided.get_or_insert(decision), decision);
        assert_all_or_nothing(&mut world, &deal, decision);
        for (shard, tenant, command) in made {
            world.run(shard, tenant, command);
        }
        assert_all_or_nothing(&mut world, &deal, decision);
    }
}

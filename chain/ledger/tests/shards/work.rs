//! The execution time of cross-shard commands matches their weight, measured against one signature check in the same
//! run. Proofs are of a block that a quorum of a committee of four signed; each further signature has a weight of its
//! own.

use crate::{
    deal::{Deal, legs},
    unit,
    world::{A, ANNA, B, BERT, World},
};
use chain_types::{
    Command, Event, ShardId, TenantId,
    atomic::{self, Command as Crossing, Event as Crossed, InboxCursorKey},
    limit::OUTBOX_DROPPED_MAX,
    native::{self, Amount},
};

/// Asserts that a command that takes effect takes no longer than it weighs. `next` builds a new command each time, with
/// its shard and tenant.
fn assert_weighs(name: &str, world: &mut World, mut next: impl FnMut(&mut World) -> (ShardId, TenantId, Command)) {
    let mut run = |_| {
        let (shard, tenant, command) = next(world);
        world.applied(shard, tenant, command);
        world.spent
    };
    let (work, least) = (0..unit::RUNS).map(&mut run).min_by_key(|(_, nanos)| *nanos).expect("at least one run");
    unit::assert_weighs(name, work, least);
}

fn send() -> Command {
    Command::Atomic(Crossing::Send(atomic::Send { to: BERT, destination: B, amount: Amount(1) }))
}

#[test]
fn moving_tokens_costs_what_it_weighs() {
    let mut world = World::with_money();
    assert_weighs("transfer", &mut world, |_| {
        let transfer = native::Transfer { to: BERT, amount: Amount(1) };
        (A, ANNA, Command::Native(native::Command::Transfer(transfer)))
    });
    assert_weighs("send", &mut world, |_| (A, ANNA, send()));
    assert_weighs("deliver", &mut world, |world| {
        let Event::Atomic(Crossed::Sent { .. }) = world.applied(A, ANNA, send()) else {
            panic!("the amount was not sent")
        };
        let next = world.read(B, &InboxCursorKey(A)).map_or(1, |cursor| cursor + 1);
        (B, BERT, world.deliver(A, B, next))
    });
}

#[test]
fn bundles_cost_what_they_weigh() {
    let mut world = World::with_money();
    let mut attempt = 0;
    let mut open = |world: &mut World| {
        attempt += 1;
        Deal::open(world, legs(), 60_000, attempt)
    };
    assert_weighs("lock a leg", &mut world, |world| {
        let deal = open(world);
        (deal.shard(0), deal.debtor(0), deal.lock(world, 0))
    });
    assert_weighs("report a leg", &mut world, |world| {
        let deal = open(world);
        deal.lock_now(world, 1);
        (deal.opening.coordinator, BERT, deal.report(world, 1))
    });
    assert_weighs("settle a leg", &mut world, |world| {
        let deal = open(world);
        for leg in deal.legs() {
            deal.lock_now(world, leg);
        }
        for leg in deal.legs() {
            deal.report_now(world, leg);
        }
        (deal.shard(0), BERT, deal.settle(world, 0))
    });
}

/// The most expensive case: one acknowledgement that removes [`OUTBOX_DROPPED_MAX`] messages.
#[test]
fn acknowledging_a_full_outbox_costs_what_it_weighs() {
    let mut world = World::with_money();
    let mut last = world.read(B, &InboxCursorKey(A)).expect("the first message funded the shard");
    for _ in 0..OUTBOX_DROPPED_MAX {
        world.applied(A, ANNA, send());
        last += 1;
        let deliver = world.deliver(A, B, last);
        world.applied(B, BERT, deliver);
    }
    let proof = world.prove(B, &InboxCursorKey(A));
    let acknowledge = Crossing::AcknowledgeOutbox(atomic::AcknowledgeOutbox { destination: B, proof });
    world.applied(A, BERT, Command::Atomic(acknowledge));
    let (work, nanos) = world.spent;
    unit::assert_weighs("acknowledge", work, nanos);
}

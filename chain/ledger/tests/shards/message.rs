//! Anna pays Bert from one shard to another. The credit leaves her balance at once, travels as a message that anyone
//! may relay, and is applied once and in order. A credit to an unknown tenant is returned to her.

use crate::world::{A, ANNA, B, BERT, C, NOBODY, World};
use chain_types::{
    Command, Event, ShardId, TenantId,
    atomic::{self, Event as Crossed, InboxCursorKey, OutboxHead, OutboxHeadKey, OutboxKey},
    native::Amount,
};

fn send(to: TenantId, destination: ShardId, amount: u64) -> Command {
    Command::Atomic(atomic::Command::Send(atomic::Send { to, destination, amount: Amount(amount) }))
}

#[test]
fn a_credit_is_in_transit_until_it_is_taken_in() {
    let mut world = World::with_money();
    let sent = world.applied(A, ANNA, send(BERT, B, 300));
    assert_eq!(
        sent,
        Event::Atomic(Crossed::Sent { destination: B, sequence: 2 }),
        "the first message funded the shard"
    );
    assert_eq!((world.balance(A, ANNA), world.balance(B, BERT)), (Amount(700), Amount(1_000)));
    assert_eq!(world.totals().in_transit, 300);
    let deliver = world.deliver(A, B, 2);
    let taken = world.applied(B, ANNA, deliver);
    assert_eq!(taken, Event::Atomic(Crossed::Credited { source: A, sequence: 2 }), "any tenant may relay it");
    assert_eq!(world.balance(B, BERT), Amount(1_300));
    assert_eq!(world.totals().in_transit, 0);
}

#[test]
fn messages_are_taken_in_once_and_in_order() {
    let mut world = World::with_money();
    for amount in [1, 10, 100] {
        world.applied(A, ANNA, send(BERT, B, amount));
    }
    let deliveries: Vec<_> = (2..=4).map(|sequence| world.deliver(A, B, sequence)).collect();
    for later in [&deliveries[1], &deliveries[2]] {
        assert_eq!(world.rejected(B, BERT, later.clone()), "atomic.message_out_of_order");
    }
    for (at, sum) in [1_001, 1_011, 1_111].into_iter().enumerate() {
        world.applied(B, BERT, deliveries[at].clone());
        assert_eq!(world.balance(B, BERT), Amount(sum));
        for again in &deliveries[..=at] {
            assert_eq!(world.rejected(B, ANNA, again.clone()), "atomic.message_replayed");
        }
        let fresh = world.deliver(A, B, 2);
        assert_eq!(
            world.rejected(B, ANNA, fresh),
            "atomic.message_replayed",
            "a new proof does not make an old message new"
        );
    }
    assert_eq!(world.read(B, &InboxCursorKey(A)), Some(4_u64));
}

#[test]
fn each_direction_has_its_own_sequence() {
    let mut world = World::with_money();
    world.applied(B, BERT, send(ANNA, C, 5));
    world.applied(C, ANNA, send(BERT, B, 7));
    for (source, destination) in [(B, C), (C, B)] {
        let deliver = world.deliver(source, destination, 1);
        world.applied(destination, ANNA, deliver);
    }
    assert_eq!((world.balance(C, ANNA), world.balance(B, BERT)), (Amount(998), Amount(1_002)));
}

#[test]
fn a_credit_to_nobody_comes_back_and_does_not_stop_the_next() {
    let mut world = World::with_money();
    world.applied(B, ANNA, send(NOBODY, C, 40));
    world.applied(B, ANNA, send(BERT, C, 2));
    let astray = world.deliver(B, C, 1);
    let bounced = world.applied(C, BERT, astray.clone());
    assert_eq!(bounced, Event::Atomic(Crossed::Bounced { source: B, sequence: 1, returned_as: 1 }));
    assert_eq!(world.totals().in_transit, 42, "the return and the second credit");
    assert_eq!(world.rejected(C, BERT, astray), "atomic.message_replayed");
    let next = world.deliver(B, C, 2);
    world.applied(C, BERT, next);
    let back = world.deliver(C, B, 1);
    world.applied(B, BERT, back.clone());
    assert_eq!((world.balance(B, ANNA), world.balance(C, BERT)), (Amount(998), Amount(1_002)));
    assert_eq!(world.rejected(B, BERT, back), "atomic.message_replayed");
}

#[test]
fn what_was_taken_in_leaves_the_outbox() {
    let mut world = World::with_money();
    for amount in [1, 10] {
        world.applied(A, ANNA, send(BERT, B, amount));
    }
    let acknowledge = |world: &mut World| {
        let proof = world.prove(B, &InboxCursorKey(A));
        Command::Atomic(atomic::Command::AcknowledgeOutbox(atomic::AcknowledgeOutbox { destination: B, proof }))
    };
    let second = world.deliver(A, B, 2);
    let early = acknowledge(&mut world);
    world.applied(B, BERT, second.clone());
    let later = acknowledge(&mut world);
    assert_eq!(world.read(A, &OutboxHeadKey(B)), Some(OutboxHead { sent: 3, acknowledged: 0 }));
    let up_to = |sequence| Event::Atomic(Crossed::OutboxAcknowledged { destination: B, sequence });
    assert_eq!(world.applied(A, BERT, later.clone()), up_to(2));
    for sequence in [1, 2] {
        assert_eq!(world.read(A, &OutboxKey(B, sequence)), None);
    }
    assert_eq!(world.read(A, &OutboxHeadKey(B)), Some(OutboxHead { sent: 3, acknowledged: 2 }));
    for again in [early, later] {
        assert_eq!(world.rejected(A, BERT, again), "atomic.nothing_acknowledged");
    }
    assert_eq!(world.rejected(B, BERT, second), "atomic.message_replayed");
    let third = world.deliver(A, B, 3);
    world.applied(B, BERT, third);
    let last = acknowledge(&mut world);
    assert_eq!(world.applied(A, BERT, last), up_to(3));
}

#[test]
fn what_cannot_be_sent_is_rejected_and_changes_nothing() {
    let cases = [
        (send(BERT, A, 1), "atomic.unknown_destination"),
        (send(BERT, ShardId(3), 1), "atomic.unknown_destination"),
        (send(BERT, B, 0), "native.amount_zero"),
        (send(BERT, B, 1_001), "native.insufficient_balance"),
    ];
    let mut world = World::with_money();
    for (command, code) in cases {
        assert_eq!(world.rejected(A, ANNA, command), code);
    }
    world.applied(A, ANNA, send(BERT, B, 1_000));
    assert_eq!(world.balance(A, ANNA), Amount::ZERO, "the whole balance can be sent");
}

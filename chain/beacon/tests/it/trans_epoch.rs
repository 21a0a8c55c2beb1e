//! A validator joins and another leaves. The newcomer registers in epoch 0, is planned at its end, fetches the state
//! and acknowledges in epoch 1, and has a seat from epoch 2. The member it replaces stays bonded one epoch longer.

use crate::world::{BOND, World, parameters};
use chain_beacon::{
    Rejection, Standing, Status,
    epoch::{Plan, make_plan, seat_changes_max, settle_plan},
};
use chain_types::{
    Epoch,
    beacon::{Command, Event, Parameters, ValidatorId},
};
use proptest::{collection::vec, prelude::*};

#[test]
fn join_before_leave_from_registration_to_the_released_bond() {
    let mut world = World::with(Parameters { seats: 4, ..parameters() }, &[BOND; 4]);
    let newcomer = world.newcomer();
    assert!(!world.beacon.is_awaited(world.time));
    world.register(newcomer, 2 * BOND).expect("the registration is complete");
    assert!(world.beacon.is_awaited(world.time), "the next epoch can give it a seat");
    world.apply(1, &Command::Leave).expect("a member may leave");

    let hand_over = world.finish_epoch();
    assert_eq!(hand_over.committee, world.beacon.committee().validator_set());
    assert_eq!(hand_over.league, world.beacon.league());
    assert_eq!(world.seat_of(1), Some(1), "epoch 1 keeps the old committee");
    assert_eq!(world.beacon.plan().epoch, Epoch(2));

    let ready = Command::AcknowledgeSync { epoch: Epoch(2) };
    let early = Command::AcknowledgeSync { epoch: Epoch(1) };
    assert_eq!(world.apply(newcomer, &early), Err(Rejection::StaleEpoch));
    world.apply(newcomer, &ready).expect("the newcomer is planned to join");
    assert_eq!(world.apply(newcomer, &ready), Err(Rejection::Acknowledged));

    world.finish_epoch();
    assert_eq!(world.beacon.epoch(), Epoch(2));
    assert_eq!((world.seat_of(1), world.seat_of(newcomer)), (None, Some(1)), "the newcomer takes the same seat");
    assert_eq!(world.beacon.status(ValidatorId(4)), Some(Status::Active));
    assert_eq!(world.beacon.status(ValidatorId(1)), Some(Status::Leaving), "bonded through epoch 2");
    assert_eq!(world.apply(1, &Command::Withdraw { amount: BOND }), Err(Rejection::NotOwed));
    assert!(world.beacon.is_awaited(world.time), "the next end releases its bond");

    world.finish_epoch();
    assert_eq!(world.beacon.status(ValidatorId(1)), None, "removed in epoch 3");
    assert!(!world.beacon.is_awaited(world.time));
    let paid = world.apply(1, &Command::Withdraw { amount: BOND });
    assert_eq!(paid, Ok(Event::Withdrawn { tenant: world.nodes[1].operator, amount: BOND }));
}

#[test]
fn a_joiner_that_does_not_acknowledge_gets_no_seat() {
    let mut world = World::with(Parameters { seats: 4, ..parameters() }, &[BOND; 4]);
    let newcomer = world.newcomer();
    world.register(newcomer, BOND).expect("the registration is complete");
    world.apply(1, &Command::Leave).expect("a member may leave");
    world.finish_epoch();
    world.finish_epoch();
    assert_eq!((world.seat_of(1), world.seat_of(newcomer)), (Some(1), None));
    assert_eq!(world.beacon.status(ValidatorId(4)), Some(Status::Benched), "it no longer holds up the leaving member");
    world.finish_epoch();
    assert_eq!(world.seat_of(1), None, "no joiner was planned, so the seat is given up");
}

#[test]
fn a_candidate_without_a_possible_seat_awaits_no_epoch() {
    let mut world = World::with(Parameters { seats: 4, ..parameters() }, &[BOND; 4]);
    let newcomer = world.newcomer();
    world.register(newcomer, BOND).expect("the registration is complete");
    assert!(!world.beacon.is_awaited(world.time), "all seats are taken by members with as much stake");
    world.apply(1, &Command::Leave).expect("a member may leave");
    assert!(world.beacon.is_awaited(world.time));
}

#[test]
fn the_last_validator_cannot_leave_an_empty_committee() {
    let mut world = World::new(1);
    world.apply(0, &Command::Leave).expect("a member may leave");
    for _ in 0..4 {
        world.finish_epoch();
        assert_eq!(world.seat_of(0), Some(0));
    }
}

#[test]
fn a_stronger_adversary_allows_fewer_seat_changes() {
    for (seats, adversary_ppm, expected) in [
        (1, 250_000, 1),
        (4, 250_000, 1),
        (24, 250_000, 2),
        (64, 250_000, 5),
        (64, 0, 6),
        (64, 333_333, 1),
        (256, 250_000, 8),
        (1_000, 0, 10),
    ] {
        assert_eq!(seat_changes_max(seats, adversary_ppm), expected, "{seats} seats, {adversary_ppm} ppm");
    }
}

/// The actions of a validator between two boundaries.
#[derive(Clone, Copy, Debug)]
enum Action {
    Stays,
    Leaves,
    Equivocates,
    Acknowledges,
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let action = prop_oneof![
        4 => Just(Action::Stays), 1 => Just(Action::Leaves), 1 => Just(Action::Equivocates), 3 => Just(Action::Acknowledges)
    ];
    vec(action, 12)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(12) })]

    #[test]
    fn at_most_k_seats_change_and_only_to_ready_joiners(epochs in vec(actions(), 4)) {
        let mut world = World::with(Parameters { seats: 7, ..parameters() }, &[BOND; 6]);
        for bond in 1..=6 {
            let node = world.newcomer();
            world.register(node, BOND + bond).expect("the registration is complete");
        }
        for actions in epochs {
            let plan = world.beacon.plan().clone();
            for (node, action) in actions.iter().enumerate() {
                let epoch = plan.epoch;
                match action {
                    Action::Leaves => drop(world.apply(node, &Command::Leave)),
                    // At most a third of the nodes equivocate: with every seat convicted nobody would be left to deal.
                    Action::Equivocates if node % 3 == 0 && world.seat_of(node).is_some() => {
                        let evidence = world.equivocation(node);
                        drop(world.report((node + 1) % 6, evidence));
                    }
                    Action::Stays | Action::Equivocates => {}
                    Action::Acknowledges => drop(world.apply(node, &Command::AcknowledgeSync { epoch })),
                }
            }
            let before: Vec<ValidatorId> = world.beacon.committee().members.iter().map(|member| member.id).collect();
            let most = seat_changes_max(before.len(), parameters().adversary_ppm);
            let ready: Vec<ValidatorId> = world.beacon.plan().changes.iter()
                .filter_map(|change| change.joins).filter(|joiner| joiner.is_ready).map(|joiner| joiner.id).collect();
            world.finish_epoch();
            let after: Vec<ValidatorId> = world.beacon.committee().members.iter().map(|member| member.id).collect();
            let joined: Vec<_> = after.iter().filter(|id| !before.contains(id)).collect();
            let left = before.iter().filter(|id| !after.contains(id)).count();
            prop_assert!(joined.len() <= most && left <= most && !after.is_empty());
            prop_assert!(joined.iter().all(|id| ready.contains(id)));
        }
    }
}

#[test]
fn a_plan_made_before_a_conviction_gives_the_seat_up_within_the_bound() {
    let mut world = World::new(7);
    let evidence = world.equivocation(3);
    world.report(0, evidence).expect("it convicts");
    let seated: Vec<ValidatorId> = world.beacon.committee().members.iter().map(|member| member.id).collect();
    let empty = Plan { epoch: Epoch(1), changes: Vec::new() };
    let seats = settle_plan(&empty, &seated, world.beacon.registry(), world.beacon.parameters());
    assert_eq!(seats.len(), 6);
    assert!(!seats.contains(&ValidatorId(3)));
    let plan = make_plan(Epoch(1), &seated, world.beacon.registry(), world.beacon.parameters());
    assert_eq!(plan.changes[0].leaves, Some(ValidatorId(3)));
    assert_eq!(world.beacon.registry().get(ValidatorId(3)).map(|validator| validator.standing), Some(Standing::Jailed));
}

#[test]
fn the_last_member_in_good_standing_stays_with_the_convicted() {
    let mut world = World::new(2);
    let evidence = world.equivocation(0);
    world.report(1, evidence).expect("it convicts");
    world.apply(1, &Command::Leave).expect("a member may leave");
    for _ in 0..3 {
        world.finish_epoch();
        assert!(world.seat_of(1).is_some());
    }
    assert_eq!(world.seat_of(0), None);
}

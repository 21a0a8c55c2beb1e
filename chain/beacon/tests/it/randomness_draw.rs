//! Four validators draw a random number. Each deals a secret to all, and the set of deals is fixed. Then any two of
//! them reveal, in any order, and the same number results, even when one dealer never returns.

use crate::world::{BOND, World, parameters};
use chain_beacon::randomness::{Phase, Share, reconstruct, verify_reveal};
use chain_types::Digest;

#[test]
fn any_threshold_of_shares_reconstructs_the_same_secret_and_fewer_do_not() {
    let mut world = World::new(7);
    world.fix_deals();
    let (ceremony, aggregate) = (world.ceremony(), world.beacon.round().aggregate().clone());
    let threshold = ceremony.tickets().threshold();
    assert_eq!((ceremony.tickets().len(), threshold), (7, 3));
    let shares: Vec<Share> = world
        .seats()
        .flat_map(|holder| {
            verify_reveal(&ceremony, &aggregate, &world.reveal(holder)).expect("an honest reveal verifies")
        })
        .collect();
    let secret = reconstruct(&shares, threshold).expect("enough shares");
    for subset in 0_u32..1 << shares.len() {
        let chosen: Vec<Share> =
            shares.iter().enumerate().filter(|(at, _)| subset >> at & 1 == 1).map(|(_, share)| *share).collect();
        let found = reconstruct(&chosen, threshold);
        assert_eq!(found, (chosen.len() >= threshold).then_some(secret));
        if chosen.len() + 1 == threshold {
            assert_ne!(reconstruct(&chosen, chosen.len()), Some(secret), "one share fewer gives another secret");
        }
    }
}

fn draw(order: &[u16]) -> Digest {
    let mut world = World::new(4);
    world.fix_deals();
    for holder in order {
        world.take_reveal(*holder).expect("an honest reveal is accepted");
    }
    world.beacon.round().output().expect("the threshold is reached")
}

#[test]
fn the_number_does_not_depend_on_who_reveals() {
    let expected = draw(&[0, 1]);
    for order in [[1, 0], [2, 3], [3, 0], [1, 3]] {
        assert_eq!(draw(&order), expected);
    }
}

#[test]
fn a_holder_that_withholds_is_recorded_and_stops_nothing() {
    let mut world = World::new(4);
    world.fix_deals();
    for holder in [0, 2, 3] {
        world.take_reveal(holder).expect("an honest reveal is accepted");
    }
    assert!(matches!(world.beacon.round().phase(), Phase::Done { .. }));
    assert_eq!(world.beacon.round().withheld(), [1]);
    let servi = |seat: u16| world.beacon.registry().get(world.beacon.committee().members[usize::from(seat)].id);
    assert!(servi(1).expect("registered").servi < servi(3).expect("registered").servi);
}

#[test]
fn weights_decide_the_number_of_shares() {
    let mut world = World::with(parameters(), &[3 * BOND, 2 * BOND, 2 * BOND, BOND]);
    let tickets = world.beacon.committee().tickets();
    let counts: Vec<usize> = (0..4).map(|holder| tickets.of_holder(holder).len()).collect();
    assert!(counts[0] >= counts[1] && counts[1] == counts[2] && counts[2] >= counts[3], "{counts:?}");
    world.finish_epoch();
    assert_eq!(world.beacon.epoch().0, 1);
}

#[test]
fn one_validator_draws_alone() {
    let mut world = World::new(1);
    let genesis = world.beacon.randomness();
    let hand_over = world.finish_epoch();
    assert_eq!(hand_over.randomness, world.beacon.randomness());
    assert_ne!(world.beacon.randomness(), genesis);
}

#[test]
fn another_secret_of_one_dealer_is_another_number() {
    let numbers: Vec<Digest> = (0..4)
        .map(|left_out: u16| {
            let mut world = World::new(4);
            for dealer in world.seats().filter(|dealer| *dealer != left_out) {
                world.take_deal(dealer).expect("an honest deal is accepted");
            }
            while matches!(world.beacon.round().phase(), Phase::Dealing { .. }) {
                world.end_block();
            }
            for holder in [0, 1] {
                world.take_reveal(holder).expect("a holder that did not deal can reveal");
            }
            world.beacon.round().output().expect("the threshold is reached")
        })
        .collect();
    for (at, number) in numbers.iter().enumerate() {
        assert!(!numbers[..at].contains(number));
    }
}

/// The number of four fixed keys and four fixed secrets. Another value means another protocol.
#[test]
fn the_number_is_frozen() {
    assert_eq!(draw(&[0, 1]).to_string(), "eea498583eb6ce71256a87cb39c7763ed3d0fa5944c1115e3a778917fd5b32e3");
}

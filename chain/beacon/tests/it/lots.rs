//! Tests that the lots (candidates and weights of the next draw) are fixed before the random number can be known. A
//! validator that knows the number can still choose what it puts into blocks. No such choice changes the draw.

use crate::world::{BOND, World, parameters};
use chain_beacon::randomness::Phase;
use chain_types::{
    Height, TimestampMs,
    beacon::{Command, Event, HandOver, Parameters},
};
use std::collections::BTreeSet;

const MEMBERS: u8 = 7;
/// The seat of the validator that tries to influence the draw.
const ADVERSARY: u16 = 6;

/// A beacon whose random number all but the adversary revealed, 600 blocks into its epoch.
fn with_known_number(parameters: Parameters) -> World {
    let mut world = World::with(parameters, &[BOND; MEMBERS as usize]);
    for dealer in world.seats() {
        world.take_deal(dealer).expect("an honest deal is accepted");
    }
    // Past the 60 dealing blocks.
    world.height = Height(62);
    world.beacon = world.beacon.clone().at(world.height.next());
    for holder in world.seats().filter(|holder| *holder != ADVERSARY) {
        world.take_reveal(holder).expect("an honest reveal is accepted");
    }
    assert!(matches!(world.beacon.round().phase(), Phase::Done { .. }), "the random number is known");
    world.height = Height(600);
    world.time = TimestampMs(world.time.0 + 600_000);
    world
}

/// Epochs of 600 blocks, in which every member leads.
fn long_epochs() -> Parameters {
    Parameters { epoch_blocks: 600, dealing_blocks: 60, league_seats: u16::from(MEMBERS), ..parameters() }
}

fn end(world: &mut World) -> HandOver {
    let epoch = world.beacon.epoch();
    match world.apply(0, &Command::EndEpoch { epoch }) {
        Ok(Event::EpochEnded(hand_over)) => *hand_over,
        other => panic!("the epoch may end: {other:?}"),
    }
}

/// The adversary's choices: whether it reveals its own shares, and which quorum of signers it shows to have attended.
#[test]
fn a_number_draws_one_league_whatever_happens_after_it_is_known() {
    let world = with_known_number(long_epochs());
    let mut leagues = BTreeSet::new();
    let mut choices = 0;
    for reveals in [false, true] {
        // Five of seven equal members are a quorum.
        for mask in (0_u32..1 << MEMBERS).filter(|mask| mask.count_ones() >= 5) {
            let nodes = (1..).take(usize::from(MEMBERS)).map(crate::world::Node::new).collect();
            let mut world = World { beacon: world.beacon.clone(), nodes, ..world };
            if reveals {
                world.take_reveal(ADVERSARY).expect("an honest reveal is accepted");
            }
            let signers: Vec<u16> = world.seats().filter(|seat| mask >> seat & 1 == 1).collect();
            // An attendance height: nine times 61.
            world.beacon.observe(Height(549), 3, &signers);
            leagues.insert(end(&mut world).league);
            choices += 1;
        }
    }
    // Two times the 21 + 7 + 1 sets of at least five of seven.
    assert_eq!((choices, leagues.len()), (58, 1));
}

/// A member is convicted after the number is known. It no longer leads, and the others lead in the same order.
#[test]
fn a_conviction_removes_its_own_lot_and_moves_no_other() {
    let mut honest = with_known_number(long_epochs());
    let before = end(&mut honest).league;
    let mut convicted = with_known_number(long_epochs());
    let evidence = convicted.equivocation(2);
    convicted.report(0, evidence).expect("it convicts");
    // The seat is removed at the same boundary, so the indices after it are one less.
    let after: Vec<_> = end(&mut convicted).league.into_iter().map(|seat| seat + u16::from(seat >= 2)).collect();
    let expected: Vec<_> = before.into_iter().filter(|seat| *seat != 2).collect();
    assert_eq!(after, expected);
}

/// A newcomer acknowledges, or does not, after the number is known. It takes its own place and moves no other
/// candidate.
#[test]
fn an_acknowledgement_moves_nobody_else() {
    let planned = || {
        let mut world = World::with(Parameters { league_seats: 16, ..parameters() }, &[BOND; MEMBERS as usize]);
        let newcomer = world.newcomer();
        world.register(newcomer, BOND).expect("the registration is complete");
        world.finish_epoch();
        world.fix_deals();
        for holder in world.seats() {
            world.take_reveal(holder).expect("an honest reveal is accepted");
        }
        world.height = Height(world.height.0 + 100);
        world.time = TimestampMs(world.time.0 + 100_000);
        if let [shard] = world.beacon.unconfirmed()[..] {
            let proof = world.entered(shard, world.beacon.epoch());
            world.apply(0, &Command::ConfirmShard(Box::new(proof))).expect("the shard entered the epoch");
        }
        (world, newcomer)
    };
    let (mut absent, _) = planned();
    let without = end(&mut absent).league;
    let (mut present, newcomer) = planned();
    let epoch = present.beacon.plan().epoch;
    present.apply(newcomer, &Command::AcknowledgeSync { epoch }).expect("the newcomer is planned to join");
    let with = end(&mut present).league;
    let seat = present.seat_of(newcomer).expect("the newcomer has a seat");
    assert_eq!(with.len(), without.len() + 1);
    assert_eq!(with.into_iter().filter(|one| *one != seat).collect::<Vec<_>>(), without);
}

//! A validator votes in an epoch in which it has no seat. The vote conflicts with no other and is not counted on the
//! chain. Its only use is a certificate that deceives a verifier without the committee of that epoch, so anyone may
//! report it.

use crate::world::{BOND, CHAIN, World};
use chain_beacon::{Rejection, Status};
use chain_types::{
    ChainId, Digest, Epoch, Height, ShardId, View,
    beacon::{Event, Evidence, ForeignVote, Offence},
    certificate::{Step, Vote},
    signature::Namespace,
};

/// A vote of a node in an epoch, with or without a seat.
fn vote(world: &World, node: usize, epoch: Epoch) -> ForeignVote {
    let (shard, height, view) = (ShardId(1), Height(7), View(0));
    let vote = Vote { chain_id: CHAIN, shard, epoch, height, view, step: Step::Finalise, block: Digest([3; 32]) };
    sign(world, node, vote)
}

fn sign(world: &World, node: usize, vote: Vote) -> ForeignVote {
    let secret = &world.nodes[node].secret;
    let signature = secret.sign(Namespace::VOTE, &vote.digest());
    ForeignVote { vote, key: secret.public_key(), signature }
}

fn report(world: &mut World, vote: ForeignVote) -> Result<Event, Rejection> {
    world.report(0, Evidence::ForeignVote(Box::new(vote)))
}

/// Four validators with seats, and a candidate for whom no seat is free.
fn world_with_candidate() -> (World, usize) {
    let parameters = chain_types::beacon::Parameters { seats: 4, ..crate::world::parameters() };
    let mut world = World::with(parameters, &[BOND; 4]);
    let candidate = world.newcomer();
    world.register(candidate, BOND).expect("the registration is complete");
    (world, candidate)
}

#[test]
fn a_validator_that_votes_without_a_seat_is_convicted_once() {
    let (mut world, candidate) = world_with_candidate();
    let foreign = vote(&world, candidate, Epoch(0));
    let event = report(&mut world, foreign.clone()).expect("it convicts");
    let Event::Convicted { validator, offence, slashed, .. } = event else { panic!("not a conviction") };
    assert_eq!((offence, slashed), (Offence::ForeignVote, BOND));
    assert_eq!(world.beacon.status(validator), Some(Status::Jailed));
    assert_eq!(report(&mut world, foreign), Err(Rejection::Convicted));
    // The convicted validator stays registered until the epoch ends.
    world.finish_epoch();
    assert_eq!(world.beacon.status(validator), None);
}

/// A member that gave up its seat signs in the epoch after, while its bond is not released.
#[test]
fn a_former_member_is_convicted_of_votes_in_later_epochs_only() {
    let (mut world, _) = world_with_candidate();
    world.apply(1, &chain_types::beacon::Command::Leave).expect("a member may leave");
    while world.seat_of(1).is_some() {
        world.finish_epoch();
    }
    let (present, before) = (world.beacon.epoch(), Epoch(world.beacon.epoch().0 - 1));
    let (own, later) = (vote(&world, 1, before), vote(&world, 1, present));
    assert_eq!(report(&mut world, own), Err(Rejection::EvidenceInvalid));
    assert!(matches!(report(&mut world, later), Ok(Event::Convicted { slashed: BOND, .. })));
}

#[test]
fn other_votes_convict_nobody() {
    let (mut world, candidate) = world_with_candidate();
    let good = vote(&world, candidate, Epoch(0));
    let of_member = vote(&world, 2, Epoch(0));
    let of_stranger = {
        let stranger = world.newcomer();
        vote(&world, stranger, Epoch(0))
    };
    let forged = ForeignVote { key: good.key, ..of_member.clone() };
    let other_chain = sign(&world, candidate, Vote { chain_id: ChainId(Digest([1; 32])), ..good.vote });
    for innocent in [of_member, forged, other_chain] {
        assert_eq!(report(&mut world, innocent), Err(Rejection::EvidenceInvalid));
    }
    assert_eq!(report(&mut world, of_stranger), Err(Rejection::EvidenceAge), "no validator with that key is bonded");
    let future = vote(&world, candidate, Epoch(1));
    assert_eq!(report(&mut world, future), Err(Rejection::EvidenceAge));
}

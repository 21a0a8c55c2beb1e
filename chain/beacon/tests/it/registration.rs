//! Invalid registrations: a bond too small, a key that is taken, a key without proof of possession, a key of small
//! order. Only a complete registration makes a candidate. A tenant can withdraw only what it is owed.

use crate::world::{BOND, CHAIN, World, parameters};
use chain_beacon::{BeaconState, GenesisError, Rejection, Status};
use chain_types::{
    ChainId, Digest, PROTOCOL_VERSION, PublicKey,
    beacon::{Command, Event, Registration, ValidatorId},
    limit,
};

#[test]
fn only_a_complete_registration_is_accepted() {
    let mut world = World::new(4);
    let node = world.newcomer();
    let good = world.nodes[node].registration(BOND);
    let taken = world.nodes[0].registration(BOND);
    let elsewhere = world.nodes[node].randomness.prove_possession(ChainId(Digest([9; 32])), good.key);
    let small = PublicKey::Ed25519([0; 32]);
    let least = parameters().bond_min;
    let cases = [
        (Registration { bond: least - 1, ..good.clone() }, Rejection::BondTooSmall),
        (Registration { bond: u64::MAX, ..good.clone() }, Rejection::BondTotal),
        (Registration { network_key: taken.key, ..good.clone() }, Rejection::KeyTaken),
        (Registration { network_key: small, ..good.clone() }, Rejection::WeakKey),
        (Registration { randomness_key: [0; 32], ..good.clone() }, Rejection::WeakKey),
        (Registration { randomness_key: taken.randomness_key, ..good.clone() }, Rejection::WeakKey),
        (Registration { possession: elsewhere, ..good.clone() }, Rejection::WeakKey),
        (taken, Rejection::NotOwnKey),
    ];
    for (registration, error) in cases {
        assert_eq!(world.apply(node, &Command::Register(Box::new(registration))), Err(error));
    }
    let edge = Registration { bond: least, ..good };
    let event = world.apply(node, &Command::Register(Box::new(edge.clone())));
    assert_eq!(event, Ok(Event::Registered { validator: ValidatorId(4), bond: least }));
    assert_eq!(world.beacon.status(ValidatorId(4)), Some(Status::Candidate));
    assert_eq!(world.apply(node, &Command::Register(Box::new(edge))), Err(Rejection::KeyTaken));
}

#[test]
fn only_owed_amounts_are_paid_out() {
    let mut world = World::new(2);
    for amount in [0, 1, BOND] {
        assert_eq!(world.apply(0, &Command::Withdraw { amount }), Err(Rejection::NotOwed));
    }
    let evidence = world.equivocation(1);
    let Ok(Event::Convicted { rewarded, .. }) = world.report(0, evidence) else { panic!("not a conviction") };
    assert_eq!(world.apply(0, &Command::Withdraw { amount: rewarded + 1 }), Err(Rejection::NotOwed));
    assert_eq!(world.apply(1, &Command::Withdraw { amount: rewarded }), Err(Rejection::NotOwed));
    world.apply(0, &Command::Withdraw { amount: rewarded }).expect("the amount is owed");
    assert_eq!(world.apply(0, &Command::Withdraw { amount: 1 }), Err(Rejection::NotOwed));
}

#[test]
fn commands_of_unknown_validators_or_out_of_turn_are_rejected() {
    let mut world = World::new(4);
    let stranger = world.newcomer();
    assert_eq!(world.apply(stranger, &Command::Leave), Err(Rejection::UnknownValidator));
    assert_eq!(world.apply(stranger, &Command::Return), Err(Rejection::UnknownValidator));
    let epoch = world.beacon.plan().epoch;
    assert_eq!(world.apply(stranger, &Command::AcknowledgeSync { epoch }), Err(Rejection::UnknownValidator));
    assert_eq!(world.apply(0, &Command::AcknowledgeSync { epoch }), Err(Rejection::NotJoining));
    assert_eq!(world.apply(0, &Command::Return), Err(Rejection::NotBenched));
    world.apply(0, &Command::Leave).expect("a member may leave");
    assert_eq!(world.apply(0, &Command::Leave), Err(Rejection::Leaving));
}

#[test]
fn a_beacon_needs_validators_at_genesis() {
    let nobody = BeaconState::genesis(CHAIN, PROTOCOL_VERSION, parameters(), &[], chain_types::TimestampMs(0));
    assert_eq!(nobody, Err(GenesisError::Validators));
}

#[test]
fn the_size_of_the_registry_is_limited() {
    let mut world = World::new(1);
    while world.nodes.len() < limit::VALIDATORS_MAX {
        let node = world.newcomer();
        world.register(node, BOND).expect("there is room");
    }
    let node = world.newcomer();
    assert_eq!(world.register(node, BOND), Err(Rejection::RegistryFull));
    world.apply(7, &Command::Leave).expect("a candidate may leave");
    world.finish_epoch();
    world.register(node, BOND).expect("there is room again");
}

//! Strangers register: with a bond too small, a key that is taken, a key they do not possess, a key of small order. Only
//! the one that has everything waits for a seat; and a tenant takes out only what it is owed.

use crate::world::{BOND, CHAIN, World, parameters};
use chain_beacon::{BeaconState, Error, GenesisError, Status};
use chain_types::{
    ChainId, Digest, PublicKey,
    beacon::{Event, Operation, Registration, ValidatorId},
    limit,
};

#[test]
fn only_a_complete_registration_is_taken() {
    let mut world = World::new(4);
    let node = world.newcomer();
    let good = world.nodes[node].registration(BOND);
    let taken = world.nodes[0].registration(BOND);
    let elsewhere = world.nodes[node].randomness.prove_possession(ChainId(Digest([9; 32])), good.key);
    let small = PublicKey([0; 32]);
    let least = parameters().bond_min;
    let cases = [
        (Registration { bond: least - 1, ..good.clone() }, Error::BondTooSmall),
        (Registration { bond: u64::MAX, ..good.clone() }, Error::BondTotal),
        (Registration { network_key: taken.key, ..good.clone() }, Error::KeyTaken),
        (Registration { network_key: small, ..good.clone() }, Error::WeakKey),
        (Registration { randomness_key: [0; 32], ..good.clone() }, Error::WeakKey),
        (Registration { randomness_key: taken.randomness_key, ..good.clone() }, Error::WeakKey),
        (Registration { possession: elsewhere, ..good.clone() }, Error::WeakKey),
        (taken, Error::NotOwnKey),
    ];
    for (registration, error) in cases {
        assert_eq!(world.apply(node, &Operation::Register(Box::new(registration))), Err(error));
    }
    let edge = Registration { bond: least, ..good };
    let event = world.apply(node, &Operation::Register(Box::new(edge.clone())));
    assert_eq!(event, Ok(Event::Registered { validator: ValidatorId(4), bond: least }));
    assert_eq!(world.beacon.status(ValidatorId(4)), Some(Status::Candidate));
    assert_eq!(world.apply(node, &Operation::Register(Box::new(edge))), Err(Error::KeyTaken));
}

#[test]
fn nothing_is_paid_out_that_is_not_owed() {
    let mut world = World::new(2);
    for amount in [0, 1, BOND] {
        assert_eq!(world.apply(0, &Operation::Withdraw { amount }), Err(Error::NotOwed));
    }
    let evidence = world.equivocation(1);
    let Ok(Event::Convicted { rewarded, .. }) = world.report(0, evidence) else { panic!("it convicts") };
    assert_eq!(world.apply(0, &Operation::Withdraw { amount: rewarded + 1 }), Err(Error::NotOwed));
    assert_eq!(world.apply(1, &Operation::Withdraw { amount: rewarded }), Err(Error::NotOwed));
    world.apply(0, &Operation::Withdraw { amount: rewarded }).expect("owed");
    assert_eq!(world.apply(0, &Operation::Withdraw { amount: 1 }), Err(Error::NotOwed));
}

#[test]
fn operations_of_strangers_and_out_of_turn_are_refused() {
    let mut world = World::new(4);
    let stranger = world.newcomer();
    assert_eq!(world.apply(stranger, &Operation::Leave), Err(Error::UnknownValidator));
    assert_eq!(world.apply(stranger, &Operation::Return), Err(Error::UnknownValidator));
    let epoch = world.beacon.plan().epoch;
    assert_eq!(world.apply(stranger, &Operation::AcknowledgeSync { epoch }), Err(Error::UnknownValidator));
    assert_eq!(world.apply(0, &Operation::AcknowledgeSync { epoch }), Err(Error::NotJoining));
    assert_eq!(world.apply(0, &Operation::Return), Err(Error::NotBenched));
    world.apply(0, &Operation::Leave).expect("a member may leave");
    assert_eq!(world.apply(0, &Operation::Leave), Err(Error::Leaving));
}

#[test]
fn a_beacon_begins_with_validators_and_not_with_more_than_its_seats() {
    assert_eq!(BeaconState::genesis(CHAIN, parameters(), &[]), Err(GenesisError::Validators));
}

#[test]
fn the_registry_holds_so_many_and_no_more() {
    let mut world = World::new(1);
    while world.nodes.len() < limit::VALIDATORS_MAX {
        let node = world.newcomer();
        world.register(node, BOND).expect("there is room");
    }
    let node = world.newcomer();
    assert_eq!(world.register(node, BOND), Err(Error::RegistryFull));
    world.apply(7, &Operation::Leave).expect("a candidate may leave");
    world.finish_epoch();
    world.register(node, BOND).expect("there is room again");
}

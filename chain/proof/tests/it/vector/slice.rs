//! Records of the slices beside provenance, and chains that begin with a beacon.

use super::{
    Vector,
    tampered::tampered,
    whole::{event, lot, verified},
};
use crate::{
    epoch::{Committee, decided, last_block},
    world::{TENANT, World, seed, validator},
};
use chain_proof::{BlockEvidence, Bundle, Disclosure};
use chain_types::{
    Body, Command, CommandCore, Digest, Epoch, Event, Genesis, Height, Operation, Receipt, ShardId, TenantId,
    atomic::{self, BundleId, CertifiedHeader, Decision},
    beacon::{self, AssignmentMode, GenesisValidator, Offence, Parameters, ValidatorId},
    genesis::GenesisBeacon,
    native::{self, Amount},
};

const OTHER: TenantId = TenantId([0x22; 16]);

pub(super) fn vectors() -> Vec<Vector> {
    let world = World::new(&[1]);
    let record = |name, command: (Command, Receipt)| {
        let block = last_block(&world, 0, &Committee::new(&[(0, 1)]), &[command]);
        let evidence = BlockEvidence::of(&block).expect("the block is whole");
        verified(name, &evidence.bundle(&world.genesis, 0, Disclosure::Unknown).expect("a record"))
    };
    let begun = |change: &dyn Fn(&mut GenesisBeacon)| World::with_genesis(&[3, 5], &|genesis| begin(genesis, change));
    let alone = |world: &World| Bundle { stream: Some(lot(world)), ..Bundle::of(&world.genesis) };
    vec![
        record("record_native", native()),
        record("record_atomic", atomic(&world)),
        record("record_beacon", decided(beacon::Operation::Withdraw { amount: 11 }, beacon_events())),
        verified("genesis_with_beacon", &event(&begun(&|_| {}))),
        verified(
            "genesis_with_sampling_beacon",
            &event(&begun(&|beacon| beacon.parameters.assignment = AssignmentMode::Sampled { failure_bits: 20 })),
        ),
        tampered(
            "genesis_with_beacon_of_other_shards",
            "genesis",
            &alone(&begun(&|beacon| beacon.parameters.shards += 1)),
        ),
        tampered(
            "genesis_with_beacon_of_other_validators",
            "genesis",
            &alone(&begun(&|beacon| beacon.validators.swap(0, 1))),
        ),
        tampered(
            "genesis_with_beacon_of_fewer_validators",
            "genesis",
            &alone(&begun(&|beacon| beacon.validators.truncate(1))),
        ),
    ]
}

/// Gives a chain a beacon, of which `change` makes another.
fn begin(genesis: &mut Genesis, change: &dyn Fn(&mut GenesisBeacon)) {
    let validators = (0..genesis.validators.validators.len()).map(|at| GenesisValidator {
        operator: OTHER,
        key: validator(at).public_key(),
        network_key: validator(100 + at).public_key(),
        randomness_key: seed(&format!("randomness key {at}")),
        bond: 100_000_000,
    });
    let mut beacon =
        GenesisBeacon { parameters: Parameters::consortium(genesis.shards), validators: validators.collect() };
    change(&mut beacon);
    genesis.beacon = Some(beacon);
}

fn command(operation: Operation, events: Vec<Event>) -> (Command, Receipt) {
    let core = CommandCore { subjects: Vec::new(), operation };
    (Command { core, body: Body::Public(Vec::new()) }, Receipt::Applied { events })
}

fn native() -> (Command, Receipt) {
    let events = [
        native::Event::Transferred { from: TENANT, to: OTHER, amount: Amount(12) },
        native::Event::Granted { to: OTHER, amount: Amount(13) },
    ];
    let operation = native::Operation::Transfer { to: OTHER, amount: Amount(12) };
    command(Operation::Native(operation), events.map(Event::Native).into())
}

fn atomic(world: &World) -> (Command, Receipt) {
    use atomic::Event as Crossed;
    let (bundle, leg) = (BundleId(Digest(seed("bundle"))), 3);
    let (source, destination) = (ShardId(0), ShardId(1));
    let events = [
        Crossed::Sent { destination, sequence: 14 },
        Crossed::Credited { source, sequence: 15 },
        Crossed::Bounced { source, sequence: 16, returned_as: 17 },
        Crossed::OutboxAcknowledged { destination, sequence: 18 },
        Crossed::BeaconObserved { height: Height(19) },
        Crossed::BundleOpened { bundle },
        Crossed::LegPrepared { bundle, leg },
        Crossed::LegRefused { bundle, leg },
        Crossed::LegReported { bundle, leg },
        Crossed::BundleDecided { bundle, decision: Decision::Commit },
        Crossed::LegSettled { bundle, leg, decision: Decision::Abort },
        Crossed::LegForgotten { bundle, leg },
    ];
    let (header, certificate) = (world.block.header.clone(), world.block.certificate.clone());
    let operation = atomic::Operation::ObserveBeacon { block: Box::new(CertifiedHeader { header, certificate }) };
    command(Operation::Atomic(operation), events.map(Event::Atomic).into())
}

/// Every event of the beacon's slice.
fn beacon_events() -> Vec<beacon::Event> {
    use beacon::Event as Decided;
    let (validator, epoch) = (ValidatorId(20), Epoch(21));
    let hand_over = || Box::new(Committee::new(&[(0, 3), (1, 5)]).hand_over(22));
    let sampled = || {
        let mut hand_over = hand_over();
        hand_over.sampled = vec![Committee::new(&[(1, 1)]).set(22), Committee::new(&[(0, 1)]).set(22)];
        hand_over
    };
    vec![
        Decided::Registered { validator, bond: 23 },
        Decided::SyncAcknowledged { validator, epoch },
        Decided::LeaveAnnounced { validator },
        Decided::Returned { validator },
        Decided::DealAccepted { epoch, dealer: 24 },
        Decided::SharesRevealed { epoch, holder: 25 },
        Decided::Convicted {
            validator,
            offence: Offence::BadDeal,
            slashed: 26,
            rewarded: 27,
            compensated: 28,
            burned: 29,
        },
        Decided::Withdrawn { tenant: OTHER, amount: 30 },
        Decided::Attended { height: Height(31), signers: 32 },
        Decided::EpochEnded(hand_over()),
        Decided::EpochEntered(sampled()),
    ]
}

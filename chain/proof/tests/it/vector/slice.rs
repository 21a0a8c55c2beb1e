//! One record for every event, and chains whose genesis has a beacon.

use super::{
    Vector,
    tampered::tampered,
    whole::{event, lot, verified},
};
use crate::{
    epoch::{Committee, last_block},
    world::{TENANT, World, seed, validator},
};
use chain_proof::{BlockEvidence, Bundle, Disclosure};
use chain_types::{
    Body, Command, Digest, Entry, EntryCore, Epoch, Event, Genesis, Height, ProtocolVersion, Receipt, ShardId,
    TenantId, account,
    atomic::{self, BundleId, Decision},
    beacon::{self, AssignmentMode, GenesisValidator, Offence, Parameters, ValidatorId},
    genesis::GenesisBeacon,
    native::{self, Amount},
};

/// The same values as the frozen encodings have.
#[allow(dead_code, reason = "the keys of the state are for the frozen encodings")]
#[path = "../../../../types/tests/frozen/domain.rs"]
mod domain;

const OTHER: TenantId = TenantId([0x22; 16]);

pub(super) fn vectors() -> Vec<Vector> {
    let world = World::new(&[1]);
    let record = |word: &str, command: Command, event: Event| {
        let name = format!("record_{}", word.replace('.', "_"));
        let block = last_block(&world, 0, &Committee::new(&[(0, 1)]), &[applied(command, event)]);
        let evidence = BlockEvidence::of(&block).expect("there is one receipt per command");
        verified(&name, &evidence.bundle(&world.genesis, 0, Disclosure::Unknown).expect("the block has the record"))
    };
    let begun = |change: &dyn Fn(&mut GenesisBeacon)| World::with_genesis(&[3, 5], &|genesis| begin(genesis, change));
    let alone = |world: &World| Bundle { stream: Some(lot(world)), ..Bundle::of(&world.genesis) };
    let mut vectors: Vec<_> = events().into_iter().map(|event| record(event.name(), transfer(), event)).collect();
    let granted = || Event::Native(native::Event::Granted { to: OTHER, amount: Amount(13) });
    let commands = domain::commands().into_iter().map(|(_, command)| command);
    vectors.extend(commands.map(|command| record(command.name(), command.clone(), granted())));
    vectors.extend([
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
            "genesis_with_beacon_of_too_many_bonds",
            "genesis",
            &alone(&begun(&|beacon| beacon.validators.iter_mut().for_each(|one| one.bond = native::SUPPLY.0))),
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
    ]);
    vectors
}

/// Adds a beacon to a genesis document, modified by `change`.
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

fn transfer() -> Command {
    Command::Native(native::Command::Transfer(native::Transfer { to: OTHER, amount: Amount(12) }))
}

/// A command with an event. They need not belong together, since a verifier does not execute the command.
fn applied(command: Command, event: Event) -> (Entry, Receipt) {
    let core = EntryCore { subjects: Vec::new(), command };
    (Entry { core, body: Body::Public(Vec::new()) }, Receipt::Applied(event))
}

/// Every event of every slice.
fn events() -> Vec<Event> {
    let account = account_events().into_iter().map(Event::Account);
    let native = native_events().into_iter().map(Event::Native);
    let atomic = atomic_events().into_iter().map(Event::Atomic);
    let beacon = beacon_events().into_iter().map(Event::Beacon);
    let domains = domain::events().into_iter().map(|(_, event)| event);
    account.chain(native).chain(atomic).chain(beacon).chain(domains).collect()
}

fn account_events() -> Vec<account::Event> {
    let author = validator(7).public_key();
    vec![
        account::Event::TenantRegistered { tenant: OTHER },
        account::Event::AuthorAdded { author },
        account::Event::AuthorRemoved { author },
    ]
}

fn native_events() -> Vec<native::Event> {
    vec![
        native::Event::Transferred { from: TENANT, to: OTHER, amount: Amount(12) },
        native::Event::Granted { to: OTHER, amount: Amount(13) },
    ]
}

fn atomic_events() -> Vec<atomic::Event> {
    use atomic::Event as Crossed;
    let (bundle, leg) = (BundleId(Digest(seed("bundle"))), 3);
    let (source, destination) = (ShardId(0), ShardId(1));
    vec![
        Crossed::Sent { destination, sequence: 14 },
        Crossed::Credited { source, sequence: 15 },
        Crossed::Bounced { source, sequence: 16, returned_as: 17 },
        Crossed::OutboxAcknowledged { destination, sequence: 18 },
        Crossed::BundleOpened { bundle },
        Crossed::LegPrepared { bundle, leg },
        Crossed::LegRefused { bundle, leg },
        Crossed::LegReported { bundle, leg },
        Crossed::BundleDecided { bundle, decision: Decision::Commit },
        Crossed::LegSettled { bundle, leg, decision: Decision::Abort },
        Crossed::LegForgotten { bundle, leg },
    ]
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
        Decided::ShardConfirmed { shard: ShardId(36), epoch: Epoch(37) },
        Decided::EpochEnded(hand_over()),
        Decided::EpochEntered(sampled()),
        Decided::Pulsed { height: Height(33) },
        Decided::VersionScheduled { version: ProtocolVersion(34), from: Epoch(35) },
    ]
}

#[test]
fn every_event_has_a_record() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../types/tests/frozen/words.json");
    let text = std::fs::read(path).expect("the table of words exists");
    let table: serde_json::Value = serde_json::from_slice(&text).expect("the table is JSON");
    let words = table["events"].as_array().expect("a list").iter().map(|word| word["name"].as_str());
    let mut words: Vec<_> = words.collect();
    let events = events();
    let mut names: Vec<_> = events.iter().map(|event| Some(event.name())).collect();
    words.sort_unstable();
    names.sort_unstable();
    assert_eq!(words, names);
}

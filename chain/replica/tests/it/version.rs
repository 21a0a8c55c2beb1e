//! The operator schedules the next protocol version, tested with a table of rules in which that version allows a tenant
//! at most two authors. The change comes with the epoch's first block on every shard. A build that does not know the
//! version stops before it.

use crate::{
    fixture::{Machine, START_MS, TENANT, author, entry, operator, validator},
    joiner::{Joiner, peer},
};
use chain_beacon::{BeaconKey, BeaconState, Secrets, When, randomness::RandomnessKey};
use chain_ledger::OPERATOR_TENANT;
use chain_replica::{Effect, Finalised, Input, JOIN_WAIT_MS, Message, RecoveryError};
use chain_types::{
    BlockHeader, ChainParameters, Command, Epoch, Event, FinalBlock, Genesis, Height, PROTOCOL_VERSION,
    ProtocolVersion, Receipt, Rejection, SecretKey, ShardId, TenantId, TimestampMs, account,
    beacon::{self, GenesisValidator, HandOverProof, Parameters},
    certificate::Certificate,
    genesis::GenesisBeacon,
    signature::Namespace,
    state::TypedKey,
    validator::{Validator, ValidatorSet},
    version::{Outdated, Rules, UnknownVersion, Versions},
};

const NEXT: ProtocolVersion = ProtocolVersion(PROTOCOL_VERSION.0 + 1);
const PRESENT_RULES: Rules = Rules { version: PROTOCOL_VERSION, authors_per_tenant_max: 1_000_000 };
const NEXT_RULES: Rules = Rules { version: NEXT, authors_per_tenant_max: 2 };
/// The versions of a build that can follow the change.
const BOTH: Versions = Versions::of(&[PRESENT_RULES, NEXT_RULES]);

const BEACON: ShardId = ShardId(0);
/// The genesis validator's bond, in native units.
const BOND: u64 = 1_000_000_000;

fn secrets() -> Secrets {
    Secrets { key: validator(), randomness: RandomnessKey::from_seed(&[7; 32]), entropy: [8; 32] }
}

/// A chain with one validator and epochs of four blocks.
fn genesis(shards: u16) -> Genesis {
    let key = validator().public_key();
    let randomness_key = secrets().randomness.public();
    let one = GenesisValidator { operator: TenantId([9; 16]), key, network_key: key, randomness_key, bond: BOND };
    let parameters = Parameters {
        epoch_blocks: 4,
        dealing_blocks: 2,
        epoch_ms_min: 1,
        evidence_ms_min: 1,
        ..Parameters::consortium(shards)
    };
    Genesis {
        version: PROTOCOL_VERSION,
        name: "versions".to_owned(),
        timestamp_ms: TimestampMs(START_MS),
        salt: [1; 16],
        shards,
        operator: operator().public_key(),
        parameters: ChainParameters::default(),
        validators: ValidatorSet { epoch: Epoch(0), validators: vec![Validator { key, weight: BOND }] },
        beacon: Some(GenesisBeacon { parameters, validators: vec![one] }),
    }
}

impl Machine {
    /// Executes one command in a block of its own.
    fn execute(&mut self, key: &SecretKey, tenant: TenantId, command: Command) -> Finalised {
        let transaction = self.sign_as(key, tenant, vec![entry(command)]);
        assert!(self.submit(transaction).is_empty());
        self.finalise().expect("a block with the command")
    }

    fn receipt(&mut self, key: &SecretKey, tenant: TenantId, command: Command) -> Receipt {
        self.execute(key, tenant, command).block.block.receipts[0].clone()
    }

    fn register(&mut self) {
        let author = author().public_key();
        let register = account::RegisterTenant { tenant: TENANT, author, partitions: 1 };
        self.execute(&operator(), OPERATOR_TENANT, Command::Account(account::Command::RegisterTenant(register)));
    }

    fn add_author(&mut self, seed: u8) -> Receipt {
        let added = account::AddAuthor { author: SecretKey::from_seed(&[seed; 32]).public_key() };
        self.receipt(&author(), TENANT, Command::Account(account::Command::AddAuthor(added)))
    }

    fn schedule(&mut self, by: &SecretKey, tenant: TenantId, from: u64) -> Receipt {
        let command = beacon::Command::ScheduleVersion { version: NEXT, from: Epoch(from) };
        self.receipt(by, tenant, Command::Beacon(command))
    }

    fn beacon(&mut self) -> BeaconState {
        let values = self.replica.read(&[BeaconKey.state_key()]).expect("the disk reads").expect("nothing is written");
        let first = || chain_ledger::genesis::beacon(&self.genesis).expect("the document is sound");
        let used = values[0].as_deref();
        let used = used.map(|value| BeaconKey.decode(value).expect("the ledger wrote a valid beacon"));
        used.or_else(first).expect("the chain has a beacon")
    }

    fn tip(&self) -> BlockHeader {
        self.replica.tip().expect("there is a block").0.clone()
    }

    /// Performs the validator's duties until the epoch has ended. Returns the block that ended it.
    fn end_epoch(&mut self) -> FinalBlock {
        let validator = validator();
        loop {
            // An epoch has a minimum duration.
            self.now = TimestampMs(self.now.0 + 1);
            let next = When { height: self.tip().height.next(), time: self.now };
            let mut due = self.beacon().duties(next, &secrets(), true, true);
            let command = if due.is_empty() { beacon::Command::Pulse } else { due.remove(0) };
            let finalised = self.execute(&validator, OPERATOR_TENANT, Command::Beacon(command));
            if finalised.block.hand_over().is_some() {
                return FinalBlock::clone(&finalised.block);
            }
        }
    }
}

fn is_applied(receipt: &Receipt) -> bool {
    matches!(receipt, Receipt::Applied(_))
}

#[test]
fn a_chain_switches_when_the_scheduled_epoch_begins() {
    let mut machine = Machine::of(genesis(1), BEACON, BOTH);
    machine.register();
    let scheduled = beacon::Event::VersionScheduled { version: NEXT, from: Epoch(2) };
    assert_eq!(machine.schedule(&operator(), OPERATOR_TENANT, 2), Receipt::Applied(Event::Beacon(scheduled)));

    let ended = machine.end_epoch();
    assert_eq!(
        ended.hand_over().map(|next| next.version),
        Some(PROTOCOL_VERSION),
        "the version does not change in epoch 1"
    );
    assert!(
        is_applied(&machine.add_author(2)) && is_applied(&machine.add_author(3)),
        "the present version allows many"
    );

    let ended = machine.end_epoch();
    assert_eq!(ended.hand_over().map(|next| next.version), Some(NEXT));
    assert_eq!(
        (ended.header.epoch, ended.header.version),
        (Epoch(1), PROTOCOL_VERSION),
        "the last block of epoch 1 has the old version"
    );
    let mut machine = machine.restart().expect("the build knows both");
    assert_eq!(machine.add_author(4), Receipt::Rejected(Rejection::new("account.too_many_authors")));
    assert_eq!((machine.tip().epoch, machine.tip().version), (Epoch(2), NEXT));
    let mut machine = machine.restart().expect("the build knows both");
    machine.end_epoch();
    machine.register();
    assert_eq!((machine.tip().epoch, machine.tip().version), (Epoch(3), NEXT), "the version stays");
}

#[test]
fn another_shard_changes_its_version_with_the_hand_over() {
    let mut beacon = Machine::of(genesis(2), BEACON, BOTH);
    let mut other = Machine::of(genesis(2), ShardId(1), BOTH);
    other.register();
    beacon.schedule(&operator(), OPERATOR_TENANT, 1);
    let proof = HandOverProof::of(&beacon.end_epoch()).expect("the block ends an epoch");
    let enter = Command::Beacon(beacon::Command::EnterEpoch(Box::new(proof)));
    let entered = other.execute(&validator(), OPERATOR_TENANT, enter);
    assert_eq!(entered.block.header.version, PROTOCOL_VERSION);
    assert!(is_applied(&other.add_author(2)));
    assert_eq!(other.add_author(3), Receipt::Rejected(Rejection::new("account.too_many_authors")));
    assert_eq!((other.tip().epoch, other.tip().version), (Epoch(1), NEXT));
}

#[test]
fn only_the_operator_schedules_a_version() {
    let mut machine = Machine::of(genesis(1), BEACON, BOTH);
    machine.register();
    let refused = Receipt::Rejected(Rejection::new("beacon.not_operator"));
    assert_eq!(machine.schedule(&author(), TENANT, 1), refused);
    assert_eq!(machine.schedule(&validator(), OPERATOR_TENANT, 1), refused);
    assert_eq!(machine.end_epoch().hand_over().map(|next| next.version), Some(PROTOCOL_VERSION));
}

#[test]
fn a_build_that_does_not_know_the_version_stops_before_it() {
    let mut machine = Machine::of(genesis(1), BEACON, Versions::KNOWN);
    machine.register();
    assert!(is_applied(&machine.schedule(&operator(), OPERATOR_TENANT, 1)), "the ledger accepts any higher version");
    let ended = machine.end_epoch();
    let unknown = UnknownVersion { version: NEXT, newest: PROTOCOL_VERSION };
    let outdated = Outdated { unknown, epoch: Epoch(1) };
    assert_eq!(machine.outdated, Some(outdated));
    let sentence = "this build knows protocol 2; the chain follows 3 from epoch 1: install a newer build";
    assert_eq!(outdated.to_string(), sentence);

    let waiting = machine.capture("after the end");
    assert!(machine.submit(waiting).is_empty() && machine.propose().is_empty(), "it accepts and builds nothing more");
    let (from, first) = (peer(0x99), Height(1));
    let asked = Input::Message { from, message: Box::new(Message::FetchFinal { from: first }) };
    let given = machine.step(asked);
    assert!(
        matches!(given[..], [Effect::SendFinal { to, from: Height(1) }] if to == from),
        "it still serves its blocks"
    );
    assert_eq!(machine.tip().height, ended.header.height);
    let refused = machine.restart().err().expect("the restart is refused");
    assert!(matches!(refused, RecoveryError::Outdated(found) if found == outdated));
    assert_eq!(refused.to_string(), sentence);
}

/// Whether a follower accepts a block that a quorum certified.
fn is_taken(block: FinalBlock) -> bool {
    let mut follower = Joiner::with_key(genesis(1), BEACON, u64::MAX, peer(0x99));
    follower.claim(validator().public_key(), 1);
    follower.pass(JOIN_WAIT_MS);
    let (asked, _) = follower.next_message().expect("it asks for the block");
    follower.receive(asked, Message::Final(vec![block]));
    follower.effects.iter().any(|effect| matches!(effect, Effect::Persist(_)))
}

#[test]
fn a_block_of_another_version_than_its_epochs_is_invalid() {
    let mut machine = Machine::of(genesis(1), BEACON, BOTH);
    machine.register();
    let mut block = None;
    machine.disk.change(|held| block = held.blocks.last().map(|last| FinalBlock::clone(last)));
    let block = block.expect("there is a block");
    assert!(is_taken(block.clone()));
    for version in [NEXT, ProtocolVersion(1)] {
        let header = BlockHeader { version, ..block.header.clone() };
        let vote = header.finalise_vote();
        let signatures = vec![(0, validator().sign(Namespace::VOTE, &vote.digest()))];
        let certificate = Certificate { vote, signatures };
        assert!(!is_taken(FinalBlock { header, certificate, block: block.block.clone() }), "version {version}");
    }
}

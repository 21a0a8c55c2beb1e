//! Handmade committees of later epochs and the hand-overs between them. Invariant: values are a function of constants,
//! so that the vectors are reproducible.

use crate::world::{World, certificate, seed, sign, validator};
use chain_types::{
    Block, BlockHeader, Body, Certificate, Command, Digest, Entry, EntryCore, Epoch, Event, FinalBlock, Height,
    PROTOCOL_VERSION, Receipt, SecretKey,
    atomic::BEACON_SHARD,
    beacon::{self, HandOver, HandOverProof},
    record::records_root,
    validator::{Validator, ValidatorSet},
};

/// The validators from some epoch on, with their keys.
pub(crate) struct Committee {
    keys: Vec<SecretKey>,
    pub(crate) validators: Vec<Validator>,
}

impl Committee {
    /// A committee of `(number of the key, weight)` pairs.
    pub(crate) fn new(members: &[(usize, u64)]) -> Self {
        let keys: Vec<_> = members.iter().map(|(number, _)| validator(*number)).collect();
        let weights = members.iter().map(|(_, weight)| *weight);
        let one = |(key, weight): (&SecretKey, u64)| Validator { key: key.public_key(), weight };
        Self { validators: keys.iter().zip(weights).map(one).collect(), keys }
    }

    /// The validator set that headers of an epoch commit to.
    pub(crate) fn set(&self, epoch: u64) -> ValidatorSet {
        ValidatorSet { epoch: Epoch(epoch), validators: self.validators.clone() }
    }

    /// A certificate of a header by the given signers.
    pub(crate) fn certify(&self, header: &BlockHeader, signers: &[usize]) -> Certificate {
        certificate(&self.keys, header.finalise_vote(), signers)
    }

    /// Sets a header's epoch and validator set, and certifies it by all members of the committee.
    pub(crate) fn finalise(&self, epoch: u64, header: &mut BlockHeader) -> Certificate {
        header.epoch = Epoch(epoch);
        header.validator_set_hash = self.set(epoch).digest();
        let everyone: Vec<_> = (0..self.keys.len()).collect();
        self.certify(header, &everyone)
    }

    /// The hand-over to an epoch with this committee.
    pub(crate) fn hand_over(&self, epoch: u64) -> HandOver {
        let randomness = Digest(seed(&format!("randomness {epoch}")));
        HandOver { height: last_height(epoch - 1), randomness, ..HandOver::first(PROTOCOL_VERSION, self.set(epoch)) }
    }
}

/// The height of the beacon's last block of an epoch: epochs have 600 blocks.
fn last_height(epoch: u64) -> Height {
    Height(600 * (epoch + 1))
}

/// The last block of an epoch on the beacon's shard, with these records, certified by the whole committee.
pub(crate) fn last_block(world: &World, epoch: u64, by: &Committee, records: &[(Entry, Receipt)]) -> FinalBlock {
    let (entries, receipts): (Vec<_>, Vec<_>) = records.iter().cloned().unzip();
    let transactions = vec![sign(&world.genesis, &format!("epoch {epoch}"), &entries)];
    let mut block = FinalBlock { block: Block { transactions, receipts }, ..world.block.clone() };
    block.header.shard = BEACON_SHARD;
    block.header.height = last_height(epoch);
    block.header.records_root = records_root(&block.leaves().expect("there is one receipt per command"));
    block.certificate = by.finalise(epoch, &mut block.header);
    block
}

/// A beacon command with its resulting event.
pub(crate) fn decided(command: beacon::Command, event: beacon::Event) -> (Entry, Receipt) {
    let core = EntryCore { subjects: Vec::new(), command: Command::Beacon(command) };
    (Entry { core, body: Body::Public(Vec::new()) }, Receipt::Applied(Event::Beacon(event)))
}

/// The records of an epoch's last block: two validators announce that they leave, then the epoch ends with `event`.
pub(crate) fn ending(epoch: u64, event: beacon::Event) -> Vec<(Entry, Receipt)> {
    let leave_record = |number| {
        let event = beacon::Event::LeaveAnnounced { validator: beacon::ValidatorId(number) };
        decided(beacon::Command::Leave, event)
    };
    vec![leave_record(7), leave_record(8), decided(beacon::Command::EndEpoch { epoch: Epoch(epoch) }, event)]
}

/// The block in which a committee hands over.
pub(crate) fn hand_over_block(world: &World, by: &Committee, hand_over: HandOver) -> FinalBlock {
    let epoch = hand_over.epoch().0 - 1;
    let ended = beacon::Event::EpochEnded(Box::new(hand_over));
    last_block(world, epoch, by, &ending(epoch, ended))
}

/// The proof that a committee handed over.
pub(crate) fn prove(world: &World, by: &Committee, hand_over: HandOver) -> HandOverProof {
    HandOverProof::of(&hand_over_block(world, by, hand_over)).expect("the block ends an epoch")
}

/// Moves a world's block to an epoch and certifies it again.
pub(crate) fn in_epoch(mut world: World, epoch: u64, by: &Committee) -> World {
    world.block.certificate = by.finalise(epoch, &mut world.block.header);
    world
}

//! A follower joins after the validators of the genesis document were replaced. It follows the committees, each
//! certified by the one before, and accepts the block of the last one. A peer that breaks this chain of hand-overs is
//! replaced by another.

use crate::{
    fixture::{Disk, START_MS, capture, genesis},
    joiner::{Joiner, peer},
};
use chain_ledger::OPERATOR_TENANT;
use chain_replica::{
    Effect, HAND_OVERS_PER_PART_MAX, JOIN_PATIENCE_MS, Message, SNAPSHOT_PART_BYTES_MAX, SnapshotAsk, SnapshotPart,
    Totals,
};
use chain_state::{Archive, State, Write};
use chain_types::{
    Block, BlockHeader, Body, Certificate, Command, Digest, Entry, EntryCore, Epoch, Event, FinalBlock, Genesis,
    Height, Mode, PROTOCOL_VERSION, ProtocolVersion, Receipt, SecretKey, ShardId, TimestampMs, View,
    beacon::{self, HandOver, HandOverKey, HandOverProof},
    codec,
    record::records_root,
    signature::Namespace,
    state::TypedKey,
    transaction::Draft,
    validator::{Validator, ValidatorSet},
};

/// The number of missing blocks above which the follower joins from a snapshot.
const BEHIND: u64 = 500;
/// Blocks per epoch.
const EPOCH_BLOCKS: u64 = 600;
/// The number of the first sampled validator's key. The keys of the full committee have smaller numbers.
const SAMPLED: u16 = 0x4000;

fn two_shards() -> Genesis {
    Genesis { shards: 2, ..genesis() }
}

fn key(number: u16) -> SecretKey {
    let mut seed = [0x77; 32];
    seed[..2].copy_from_slice(&number.to_le_bytes());
    SecretKey::from_seed(&seed)
}

/// The keys of an epoch's two validators, one of which was already there in the epoch before. Numbers start at `first`.
fn keys(epoch: u64, first: u16) -> Vec<SecretKey> {
    if epoch == 0 {
        return vec![crate::fixture::validator()];
    }
    let number = first + u16::try_from(epoch).expect("few epochs");
    vec![key(number), key(number + 1)]
}

fn set(epoch: u64, first: u16) -> ValidatorSet {
    let keys = keys(epoch, first).into_iter();
    let validators = keys.map(|key| Validator { key: key.public_key(), weight: 1 }).collect();
    ValidatorSet { epoch: Epoch(epoch), validators }
}

fn hand_over(epoch: u64) -> HandOver {
    let sampled = vec![set(epoch, SAMPLED)];
    HandOver { height: Height(EPOCH_BLOCKS * epoch), sampled, ..HandOver::first(PROTOCOL_VERSION, set(epoch, 0)) }
}

/// A final block with one record, certified by the validators of its epoch.
fn block(at: (ShardId, u64, Height), entry: Entry, event: Event, state_root: Digest) -> FinalBlock {
    let (shard, epoch, height) = at;
    let draft = Draft {
        chain_id: two_shards().chain_id(),
        tenant: OPERATOR_TENANT,
        valid_until_ms: TimestampMs(START_MS),
        salt: [0; 16],
        mode: Mode::Independent,
    };
    let receipts = vec![Receipt::Applied(event)];
    let block = Block { transactions: vec![draft.sign(&key(0), vec![entry])], receipts };
    let first = if shard == ShardId(0) { 0 } else { SAMPLED };
    let header = BlockHeader {
        version: PROTOCOL_VERSION,
        chain_id: two_shards().chain_id(),
        shard,
        epoch: Epoch(epoch),
        height,
        view: View(0),
        parent: Digest([1; 32]),
        timestamp_ms: TimestampMs(START_MS),
        records_root: Digest::ZERO,
        delta_root: Digest([3; 32]),
        state_root,
        transactions_root: Digest::ZERO,
        validator_set_hash: set(epoch, first).digest(),
        proposer: 0,
    };
    let certificate = Certificate { vote: header.finalise_vote(), signatures: Vec::new() };
    let mut block = FinalBlock { header, certificate, block };
    block.header.records_root = records_root(&block.leaves().expect("receipts and commands pair up"));
    certify(&mut block, &keys(epoch, first));
    block
}

fn certify(block: &mut FinalBlock, keys: &[SecretKey]) {
    let vote = block.header.finalise_vote();
    let signatures = (0..).zip(keys).map(|(index, key)| (index, key.sign(Namespace::VOTE, &vote.digest()))).collect();
    block.certificate = Certificate { vote, signatures };
}

/// The last block before an epoch, which hands over to it.
fn ending(next: &HandOver, state_root: Digest) -> FinalBlock {
    let epoch = next.epoch().0 - 1;
    let command = Command::Beacon(beacon::Command::EndEpoch { epoch: Epoch(epoch) });
    let core = EntryCore { subjects: Vec::new(), command };
    let event = Event::Beacon(beacon::Event::EpochEnded(Box::new(next.clone())));
    let entry = Entry { core, body: Body::Public(Vec::new()) };
    block((ShardId(0), epoch, next.height), entry, event, state_root)
}

fn proof(next: &HandOver) -> HandOverProof {
    HandOverProof::held_by(&ending(next, Digest([4; 32]))).expect("the block ends an epoch")
}

/// A peer with a snapshot of a chain in a later epoch.
struct Source {
    proofs: Vec<HandOverProof>,
    head: FinalBlock,
    archive: Archive<Disk>,
}

impl Source {
    /// A block of a shard in the middle of an epoch.
    fn in_epoch(epoch: u64, shard: ShardId) -> Self {
        Self::over(epoch, epoch, |root| {
            let event = Event::Beacon(beacon::Event::LeaveAnnounced { validator: beacon::ValidatorId(7) });
            block((shard, epoch, Height(EPOCH_BLOCKS * (epoch + 1) - 1)), capture("head"), event, root)
        })
    }

    /// The last block of an epoch on the beacon's shard.
    fn at_the_end_of(epoch: u64) -> Self {
        Self::over(epoch, epoch + 1, |root| ending(&hand_over(epoch + 1), root))
    }

    /// A block whose state has the hand-over to `next`, as it does from the last block of the epoch before on.
    fn over(epoch: u64, next: u64, head: impl FnOnce(Digest) -> FinalBlock) -> Self {
        let disk = Disk::default();
        let mut state = State::restore(disk.clone(), []);
        let write = |known: u64| Write {
            path: HandOverKey(Epoch(known)).path(),
            value: Some(codec::encode(&hand_over(known)).into()),
        };
        let mut writes: Vec<_> = (1..=next).map(write).collect();
        writes.sort_unstable_by_key(|write| write.path);
        state.apply(writes).expect("an empty disk reads");
        let flush = state.take_flush(1).expect("something was written");
        let nodes = flush.buckets.clone();
        disk.change(|held| {
            held.leaves.extend(flush.leaves.into_iter().map(|leaf| (leaf.path, leaf.value.expect("a leaf"))));
            held.nodes.extend(nodes.iter().copied());
        });
        let proofs = (1..=epoch).map(|epoch| proof(&hand_over(epoch))).collect();
        Self { proofs, head: head(state.root()), archive: Archive::over(disk, nodes) }
    }

    /// Answers with at most `at_a_time` hand-overs.
    fn answer(&self, ask: SnapshotAsk, at_a_time: usize) -> SnapshotPart {
        match ask {
            SnapshotAsk::Head => SnapshotPart::Head { block: Box::new(self.head.clone()), totals: Totals::default() },
            SnapshotAsk::HandOvers { height, after } => {
                let proofs = self.proofs.iter().filter(|proof| proof.hand_over.epoch() > after);
                SnapshotPart::HandOvers { height, proofs: proofs.take(at_a_time).cloned().collect() }
            }
            SnapshotAsk::Chunk { height, first } => {
                let chunk = self.archive.chunk(first, SNAPSHOT_PART_BYTES_MAX).expect("reads");
                SnapshotPart::Chunk { height, chunk }
            }
            SnapshotAsk::Seen { height, .. } => SnapshotPart::Seen { height, blocks: Vec::new(), last: height },
        }
    }

    /// A follower that joins from this peer alone.
    fn join(&self, shard: ShardId) -> Joiner {
        let mut joiner = Joiner::on(two_shards(), shard, BEHIND);
        joiner.claim(peer(1), self.head.header.height.0);
        assert_eq!(joiner.answer_all(|_, ask| self.answer(ask, 2)), [peer(1)]);
        assert_eq!(joiner.replica.tip().map(|(header, _)| header), Some(&self.head.header));
        joiner
    }
}

#[test]
fn a_follower_joins_after_the_validators_changed() {
    let source = Source::in_epoch(5, ShardId(0));
    let joiner = source.join(ShardId(0));
    assert_eq!(joiner.hand_overs, source.proofs, "it keeps the hand-overs, to serve them to others");
    assert_eq!(joiner.replica.committee().validators, set(5, 0));
}

#[test]
fn a_follower_joins_a_shard_whose_signers_are_sampled() {
    let source = Source::in_epoch(3, ShardId(1));
    let joiner = source.join(ShardId(1));
    assert_eq!(joiner.hand_overs, source.proofs);
    assert_eq!(joiner.replica.committee().validators, set(3, SAMPLED));
}

#[test]
fn a_block_that_ends_its_epoch_is_signed_by_the_old_committee() {
    let source = Source::at_the_end_of(2);
    let joiner = source.join(ShardId(0));
    assert_eq!(
        joiner.hand_overs, source.proofs,
        "the last hand-over is in the block itself and is not stored separately"
    );
    assert_eq!(joiner.replica.committee().validators, set(3, 0));
    let last = HandOverProof::held_by(&source.head).expect("the block ends an epoch");
    assert!(last.is_certified_by(two_shards().chain_id(), &set(2, 0)));
}

#[test]
fn no_part_of_the_state_counts_before_its_block_is_certified() {
    let source = Source::in_epoch(2, ShardId(0));
    let mut joiner = Joiner::on(two_shards(), ShardId(0), BEHIND);
    joiner.claim(peer(1), source.head.header.height.0);
    joiner.next_message();
    joiner.receive(peer(1), Message::Snapshot(Box::new(source.answer(SnapshotAsk::Head, 2))));
    let asked = joiner.next_message();
    let Some((_, Message::FetchSnapshot(SnapshotAsk::HandOvers { height, after: Epoch(0) }))) = asked else {
        panic!("it requests the hand-overs: {asked:?}")
    };
    for early in [SnapshotAsk::Chunk { height, first: 0 }, SnapshotAsk::Seen { height, after: Height(0) }] {
        joiner.receive(peer(1), Message::Snapshot(Box::new(source.answer(early, 2))));
        assert!(joiner.effects.is_empty(), "{early:?} was not asked for");
    }
}

#[test]
fn a_part_with_too_many_hand_overs_is_rejected() {
    let most = HAND_OVERS_PER_PART_MAX;
    let source = Source::in_epoch(u64::try_from(most).expect("few") + 1, ShardId(0));
    for (at_a_time, is_taken) in [(most, true), (most + 1, false)] {
        let mut joiner = Joiner::on(two_shards(), ShardId(0), BEHIND);
        joiner.claim(peer(1), source.head.header.height.0);
        joiner.next_message();
        joiner.receive(peer(1), Message::Snapshot(Box::new(source.answer(SnapshotAsk::Head, 0))));
        let Some((_, Message::FetchSnapshot(ask))) = joiner.next_message() else { panic!("it asks") };
        joiner.receive(peer(1), Message::Snapshot(Box::new(source.answer(ask, at_a_time))));
        let is_written = joiner.effects.iter().any(|effect| matches!(effect, Effect::TakeOverHandOvers(_)));
        assert_eq!(is_written, is_taken, "{at_a_time}");
    }
}

#[test]
fn a_joiner_that_does_not_know_the_chains_version_stops_and_reports_it() {
    let mut source = Source::in_epoch(2, ShardId(0));
    let version = ProtocolVersion(PROTOCOL_VERSION.0 + 1);
    source.proofs[1] = proof(&HandOver { version, ..hand_over(2) });
    let mut joiner = Joiner::on(two_shards(), ShardId(0), BEHIND);
    joiner.claim(peer(1), source.head.header.height.0);
    joiner.next_message();
    joiner.receive(peer(1), Message::Snapshot(Box::new(source.answer(SnapshotAsk::Head, 0))));
    let Some((_, Message::FetchSnapshot(ask))) = joiner.next_message() else { panic!("it asks") };
    joiner.receive(peer(1), Message::Snapshot(Box::new(source.answer(ask, 2))));
    let Some(Effect::Outdated(outdated)) = joiner.effects.pop_back() else { panic!("it stops") };
    assert_eq!((outdated.unknown.version, outdated.epoch), (version, Epoch(2)));
    joiner.pass(JOIN_PATIENCE_MS);
    assert_eq!(joiner.next_message(), None, "it asks for nothing more");
}

/// A change that a faulty peer makes to a part.
type Alteration = fn(&mut SnapshotPart);

fn proofs(part: &mut SnapshotPart) -> Option<&mut Vec<HandOverProof>> {
    if let SnapshotPart::HandOvers { proofs, .. } = part { Some(proofs) } else { None }
}

/// A hand-over signed by the holders of `keys`, whose header names the set `named`.
fn forged(next: &HandOver, keys: &[SecretKey], named: &ValidatorSet) -> HandOverProof {
    let mut block = ending(next, Digest([4; 32]));
    block.header.validator_set_hash = named.digest();
    certify(&mut block, keys);
    HandOverProof::held_by(&block).expect("the block ends an epoch")
}

const ALTERATIONS: [(&str, Alteration); 10] = [
    ("a hand-over is missing", |part| {
        if let Some(proofs) = proofs(part) {
            proofs.remove(1);
        }
    }),
    ("two are exchanged", |part| {
        if let Some(proofs) = proofs(part) {
            proofs.swap(0, 1);
        }
    }),
    ("one comes twice", |part| {
        if let Some(proofs) = proofs(part) {
            let again = proofs[0].clone();
            proofs.insert(1, again);
        }
    }),
    ("there are none", |part| {
        if let Some(proofs) = proofs(part) {
            proofs.clear();
        }
    }),
    ("they lead beyond the block", |part| {
        if let Some(proofs) = proofs(part) {
            proofs.push(proof(&hand_over(4)));
        }
    }),
    ("a validator was put into one", |part| {
        if let Some(proofs) = proofs(part) {
            proofs[1].hand_over.committee.validators[0].key = peer(9);
        }
    }),
    ("one was certified by the committee that it begins", |part| {
        if let Some(proofs) = proofs(part) {
            proofs[1] = forged(&hand_over(2), &keys(2, 0), &set(1, 0));
        }
    }),
    ("one was certified by unrelated keys", |part| {
        if let Some(proofs) = proofs(part) {
            let strangers = ValidatorSet { epoch: Epoch(1), ..set(7, 0) };
            proofs[1] = forged(&hand_over(2), &keys(7, 0), &strangers);
        }
    }),
    ("half of a committee certified one", |part| {
        if let Some(proofs) = proofs(part) {
            proofs[1] = forged(&hand_over(2), &keys(1, 0)[..1], &set(1, 0));
        }
    }),
    ("the block is certified by the committee before", |part| {
        if let SnapshotPart::Head { block, .. } = part {
            block.header.validator_set_hash = set(2, 0).digest();
            certify(block, &keys(2, 0));
        }
    }),
];

#[test]
fn a_peer_that_breaks_the_chain_of_committees_is_replaced() {
    let source = Source::in_epoch(3, ShardId(0));
    for (what, alter) in ALTERATIONS {
        let mut joiner = Joiner::on(two_shards(), ShardId(0), BEHIND);
        joiner.claim(peer(1), source.head.header.height.0);
        let faulty = peer(1);
        let answer = |to, ask| {
            let mut part = source.answer(ask, 8);
            if to == faulty {
                alter(&mut part);
            }
            part
        };
        let Some((_, Message::FetchSnapshot(SnapshotAsk::Head))) = joiner.next_message() else { panic!("it asks") };
        joiner.claim(peer(2), source.head.header.height.0);
        joiner.receive(faulty, Message::Snapshot(Box::new(answer(faulty, SnapshotAsk::Head))));
        assert_eq!(joiner.answer_all(answer), [peer(2)], "{what}");
        assert_eq!(joiner.dropped, 1, "{what}");
        assert_eq!(joiner.hand_overs, source.proofs, "{what}");
        assert_eq!(joiner.replica.tip().map(|(header, _)| header), Some(&source.head.header), "{what}");
    }
}

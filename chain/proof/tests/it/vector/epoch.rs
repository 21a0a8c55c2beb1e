//! Evidence from later epochs: with the required hand-overs, with some missing, and with false ones.

use super::{
    Vector,
    tampered::{at, bytes, changed, edited, tampered},
    whole::{complete, event, json, lot, verified},
};
use crate::{
    epoch::{Committee, ending, hand_over_block, in_epoch, last_block, prove},
    world::World,
};
use chain_proof::{
    BlockEvidence, Bundle, Disclosure,
    bundle::{BlockPart, HandOverPart},
};
use chain_types::{
    Epoch, Height, Receipt, Rejection, ShardId,
    beacon::{self, HandOver, HandOverProof},
};
use serde_json::json;

/// Three committees: that of genesis, one with a key replaced from epoch 1 on, and one with other weights from epoch 2
/// on.
pub(crate) struct Story {
    pub(crate) committees: [Committee; 3],
    pub(crate) world: World,
}

impl Story {
    pub(crate) fn new() -> Self {
        let committees = [
            Committee::new(&[(0, 1), (1, 1), (2, 1), (3, 1)]),
            Committee::new(&[(0, 1), (1, 1), (2, 1), (4, 1)]),
            Committee::new(&[(0, 1), (1, 1), (2, 1), (4, 7)]),
        ];
        Self { committees, world: World::new(&[1, 1, 1, 1]) }
    }

    /// A hand-over between two committees, to an epoch.
    pub(crate) fn prove(&self, from: usize, to: usize, epoch: u64) -> HandOverProof {
        prove(&self.world, &self.committees[from], self.committees[to].hand_over(epoch))
    }

    /// The evidence of an event in an epoch, with the given hand-overs.
    pub(crate) fn event(&self, epoch: u64, by: usize, hand_overs: &[HandOverProof]) -> Bundle {
        with(event(&in_epoch(World::new(&[1, 1, 1, 1]), epoch, &self.committees[by])), hand_overs)
    }

    /// The evidence of an event in epoch 1, with its hand-over.
    pub(crate) fn short(&self) -> Bundle {
        self.event(1, 1, &[self.prove(0, 1, 1)])
    }

    /// The evidence of an event in epoch 2, with both hand-overs.
    pub(crate) fn whole(&self) -> Bundle {
        self.event(2, 2, &[self.prove(0, 1, 1), self.prove(1, 2, 2)])
    }
}

fn with(bundle: Bundle, hand_overs: &[HandOverProof]) -> Bundle {
    bundle.with_hand_overs(hand_overs).expect("the hand-overs ascend by epoch")
}

pub(super) fn vectors() -> Vec<Vector> {
    let story = Story::new();
    let mut vectors = whole(&story);
    vectors.extend(sampled());
    vectors.extend(incomplete(&story));
    vectors.extend(forged(&story));
    vectors.extend(misplaced(&story));
    vectors.extend(blocks(&story));
    vectors.extend(shapes(&story));
    vectors
}

fn whole(story: &Story) -> Vec<Vector> {
    let first = story.prove(0, 1, 1);
    // The record is of epoch 0, its stream was proved in epoch 2.
    let mut grown = complete(&World::new(&[1, 1, 1, 1]));
    let block = &mut grown.stream.as_mut().expect("the bundle has a stream").block;
    block.header.height = Height(1_900);
    block.certificate = story.committees[2].finalise(2, &mut block.header);
    let mut empty = story.event(3, 0, &[]);
    empty.hand_overs = Some(Vec::new());
    let ended = hand_over_block(&story.world, &story.committees[0], story.committees[1].hand_over(1));
    let evidence = BlockEvidence::of(&ended).expect("there is one receipt per command");
    let ended = evidence.bundle(&story.world.genesis, 2, Disclosure::Unknown).expect("the block has the record");
    vec![
        verified("hand_overs_two", &story.whole()),
        verified("hand_overs_none_needed", &story.event(7, 0, &[])),
        verified("hand_overs_empty", &empty),
        verified("hand_overs_skipped_epochs", &story.event(9, 2, &[story.prove(0, 1, 4), story.prove(1, 2, 8)])),
        verified(
            "hand_overs_to_the_same_validators",
            &story.event(5, 0, &[story.prove(0, 0, 1), story.prove(0, 0, 3)]),
        ),
        verified("hand_overs_after_the_block", &story.event(0, 0, std::slice::from_ref(&first))),
        verified("hand_overs_and_back", &story.event(6, 0, &[first, story.prove(1, 0, 6)])),
        verified("hand_overs_between_record_and_stream", &with(grown, &[story.prove(0, 1, 1), story.prove(1, 2, 2)])),
        verified("hand_over_as_a_record", &ended),
    ]
}

/// Hand-overs in sampled mode: each shard except the beacon's has its own validators.
fn sampled() -> Vec<Vector> {
    let story = Story::new();
    let sample = Committee::new(&[(1, 2), (3, 1)]);
    let sampled_hand_over =
        |epoch| HandOver { sampled: vec![sample.set(epoch)], ..story.committees[1].hand_over(epoch) };
    let proof = prove(&story.world, &story.committees[0], sampled_hand_over(1));
    let on_shard = |shard, epoch, by: &Committee| {
        let mut world = World::new(&[1, 1, 1, 1]);
        world.block.header.shard = ShardId(shard);
        with(event(&in_epoch(world, epoch, by)), std::slice::from_ref(&proof))
    };
    let other = Committee::new(&[(0, 1), (2, 1)]);
    let again = HandOver { sampled: vec![other.set(3)], ..story.committees[1].hand_over(3) };
    let redrawn = with(on_shard(1, 3, &other), &[proof.clone(), prove(&story.world, &story.committees[1], again)]);
    vec![
        verified("sampled_shard_by_its_sample", &on_shard(1, 1, &sample)),
        verified("sampled_shard_in_a_later_epoch", &on_shard(1, 4, &sample)),
        verified("sampled_shard_drawn_again", &redrawn),
        verified("sampled_beacon_by_the_committee", &on_shard(0, 1, &story.committees[1])),
        tampered("sampled_shard_by_the_committee", "certificate", &on_shard(1, 1, &story.committees[1])),
        tampered("sampled_beacon_by_the_sample", "certificate", &on_shard(0, 1, &sample)),
    ]
}

fn incomplete(story: &Story) -> Vec<Vector> {
    let incomplete = |name, bundle: &Bundle| Vector::new(name, json(bundle), "incomplete", None);
    let (first, second) = (story.prove(0, 1, 1), story.prove(1, 2, 2));
    let mut alone = story.whole();
    (alone.record, alone.inclusion, alone.block, alone.subject) = (None, None, None, None);
    vec![
        incomplete("hand_overs_missing", &story.event(2, 2, &[])),
        incomplete("hand_over_missing_before_another", &story.event(2, 2, &[second])),
        incomplete("hand_over_missing_after_another", &story.event(2, 2, &[first])),
        incomplete("hand_overs_without_evidence", &alone),
    ]
}

/// Hand-overs that the previous validators did not decide.
fn forged(story: &Story) -> Vec<Vector> {
    let [before, after, _] = &story.committees;
    let made = |name, proof| tampered(name, "hand_overs", &story.event(1, 1, &[proof]));
    let records = |name, records: &[_]| {
        let block = last_block(&story.world, 0, before, records);
        let mut bundle = story.short();
        let part = &mut bundle.hand_overs.as_mut().expect("the bundle has hand-overs")[0];
        let place = BlockEvidence::of(&block)
            .expect("there is one receipt per command")
            .inclusion(2)
            .expect("the block has the record");
        (part.inclusion, part.tx_id) = (place, block.block.transactions[0].header.id().0);
        part.block = BlockPart { header: block.header, certificate: block.certificate };
        tampered(name, "hand_overs", &bundle)
    };
    let weak = |name, signers: &[usize]| {
        let mut proof = story.prove(0, 1, 1);
        proof.block.certificate = before.certify(&proof.block.header, signers);
        made(name, proof)
    };
    let other = World::with_genesis(&[1, 1, 1, 1], &|genesis| genesis.name.push('s'));
    let ended = beacon::Event::EpochEnded(Box::new(after.hand_over(1)));
    let mut repeated = ending(0, ended.clone());
    repeated[2].1 = Receipt::Repeated;
    let mut refused = ending(0, ended);
    refused[2].1 = Receipt::Rejected(Rejection::new("beacon.too_early"));
    vec![
        changed("hand_over_committee_forged", "hand_overs", story.short(), |b| {
            first(b).hand_over.committee = Committee::new(&[(20, 1)]).set(1);
        }),
        changed("hand_over_weight_forged", "hand_overs", story.short(), |b| {
            first(b).hand_over.committee.validators[0].weight += 1;
        }),
        changed("hand_over_sample_forged", "hand_overs", story.short(), |b| {
            first(b).hand_over.sampled = vec![Committee::new(&[(20, 1)]).set(1)];
        }),
        weak("hand_over_by_too_little_weight", &[0, 3]),
        weak("hand_over_without_signatures", &[]),
        made("hand_over_by_its_own_committee", prove(&story.world, after, after.hand_over(1))),
        made("hand_over_of_another_chain", prove(&other, before, after.hand_over(1))),
        records(
            "hand_over_that_was_only_entered",
            &ending(0, beacon::Event::EpochEntered(Box::new(after.hand_over(1)))),
        ),
        records("hand_over_repeated", &repeated),
        records("hand_over_rejected", &refused),
        records(
            "hand_over_that_is_another_event",
            &ending(0, beacon::Event::LeaveAnnounced { validator: beacon::ValidatorId(9) }),
        ),
    ]
}

/// Valid hand-overs in the wrong position.
fn misplaced(story: &Story) -> Vec<Vector> {
    let (whole, before) = (story.whole(), &story.committees[0]);
    let hand_over = |change: &dyn Fn(&mut HandOver)| {
        let mut decision = story.committees[1].hand_over(1);
        change(&mut decision);
        let ended = beacon::Event::EpochEnded(Box::new(decision));
        let block = last_block(&story.world, 0, before, &ending(0, ended));
        story.event(1, 1, &[HandOverProof::of(&block).expect("the block ends an epoch")])
    };
    let certified = |name, change: &dyn Fn(&mut HandOverPart)| {
        changed(name, "hand_overs", story.short(), |b| {
            let part = first(b);
            change(part);
            part.block.certificate = before.finalise(part.block.header.epoch.0, &mut part.block.header);
        })
    };
    vec![
        changed("hand_overs_out_of_order", "hand_overs", whole.clone(), |b| list(b).swap(0, 1)),
        changed("hand_over_twice", "hand_overs", whole, |b| {
            let copy = first(b).clone();
            list(b).insert(0, copy);
        }),
        certified("hand_over_on_another_shard", &|part| part.block.header.shard = ShardId(1)),
        certified("hand_over_at_another_height", &|part| part.block.header.height.0 += 1),
        certified("hand_over_in_a_later_epoch", &|part| part.block.header.epoch = Epoch(1)),
        tampered(
            "hand_over_to_a_later_epoch",
            "hand_overs",
            &hand_over(&|decision| decision.committee.epoch = Epoch(2)),
        ),
        tampered(
            "hand_over_to_its_own_epoch",
            "hand_overs",
            &hand_over(&|decision| decision.committee.epoch = Epoch(0)),
        ),
    ]
}

/// Blocks certified by the validators of another epoch.
fn blocks(story: &Story) -> Vec<Vector> {
    let first_hand_over = || story.prove(0, 1, 1);
    let mut stream = story.whole();
    let mut old = lot(&story.world);
    old.block.certificate = story.committees[1].finalise(2, &mut old.block.header);
    stream.stream = Some(old);
    vec![
        tampered("certificate_by_the_committee_before", "certificate", &story.event(1, 0, &[first_hand_over()])),
        tampered("certificate_by_the_committee_after", "certificate", &story.event(0, 1, &[first_hand_over()])),
        tampered("stream_by_the_committee_before", "stream", &stream),
    ]
}

fn shapes(story: &Story) -> Vec<Vector> {
    let whole = story.short();
    let shape = |name, edit: &dyn Fn(&mut serde_json::Value)| edited(name, "shape", &whole, edit);
    vec![
        shape("hand_over_with_an_unknown_member", &|v| v["hand_overs"][0]["receipt"] = json!("")),
        shape("hand_over_with_trailing_byte", &|v| bytes(v, "/hand_overs/0/hand_over", |bytes| bytes.push(0))),
        shape("hand_over_without_its_block", &|v| {
            at(v, "/hand_overs/0")
                .as_object_mut()
                .and_then(|object| object.remove("block"))
                .expect("the bundle has a block");
        }),
        shape("hand_overs_as_an_object", &|v| *at(v, "/hand_overs") = json!({})),
        shape("hand_over_of_null", &|v| *at(v, "/hand_overs/0") = json!(null)),
        changed("hand_over_core_changed", "hand_overs", whole.clone(), |b| first(b).core[0] ^= 1),
        changed("hand_over_path_too_short", "hand_overs", whole.clone(), |b| first(b).inclusion.path.clear()),
        changed("hand_over_index_changed", "hand_overs", whole.clone(), |b| first(b).index += 1),
    ]
}

pub(super) fn list(bundle: &mut Bundle) -> &mut Vec<HandOverPart> {
    bundle.hand_overs.as_mut().expect("the bundle has hand-overs")
}

pub(super) fn first(bundle: &mut Bundle) -> &mut HandOverPart {
    &mut list(bundle)[0]
}

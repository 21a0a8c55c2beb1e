//! Records whose block is proved as an ancestor of the block that proves their stream, instead of by its own
//! certificate.

use super::{
    Vector,
    epoch::Story,
    tampered::{at, bytes, changed, edited, tampered},
    whole::{event, json, lot, verified},
};
use crate::world::World;
use chain_proof::{
    Anchor, Bundle,
    bundle::{AncestryPart, BlockPart, Finality, RecordBlockPart},
};
use chain_types::{BlockHeader, Digest, Height, ShardId, TimestampMs, state::AncestryKey};
use serde_json::json;

/// The height of the later block.
const LATER: Height = Height(1_900);

pub(super) fn vectors() -> Vec<Vector> {
    let story = Story::new();
    let mut vectors = whole(&story);
    vectors.extend(forged(&story));
    vectors.extend(incomplete());
    vectors.extend(shapes());
    vectors
}

fn world() -> World {
    World::new(&[1, 1, 1, 1])
}

/// An event whose block has this header, with a stream proved in epoch 2 after it, and the hand-overs in between.
fn resting_on(header: BlockHeader) -> Bundle {
    let story = Story::new();
    let (later, path) = world().after(LATER, &header);
    let mut stream = lot(&later);
    stream.block.certificate = story.committees[2].finalise(2, &mut stream.block.header);
    let part = AncestryPart { siblings: later.prove(&AncestryKey).siblings, peaks: later.ancestry, path };
    let block = RecordBlockPart { header, finality: Finality::Ancestry(part) };
    let bundle = Bundle { block: Some(block), stream: Some(stream), ..event(&world()) };
    bundle.with_hand_overs(&[story.prove(0, 1, 1), story.prove(1, 2, 2)]).expect("the hand-overs ascend by epoch")
}

/// An event of epoch 0 whose block is an ancestor of one of epoch 2.
pub(crate) fn descended() -> Bundle {
    resting_on(world().block.header)
}

fn whole(story: &Story) -> Vec<Vector> {
    let anchor = |proof| Anchor::of_hand_over(&proof).expect("the header records the hand-over");
    let genesis = Anchor::of(story.world.genesis.clone()).expect("a valid document");
    let bundle = descended();
    let alone = Bundle { hand_overs: None, ..bundle.clone() };
    vec![
        verified("ancestry", &bundle),
        verified("ancestry_under_genesis", &bundle).with_anchor(&genesis),
        verified("ancestry_under_an_anchor_after_the_record", &bundle).with_anchor(&anchor(story.prove(0, 1, 1))),
        verified("ancestry_under_the_anchor_of_the_later_block", &alone).with_anchor(&anchor(story.prove(1, 2, 2))),
        Vector::new("ancestry_before_the_anchor", json(&bundle), "untrusted_anchor", Some("anchor"))
            .with_anchor(&anchor(story.prove(2, 2, 3))),
    ]
}

fn header(bundle: &mut Bundle) -> &mut BlockHeader {
    &mut bundle.block.as_mut().expect("the bundle has a block").header
}

fn part(bundle: &mut Bundle) -> &mut AncestryPart {
    match &mut bundle.block.as_mut().expect("the bundle has a block").finality {
        Finality::Ancestry(part) => part,
        Finality::Certificate(_) => panic!("the block has a certificate"),
    }
}

fn later(bundle: &mut Bundle) -> &mut BlockPart {
    &mut bundle.stream.as_mut().expect("the bundle has a stream").block
}

fn forged(story: &Story) -> Vec<Vector> {
    let wrong = |name, change: &dyn Fn(&mut Bundle)| changed(name, "certificate", descended(), change);
    // Everything fits, except for the shard or the chain of the ancestor's header.
    let header_of = |change: &dyn Fn(&mut BlockHeader)| {
        let mut header = world().block.header;
        change(&mut header);
        resting_on(header)
    };
    vec![
        wrong("ancestry_of_a_backdated_block", &|b| header(b).timestamp_ms = TimestampMs(1)),
        wrong("ancestry_at_another_height", &|b| header(b).height.0 += 1),
        wrong("ancestry_after_the_later_block", &|b| header(b).height = LATER),
        wrong("ancestry_path_changed", &|b| part(b).path[3].0[0] ^= 1),
        wrong("ancestry_path_too_short", &|b| part(b).path.truncate(1)),
        wrong("ancestry_path_too_long", &|b| part(b).path.push(Digest::ZERO)),
        wrong("ancestry_siblings_changed", &|b| part(b).siblings[0].0[0] ^= 1),
        wrong("ancestry_of_another_count", &|b| part(b).peaks = world().ancestry),
        wrong("ancestry_of_an_invented_tree", &|b| {
            header(b).timestamp_ms.0 += 1;
            let (invented, path) = world().after(LATER, header(b));
            (part(b).peaks, part(b).path) = (invented.ancestry, path);
        }),
        wrong("ancestry_under_the_committee_before", &|b| {
            let block = later(b);
            block.certificate = story.committees[1].finalise(2, &mut block.header);
        }),
        wrong("ancestry_under_too_little_weight", &|b| {
            let block = later(b);
            block.certificate = story.committees[2].certify(&block.header, &[0, 1, 2]);
        }),
        tampered(
            "ancestry_on_another_shard",
            "certificate",
            &header_of(&|header| header.shard = ShardId(1 - header.shard.0)),
        ),
        tampered("ancestry_on_another_chain", "certificate", &header_of(&|header| header.chain_id.0.0[0] ^= 1)),
    ]
}

fn incomplete() -> Vec<Vector> {
    let incomplete = |name, bundle: &Bundle| Vector::new(name, json(bundle), "incomplete", None);
    vec![
        incomplete("ancestry_without_a_stream", &Bundle { stream: None, ..descended() }),
        incomplete("ancestry_without_hand_overs", &Bundle { hand_overs: None, ..descended() }),
    ]
}

fn shapes() -> Vec<Vector> {
    let bundle = descended();
    let shape = |name, edit: &dyn Fn(&mut serde_json::Value)| edited(name, "shape", &bundle, edit);
    vec![
        shape("ancestry_beside_a_certificate", &|v| {
            v["block"]["certificate"] = v["stream"]["block"]["certificate"].clone();
        }),
        shape("ancestry_missing_with_the_certificate", &|v| v["block"]["ancestry"] = json!(null)),
        shape("ancestry_of_a_stream", &|v| v["stream"]["block"] = v["block"].clone()),
        shape("ancestry_with_an_unknown_member", &|v| v["block"]["ancestry"]["count"] = json!(1)),
        shape("ancestry_peaks_with_trailing_byte", &|v| bytes(v, "/block/ancestry/peaks", |bytes| bytes.push(0))),
        shape("ancestry_without_its_path", &|v| {
            at(v, "/block/ancestry")
                .as_object_mut()
                .and_then(|object| object.remove("path"))
                .expect("the part has a path");
        }),
    ]
}

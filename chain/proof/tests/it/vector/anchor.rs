//! Evidence under an anchor (trusted committee) of a later epoch. Bundles certified by the anchor's committee or a
//! successor verify. Bundles signed only by earlier keys do not.

use super::{
    Vector,
    epoch::{Story, first, list},
    tampered::{changed, tampered},
    whole::{event, json, verified},
};
use crate::{
    epoch::{Committee, prove},
    world::World,
};
use chain_proof::{Anchor, Bundle};
use chain_types::beacon::HandOverProof;

pub(super) fn vectors() -> Vec<Vector> {
    let story = Story::new();
    let mut vectors = whole(&story);
    vectors.extend(earlier_keys(&story));
    vectors.extend(contradicting(&story));
    vectors.extend(required(&story));
    vectors
}

fn anchor(proof: &HandOverProof) -> Anchor {
    Anchor::of_hand_over(proof).expect("the header records the hand-over")
}

fn whole(story: &Story) -> Vec<Vector> {
    let genesis = Anchor::of(story.world.genesis.clone()).expect("a valid document");
    let (first, second) = (story.prove(0, 1, 1), story.prove(1, 2, 2));
    // The hand-over before the anchor's has no valid signature. Nothing rests on it.
    let mut unsigned = story.whole();
    list(&mut unsigned)[0].block.certificate.signatures.clear();
    vec![
        verified("anchor_of_genesis_and_two_hand_overs", &story.whole()).with_anchor(&genesis),
        verified("anchor_of_the_bundles_epoch", &story.short()).with_anchor(&anchor(&first)),
        verified("anchor_of_an_epoch_before", &story.whole()).with_anchor(&anchor(&first)),
        verified("anchor_of_the_last_epoch", &story.whole()).with_anchor(&anchor(&second)),
        verified("anchor_without_the_hand_overs_before_it", &story.event(2, 2, std::slice::from_ref(&second)))
            .with_anchor(&anchor(&first)),
        verified("anchor_without_any_hand_over", &story.event(1, 1, &[])).with_anchor(&anchor(&first)),
        verified("anchor_and_a_later_epoch", &story.event(1_000_000, 1, &[])).with_anchor(&anchor(&first)),
        verified("anchor_after_an_unsigned_hand_over", &unsigned).with_anchor(&anchor(&second)),
    ]
}

/// Blocks signed only by keys of earlier epochs. Without the anchor the first three verify, since the bundles leave out
/// the hand-over to other keys.
fn earlier_keys(story: &Story) -> Vec<Vector> {
    let (first, second) = (anchor(&story.prove(0, 1, 1)), anchor(&story.prove(1, 2, 2)));
    let refused = |name, bundle: &Bundle, anchor: &Anchor| {
        Vector::new(name, json(bundle), "untrusted_anchor", Some("anchor")).with_anchor(anchor)
    };
    let incomplete = |name, bundle: &Bundle, anchor: &Anchor| {
        Vector::new(name, json(bundle), "incomplete", None).with_anchor(anchor)
    };
    // Both records were certified in epoch 0. The stream in the second is of the anchor's own epoch.
    let mut record_before = event(&World::new(&[1, 1, 1, 1]));
    let mut lot = super::whole::lot(&story.world);
    lot.block.certificate = story.committees[1].finalise(1, &mut lot.block.header);
    record_before.stream = Some(lot);
    let mut stream_before = story.event(1, 1, &[]);
    stream_before.stream = Some(super::whole::lot(&story.world));
    vec![
        tampered("anchor_and_the_committee_before", "certificate", &story.event(1, 0, &[])).with_anchor(&first),
        incomplete("anchor_and_the_committee_before_in_a_later_epoch", &story.event(5, 0, &[]), &first),
        incomplete("anchor_and_the_committee_before_in_a_far_epoch", &story.event(1_000_000, 0, &[]), &first),
        refused("anchor_later_than_the_bundle", &story.short(), &second),
        refused("anchor_later_than_genesis", &event(&World::new(&[1, 1, 1, 1])), &first),
        refused("anchor_later_than_the_record", &record_before, &first),
        refused("anchor_later_than_the_stream", &stream_before, &first),
    ]
}

/// Anchors of another chain, or of another history of this one.
fn contradicting(story: &Story) -> Vec<Vector> {
    let stranger = Committee::new(&[(20, 1)]);
    let forged = anchor(&prove(&story.world, &story.committees[0], stranger.hand_over(1)));
    let other = World::with_genesis(&[1, 1, 1, 1], &|genesis| genesis.name.push('s'));
    let foreign = anchor(&prove(&other, &story.committees[0], story.committees[1].hand_over(1)));
    let true_one = anchor(&story.prove(0, 1, 1));
    vec![
        tampered("anchor_of_another_committee", "hand_overs", &story.short()).with_anchor(&forged),
        tampered("anchor_of_another_committee_left_out", "certificate", &story.event(1, 1, &[])).with_anchor(&forged),
        Vector::new("anchor_of_an_epoch_of_another_chain", json(&story.short()), "untrusted_anchor", Some("anchor"))
            .with_anchor(&foreign),
        changed("anchor_and_another_randomness", "hand_overs", story.short(), |b| {
            first(b).hand_over.randomness.0[0] ^= 1;
        })
        .with_anchor(&true_one),
        changed("anchor_and_a_later_hand_over_forged", "hand_overs", story.whole(), |b| {
            list(b)[1].hand_over.committee = stranger.set(2);
        })
        .with_anchor(&true_one),
    ]
}

/// A reader that requires an anchor.
fn required(story: &Story) -> Vec<Vector> {
    let genesis = Anchor::of(story.world.genesis.clone()).expect("a valid document");
    let incomplete = Vector::new("anchor_required_and_incomplete", json(&story.event(2, 2, &[])), "incomplete", None);
    vec![
        Vector::new("anchor_required_and_missing", json(&story.short()), "untrusted_anchor", Some("anchor"))
            .requiring_anchor(),
        verified("anchor_required_and_given", &story.short()).with_anchor(&genesis).requiring_anchor(),
        tampered("anchor_required_and_tampered", "certificate", &story.event(0, 1, &[])).requiring_anchor(),
        incomplete.requiring_anchor(),
    ]
}

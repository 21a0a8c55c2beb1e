//! Evidence across a change of the protocol version. Evidence from before the change verifies after it, and a block
//! follows the version of its epoch. A version that the verifier does not know is named in the report and nothing is
//! judged.

use super::{
    Vector,
    epoch::Story,
    tampered::{at, bytes},
    whole::{event, json},
};
use crate::{
    epoch::{in_epoch, prove},
    world::World,
};
use chain_proof::{Bundle, verify_knowing};
use chain_types::{
    PROTOCOL_VERSION, ProtocolVersion,
    beacon::{HandOver, HandOverProof},
    limit::AUTHORS_PER_TENANT_MAX,
    version::{Rules, UnknownVersion, Versions},
};
use serde_json::{Value, json};

const NEXT: ProtocolVersion = ProtocolVersion(PROTOCOL_VERSION.0 + 1);
const PRESENT_RULES: Rules = Rules { version: PROTOCOL_VERSION, authors_per_tenant_max: AUTHORS_PER_TENANT_MAX };
const NEXT_RULES: Rules = Rules { version: NEXT, ..PRESENT_RULES };
/// The versions that a verifier made after the change knows.
pub(crate) const BOTH: Versions = Versions::of(&[PRESENT_RULES, NEXT_RULES]);

/// A bundle written by protocol 1.
const PROTOCOL_1: &str = include_str!("protocol_1.json");

fn knowing_both(name: &str, bundle: &Bundle, verdict: &'static str, step: Option<&'static str>) -> Vector {
    Vector { versions: Some(vec![PROTOCOL_VERSION.0, NEXT.0]), ..Vector::new(name, json(bundle), verdict, step) }
}

fn unreadable(name: &str, bundle: Value) -> Vector {
    Vector::new(name, bundle, "unreadable", None)
}

/// A world whose block follows the given version.
fn world(version: ProtocolVersion) -> World {
    let mut world = World::new(&[1, 1, 1, 1]);
    world.block.header.version = version;
    world
}

/// The evidence of an event in an epoch, in a block of the given version, with hand-overs.
fn evidence(
    story: &Story,
    version: ProtocolVersion,
    (epoch, by): (u64, usize),
    hand_overs: &[HandOverProof],
) -> Bundle {
    let bundle = event(&in_epoch(world(version), epoch, &story.committees[by]));
    bundle.with_hand_overs(hand_overs).expect("the hand-overs ascend by epoch")
}

/// A hand-over from one committee to another, to an epoch that follows one version, in a block of another.
fn hand_over(
    story: &Story,
    (from, to): (usize, usize),
    epoch: u64,
    (before, version): (ProtocolVersion, ProtocolVersion),
) -> HandOverProof {
    let decision = HandOver { version, ..story.committees[to].hand_over(epoch) };
    prove(&world(before), &story.committees[from], decision)
}

pub(super) fn vectors() -> Vec<Vector> {
    let story = Story::new();
    let mut vectors = across(&story);
    vectors.extend(misplaced(&story));
    vectors.extend(unknown(&story));
    vectors
}

fn across(story: &Story) -> Vec<Vector> {
    let change = hand_over(story, (0, 1), 1, (PROTOCOL_VERSION, NEXT));
    let same = hand_over(story, (0, 0), 1, (PROTOCOL_VERSION, NEXT));
    let later = hand_over(story, (1, 2), 2, (NEXT, NEXT));
    let verified = |name, bundle: &Bundle| knowing_both(name, bundle, "verified", None);
    vec![
        verified("version_before_any_change", &story.whole()),
        verified(
            "version_before_the_change",
            &evidence(story, PROTOCOL_VERSION, (0, 0), std::slice::from_ref(&change)),
        ),
        verified("version_after_the_change", &evidence(story, NEXT, (1, 1), std::slice::from_ref(&change))),
        verified("version_long_after_the_change", &evidence(story, NEXT, (4, 2), &[change, later])),
        verified("version_changed_and_the_same_validators", &evidence(story, NEXT, (3, 0), &[same])),
    ]
}

fn misplaced(story: &Story) -> Vec<Vector> {
    let change = hand_over(story, (0, 1), 1, (PROTOCOL_VERSION, NEXT));
    let back = hand_over(story, (1, 2), 2, (NEXT, PROTOCOL_VERSION));
    let tampered = |name, step, bundle: &Bundle| knowing_both(name, bundle, "tampered", Some(step));
    let changed = std::slice::from_ref(&change);
    vec![
        tampered("version_ahead_of_its_epoch", "certificate", &evidence(story, NEXT, (0, 0), changed)),
        tampered("version_of_the_epoch_before", "certificate", &evidence(story, PROTOCOL_VERSION, (1, 1), changed)),
        tampered(
            "version_that_goes_back",
            "hand_overs",
            &evidence(story, PROTOCOL_VERSION, (2, 2), &[change.clone(), back]),
        ),
        tampered(
            "version_of_a_hand_overs_block",
            "hand_overs",
            &evidence(story, NEXT, (1, 1), &[hand_over(story, (0, 1), 1, (NEXT, NEXT))]),
        ),
        knowing_both("version_without_its_hand_over", &evidence(story, NEXT, (3, 0), &[]), "incomplete", None),
    ]
}

/// Versions that no current verifier knows, in bundles that may have any shape after the version.
fn unknown(story: &Story) -> Vec<Vector> {
    let of_protocol_1: Value = serde_json::from_str(PROTOCOL_1).expect("a bundle is JSON");
    let change = hand_over(story, (0, 1), 1, (PROTOCOL_VERSION, NEXT));
    let after = json(&evidence(story, NEXT, (1, 1), std::slice::from_ref(&change)));
    let edited = |edit: &dyn Fn(&mut Value)| {
        let mut bundle = after.clone();
        edit(&mut bundle);
        bundle
    };
    vec![
        unreadable("version_of_protocol_1", of_protocol_1),
        unreadable("version_of_a_later_format", edited(&|v| v["version"] = json!(3))),
        unreadable("version_of_a_later_format_of_another_shape", json!({ "version": 3, "parts": [] })),
        unreadable("version_unknown", after.clone()),
        unreadable(
            "version_unknown_of_the_hand_over",
            json(&evidence(story, PROTOCOL_VERSION, (0, 0), std::slice::from_ref(&change))),
        ),
        unreadable("version_unknown_of_the_block", json(&evidence(story, NEXT, (0, 0), &[]))),
        unreadable(
            "version_unknown_of_the_genesis",
            edited(&|v| {
                bytes(v, "/genesis", |bytes| bytes[0] = u8::try_from(NEXT.0).expect("the version fits a byte"));
            }),
        ),
        unreadable(
            "version_unknown_of_another_shape",
            edited(&|v| bytes(v, "/block/header", |bytes| bytes.truncate(9))),
        ),
        unreadable("version_unknown_and_a_new_member", edited(&|v| at(v, "/block")["proof"] = json!({}))),
    ]
}

#[test]
fn the_report_on_an_unknown_version_names_the_remedy() {
    let story = Story::new();
    let detail = |bundle: &Value| {
        let report = verify_knowing(Versions::KNOWN, bundle.to_string().as_bytes(), None);
        report.detail.expect("an unreadable bundle has a detail")
    };
    let of_protocol_1: Value = serde_json::from_str(PROTOCOL_1).expect("a bundle is JSON");
    let code = UnknownVersion::CODE;
    let sentence = "the bundle was made by protocol 1, which cannot be read any more: use the build that made it";
    assert_eq!(detail(&of_protocol_1), format!("{code}: {sentence}"));
    let sentence = "the bundle follows protocol 3, and this verifier knows 2: it needs a newer verifier";
    assert_eq!(detail(&json(&evidence(&story, NEXT, (0, 0), &[]))), format!("{code}: {sentence}"));
    let sentence = "the bundle has format 3, and this verifier reads 2: it needs a newer verifier";
    assert_eq!(detail(&json!({ "version": 3 })), format!("{code}: {sentence}"));
}

//! Each limit of the verifier, exceeded by one, and the errors of the builders.

use crate::{
    epoch::{Committee, in_epoch, prove},
    vector::whole::{all, event, lot},
    world::{TENANT, World, event_id, record, subject, subject_part},
};
use chain_proof::{
    Anchor, AnchorError, BlockEvidence, BuildError, Bundle, Disclosure, FILE_BYTES_MAX, HAND_OVERS_MAX, Step,
    StreamEvidence, Verdict, verify,
};
use chain_types::{
    Height,
    state::{AncestryKey, SeenKey, StateProof, StreamKey},
};

#[test]
fn a_file_is_read_up_to_its_limit() {
    let mut bytes = event(&World::new(&[1])).to_json();
    bytes.resize(FILE_BYTES_MAX, b' ');
    assert_eq!(verify(&bytes, None).verdict, Verdict::Verified);
    bytes.push(b' ');
    assert_eq!(verify(&bytes, None).verdict, Verdict::Unreadable);
    assert!(matches!(Anchor::parse(&bytes), Err(AnchorError::Size)));
}

#[test]
fn validators_may_have_changed_up_to_a_limit_since_the_anchor() {
    let committee = |at: u64| Committee::new(&[(usize::try_from(at % 3).expect("a remainder below 3 fits"), 1)]);
    let world = World::new(&[1]);
    let most = u64::try_from(HAND_OVERS_MAX).expect("the limit is small");
    let proofs: Vec<_> =
        (1..=most + 1).map(|epoch| prove(&world, &committee(epoch - 1), committee(epoch).hand_over(epoch))).collect();
    let at_limit = event(&in_epoch(World::new(&[1]), most, &committee(most)));
    let at_limit = at_limit.with_hand_overs(&proofs[..HAND_OVERS_MAX]).expect("the hand-overs ascend by epoch");
    let report = verify(&at_limit.to_json(), None);
    assert_eq!(report.verdict, Verdict::Verified, "{:?}", report.detail);

    let bundle = event(&in_epoch(world, most + 1, &committee(most + 1)));
    let beyond = bundle.clone().with_hand_overs(&proofs).expect("the hand-overs ascend by epoch");
    assert_eq!(beyond.hand_overs.as_ref().map(Vec::len), Some(HAND_OVERS_MAX), "the newest are kept");
    assert_eq!(verify(&beyond.to_json(), None).verdict, Verdict::Incomplete);
    let anchor = Anchor::of_hand_over(&proofs[0]).expect("the anchor is valid");
    let report = verify(&beyond.to_json(), Some(&anchor));
    assert_eq!(report.verdict, Verdict::Verified, "{:?}", report.detail);

    let mut all = beyond;
    all.hand_overs.as_mut().expect("the bundle has hand-overs").insert(0, (&proofs[0]).into());
    let report = verify(&all.to_json(), None);
    assert_eq!((report.verdict, report.step), (Verdict::Tampered, Some(Step::HandOvers)));
    assert_eq!(bundle.with_hand_overs([&proofs[1], &proofs[0]]).err(), Some(BuildError::HandOvers));
}

#[test]
fn invalid_json_is_unreadable() {
    for text in ["", " ", "{", "nul", "{\"version\":1,}", "{}x", "\u{feff}{}", "{\"version\":01}"] {
        let report = verify(text.as_bytes(), None);
        assert_eq!((report.verdict, report.step), (Verdict::Unreadable, None), "{text:?}");
    }
    assert_eq!(verify(b"{\"a\":\"\xff\"}", None).verdict, Verdict::Unreadable);
    // The first wrong member must not hide that the text ends early.
    assert_eq!(verify(b"{\"unknown\":1,", None).verdict, Verdict::Unreadable);
    let deep = "[".repeat(1_000_000);
    assert_eq!(verify(deep.as_bytes(), None).verdict, Verdict::Unreadable);
}

#[test]
fn an_anchor_names_its_own_genesis() {
    let world = World::new(&[1]);
    let anchor = Anchor::of(world.genesis.clone()).expect("a valid document");
    assert_eq!(Anchor::parse(&anchor.to_json()).expect("the anchor is valid"), anchor);
    let text = String::from_utf8(anchor.to_json()).expect("JSON is text");
    assert!(matches!(Anchor::parse(text.replace(":2,", ":3,").as_bytes()), Err(AnchorError::Version(_))));
    let other = Anchor::of(World::new(&[2]).genesis).expect("a valid document");
    let forged = text.replace(&json_chain_id(&anchor), &json_chain_id(&other));
    assert!(matches!(Anchor::parse(forged.as_bytes()), Err(AnchorError::ChainId)));
    assert!(matches!(Anchor::parse(b"{}"), Err(AnchorError::Shape(_))));
    let neither = format!(r#"{{"version":2,"chain_id":{}}}"#, json_chain_id(&anchor));
    assert!(matches!(Anchor::parse(neither.as_bytes()), Err(AnchorError::Origin)));
}

fn json_chain_id(anchor: &Anchor) -> String {
    let value: serde_json::Value = serde_json::from_slice(&anchor.to_json()).expect("an anchor is JSON");
    value["chain_id"].to_string()
}

#[test]
fn a_verified_record_is_reported_with_its_document() {
    let world = World::new(&[1]);
    let report = verify(&event(&world).to_json(), None);
    let record = report.record.expect("the report has a record");
    assert_eq!(record.tenant, "11111111-1111-1111-1111-111111111111");
    assert_eq!((record.height, record.timestamp.as_str()), (12, "2026-01-02T00:00:00.123Z"));
    assert_eq!((record.outcome, record.events.as_slice()), ("applied", &["provenance.event_captured"][..]));
    assert_eq!(record.withheld, Some(0));
    let expected = concat!(
        r#"{"action":"OBSERVE","eventID":"urn:uuid:00000000-0000-4000-8000-000000000000","#,
        r#""eventTime":"2026-01-01T00:00:00.000Z","quantityList":[{"#,
        r#""epcClass":"https://id.gs1.org/01/09521321000010/10/LOT-7","quantity":200.5}],"type":"ObjectEvent"}"#,
    );
    assert_eq!(record.document.expect("a document").get(), expected);
}

#[test]
fn parts_that_do_not_fit_together_are_not_built() {
    let world = World::new(&[1]);
    let block = BlockEvidence::of(&world.block).expect("there is one receipt per command");
    assert_eq!(block.record(7, Disclosure::Unknown).err(), Some(BuildError::Record(7)));
    assert_eq!(block.inclusion(7).err(), Some(BuildError::Record(7)));
    assert_eq!(block.record(record::EVENT, all(&world, record::MIDDLE)).err(), Some(BuildError::Fields));

    let mut short = world.block.clone();
    short.block.receipts.pop();
    assert_eq!(BlockEvidence::of(&short).err(), Some(BuildError::Receipts));

    let id = event_id(record::EVENT);
    let build = |leaves, records| {
        let proof = &world.prove(&StreamKey(TENANT, subject("event", &id)));
        let (header, certificate) = (&world.block.header, &world.block.certificate);
        let subject = subject_part("event", &id);
        StreamEvidence { tenant: TENANT, subject, header, certificate, proof, leaves, records }.into_part()
    };
    let own = world.stream_leaves(&subject("event", &id));
    assert!(build(own.clone(), Some(vec![None])).is_ok());
    assert_eq!(build(own, Some(Vec::new())).err(), Some(BuildError::Leaves));
    assert_eq!(build(Vec::new(), None).err(), Some(BuildError::Leaves));
    assert_eq!(build(lot(&world).leaves, None).err(), Some(BuildError::Leaves));
}

#[test]
fn a_record_rests_on_its_stream_only_as_an_ancestor_of_the_streams_block() {
    let world = World::new(&[1]);
    let (later, path) = World::new(&[1]).after(Height(40), &world.block.header);
    let proof = later.prove(&AncestryKey);
    let bundle = Bundle { stream: Some(lot(&later)), ..event(&world) };
    let whole = bundle.clone().resting_on_stream(&proof, path.clone()).expect("the record's block is an ancestor");
    let report = verify(&whole.to_json(), None);
    assert_eq!(report.verdict, Verdict::Verified, "{:?}", report.detail);
    assert_eq!(report.record.map(|record| record.height), Some(12), "the report states the record's own height");
    let found = report.steps.iter().find(|step| step.step == Step::Certificate).map(|step| step.detail.as_str());
    assert_eq!(found, Some("an ancestor of block 40, which is signed by 1 of 1 by weight"));

    let refused = |bundle: &Bundle, proof: &StateProof, path| bundle.clone().resting_on_stream(proof, path).err();
    assert_eq!(refused(&bundle, &proof, Vec::new()), Some(BuildError::Ancestry));
    assert_eq!(refused(&bundle, &world.prove(&AncestryKey), path.clone()), Some(BuildError::Ancestry));
    assert_eq!(refused(&Bundle { stream: None, ..bundle.clone() }, &proof, path.clone()), Some(BuildError::Ancestry));
    assert_eq!(refused(&Bundle { block: None, ..bundle.clone() }, &proof, path.clone()), Some(BuildError::Ancestry));
    let foreign = world.prove(&SeenKey { slot: 0, bucket: 0 });
    assert!(matches!(refused(&bundle, &foreign, path), Some(BuildError::Head(_))));
}

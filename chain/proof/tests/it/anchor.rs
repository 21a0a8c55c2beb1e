//! Anchor files, and the part of a report that names the trusted committee.

use crate::{
    epoch::{Committee, prove},
    vector::{epoch::Story, whole::event},
    world::World,
};
use chain_proof::{Anchor, AnchorError, Step, TrustReport, TrustSource, Verdict, verify};
use chain_types::{
    Epoch, Genesis, Height, ProtocolVersion, ShardId,
    beacon::{HandOver, HandOverProof},
};
use serde_json::{Value, json};

fn parse(value: &Value) -> Result<Anchor, AnchorError> {
    Anchor::parse(value.to_string().as_bytes())
}

fn file(anchor: &Anchor) -> Value {
    serde_json::from_slice(&anchor.to_json()).expect("an anchor file is JSON")
}

#[test]
fn an_anchor_of_an_epoch_is_written_and_read() {
    let proof = Story::new().prove(0, 1, 1);
    let anchor = Anchor::of_hand_over(&proof).expect("the header records the hand-over");
    assert_eq!(parse(&file(&anchor)).expect("a written anchor parses"), anchor);
    assert_eq!(
        (anchor.epoch(), anchor.height(), anchor.digest()),
        (Epoch(1), Height(600), proof.block.header.digest())
    );
    assert_eq!(anchor.as_of(), proof.block.header.timestamp_ms);
    let members: Vec<_> = file(&anchor).as_object().expect("the file is an object").keys().cloned().collect();
    assert_eq!(members, ["chain_id", "hand_over", "version"]);
}

#[test]
fn a_hand_over_that_its_header_does_not_record_is_no_anchor() {
    let whole = Story::new().prove(0, 1, 1);
    let stranger = Committee::new(&[(20, 1)]);
    let changed = |change: &dyn Fn(&mut HandOverProof)| {
        let mut proof = whole.clone();
        change(&mut proof);
        Anchor::of_hand_over(&proof)
    };
    let faults = [
        changed(&|proof| proof.hand_over.committee = stranger.set(1)),
        changed(&|proof| proof.hand_over.committee.epoch = Epoch(2)),
        changed(&|proof| proof.hand_over.height = Height(601)),
        changed(&|proof| proof.path.siblings.clear()),
        changed(&|proof| proof.block.header.shard = ShardId(1)),
        changed(&|proof| proof.block.header.timestamp_ms.0 += 1),
        changed(&|proof| proof.block.certificate.vote.height = Height(599)),
    ];
    for fault in faults {
        assert!(matches!(fault, Err(AnchorError::HandOver(_))), "{fault:?}");
    }
}

#[test]
fn an_anchor_file_has_one_origin_and_its_own_chain() {
    let story = Story::new();
    let genesis = file(&Anchor::of(story.world.genesis.clone()).expect("a valid document"));
    let later = file(&Anchor::of_hand_over(&story.prove(0, 1, 1)).expect("the header records the hand-over"));
    let with = |value: &Value, name: &str, member: &Value| {
        let mut value = value.clone();
        value[name] = member.clone();
        parse(&value)
    };
    assert!(matches!(with(&later, "genesis", &genesis["genesis"]), Err(AnchorError::Origin)));
    assert!(matches!(with(&later, "hand_over", &Value::Null), Err(AnchorError::Origin)));
    let other = Genesis { name: "another".to_owned(), ..story.world.genesis };
    assert!(matches!(
        with(&later, "chain_id", &file(&Anchor::of(other).expect("a valid document"))["chain_id"]),
        Err(AnchorError::ChainId)
    ));
    for (version, way_out) in [(1, "use the build that made it"), (3, "it needs a newer verifier")] {
        let Err(AnchorError::Version(detail)) = with(&later, "version", &json!(version)) else { panic!("{version}") };
        assert!(detail.starts_with("ledger.unknown_version: the anchor ") && detail.ends_with(way_out), "{detail}");
    }
    let next = HandOver { version: ProtocolVersion(3), ..story.committees[1].hand_over(1) };
    let next = Anchor::of_hand_over(&prove(&World::new(&[1, 1, 1, 1]), &story.committees[0], next))
        .expect("the header records the hand-over");
    assert!(matches!(parse(&file(&next)), Err(AnchorError::Version(_))), "the anchor is of a later protocol");
    assert!(matches!(with(&later, "note", &json!("")), Err(AnchorError::Shape(_))));
    let forged = with(
        &later,
        "hand_over",
        &file(
            &Anchor::of_hand_over(&prove(
                &World::new(&[1, 1, 1, 1]),
                &Committee::new(&[(0, 1)]),
                Committee::new(&[(20, 1)]).hand_over(1),
            ))
            .expect("its parts fit together"),
        )["hand_over"],
    );
    assert!(forged.is_ok(), "an anchor's certificate is not checked: {forged:?}");
}

#[test]
fn a_report_names_its_trusted_committee() {
    let story = Story::new();
    let bundle = story.whole().to_json();
    let trust = |anchor: Option<&Anchor>| verify(&bundle, anchor).trust.expect("the bundle can be read");
    let own =
        TrustReport { source: TrustSource::Bundle, epoch: 0, height: 0, as_of: "2026-01-01T00:00:00.000Z".into() };
    assert_eq!(trust(None), own);
    let genesis = Anchor::of(story.world.genesis.clone()).expect("a valid document");
    assert_eq!(trust(Some(&genesis)), TrustReport { source: TrustSource::Anchor, ..own.clone() });
    let first = Anchor::of_hand_over(&story.prove(0, 1, 1)).expect("the header records the hand-over");
    let expected =
        TrustReport { source: TrustSource::Anchor, epoch: 1, height: 600, as_of: "2026-01-02T00:00:00.123Z".into() };
    assert_eq!(trust(Some(&first)), expected);
    let text = serde_json::to_value(trust(Some(&first))).expect("the value is JSON");
    assert_eq!(text, json!({ "source": "anchor", "epoch": 1, "height": 600, "as_of": "2026-01-02T00:00:00.123Z" }));
    assert_eq!(verify(b"{", None).trust, None);
}

#[test]
fn a_report_states_whether_the_bundle_is_of_the_anchors_chain() {
    let world = World::new(&[1]);
    let bundle = event(&world).to_json();
    assert!(!verify(&bundle, None).anchored);
    let report = verify(&bundle, Some(&Anchor::of(world.genesis.clone()).expect("a valid document")));
    assert!(report.anchored && report.verdict == Verdict::Verified);
    let report = verify(&bundle, Some(&Anchor::of(World::new(&[2]).genesis).expect("a valid document")));
    assert!(!report.anchored && report.record.is_none());
}

#[test]
fn evidence_from_before_the_anchor_is_refused_with_a_remedy() {
    let story = Story::new();
    let second = Anchor::of_hand_over(&story.prove(1, 2, 2)).expect("the header records the hand-over");
    let report = verify(&story.short().to_json(), Some(&second));
    assert_eq!((report.verdict, report.step), (Verdict::UntrustedAnchor, Some(Step::Anchor)));
    let detail = "block 12 of shard 0 was certified in epoch 1, before the anchor's epoch 2: fetch the bundle again, or \
                  pass an anchor of epoch 1 or earlier";
    assert_eq!(report.detail.as_deref(), Some(detail));
    assert!(!report.anchored && report.record.is_none());
}

#[test]
fn a_reader_that_requires_an_anchor_refuses_a_bundle_without_one() {
    let story = Story::new();
    let report = verify(&story.short().to_json(), None).requiring_anchor();
    assert_eq!((report.verdict, report.step), (Verdict::UntrustedAnchor, Some(Step::Anchor)));
    assert!(report.record.is_none() && report.stream.is_none());
    assert_eq!(report.steps.last().map(|step| (step.step, step.ok)), Some((Step::Anchor, false)));
    let forged = verify(&story.event(0, 1, &[]).to_json(), None);
    assert_eq!((forged.verdict, forged.requiring_anchor().verdict), (Verdict::Tampered, Verdict::Tampered));
    let anchor = Anchor::of(story.world.genesis.clone()).expect("a valid document");
    assert_eq!(verify(&story.short().to_json(), Some(&anchor)).requiring_anchor().verdict, Verdict::Verified);
}

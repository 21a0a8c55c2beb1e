//! Bundles without any fault.

use super::Vector;
use crate::world::{LOT, TENANT, World, event_id, record, subject, subject_part};
use chain_proof::{
    Anchor, BlockEvidence, Bundle, Disclosure, StreamEvidence,
    bundle::{BlockPart, Finality, RecordPart, StreamPart},
};
use chain_types::{
    View, Vote,
    state::{StreamKey, Terminal},
};
use serde_json::Value;

pub(super) fn vectors() -> Vec<Vector> {
    let world = World::new(&[1]);
    let mut vectors = records(&world);
    vectors.extend(streams(&world));
    vectors.extend(erroneous());
    let three_of_four = quorum(&[1, 1, 1, 1], &[0, 1, 3]);
    vectors.push(verified("certificate_of_three_out_of_four", &three_of_four));
    vectors.push(verified("certificate_by_weight", &quorum(&[1, 5, 1], &[1])));
    vectors.push(verified("certificate_of_a_later_view", &proposed_again(&world)));
    let anchor = Anchor::of(world.genesis.clone()).expect("a valid document");
    vectors.push(verified("event_with_anchor", &event(&world)).with_anchor(&anchor));
    vectors
}

/// A block that was notarised in the view of its header and finalised in a later view.
fn proposed_again(world: &World) -> Bundle {
    let mut bundle = event(world);
    certified(&mut bundle, |block| {
        let vote = block.header.finalise_vote();
        block.certificate = world.sign(Vote { view: View(vote.view.0 + 2), ..vote }, &[0]);
    });
    bundle
}

/// Changes a record's block that carries its own certificate.
pub(crate) fn certified(bundle: &mut Bundle, change: impl FnOnce(&mut BlockPart)) {
    let block = bundle.block.as_mut().expect("the bundle has a block");
    let Finality::Certificate(certificate) = &block.finality else { panic!("the block has no certificate") };
    let mut part = BlockPart { header: block.header.clone(), certificate: certificate.clone() };
    change(&mut part);
    *block = part.into();
}

fn records(world: &World) -> Vec<Vector> {
    let chosen: &dyn Fn(&str) -> bool = &|pointer| pointer == "/action" || pointer.starts_with("/quantityList/0/");
    let part = |index: u32, is_open| Disclosure::Chosen { fields: &world.fields[index as usize], is_open };
    vec![
        verified("event", &event(world)),
        verified("event_inside_a_transaction", &bundle(world, record::MIDDLE, all(world, record::MIDDLE))),
        verified("event_partly_disclosed", &bundle(world, record::MIDDLE, part(record::MIDDLE, chosen))),
        verified("event_withheld", &bundle(world, record::MIDDLE, part(record::MIDDLE, &|_| false))),
        verified("event_with_lost_key", &bundle(world, record::EVENT, Disclosure::Unknown)),
        verified("event_public", &bundle(world, record::PUBLIC, Disclosure::Unknown)),
        verified("event_rejected", &bundle(world, record::REJECTED, all(world, record::REJECTED))),
        verified("error_declared", &bundle(world, record::DECLARED, all(world, record::DECLARED))),
        verified("event_with_lot_as_subject", &Bundle { subject: Some(subject_part("epc", LOT)), ..event(world) }),
    ]
}

fn streams(world: &World) -> Vec<Vector> {
    let only = |stream| Bundle { stream: Some(stream), ..Bundle::of(&world.genesis) };
    let (empty, other) = absent_ids(world);
    let mut repeated = bundle(world, record::REPEATED, all(world, record::REPEATED));
    repeated.stream = Some(lot(world));
    let mut rejected = bundle(world, record::REJECTED, all(world, record::REJECTED));
    rejected.stream = Some(lot(world));
    vec![
        verified("stream_complete", &complete(world)),
        verified("stream_alone", &only(lot(world))),
        verified("stream_of_one_event", &only(stream(world, "event", &event_id(record::PUBLIC)))),
        verified("stream_absent_at_an_empty_place", &only(stream(world, "event", &empty))),
        verified("stream_absent_beside_another", &only(stream(world, "event", &other))),
        verified("stream_without_the_repeated_record", &repeated),
        verified("stream_without_the_rejected_record", &rejected),
    ]
}

/// An event that a later record of its id declares erroneous. `None` leaves the declaration closed.
pub(crate) fn declared_erroneous(disclosure: impl FnOnce(&World) -> Option<Disclosure<'_>>) -> Bundle {
    let world = World::with_erroneous_event(&[1]);
    let mut stream = stream(&world, "event", &event_id(record::EVENT));
    if let Some(disclosure) = disclosure(&world) {
        let block = BlockEvidence::of(&world.block).expect("there is one receipt per command");
        let declaration = block.record(record::DECLARED, disclosure).expect("the block has the record");
        stream.records = Some(vec![None, Some(declaration)]);
    }
    Bundle { stream: Some(stream), ..event(&world) }
}

fn erroneous() -> Vec<Vector> {
    #[expect(clippy::unnecessary_wraps, reason = "a declaration can also stay closed")]
    fn withheld(world: &World) -> Option<Disclosure<'_>> {
        let fields = &world.fields[record::DECLARED as usize];
        Some(Disclosure::Chosen { fields, is_open: &|_| false })
    }
    vec![
        verified("event_declared_erroneous", &declared_erroneous(|world| Some(all(world, record::DECLARED)))),
        verified("event_declared_erroneous_without_the_fields", &declared_erroneous(withheld)),
        verified("event_declared_erroneous_without_the_key", &declared_erroneous(|_| Some(Disclosure::Unknown))),
        verified("event_declared_erroneous_and_not_shown", &declared_erroneous(|_| None)),
    ]
}

pub(super) fn verified(name: &str, bundle: &Bundle) -> Vector {
    Vector::new(name, json(bundle), "verified", None)
}

pub(super) fn json(bundle: &Bundle) -> Value {
    serde_json::from_slice(&bundle.to_json()).expect("a bundle is JSON")
}

pub(crate) fn all(world: &World, index: u32) -> Disclosure<'_> {
    Disclosure::All(&world.fields[index as usize])
}

pub(crate) fn bundle(world: &World, index: u32, disclosure: Disclosure<'_>) -> Bundle {
    let block = BlockEvidence::of(&world.block).expect("there is one receipt per command");
    block.bundle(&world.genesis, index, disclosure).expect("the record is in the block")
}

/// A fully disclosed event with its id.
pub(crate) fn event(world: &World) -> Bundle {
    let subject = Some(subject_part("event", &event_id(record::EVENT)));
    Bundle { subject, ..bundle(world, record::EVENT, all(world, record::EVENT)) }
}

/// An event with the whole stream of its lot, in which some records are opened.
pub(crate) fn complete(world: &World) -> Bundle {
    let leaves = world.leaves();
    let block = BlockEvidence::of(&world.block).expect("there is one receipt per command");
    let open = |index: u32, disclosure| {
        (leaves[index as usize], block.record(index, disclosure).expect("the block has the record"))
    };
    let opened = [
        open(record::MIDDLE, all(world, record::MIDDLE)),
        open(record::PUBLIC, Disclosure::Unknown),
        open(record::DECLARED, Disclosure::Unknown),
    ];
    let find = |leaf| opened.iter().find(|(own, _)| own == leaf).map(|(_, record)| record.clone());
    let mut stream = lot(world);
    stream.records = Some(stream.leaves.iter().map(find).collect::<Vec<Option<RecordPart>>>());
    Bundle { stream: Some(stream), ..event(world) }
}

pub(crate) fn lot(world: &World) -> StreamPart {
    stream(world, "epc", LOT)
}

pub(crate) fn stream(world: &World, kind: &str, id: &str) -> StreamPart {
    let subject = subject(kind, id);
    let evidence = StreamEvidence {
        tenant: TENANT,
        subject: subject_part(kind, id),
        header: &world.block.header,
        certificate: &world.block.certificate,
        proof: &world.prove(&StreamKey(TENANT, subject)),
        leaves: world.stream_leaves(&subject),
        records: None,
    };
    evidence.into_part().expect("the leaves lead to the stream's head")
}

/// Ids without a record: the first ends at an empty subtree, the second at another key.
fn absent_ids(world: &World) -> (String, String) {
    let terminal = |id: &String| world.prove(&StreamKey(TENANT, subject("event", id))).terminal;
    let ids = || (1_000..2_000).map(event_id);
    let empty = ids().find(|id| terminal(id) == Terminal::Empty).expect("some path ends at an empty subtree");
    let other = ids().find(|id| matches!(terminal(id), Terminal::Other { .. })).expect("some path ends at another key");
    (empty, other)
}

/// An event of a chain with several validators, certified by some of them.
pub(super) fn quorum(weights: &[u64], signers: &[usize]) -> Bundle {
    let mut world = World::new(weights);
    world.block.certificate = world.certify(&world.block.header, signers);
    event(&world)
}

//! Bundles whose stream has one fault, and the step that must detect it.

use super::{
    super::{
        Vector,
        whole::{complete, event, json, lot, stream},
    },
    at, bytes, changed, edited, spoil, tampered,
};
use crate::world::{LOT, TENANT, World, event_id, record, seed, subject, subject_part};
use chain_proof::{
    Bundle,
    bundle::{BodyPart, FieldPart, RecordPart, StreamPart, TerminalPart},
};
use chain_types::{
    Digest, Receipt, ShardId, StreamHead,
    state::{StreamKey, TypedKey},
};
use serde_json::json;

pub(super) fn streams(world: &World) -> Vec<Vector> {
    let fault = |name, change: &dyn Fn(&mut StreamPart)| {
        changed(name, "stream", complete(world), |b| change(b.stream.as_mut().expect("the bundle has a stream")))
    };
    let alone = |stream| Bundle { stream: Some(stream), ..Bundle::of(&world.genesis) };
    let mut elsewhere = stream(world, "event", &event_id(1_000));
    elsewhere.block.header.shard = ShardId(elsewhere.block.header.shard.0 ^ 1);
    elsewhere.block.certificate = world.certify(&elsewhere.block.header, &[0]);
    let mut older = lot(world);
    (older.leaves, older.proof.siblings) = (Vec::new(), Vec::new());
    older.proof.terminal = TerminalPart::Empty {};
    older.block.header.state_root = Digest::ZERO;
    older.block.certificate = world.certify(&older.block.header, &[0]);
    let path = StreamKey(TENANT, subject("epc", LOT)).path();
    let mut denied = lot(world);
    let head =
        world.state.iter().find(|(key, _)| *key == path).map(|(_, value)| value).expect("the state holds the head");
    denied.proof.terminal = TerminalPart::Other { path, value_hash: chain_types::state::value_hash(head) };
    denied.leaves.clear();
    vec![
        fault("stream_leaf_dropped", &|s| {
            s.leaves.pop();
            s.records.as_mut().expect("the stream has opened records").pop();
        }),
        fault("stream_leaf_added", &|s| {
            s.leaves.push(s.leaves[0]);
            s.records.as_mut().expect("the stream has opened records").push(None);
        }),
        fault("stream_leaf_changed", &|s| s.leaves[0].0[0] ^= 1),
        fault("stream_leaves_swapped", &|s| {
            s.leaves.swap(0, 1);
            s.records.as_mut().expect("the stream has opened records").swap(0, 1);
        }),
        fault("stream_head_cut_short", &|s| {
            let head = s.leaves[..2].iter().fold(StreamHead::default(), |head, leaf| head.push(leaf));
            s.proof.terminal = TerminalPart::Present { value: head };
            s.leaves.truncate(2);
            s.records.as_mut().expect("the stream has opened records").truncate(2);
        }),
        fault("stream_sibling_changed", &|s| s.proof.siblings[0].0[0] ^= 1),
        fault("stream_siblings_cut", &|s| s.proof.siblings.truncate(1)),
        fault("stream_siblings_too_many", &|s| s.proof.siblings = vec![Digest::ZERO; 257]),
        fault("stream_said_to_be_absent", &|s| {
            (s.leaves, s.records) = (Vec::new(), None);
            s.proof.terminal = TerminalPart::Empty {};
        }),
        tampered("stream_denied_by_its_own_key", "stream", &alone(denied)),
        fault("stream_listed_though_absent", &|s| {
            s.proof = stream(world, "event", &event_id(1_000)).proof;
            s.subject = subject_part("event", &event_id(1_000));
        }),
        fault("stream_of_another_subject", &|s| s.subject = subject_part("event", &event_id(record::EVENT))),
        fault("stream_blind_changed", &|s| s.subject.blind[0] ^= 1),
        fault("stream_of_another_tenant", &|s| s.tenant[0] ^= 1),
        changed("stream_alone_of_another_tenant", "stream", alone(lot(world)), |b| {
            b.stream.as_mut().expect("the bundle has a stream").tenant[0] ^= 1;
        }),
        fault("stream_block_not_certified", &|s| s.block.header.timestamp_ms.0 += 1),
        tampered("stream_absent_from_a_foreign_shard", "stream", &alone(elsewhere)),
        // A certified state from before the record: true, but the listed records are not all of the subject's.
        tampered("stream_older_than_its_record", "stream", &Bundle { stream: Some(older), ..event(world) }),
        edited("stream_head_with_trailing_byte", "shape", &complete(world), |v| {
            bytes(v, "/stream/proof/terminal/value", |bytes| bytes.push(0));
        }),
        edited("stream_empty_place_with_value", "shape", &alone(stream(world, "event", &event_id(1_000))), |v| {
            *at(v, "/stream/proof/terminal") = json!({"kind":"empty","value":""});
        }),
    ]
}

pub(super) fn opened_records(world: &World) -> Vec<Vector> {
    let fault = |name, change: &dyn Fn(&mut Vec<Option<RecordPart>>)| {
        changed(name, "stream", complete(world), |b| {
            change(
                b.stream.as_mut().and_then(|stream| stream.records.as_mut()).expect("the stream has opened records"),
            );
        })
    };
    let open = |records: &mut Vec<Option<RecordPart>>| {
        records.iter().position(Option::is_some).expect("some record is opened")
    };
    vec![
        fault("opened_records_too_few", &|records| drop(records.pop())),
        fault("opened_records_too_many", &|records| records.push(None)),
        fault("opened_record_misplaced", &|records| records.rotate_left(1)),
        fault("opened_record_field_changed", &|records| {
            let at = open(records);
            let Some(BodyPart::Sealed { fields: Some(fields), .. }) = records[at].as_mut().map(|r| &mut r.body) else {
                panic!("the body is sealed")
            };
            fields[0] = FieldPart::Withheld(Digest(seed("leaf")));
        }),
        fault("opened_record_receipt_changed", &|records| {
            let at = open(records);
            records[at].as_mut().expect("the record is opened").receipt = Receipt::Repeated;
        }),
        fault("opened_record_signature_changed", &|records| {
            let at = open(records);
            spoil(&mut records[at].as_mut().expect("the record is opened").signature);
        }),
    ]
}

pub(super) fn incomplete(world: &World) -> Vec<Vector> {
    let event = event(world);
    let without = |name, change: &dyn Fn(&mut Bundle)| {
        let mut bundle = event.clone();
        change(&mut bundle);
        Vector::new(name, json(&bundle), "incomplete", None)
    };
    let nothing = |bundle: &mut Bundle| {
        (bundle.record, bundle.inclusion, bundle.block, bundle.subject) = (None, None, None, None);
    };
    vec![
        without("incomplete_without_inclusion", &|b| b.inclusion = None),
        without("incomplete_without_block", &|b| b.block = None),
        without("incomplete_without_anything", &nothing),
        without("incomplete_block_without_record", &|b| b.record = None),
        without("incomplete_subject_without_record", &|b| {
            nothing(b);
            (b.subject, b.stream) = (event.subject.clone(), Some(lot(world)));
        }),
    ]
}

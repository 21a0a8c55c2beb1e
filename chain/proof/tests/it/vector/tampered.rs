//! Bundles with one fault each, and the step that must detect it.

mod stream;

use super::{
    Vector,
    whole::{all, bundle, certified, event, json, lot, quorum},
};
use crate::world::{World, event_id, record, seed, subject_part};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chain_proof::{
    Anchor, Bundle, Disclosure,
    bundle::{BlockPart, BodyPart, FieldPart, InclusionPart, RecordPart, SubjectPart},
};
use chain_types::{
    Certificate, ChainId, Digest, Receipt, SecretKey, Signature, View, Vote, body::Field, certificate::Step, codec,
    genesis::Genesis, merkle, signature::Namespace,
};
use serde_json::{Value, json};

pub(super) fn vectors() -> Vec<Vector> {
    let world = World::new(&[1]);
    let mut vectors = shapes(&world);
    vectors.extend(foreign(&world));
    vectors.extend(anchors(&world));
    vectors.extend(fields(&world));
    vectors.extend(records(&world));
    vectors.extend(certificates(&world));
    vectors.extend(subjects(&world));
    vectors.extend(stream::streams(&world));
    vectors.extend(stream::opened_records(&world));
    vectors.extend(stream::incomplete(&world));
    vectors
}

pub(super) fn tampered(name: &str, step: &'static str, bundle: &Bundle) -> Vector {
    Vector::new(name, json(bundle), "tampered", Some(step))
}

/// A valid bundle with one JSON value changed.
pub(super) fn edited(name: &str, step: &'static str, bundle: &Bundle, edit: impl FnOnce(&mut Value)) -> Vector {
    let mut value = json(bundle);
    edit(&mut value);
    Vector::new(name, value, "tampered", Some(step))
}

/// A valid bundle with one of its parts changed.
pub(super) fn changed(name: &str, step: &'static str, bundle: Bundle, change: impl FnOnce(&mut Bundle)) -> Vector {
    let mut bundle = bundle;
    change(&mut bundle);
    tampered(name, step, &bundle)
}

pub(super) fn at<'v>(value: &'v mut Value, pointer: &str) -> &'v mut Value {
    value.pointer_mut(pointer).unwrap_or_else(|| panic!("no value at {pointer}"))
}

fn remove(value: &mut Value, pointer: &str, name: &str) {
    at(value, pointer).as_object_mut().and_then(|object| object.remove(name)).expect("the member exists");
}

/// Changes one bit of a signature.
pub(super) fn spoil(signature: &mut Signature) {
    let Signature::Ed25519(bytes) = signature;
    bytes[0] ^= 1;
}

/// Decodes a base64 value, changes its bytes and encodes them again.
pub(super) fn bytes(value: &mut Value, pointer: &str, change: impl FnOnce(&mut Vec<u8>)) {
    let slot = at(value, pointer);
    let mut bytes = STANDARD.decode(slot.as_str().expect("base64 is text")).expect("a valid bundle's base64");
    change(&mut bytes);
    *slot = Value::String(STANDARD.encode(bytes));
}

fn shapes(world: &World) -> Vec<Vector> {
    let event = event(world);
    let shape = |name, edit: &dyn Fn(&mut Value)| edited(name, "shape", &event, edit);
    vec![
        shape("shape_version_as_text", &|v| *at(v, "/version") = json!("2")),
        shape("shape_unknown_member", &|v| v["note"] = json!("")),
        shape("shape_unknown_member_inside", &|v| v["record"]["body"]["note"] = json!("")),
        shape("shape_missing_member", &|v| remove(v, "/record", "receipt")),
        shape("shape_missing_genesis", &|v| remove(v, "", "genesis")),
        shape("shape_null_signature", &|v| *at(v, "/record/signature") = Value::Null),
        shape("shape_digest_too_short", &|v| bytes(v, "/chain_id", |bytes| bytes.truncate(31))),
        shape("shape_unpadded_base64", &|v| {
            let text = at(v, "/chain_id").as_str().expect("the value is a text").trim_end_matches('=').to_owned();
            *at(v, "/chain_id") = Value::String(text);
        }),
        shape("shape_base64_with_trailing_bits", &|v| {
            let text = at(v, "/chain_id").as_str().expect("the value is a text").to_owned();
            let last = text.as_bytes()[42];
            *at(v, "/chain_id") = Value::String(format!("{}{}=", &text[..42], char::from(last + 1)));
        }),
        shape("shape_base64_for_the_web", &|v| *at(v, "/record/core") = json!("__-_")),
        shape("shape_trailing_byte", &|v| bytes(v, "/record/core", |bytes| bytes.push(0))),
        shape("shape_missing_byte", &|v| bytes(v, "/block/header", |bytes| bytes.truncate(bytes.len() - 1))),
        shape("shape_unknown_variant", &|v| bytes(v, "/record/receipt", |bytes| bytes[0] = 9)),
        shape("shape_boolean_of_two", &|v| {
            bytes(v, "/record/core", |bytes| *bytes.last_mut().expect("the value has bytes") = 2);
        }),
        shape("shape_negative_index", &|v| *at(v, "/inclusion/index") = json!(-1)),
        shape("shape_fractional_index", &|v| *at(v, "/inclusion/index") = json!(0.5)),
        shape("shape_unknown_body", &|v| *at(v, "/record/body/kind") = json!("hidden")),
        shape("shape_field_both_open_and_closed", &|v| {
            *at(v, "/record/body/fields/0") = json!({"pointer":"/action","value":"1","salt":"","leaf":""});
        }),
        shape("shape_version_of_null", &|v| *at(v, "/version") = Value::Null),
    ]
}

/// JSON that is no bundle: it lacks the member `version`.
fn foreign(world: &World) -> Vec<Vector> {
    let mut bundle = json(&event(world));
    remove(&mut bundle, "", "version");
    let problem = json!({ "type": "/problems/auth.invalid_token", "title": "The token is not valid",
        "status": 401, "code": "auth.invalid_token" });
    let document = json!({ "type": "EPCISDocument", "schemaVersion": "2.0", "epcisBody": { "eventList": [] } });
    let unreadable = |name, value| Vector::new(name, value, "unreadable", None);
    vec![
        unreadable("foreign_list", json!([])),
        unreadable("foreign_null", Value::Null),
        unreadable("foreign_number", json!(2)),
        unreadable("foreign_text", json!("version")),
        unreadable("foreign_object", json!({})),
        unreadable("foreign_problem", problem),
        unreadable("foreign_epcis_document", document),
        unreadable("foreign_bundle_without_version", bundle),
    ]
}

fn anchors(world: &World) -> Vec<Vector> {
    let other = Genesis { name: "another".to_owned(), ..world.genesis.clone() };
    let weak = Genesis { operator: chain_types::PublicKey::Ed25519([0; 32]), ..world.genesis.clone() };
    let mut weightless = world.genesis.clone();
    weightless.validators.validators[0].weight = 0;
    let on = |genesis: &Genesis| Bundle { stream: Some(lot(world)), ..Bundle::of(genesis) };
    let mut untrusted = Vector::new("anchor_of_another_chain", json(&event(world)), "untrusted_anchor", Some("anchor"));
    untrusted = untrusted.with_anchor(&Anchor::of(other.clone()).expect("a valid document"));
    vec![
        untrusted,
        changed("genesis_of_another_chain", "genesis", event(world), |b| b.genesis = other.clone()),
        changed("genesis_id_changed", "genesis", event(world), |b| b.chain_id.0[0] ^= 1),
        tampered("genesis_with_weak_key", "genesis", &on(&weak)),
        tampered("genesis_without_weight", "genesis", &on(&weightless)),
        // Everything is consistent with the invented chain except the evidence itself.
        changed("genesis_invented", "author", event(world), |b| {
            b.genesis = other.clone();
            b.chain_id = other.chain_id().0;
        }),
    ]
}

fn fields(world: &World) -> Vec<Vector> {
    let open = |bundle: &mut Bundle, change: &dyn Fn(&mut Vec<FieldPart>)| {
        let body = &mut bundle.record.as_mut().expect("the bundle has a record").body;
        let BodyPart::Sealed { fields: Some(fields), .. } = body else { panic!("the body is sealed") };
        change(fields);
    };
    let fault = |name, change: &dyn Fn(&mut Vec<FieldPart>)| changed(name, "fields", event(world), |b| open(b, change));
    let disclosed = |part: &mut FieldPart, change: &dyn Fn(&mut Field)| {
        let FieldPart::Disclosed(field) = part else { panic!("the field is disclosed") };
        change(field);
    };
    let committed = |name, change: &dyn Fn(u32, &mut Vec<Field>)| {
        tampered(name, "fields", &event(&World::with_fields(&[1], change)))
    };
    vec![
        fault("field_value_changed", &|fields| disclosed(&mut fields[0], &|field| field.value = "\"ADD\"".into())),
        fault("field_pointer_changed", &|fields| disclosed(&mut fields[0], &|field| field.pointer = "/actiom".into())),
        fault("field_salt_changed", &|fields| disclosed(&mut fields[0], &|field| field.salt[15] ^= 1)),
        fault("field_dropped", &|fields| drop(fields.pop())),
        fault("field_added", &|fields| fields.push(FieldPart::Withheld(Digest(seed("leaf"))))),
        fault("field_leaf_changed", &|fields| fields[1] = FieldPart::Withheld(Digest(seed("leaf")))),
        fault("fields_swapped", &|fields| fields.swap(0, 1)),
        fault("fields_emptied", &Vec::clear),
        // The author committed to these fields, so only the rules for fields can reject them.
        committed("fields_committed_out_of_order", &|_, fields| fields.swap(0, 1)),
        committed("fields_committed_twice", &|_, fields| fields.insert(0, fields[0].clone())),
        committed("field_committed_without_json", &|_, fields| fields[0].value = "OBSERVE".into()),
    ]
}

fn records(world: &World) -> Vec<Vector> {
    let middle = || bundle(world, record::MIDDLE, all(world, record::MIDDLE));
    let public = || bundle(world, record::PUBLIC, Disclosure::Unknown);
    let fault = |name, step, change: &dyn Fn(&mut RecordPart)| {
        changed(name, step, middle(), |b| change(b.record.as_mut().expect("the bundle has a record")))
    };
    let other = bundle(world, record::EVENT, all(world, record::EVENT)).record.expect("the bundle has a record");
    vec![
        fault("command_subject_dropped", "command", &|r| r.core.subjects.truncate(1)),
        fault("command_of_another_record", "command", &|r| r.core = other.core.clone()),
        fault("command_body_of_another_record", "command", &|r| r.body = other.body.clone()),
        fault("command_ciphertext_changed", "command", &|r| {
            let BodyPart::Sealed { ciphertext_digest, .. } = &mut r.body else { panic!("the body is sealed") };
            ciphertext_digest.0[0] ^= 1;
        }),
        fault("command_commitment_of_lost_key_changed", "command", &|r| {
            let BodyPart::Sealed { commitment, fields, .. } = &mut r.body else { panic!("the body is sealed") };
            (commitment.0[0], *fields) = (commitment.0[0] ^ 1, None);
        }),
        changed("command_public_body_changed", "command", public(), |b| {
            let Some(BodyPart::Public { bytes }) = b.record.as_mut().map(|r| &mut r.body) else {
                panic!("the body is public")
            };
            bytes[0] ^= 1;
        }),
        fault("command_index_changed", "command", &|r| r.command.index += 1),
        fault("command_index_beyond_the_transaction", "command", &|r| r.command.index = 6),
        fault("command_path_changed", "command", &|r| r.command.path[1].0[7] ^= 1),
        fault("command_path_too_long", "command", &|r| r.command.path.push(Digest(seed("sibling")))),
        fault("command_path_too_short", "command", &|r| r.command.path.truncate(1)),
        fault("author_changed", "author", &|r| r.transaction.author = SecretKey::from_seed(&[1; 32]).public_key()),
        fault("author_signature_changed", "author", &|r| spoil(&mut r.signature)),
        fault("author_signature_empty", "author", &|r| r.signature = Signature::Ed25519([0; 64])),
        fault("author_expiry_changed", "author", &|r| r.transaction.valid_until_ms.0 += 1),
        fault("author_on_another_chain", "author", &|r| {
            r.transaction.chain_id = ChainId(Digest(seed("chain")));
            sign(r, Namespace::TRANSACTION);
        }),
        fault("author_signed_for_another_purpose", "author", &|r| sign(r, Namespace::VOTE)),
        fault("author_signed_again_for_another_tenant", "inclusion", &|r| {
            r.transaction.tenant = chain_types::TenantId([9; 16]);
            sign(r, Namespace::TRANSACTION);
        }),
        fault("receipt_changed", "inclusion", &|r| r.receipt = Receipt::Repeated),
        changed(
            "receipt_of_rejection_changed",
            "inclusion",
            bundle(world, record::REJECTED, all(world, record::REJECTED)),
            |b| {
                let Some(Receipt::Rejected(why)) = b.record.as_mut().map(|r| &mut r.receipt) else {
                    panic!("the receipt is a rejection")
                };
                why.code.push('x');
            },
        ),
        changed("inclusion_index_changed", "inclusion", middle(), |b| inclusion(b).index -= 1),
        changed("inclusion_size_changed", "inclusion", middle(), |b| inclusion(b).size += 9),
        changed("inclusion_path_changed", "inclusion", middle(), |b| inclusion(b).path[0].0[31] ^= 0x80),
        changed("inclusion_path_emptied", "inclusion", middle(), |b| inclusion(b).path.clear()),
        changed("inclusion_root_replaced", "certificate", middle(), |b| {
            inclusion(b).path[0].0[31] ^= 0x80;
            let root = root_of_path(b);
            certified(b, |block| block.header.records_root = root);
        }),
    ]
}

fn inclusion(bundle: &mut Bundle) -> &mut InclusionPart {
    bundle.inclusion.as_mut().expect("the bundle has an inclusion")
}

fn sign(record: &mut RecordPart, namespace: Namespace) {
    record.signature = SecretKey::from_seed(&seed("author")).sign(namespace, &record.transaction.id().0);
}

/// The root of a bundle's own inclusion path.
fn root_of_path(bundle: &Bundle) -> Digest {
    let (Some(record), Some(inclusion)) = (&bundle.record, &bundle.inclusion) else {
        panic!("the bundle has a record")
    };
    let leaf = chain_types::record::record_leaf(
        record.transaction.id(),
        record.command.index,
        &codec::encode(&record.core),
        &record.body.seal().digest(),
        &codec::encode(&record.receipt),
    );
    let path = merkle::Path { index: inclusion.index, size: inclusion.size, siblings: inclusion.path.clone() };
    let root = path.root(merkle::leaf_hash(&leaf.0)).expect("the path fits its index and size");
    chain_types::record::count_root(inclusion.size, &root)
}

fn certificates(world: &World) -> Vec<Vector> {
    let fault =
        |name, change: &dyn Fn(&mut BlockPart)| changed(name, "certificate", event(world), |b| certified(b, change));
    let four = World::new(&[1, 1, 1, 1]);
    let signed = |name, certificate: Certificate| {
        changed(name, "certificate", event(&four), |b| certified(b, |block| block.certificate = certificate))
    };
    let header = &four.block.header;
    let mut twice = four.certify(header, &[0, 1, 3]);
    twice.signatures[1] = twice.signatures[0];
    let mut swapped = four.certify(header, &[0, 1, 3]);
    swapped.signatures.swap(0, 1);
    let mut stranger = four.certify(header, &[0, 1, 3]);
    stranger.signatures[2].0 = 4;
    let mut other_block = header.clone();
    other_block.height.0 += 1;
    vec![
        fault("certificate_timestamp_changed", &|block| block.header.timestamp_ms.0 += 1),
        fault("certificate_height_changed", &|block| block.header.height.0 += 1),
        fault("certificate_signature_changed", &|block| spoil(&mut block.certificate.signatures[0].1)),
        fault("certificate_without_signatures", &|block| block.certificate.signatures.clear()),
        fault("certificate_by_another_set", &|block| {
            block.header.validator_set_hash = four.genesis.validators.digest();
            block.certificate = world.certify(&block.header, &[0]);
        }),
        fault("certificate_on_another_chain", &|block| {
            block.header.chain_id = four.genesis.chain_id();
            block.certificate = world.certify(&block.header, &[0]);
        }),
        fault("certificate_vote_of_another_view", &|block| block.certificate.vote.view.0 += 1),
        fault("certificate_of_an_earlier_view", &|block| {
            let vote = block.header.finalise_vote();
            block.certificate = world.sign(Vote { view: View(vote.view.0 - 1), ..vote }, &[0]);
        }),
        fault("certificate_of_a_notarisation", &|block| {
            let vote = block.header.finalise_vote();
            block.certificate = world.sign(Vote { step: Step::Notarise, ..vote }, &[0]);
        }),
        tampered("certificate_of_two_out_of_four", "certificate", &quorum(&[1, 1, 1, 1], &[0, 2])),
        tampered("certificate_of_exactly_two_thirds", "certificate", &quorum(&[1, 1, 1], &[0, 1])),
        tampered("certificate_of_many_without_weight", "certificate", &quorum(&[1, 5, 1], &[0, 2])),
        signed("certificate_signed_twice_by_one", twice),
        signed("certificate_signers_out_of_order", swapped),
        signed("certificate_by_a_stranger", stranger),
        signed("certificate_of_another_block", four.certify(&other_block, &[0, 1, 2, 3])),
    ]
}

fn subjects(world: &World) -> Vec<Vector> {
    let fault = |name, change: &dyn Fn(&mut SubjectPart)| {
        changed(name, "subject", event(world), |b| change(b.subject.as_mut().expect("the bundle has a subject")))
    };
    vec![
        fault("subject_id_changed", &|subject| subject.id.push('0')),
        fault("subject_kind_changed", &|subject| *subject = SubjectPart { kind: "epc".to_owned(), ..subject.clone() }),
        fault("subject_kind_too_long", &|subject| subject.kind = "event".repeat(60)),
        fault("subject_blind_changed", &|subject| subject.blind[31] ^= 1),
        fault("subject_of_another_event", &|subject| *subject = subject_part("event", &event_id(record::MIDDLE))),
    ]
}

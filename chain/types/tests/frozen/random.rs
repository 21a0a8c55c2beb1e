//! The codec on random values and bytes: encoded values decode to the same value, and bytes that decode are canonical.

use crate::sample;
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    BlockHeader, Body, BodySeal, Certificate, Command, Digest, Entry, EntryCore, FinalBlock, Genesis, Receipt,
    Rejection, Signature, StreamHead, Subject, Transaction, TransactionHeader, Vote,
    atomic::{BundleRecord, Lock, Message, OutboxHead, Proof},
    beacon::{HandOver, HandOverProof},
    body::Field,
    codec, provenance,
    state::{StateKey, StateProof, Terminal},
    validator::ValidatorSet,
};
use proptest::{collection::vec, prelude::*};

fn digest() -> impl Strategy<Value = Digest> {
    any::<[u8; 32]>().prop_map(Digest)
}

fn core() -> impl Strategy<Value = EntryCore> {
    let captured = (digest(), digest(), any::<bool>()).prop_map(|(event, content, exclusive)| {
        provenance::Command::CaptureEvent(provenance::CaptureEvent { event: Subject(event), content, exclusive })
    });
    let declared = (digest(), digest()).prop_map(|(event, content)| {
        provenance::Command::DeclareError(provenance::DeclareError { event: Subject(event), content })
    });
    let described = (digest(), digest()).prop_map(|(element, content)| {
        let element = Subject(element);
        provenance::Command::RecordMasterData(provenance::RecordMasterData { element, content })
    });
    let command = prop_oneof![captured, declared, described].prop_map(Command::Provenance);
    (vec(digest().prop_map(Subject), 0..5), command).prop_map(|(subjects, command)| EntryCore { subjects, command })
}

fn body() -> impl Strategy<Value = Body> {
    let sealed = (vec(any::<u8>(), 0..40), digest());
    prop_oneof![
        vec(any::<u8>(), 0..40).prop_map(Body::Public),
        sealed.prop_map(|(ciphertext, commitment)| Body::Sealed { ciphertext, commitment }),
    ]
}

fn receipt() -> impl Strategy<Value = Receipt> {
    (".{0,12}", vec((".{0,8}", ".{0,8}"), 0..3))
        .prop_map(|(code, fields)| Receipt::Rejected(Rejection { code, fields }))
}

fn terminal() -> impl Strategy<Value = Terminal> {
    prop_oneof![
        vec(any::<u8>(), 0..40).prop_map(|value| Terminal::Present { value }),
        Just(Terminal::Empty),
        (digest(), digest()).prop_map(|(path, value_hash)| Terminal::Other { path, value_hash }),
    ]
}

fn comes_back<T: BorshSerialize + BorshDeserialize + PartialEq>(value: &T) -> bool {
    codec::decode::<T>("value", &codec::encode(value)).as_ref() == Ok(value)
}

/// Whether the bytes are refused, or are exactly the encoding of the decoded value.
fn is_refused_or_canonical<T: BorshSerialize + BorshDeserialize>(bytes: &[u8]) -> bool {
    codec::decode::<T>("value", bytes).map_or(true, |value| codec::encode(&value) == bytes)
}

fn every_type_is_refused_or_canonical(bytes: &[u8]) -> bool {
    [
        is_refused_or_canonical::<Genesis>,
        is_refused_or_canonical::<ValidatorSet>,
        is_refused_or_canonical::<TransactionHeader>,
        is_refused_or_canonical::<Transaction>,
        is_refused_or_canonical::<Entry>,
        is_refused_or_canonical::<EntryCore>,
        is_refused_or_canonical::<Body>,
        is_refused_or_canonical::<BodySeal>,
        is_refused_or_canonical::<Field>,
        is_refused_or_canonical::<Receipt>,
        is_refused_or_canonical::<BlockHeader>,
        is_refused_or_canonical::<Vote>,
        is_refused_or_canonical::<Certificate>,
        is_refused_or_canonical::<FinalBlock>,
        is_refused_or_canonical::<StateKey>,
        is_refused_or_canonical::<StateProof>,
        is_refused_or_canonical::<StreamHead>,
        is_refused_or_canonical::<Message>,
        is_refused_or_canonical::<OutboxHead>,
        is_refused_or_canonical::<Proof>,
        is_refused_or_canonical::<BundleRecord>,
        is_refused_or_canonical::<Lock>,
        is_refused_or_canonical::<HandOver>,
        is_refused_or_canonical::<HandOverProof>,
    ]
    .iter()
    .all(|check| check(bytes))
}

proptest! {
    #[test]
    fn a_command_comes_back(core in core(), body in body()) {
        prop_assert!(comes_back(&body.seal()));
        let entry = Entry { core, body };
        prop_assert!(comes_back(&entry));
    }

    #[test]
    fn a_receipt_comes_back(receipt in receipt()) {
        prop_assert!(comes_back(&receipt));
    }

    #[test]
    fn a_field_comes_back(salt in any::<[u8; 16]>(), pointer in ".{0,20}", value in ".{0,20}") {
        let field = Field { salt, pointer, value };
        prop_assert!(comes_back(&field));
    }

    #[test]
    fn a_state_proof_comes_back(siblings in vec(digest(), 0..6), terminal in terminal()) {
        let proof = StateProof { siblings, terminal };
        prop_assert!(comes_back(&proof));
    }

    #[test]
    fn a_certificate_comes_back(signers in vec((any::<u16>(), any::<[u8; 32]>()), 0..4)) {
        let signature = |(at, half): (u16, [u8; 32])| {
            (at, Signature::Ed25519([half, half].concat().try_into().expect("64 bytes")))
        };
        let vote = sample::final_block().header.finalise_vote();
        let certificate = Certificate { vote, signatures: signers.into_iter().map(signature).collect() };
        prop_assert!(comes_back(&certificate));
    }

    #[test]
    fn no_bytes_make_a_decoder_panic(bytes in vec(any::<u8>(), 0..300)) {
        prop_assert!(every_type_is_refused_or_canonical(&bytes));
    }

    #[test]
    fn no_change_of_an_encoding_makes_a_decoder_panic(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = codec::encode(&sample::final_block());
        let at = at.index(bytes.len());
        bytes[at] = byte;
        prop_assert!(every_type_is_refused_or_canonical(&bytes));
    }

    #[test]
    fn a_length_that_lies_takes_no_memory(length in any::<u32>(), tail in vec(any::<u8>(), 0..40)) {
        let bytes = [&length.to_le_bytes()[..], &tail].concat();
        prop_assert!(every_type_is_refused_or_canonical(&bytes));
    }
}

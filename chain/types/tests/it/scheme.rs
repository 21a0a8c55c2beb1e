//! Every key and signature names its scheme, and an unknown scheme is refused with a stable code. The refused inputs
//! are a genesis document, a transaction, a certificate, and a key as text.

use crate::{certificate_limit::certificate, genesis_limit::genesis, transaction_limit};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    Certificate, Genesis, PublicKey, SecretKey, Signature, Transaction,
    codec::{CodecError, decode, decode_own, encode},
    signature::{KeyTextError, Scheme, UnknownScheme},
};

const UNUSED: [(u8, &str); 5] = [
    (0, "scheme 0 is not in use, only 1 (Ed25519) is"),
    (Scheme::P256_WEBAUTHN, "scheme 2 (P-256 with WebAuthn) is not in use, only 1 (Ed25519) is"),
    (Scheme::ML_DSA_44, "scheme 3 (ML-DSA-44) is not in use, only 1 (Ed25519) is"),
    (Scheme::SM2, "scheme 4 (SM2) is not in use, only 1 (Ed25519) is"),
    (u8::MAX, "scheme 255 is not in use, only 1 (Ed25519) is"),
];

/// Asserts that an encoded value is refused when the scheme of one of its parts is changed.
fn assert_refused<T, P>(name: &'static str, value: &T, part: &P)
where
    T: BorshSerialize + BorshDeserialize + PartialEq + std::fmt::Debug,
    P: BorshSerialize,
{
    let (bytes, part) = (encode(value), encode(part));
    let at = bytes.windows(part.len()).position(|window| window == part).expect("the value contains the part");
    for (byte, sentence) in UNUSED {
        let mut bytes = bytes.clone();
        bytes[at] = byte;
        let error = CodecError::Scheme { what: name, scheme: UnknownScheme(byte) };
        assert_eq!(decode::<T>(name, &bytes), Err(error.clone()));
        assert_eq!(decode_own::<T>(name, &bytes), Err(error.clone()));
        assert_eq!(error.to_string(), format!("ledger.unknown_scheme: {name}: {sentence}"));
    }
}

#[test]
fn a_key_and_a_signature_begin_with_the_number_of_ed25519() {
    let key = SecretKey::from_seed(&[1; 32]);
    let PublicKey::Ed25519(bytes) = key.public_key();
    assert_eq!(encode(&key.public_key()), [&[1], &bytes[..]].concat());
    let signature = Signature::Ed25519([7; 64]);
    assert_eq!(encode(&signature), [&[1], &[7; 64][..]].concat());
}

#[test]
fn a_scheme_that_is_not_in_use_is_refused_wherever_it_is_decoded() {
    let genesis: Genesis = genesis();
    assert_refused("a genesis document", &genesis, &genesis.operator);
    assert_refused("a genesis document", &genesis, &genesis.validators.validators[0].key);
    let transaction: Transaction = transaction_limit::sign(vec![transaction_limit::small()]);
    assert_refused("a transaction", &transaction, &transaction.header.author);
    assert_refused("a transaction", &transaction, &transaction.signature);
    assert_refused("a transaction", &transaction, &SecretKey::from_seed(&[2; 32]).public_key());
    let certificate: Certificate = certificate(&[0, 1]);
    assert_refused("a certificate", &certificate, &certificate.signatures[1].1);
}

#[test]
fn the_text_of_a_key_is_its_whole_encoding() {
    let key = SecretKey::from_seed(&[1; 32]).public_key();
    let text = key.to_string();
    assert_eq!((text.len(), &text[..2]), (66, "01"));
    assert_eq!(text.parse(), Ok(key));
    assert_eq!(text.to_uppercase().parse(), Ok(key));
}

#[test]
fn a_text_of_another_scheme_or_length_is_not_a_key() {
    let text = SecretKey::from_seed(&[1; 32]).public_key().to_string();
    for (byte, sentence) in UNUSED {
        let error = format!("{byte:02x}{}", &text[2..]).parse::<PublicKey>().expect_err("it is not in use");
        assert_eq!(error, KeyTextError::Scheme(UnknownScheme(byte)));
        assert_eq!(error.to_string(), format!("ledger.unknown_scheme: {sentence}"));
    }
    assert_eq!(
        "02ff".parse::<PublicKey>(),
        Err(KeyTextError::Scheme(UnknownScheme(2))),
        "of a scheme with other lengths"
    );
    for text in [
        "",
        "01",
        &format!("ea{}", &text[4..]),
        &text[..64],
        &text[..65],
        &format!("{text}00"),
        &format!("{}zz", &text[..64]),
    ] {
        assert_eq!(text.parse::<PublicKey>(), Err(KeyTextError::Digits), "{text}");
    }
}

//! Bundles with unusual signatures: crafted ones that the rule accepts, invalid ones in addition to a valid quorum, and
//! unknown schemes.

use super::{
    Vector,
    tampered::{bytes, spoil, tampered},
    whole::{event, json, quorum, verified},
};
use crate::world::{World, seed};
use chain_proof::{Bundle, bundle::Finality};
use chain_types::{Digest, PublicKey, SecretKey, Signature, certificate::Certificate};
use curve25519_dalek::{
    constants::{ED25519_BASEPOINT_POINT as B, EIGHT_TORSION},
    scalar::Scalar,
};
use serde_json::Value;
use sha2::{Digest as _, Sha512};

pub(super) fn vectors() -> Vec<Vector> {
    let mut vectors = crafted();
    vectors.extend(beside_a_quorum());
    vectors.extend(schemes());
    vectors
}

fn hash(parts: &[&[u8]]) -> [u8; 64] {
    Sha512::digest(parts.concat()).into()
}

/// A signature whose `R` has a component of small order: valid only under the equation with the cofactor.
fn craft(seed: &[u8; 32], namespace: &[u8], digest: &Digest) -> Signature {
    let mut secret: [u8; 32] = hash(&[seed])[..32].try_into().expect("the slice has 32 bytes");
    (secret[0], secret[31]) = (secret[0] & 0xf8, secret[31] & 0x3f | 0x40);
    let secret = Scalar::from_bytes_mod_order(secret);
    let PublicKey::Ed25519(key) = SecretKey::from_seed(seed).public_key();
    let nonce = Scalar::from(123_456_789_u64);
    let r = (nonce * B + EIGHT_TORSION[1]).compress().0;
    let length = [u8::try_from(namespace.len()).expect("a namespace is shorter than 256 bytes")];
    let challenge = Scalar::from_bytes_mod_order_wide(&hash(&[&r, &key, &length, namespace, digest.as_bytes()]));
    let s = (nonce + challenge * secret).to_bytes();
    Signature::Ed25519([r, s].concat().try_into().expect("two halves have 64 bytes"))
}

fn certificate(bundle: &mut Bundle) -> &mut Certificate {
    match &mut bundle.block.as_mut().expect("the bundle has a block").finality {
        Finality::Certificate(certificate) => certificate,
        Finality::Ancestry(_) => panic!("the block has a certificate of its own"),
    }
}

fn crafted() -> Vec<Vector> {
    let world = World::new(&[1]);
    let mut by_author = event(&world);
    let record = by_author.record.as_mut().expect("the bundle has a record");
    record.signature = craft(&seed("author"), b"waymark/transaction/1", &record.transaction.id().0);
    let mut by_validator = event(&world);
    let digest = certificate(&mut by_validator).vote.digest();
    certificate(&mut by_validator).signatures[0].1 = craft(&seed("validator 0"), b"waymark/vote/1", &digest);
    vec![
        verified("author_signature_valid_with_the_cofactor", &by_author),
        verified("certificate_signature_valid_with_the_cofactor", &by_validator),
    ]
}

/// Four validators of equal weight signed, and some of the signatures are invalid.
fn beside_a_quorum() -> Vec<Vector> {
    let forged = |which: &[usize]| {
        let mut bundle = quorum(&[1, 1, 1, 1], &[0, 1, 2, 3]);
        for at in which {
            spoil(&mut certificate(&mut bundle).signatures[*at].1);
        }
        bundle
    };
    let mut stolen = quorum(&[1, 1, 1, 1], &[0, 1, 2, 3]);
    certificate(&mut stolen).signatures[0].1 = certificate(&mut stolen).signatures[1].1;
    let mut by_weight = quorum(&[5, 1, 1], &[0, 1, 2]);
    spoil(&mut certificate(&mut by_weight).signatures[0].1);
    vec![
        verified("certificate_with_an_invalid_signature_beside_a_quorum", &forged(&[2])),
        verified("certificate_with_a_stolen_signature_beside_a_quorum", &stolen),
        tampered("certificate_with_too_few_valid_signatures", "certificate", &forged(&[1, 2])),
        tampered("certificate_with_too_little_valid_weight", "certificate", &by_weight),
    ]
}

fn schemes() -> Vec<Vector> {
    let bundle = event(&World::new(&[1]));
    let vector_of = |name: &str, edit: &dyn Fn(&mut Value)| {
        let mut value = json(&bundle);
        edit(&mut value);
        Vector::new(name, value, "unreadable", None)
    };
    let PublicKey::Ed25519(operator) = bundle.genesis.operator;
    let place_of = |bytes: &[u8]| {
        bytes.windows(32).position(|window| window == operator).expect("the genesis holds the operator's key") - 1
    };
    vec![
        vector_of("scheme_of_the_operator_unknown", &|v| {
            bytes(v, "/genesis", |bytes| {
                let at = place_of(bytes);
                bytes[at] = 0;
            });
        }),
        vector_of("scheme_of_the_author_unknown", &|v| bytes(v, "/record/transaction", |bytes| bytes[32 + 16] = 2)),
        vector_of("scheme_of_the_authors_signature_unknown", &|v| bytes(v, "/record/signature", |bytes| bytes[0] = 3)),
        vector_of("scheme_of_a_validators_signature_unknown", &|v| {
            bytes(v, "/block/certificate", |bytes| {
                let at = bytes.len() - 65;
                bytes[at] = 4;
            });
        }),
    ]
}

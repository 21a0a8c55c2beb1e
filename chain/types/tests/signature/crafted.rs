//! Edge cases of signatures over messages that members sign, crafted with curve arithmetic. Invariant: rows are a
//! function of constants alone.

use crate::{
    row::{FRAME, NAMESPACE, Row},
    rule::challenge,
};
use chain_types::{Digest, PublicKey, SecretKey, Signature};
use curve25519_dalek::{
    constants::{ED25519_BASEPOINT_POINT as B, EIGHT_TORSION},
    edwards::CompressedEdwardsY,
    scalar::Scalar,
};
use sha2::{Digest as _, Sha512};

const SEED: [u8; 32] = [7; 32];
const DIGEST: [u8; 32] = [0x42; 32];

/// The order of the base point, little-endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// The non-canonical encodings of points of small order: 1 and -1 with a sign bit, and 0 and 1 with the prime added.
fn aliases() -> [[u8; 32]; 6] {
    let (mut one, mut minus_one) = ([0; 32], [0xff; 32]);
    (one[0], one[31], minus_one[0]) = (1, 0x80, 0xec);
    let prime_plus = |low, last| {
        let mut bytes = [0xff; 32];
        (bytes[0], bytes[31]) = (low, last);
        bytes
    };
    [one, minus_one, prime_plus(0xed, 0x7f), prime_plus(0xed, 0xff), prime_plus(0xee, 0x7f), prime_plus(0xee, 0xff)]
}

/// The eight points of small order and their other encodings, as in the vectors of ZIP-215.
fn small() -> impl Iterator<Item = [u8; 32]> + Clone {
    EIGHT_TORSION.iter().map(|point| point.compress().0).chain(aliases())
}

/// The secret scalar of a seed (RFC 8032 section 5.1.5).
fn secret(seed: &[u8; 32]) -> Scalar {
    let hash = Sha512::digest(seed);
    let mut scalar: [u8; 32] = hash[..32].try_into().expect("the slice has 32 bytes");
    (scalar[0], scalar[31]) = (scalar[0] & 0xf8, scalar[31] & 0x3f | 0x40);
    Scalar::from_bytes_mod_order(scalar)
}

fn message(digest: &[u8; 32]) -> Vec<u8> {
    [FRAME, digest].concat()
}

fn joined(r: [u8; 32], s: [u8; 32]) -> [u8; 64] {
    [r, s].concat().try_into().expect("two halves have 64 bytes")
}

fn plus(left: [u8; 32], right: [u8; 32]) -> [u8; 32] {
    let mut carry = 0;
    std::array::from_fn(|at| {
        let sum = u16::from(left[at]) + u16::from(right[at]) + carry;
        carry = sum >> 8;
        sum.to_le_bytes()[0]
    })
}

/// An honest key: its secret, a fixed nonce and the encoded public key.
struct Signer {
    secret: Scalar,
    nonce: Scalar,
    key: [u8; 32],
}

impl Signer {
    fn new() -> Self {
        let secret = secret(&SEED);
        Self { secret, nonce: Scalar::from(123_456_789_u64), key: (secret * B).compress().0 }
    }

    /// The `S` for an `R` that is `nonce` times the base point, up to a component of small order.
    fn response(&self, nonce: Scalar, hashed: (&[u8; 32], &[u8; 32]), digest: &[u8; 32]) -> [u8; 32] {
        (nonce + challenge(hashed.0, hashed.1, &message(digest)) * self.secret).to_bytes()
    }
}

fn honest(signer: &Signer) -> Vec<Row> {
    let key = SecretKey::from_seed(&SEED);
    let PublicKey::Ed25519(bytes) = key.public_key();
    assert_eq!(bytes, signer.key);
    let Signature::Ed25519(signature) = key.sign(NAMESPACE, &Digest(DIGEST));
    let mut rows = vec![Row::new("honest", true, bytes, &message(&DIGEST), signature)];
    let PublicKey::Ed25519(other) = SecretKey::from_seed(&[8; 32]).public_key();
    rows.push(Row::new("honest, under another key", false, other, &message(&DIGEST), signature));
    rows.push(Row::new("honest, under another message", false, bytes, &message(&[0x43; 32]), signature));
    for (part, at) in [("R", 5), ("S", 37)] {
        let mut changed = signature;
        changed[at] ^= 1;
        rows.push(Row::new(format!("honest, a bit of {part} changed"), false, bytes, &message(&DIGEST), changed));
    }
    rows.push(Row::new("zeros", false, bytes, &message(&DIGEST), [0; 64]));
    let [r, mut s] = [0, 32].map(|at| <[u8; 32]>::try_from(&signature[at..at + 32]).expect("the slice has 32 bytes"));
    for times in 1..15 {
        s = plus(s, ORDER);
        rows.push(Row::new(format!("S + {times} L"), false, bytes, &message(&DIGEST), joined(r, s)));
    }
    rows
}

/// Every point of small order added to key and `R`. The cofactor cancels them.
fn mixed(signer: &Signer) -> Vec<Row> {
    let mut rows = Vec::new();
    for (at_key, of_key) in EIGHT_TORSION.iter().enumerate() {
        for (at_r, of_r) in EIGHT_TORSION.iter().enumerate() {
            let key = (signer.secret * B + of_key).compress().0;
            let r = (signer.nonce * B + of_r).compress().0;
            let s = signer.response(signer.nonce, (&r, &key), &DIGEST);
            let name = format!("mixed order: key + T{at_key}, R + T{at_r}");
            rows.push(Row::new(name, true, key, &message(&DIGEST), joined(r, s)));
        }
    }
    rows
}

/// The same with a message whose hash makes the components of small order cancel, so that a check without the cofactor
/// passes too.
fn cancelling(signer: &Signer) -> Vec<Row> {
    let torsion = EIGHT_TORSION[1];
    let cases = [("R of small order", Scalar::ZERO), ("R of mixed order", signer.nonce)];
    let row = |(name, nonce): (&str, Scalar)| {
        let key = (signer.secret * B + torsion).compress().0;
        let r = (nonce * B + torsion).compress().0;
        // The torsion of R + kA is (1 + k) T1.
        let cancels = |digest: &[u8; 32]| challenge(&r, &key, &message(digest)).as_bytes()[0] % 8 == 7;
        let digest = (0..=u8::MAX).map(|byte| [byte; 32]).find(cancels).expect("about one digest in eight cancels");
        let s = signer.response(nonce, (&r, &key), &digest);
        let name = format!("mixed order: key of mixed order, {name}, also valid without the cofactor");
        Row::new(name, true, key, &message(&digest), joined(r, s))
    };
    cases.map(row).into()
}

/// `R` of small order: `S` depends only on the key.
fn small_r(signer: &Signer) -> Vec<Row> {
    let mut rows = Vec::new();
    for (at, r) in small().enumerate() {
        let s = signer.response(Scalar::ZERO, (&r, &signer.key), &DIGEST);
        let name = format!("R of small order {at}{}", if at < 8 { "" } else { ", not canonical" });
        rows.push(Row::new(name, at < 8, signer.key, &message(&DIGEST), joined(r, s)));
    }
    for (at, r) in aliases().into_iter().enumerate() {
        let canonical = CompressedEdwardsY(r).decompress().expect("the point is on the curve").compress().0;
        let s = signer.response(Scalar::ZERO, (&canonical, &signer.key), &DIGEST);
        let name = format!("R of small order {}, not canonical, hashed as canonical", at + 8);
        rows.push(Row::new(name, false, signer.key, &message(&DIGEST), joined(r, s)));
    }
    rows
}

/// Keys of small order: the equation holds for every message, with `S = 0` where `R` has small order too.
fn small_key(signer: &Signer) -> Vec<Row> {
    let mut rows = Vec::new();
    for (at_key, key) in small().enumerate() {
        for (at_r, r) in small().enumerate() {
            let name = format!("ZIP-215: key of small order {at_key}, R of small order {at_r}, S = 0");
            rows.push(Row::new(name, false, key, &message(&DIGEST), joined(r, [0; 32])));
        }
        let r = (signer.nonce * B).compress().0;
        let name = format!("key of small order {at_key}, R of the order of the base point");
        rows.push(Row::new(name, false, key, &message(&DIGEST), joined(r, signer.nonce.to_bytes())));
    }
    rows
}

/// Encodings that are not on the curve, and non-canonical keys of large order, whose secrets nobody knows.
fn invalid_points(signer: &Signer) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut none = [0; 32];
    none[0] = 2;
    assert!(CompressedEdwardsY(none).decompress().is_none());
    let r = (signer.nonce * B).compress().0;
    let s = signer.response(signer.nonce, (&r, &none), &DIGEST);
    rows.push(Row::new("key not on the curve", false, none, &message(&DIGEST), joined(r, s)));
    let s = signer.response(signer.nonce, (&none, &signer.key), &DIGEST);
    rows.push(Row::new("R not on the curve", false, signer.key, &message(&DIGEST), joined(none, s)));
    for low in 0xef..=0xff {
        let mut key = [0xff; 32];
        (key[0], key[31]) = (low, 0x7f);
        if CompressedEdwardsY(key).decompress().is_some() {
            let s = signer.response(signer.nonce, (&r, &key), &DIGEST);
            let name = format!("key of large order, not canonical: y = p + {}", low - 0xed);
            rows.push(Row::new(name, false, key, &message(&DIGEST), joined(r, s)));
        }
    }
    rows
}

/// All rows.
pub(crate) fn rows() -> impl Iterator<Item = Row> {
    let signer = Signer::new();
    let groups = [honest, mixed, cancelling, small_r, small_key, invalid_points];
    groups.into_iter().flat_map(move |group| group(&signer))
}

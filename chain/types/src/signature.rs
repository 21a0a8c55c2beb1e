//! Ed25519 (RFC 8032) under the ZIP-215 rule [P1], single and in batches. Invariant: a batch is accepted exactly when
//! each of its signatures is, and what is signed is always `len(namespace) || namespace || message`.

use crate::digest::{Digest, Hasher, Tag};
use borsh::{BorshDeserialize, BorshSerialize};
use commonware_codec::{Copying, DecodeExt as _};
use commonware_cryptography::{BatchEntry, BatchVerifier as _};
use commonware_cryptography_curve25519::signing;
use commonware_parallel::Sequential;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;
use std::fmt;

/// What a signature is for; part of the signed bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Namespace(&'static [u8]);

impl Namespace {
    /// A validator's deal of secret shares.
    pub const DEAL: Self = Self(b"waymark/deal/1");
    /// A leader's soft confirmation.
    pub const MICRO_RECEIPT: Self = Self(b"waymark/micro-receipt/1");
    /// A tenant's transaction.
    pub const TRANSACTION: Self = Self(b"waymark/transaction/1");
    /// A validator's vote.
    pub const VOTE: Self = Self(b"waymark/vote/1");
}

/// A public key, 32 bytes (RFC 8032 section 5.1.5).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
pub struct PublicKey(pub [u8; 32]);

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A signature, 64 bytes (RFC 8032 section 5.1.6).
#[derive(Clone, Copy, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
pub struct Signature(pub [u8; 64]);

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// A signing key. Its seed is wiped from memory when dropped, and never printed.
#[derive(Clone)]
pub struct SecretKey(signing::SigningKey);

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

impl SecretKey {
    /// The key of a 32-byte seed.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(signing::SigningKey::decode(Copying(seed)).expect("any 32 bytes are a seed"))
    }

    /// The public half.
    pub fn public_key(&self) -> PublicKey {
        PublicKey(fixed(&self.0.verifying_key()))
    }

    /// Signs a digest within a namespace; deterministic.
    pub fn sign(&self, namespace: Namespace, digest: &Digest) -> Signature {
        Signature(fixed(&self.0.sign(namespace.0, digest.as_bytes())))
    }
}

/// A claim that `key` signed `digest`.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// Who signed.
    pub key: PublicKey,
    /// What was signed.
    pub digest: Digest,
    /// The signature.
    pub signature: Signature,
}

/// Whether one signature is valid.
pub fn verify(namespace: Namespace, claim: &Claim) -> bool {
    let Some((key, signature)) = parse(claim) else { return false };
    key.verify(namespace.0, claim.digest.as_bytes(), &signature)
}

/// Whether all signatures are valid; an empty batch is. `rng` must be unpredictable to whoever chose the batch: an
/// invalid batch passes with probability about 2^-128.
pub fn verify_batch(namespace: Namespace, claims: &[Claim], rng: &mut impl rand_core::CryptoRng) -> bool {
    if claims.is_empty() {
        return true;
    }
    let Some(parsed) = claims.iter().map(parse).collect::<Option<Vec<_>>>() else { return false };
    let items: Vec<_> = parsed.iter().zip(claims).collect();
    signing::VerifyingKey::verify_batch(
        rng,
        &items,
        |_, ((key, signature), claim)| BatchEntry {
            namespace: namespace.0,
            message: claim.digest.as_bytes(),
            public_key: key,
            signature,
        },
        &Sequential,
    )
}

/// [`verify_batch`] for whoever has no source of randomness: what it needs comes from a digest of the whole batch, so
/// another batch has other coefficients, and each try at one that passes costs an attacker a digest and succeeds with
/// probability about 2^-128 (Fiat and Shamir, CRYPTO 1986).
pub fn verify_fixed_batch(namespace: Namespace, claims: &[Claim]) -> bool {
    let mut hasher = Hasher::new(Tag::BATCH);
    for Claim { key, digest, signature } in claims {
        hasher.update(&key.0);
        hasher.update(&digest.0);
        hasher.update(&signature.0);
    }
    verify_batch(namespace, claims, &mut ChaCha20Rng::from_seed(hasher.finish().0))
}

/// Points of small order, in every encoding that decodes (the eight torsion points and their non-canonical forms).
/// Such a key can be made to "sign" anything, so registration refuses it [P1].
const SMALL_ORDER: [[u8; 32]; 5] = [
    [0; 32],
    small(1),
    hex_point(*b"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    hex_point(*b"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    hex_point(*b"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
];

impl PublicKey {
    /// Whether the key is a point of small order, which any signature may claim. The sign bit is ignored, and the two
    /// non-canonical encodings (y = p and y = p + 1) count.
    pub fn is_small_order(&self) -> bool {
        let mut bytes = self.0;
        if let Some(last) = bytes.last_mut() {
            *last &= 0x7f;
        }
        let p = hex_point(*b"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
        let p_plus_one = hex_point(*b"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
        SMALL_ORDER.contains(&bytes) || bytes == p || bytes == p_plus_one
    }
}

const fn small(value: u8) -> [u8; 32] {
    let mut out = [0; 32];
    #[allow(clippy::indexing_slicing, reason = "a constant index into a fixed array")]
    {
        out[0] = value;
    }
    out
}

#[allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "evaluated at compile time over fixed arrays"
)]
const fn hex_point(text: [u8; 64]) -> [u8; 32] {
    const fn nibble(c: u8) -> u8 {
        if c.is_ascii_digit() { c - b'0' } else { c - b'a' + 10 }
    }
    let mut out = [0; 32];
    let mut i = 0;
    while i < 32 {
        out[i] = nibble(text[2 * i]) << 4 | nibble(text[2 * i + 1]);
        i += 1;
    }
    out
}

fn parse(claim: &Claim) -> Option<(signing::VerifyingKey, signing::Signature)> {
    let key = signing::VerifyingKey::decode(Copying(&claim.key.0)).ok()?;
    let signature = signing::Signature::decode(Copying(&claim.signature.0)).ok()?;
    Some((key, signature))
}

fn fixed<const N: usize>(value: &impl commonware_codec::Encode) -> [u8; N] {
    let bytes = value.encode();
    bytes.as_ref().try_into().expect("the encoding has its type's fixed size")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::hash;

    fn claims(count: u8) -> Vec<Claim> {
        (0..count)
            .map(|n| {
                let key = SecretKey::from_seed(&[n; 32]);
                let digest = hash(Tag::TRANSACTION, &[&[n]]);
                Claim { key: key.public_key(), digest, signature: key.sign(Namespace::TRANSACTION, &digest) }
            })
            .collect()
    }

    #[test]
    fn a_batch_is_valid_exactly_when_each_signature_is() {
        let mut rng = rand::rngs::StdRng::seed_from_u64(1);
        let good = claims(20);
        assert!(verify_batch(Namespace::TRANSACTION, &good, &mut rng));
        assert!(verify_fixed_batch(Namespace::TRANSACTION, &good) && verify_fixed_batch(Namespace::TRANSACTION, &[]));
        assert!(good.iter().all(|claim| verify(Namespace::TRANSACTION, claim)));
        for broken in 0..good.len() {
            let mut bad = good.clone();
            bad[broken].signature.0[5] ^= 1;
            assert!(!verify_batch(Namespace::TRANSACTION, &bad, &mut rng));
            assert!(!verify_fixed_batch(Namespace::TRANSACTION, &bad));
            assert!(!verify(Namespace::TRANSACTION, &bad[broken]));
        }
    }

    #[test]
    fn a_signature_is_bound_to_its_namespace() {
        let claim = claims(1)[0];
        assert!(!verify(Namespace::VOTE, &claim));
    }

    #[test]
    fn keys_of_small_order_are_recognised_in_every_encoding() {
        for point in SMALL_ORDER {
            let mut negative = point;
            negative[31] |= 0x80;
            assert!(PublicKey(point).is_small_order() && PublicKey(negative).is_small_order());
        }
        assert!(!SecretKey::from_seed(&[7; 32]).public_key().is_small_order());
    }
}

//! Ed25519 signatures (RFC 8032), checked by the same rule everywhere [P1, signatures]. Invariant: a batch is accepted
//! exactly when each of its signatures is. The signed bytes are always `len(namespace) || namespace || message`.
//!
//! The rule is RFC 8032 section 5.1.7 with the cofactored equation: `R` and the key are canonical, the key is not of
//! small order, `S` is below the order, and `[8][S]B = [8]R + [8][k]A`. It is Algorithm 2 of "Taming the many EdDSAs"
//! (Chalkias, Garillot, Nikolaenko, SSR 2020). The library uses the cofactored equation both for single signatures and
//! in batches. It is more lenient than the rule about encodings and keys, so those are checked here first.

mod key;
mod point;
mod scheme;

pub use key::{KeyTextError, PublicKey, Signature};
pub use scheme::{Scheme, UnknownScheme};

use crate::digest::{Digest, Hasher, Tag};
use commonware_codec::{Copying, DecodeExt as _};
use commonware_cryptography::{BatchEntry, BatchVerifier as _};
use commonware_cryptography_curve25519::signing;
use commonware_parallel::Sequential;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;
use std::fmt;

/// The purpose of a signature, part of the signed bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Namespace(&'static [u8]);

impl Namespace {
    /// A validator's deal of secret shares.
    pub const DEAL: Self = Self(b"waymark/deal/1");
    /// A leader's promise (soft confirmation).
    pub const PROMISE: Self = Self(b"waymark/promise/1");
    /// A tenant's transaction.
    pub const TRANSACTION: Self = Self(b"waymark/transaction/1");
    /// A validator's vote.
    pub const VOTE: Self = Self(b"waymark/vote/1");
}

/// A signing key. Its seed is wiped from memory on drop and never printed.
#[derive(Clone)]
pub struct SecretKey(signing::SigningKey);

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

impl SecretKey {
    /// Derives the key of a 32-byte seed.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(signing::SigningKey::decode(Copying(seed)).expect("any 32 bytes are a valid seed"))
    }

    pub fn public_key(&self) -> PublicKey {
        PublicKey::Ed25519(to_array(&self.0.verifying_key()))
    }

    /// Signs a digest within a namespace. Deterministic.
    pub fn sign(&self, namespace: Namespace, digest: &Digest) -> Signature {
        Signature::Ed25519(to_array(&self.0.sign(namespace.0, digest.as_bytes())))
    }
}

/// The claim that `key` signed `digest`.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    pub key: PublicKey,
    pub digest: Digest,
    pub signature: Signature,
}

/// Whether one signature is valid.
pub fn verify(namespace: Namespace, claim: &Claim) -> bool {
    let Some((key, signature)) = parse(claim) else { return false };
    key.verify(namespace.0, claim.digest.as_bytes(), &signature)
}

/// Whether all signatures are valid. True for an empty batch. `rng` must be unpredictable to the author of the batch;
/// an invalid batch then passes with a probability of about 2^-128.
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

/// [`verify_batch`] for callers without a source of randomness. The coefficients are derived from a digest of the whole
/// batch, so a changed batch has other coefficients. Each attempt to find an invalid batch that passes costs an
/// attacker a digest, and succeeds with a probability of about 2^-128 (Fiat and Shamir, CRYPTO 1986).
pub fn verify_fixed_batch(namespace: Namespace, claims: &[Claim]) -> bool {
    verify_batch(namespace, claims, &mut fixed_rng(claims))
}

/// Determines which signatures are valid, in the order of the claims. If all are valid the cost is that of one batch.
/// Each invalid one adds a number of smaller batches that is logarithmic in the number of claims. `rng` is as in
/// [`verify_batch`].
pub fn verify_each(namespace: Namespace, claims: &[Claim], rng: &mut impl rand_core::CryptoRng) -> Vec<bool> {
    let mut valid = vec![false; claims.len()];
    mark_valid(namespace, claims, &mut valid, rng);
    valid
}

/// [`verify_each`] with the randomness of [`verify_fixed_batch`].
pub fn verify_each_fixed(namespace: Namespace, claims: &[Claim]) -> Vec<bool> {
    verify_each(namespace, claims, &mut fixed_rng(claims))
}

/// Splits a failing batch in halves, down to single invalid signatures.
fn mark_valid(namespace: Namespace, claims: &[Claim], valid: &mut [bool], rng: &mut impl rand_core::CryptoRng) {
    let all_valid = match claims {
        [] => return,
        [claim] => verify(namespace, claim),
        _ => verify_batch(namespace, claims, rng),
    };
    if all_valid {
        valid.fill(true);
    } else if claims.len() > 1 {
        let middle = claims.len() / 2;
        let (left, right) = claims.split_at(middle);
        let (valid_left, valid_right) = valid.split_at_mut(middle);
        mark_valid(namespace, left, valid_left, rng);
        mark_valid(namespace, right, valid_right, rng);
    }
}

/// Randomness derived from the digest of all claims.
fn fixed_rng(claims: &[Claim]) -> ChaCha20Rng {
    let mut hasher = Hasher::new(Tag::BATCH);
    for Claim { key: PublicKey::Ed25519(key), digest, signature: Signature::Ed25519(signature) } in claims {
        hasher.update(key);
        hasher.update(&digest.0);
        hasher.update(signature);
    }
    ChaCha20Rng::from_seed(hasher.finish().0)
}

/// Converts key and signature to the library's types. `None` when their encodings alone violate the rule.
fn parse(claim: &Claim) -> Option<(signing::VerifyingKey, signing::Signature)> {
    let Claim { key: PublicKey::Ed25519(key), signature: Signature::Ed25519(signature), .. } = claim;
    let r = signature.first_chunk()?;
    if !point::is_canonical(key) || !point::is_canonical(r) || point::is_small_order(key) {
        return None;
    }
    let key = signing::VerifyingKey::decode(Copying(key)).ok()?;
    let signature = signing::Signature::decode(Copying(signature)).ok()?;
    Some((key, signature))
}

/// The encoding of a value of fixed size.
fn to_array<const N: usize>(value: &impl commonware_codec::Encode) -> [u8; N] {
    let bytes = value.encode();
    bytes.as_ref().try_into().expect("the encoding has the fixed size of its type")
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
            let Signature::Ed25519(bytes) = &mut bad[broken].signature;
            bytes[5] ^= 1;
            assert!(!verify_batch(Namespace::TRANSACTION, &bad, &mut rng));
            assert!(!verify_fixed_batch(Namespace::TRANSACTION, &bad));
            assert!(!verify(Namespace::TRANSACTION, &bad[broken]));
            let each: Vec<_> = (0..good.len()).map(|at| at != broken).collect();
            assert_eq!(verify_each(Namespace::TRANSACTION, &bad, &mut rng), each);
            assert_eq!(verify_each_fixed(Namespace::TRANSACTION, &bad), each);
        }
    }

    #[test]
    fn a_signature_is_bound_to_its_namespace() {
        let claim = claims(1)[0];
        assert!(!verify(Namespace::VOTE, &claim));
    }
}

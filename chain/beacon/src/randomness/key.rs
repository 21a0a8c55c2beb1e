//! The randomness key: shares of the random number are encrypted to it. Invariant: the secret leaves the module
//! `randomness` only inside proofs and decrypted shares. The secret is wiped on drop and never printed.

use super::group::{Transcript, h, point, scalar};
use chain_types::{
    ChainId, PublicKey,
    beacon::{GroupElement, Possession},
    codec::encode,
};
use curve25519_dalek::{scalar::Scalar, traits::IsIdentity as _};
use std::fmt;
use zeroize::Zeroize as _;

/// A validator's secret randomness key; the public key is `h^secret`.
pub struct RandomnessKey(Scalar);

impl fmt::Debug for RandomnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RandomnessKey(..)")
    }
}

impl Drop for RandomnessKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl RandomnessKey {
    /// Derives the key from a 32-byte seed.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(Transcript::new(b"key").with(seed).scalar())
    }

    pub fn public(&self) -> GroupElement {
        (self.0 * h()).compress().0
    }

    /// Proves that the registrant of `validator` knows this secret.
    pub fn prove_possession(&self, chain_id: ChainId, validator: PublicKey) -> Possession {
        let nonce = self.nonce(&[&chain_id.0.0, &encode(&validator)]);
        let challenge = challenge(chain_id, validator, &self.public(), &(nonce * h()).compress().0);
        let response = nonce - challenge * self.0;
        Possession { challenge: challenge.to_bytes(), response: response.to_bytes() }
    }

    /// A nonce derived from the secret and from everything to be proved, so that no two proofs share one.
    pub(super) fn nonce(&self, parts: &[&[u8]]) -> Scalar {
        let start = Transcript::new(b"nonce").with(self.0.as_bytes());
        parts.iter().fold(start, |transcript, part| transcript.with(part)).scalar()
    }

    pub(super) const fn secret(&self) -> &Scalar {
        &self.0
    }
}

/// Whether the bytes are a valid public key: a point other than the identity.
pub fn is_key(key: &GroupElement) -> bool {
    point(key).is_some_and(|point| !point.is_identity())
}

/// Whether a registration's randomness key is a point other than the identity whose secret the registrant knows.
pub fn is_possessed(chain_id: ChainId, validator: PublicKey, key: &GroupElement, proof: &Possession) -> bool {
    let (Some(point), Some(e), Some(z)) = (point(key), scalar(&proof.challenge), scalar(&proof.response)) else {
        return false;
    };
    let commitment = (z * h() + e * point).compress().0;
    !point.is_identity() && challenge(chain_id, validator, key, &commitment) == e
}

fn challenge(chain_id: ChainId, validator: PublicKey, key: &GroupElement, commitment: &GroupElement) -> Scalar {
    Transcript::new(b"possession").with(&chain_id.0.0).with(&encode(&validator)).with(key).with(commitment).scalar()
}

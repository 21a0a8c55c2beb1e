//! Points, scalars and hashes of ristretto255. Invariant: only canonical encodings decode. Every hash covers its
//! purpose and the length of each part.

use chain_types::beacon::{GroupElement, GroupScalar};
use curve25519_dalek::{
    constants::RISTRETTO_BASEPOINT_POINT,
    ristretto::{CompressedRistretto, RistrettoPoint},
    scalar::Scalar,
};
use sha2::{Digest as _, Sha512};

/// The generator for commitments.
pub(super) const G: RistrettoPoint = RISTRETTO_BASEPOINT_POINT;

/// The generator for keys and secrets. Nobody knows its discrete logarithm to the base [`G`].
pub(super) fn h() -> RistrettoPoint {
    RistrettoPoint::from_uniform_bytes(&Transcript::new(b"generator").wide())
}

/// Decodes an element; `None` for an encoding that is not canonical.
pub(super) fn point(bytes: &GroupElement) -> Option<RistrettoPoint> {
    CompressedRistretto(*bytes).decompress()
}

/// Decodes a scalar; `None` for an encoding that is not canonical.
pub(super) fn scalar(bytes: &GroupScalar) -> Option<Scalar> {
    Scalar::from_canonical_bytes(*bytes).into_option()
}

/// Decodes a list of elements; `None` when one does not decode.
pub(super) fn points(list: &[GroupElement]) -> Option<Vec<RistrettoPoint>> {
    list.iter().map(point).collect()
}

pub(super) fn encodings(list: &[RistrettoPoint]) -> Vec<GroupElement> {
    list.iter().map(|point| point.compress().0).collect()
}

/// A hash with domain separation: SHA-512 over `len(part) || part` for each part, the purpose first.
#[derive(Clone)]
pub(super) struct Transcript(Sha512);

impl Transcript {
    /// An empty transcript for a purpose.
    pub(super) fn new(purpose: &[u8]) -> Self {
        Self(Sha512::new()).with(b"waymark/beacon/randomness/1").with(purpose)
    }

    pub(super) fn with(mut self, part: &[u8]) -> Self {
        self.0.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
        self.0.update(part);
        self
    }

    /// Adds a list as one part.
    pub(super) fn with_all(self, list: &[[u8; 32]]) -> Self {
        self.with(list.as_flattened())
    }

    pub(super) fn wide(self) -> [u8; 64] {
        self.0.finalize().into()
    }

    /// The hash as a scalar; its distance from uniform is at most 2^-260.
    pub(super) fn scalar(self) -> Scalar {
        Scalar::from_bytes_mod_order_wide(&self.wide())
    }
}

//! A second implementation of the signature rule, over another library and for any message [P1, signatures]. Invariant:
//! this file shares no code with the implementation under test.

use curve25519_dalek::{
    edwards::{CompressedEdwardsY, EdwardsPoint},
    scalar::Scalar,
    traits::IsIdentity as _,
};
use sha2::{Digest as _, Sha512};

/// `SHA-512(R || A || M)` modulo the order.
pub(crate) fn challenge(r: &[u8; 32], key: &[u8; 32], message: &[u8]) -> Scalar {
    let hash = Sha512::new().chain_update(r).chain_update(key).chain_update(message).finalize();
    Scalar::from_bytes_mod_order_wide(&hash.into())
}

/// Decodes a point in its canonical encoding. The decoder is lenient, so the result must encode to the same bytes.
fn canonical(bytes: &[u8; 32]) -> Option<EdwardsPoint> {
    let point = CompressedEdwardsY(*bytes).decompress()?;
    (point.compress().0 == *bytes).then_some(point)
}

/// Whether the signature is valid.
pub(crate) fn accepts(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let (r, s) = signature.split_at(32);
    let (r, s): ([u8; 32], [u8; 32]) =
        (r.try_into().expect("the slice has 32 bytes"), s.try_into().expect("the slice has 32 bytes"));
    let (Some(key_point), Some(r_point)) = (canonical(key), canonical(&r)) else { return false };
    let Some(s) = Option::<Scalar>::from(Scalar::from_canonical_bytes(s)) else { return false };
    let difference = EdwardsPoint::mul_base(&s) - r_point - challenge(&r, key, message) * key_point;
    !key_point.is_small_order() && difference.mul_by_cofactor().is_identity()
}

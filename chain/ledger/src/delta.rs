//! The write-set of a block as bytes [P8]. Invariant: one write-set, one byte string; applying it to the state before
//! the block gives the state after it.

use chain_state::Write;
use chain_types::{
    Digest, codec,
    digest::{Tag, hash},
};

/// Encodes a write-set: for each write its path and its optional value, ascending by path.
pub fn encode_delta(writes: &[Write]) -> Vec<u8> {
    let mut out = Vec::with_capacity(writes.len().saturating_mul(96).saturating_add(4));
    codec::encode_into(&u32::try_from(writes.len()).unwrap_or(u32::MAX), &mut out);
    for write in writes {
        codec::encode_into(&write.path, &mut out);
        codec::encode_into(&write.value, &mut out);
    }
    out
}

/// The write-set of [`encode_delta`].
///
/// # Errors
/// [`codec::CodecError`] when the bytes are not one.
pub fn decode_delta(bytes: &[u8]) -> Result<Vec<Write>, codec::CodecError> {
    let pairs: Vec<(Digest, Option<Box<[u8]>>)> = codec::decode_own("a delta", bytes)?;
    Ok(pairs.into_iter().map(|(path, value)| Write { path, value }).collect())
}

/// The digest that the header carries.
pub fn delta_root(delta: &[u8]) -> Digest {
    hash(Tag::DELTA, &[delta])
}

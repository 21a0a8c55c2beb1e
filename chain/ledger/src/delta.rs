//! The write-set of a block as bytes [P8]. Invariant: one write-set, one byte string; applying it to the state before
//! the block gives the state after it.

use chain_state::Write;
use chain_types::{
    Digest, codec,
    digest::{Tag, hash},
};

/// Bytes of a write for which room is made; there may be more.
const BYTES_PER_WRITE: usize = 96;

/// Encodes a write-set: for each write its path and its optional value, ascending by path.
pub fn encode_delta(writes: &[Write]) -> Vec<u8> {
    let mut out = Vec::with_capacity(writes.len().checked_mul(BYTES_PER_WRITE).unwrap_or_default());
    let count = u32::try_from(writes.len()).expect("a block has fewer than 2^32 writes");
    codec::encode_into(&count, &mut out);
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

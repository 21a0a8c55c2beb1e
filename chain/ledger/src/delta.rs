//! Encodes a block's write-set as bytes [P8, state and write-set]. Invariant: equal write-sets have equal bytes. A
//! write-set applied to the state before its block gives the state after it.

use chain_state::Write;
use chain_types::{
    Digest, codec,
    digest::{Tag, hash},
};

/// Expected bytes per write, for reserving memory; a write may take more.
const BYTES_PER_WRITE: usize = 96;

/// Encodes a write-set: the path and the optional value of each write, ascending by path.
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

/// Decodes a write-set from [`encode_delta`]'s bytes.
///
/// # Errors
/// [`codec::CodecError`] when the bytes are not a write-set, or its paths do not ascend: then one write-set would have
/// several encodings, or write a path twice.
pub fn decode_delta(bytes: &[u8]) -> Result<Vec<Write>, codec::CodecError> {
    let pairs: Vec<(Digest, Option<Box<[u8]>>)> = codec::decode_own("a delta", bytes)?;
    if !pairs.is_sorted_by(|(left, _), (right, _)| left < right) {
        return Err(codec::CodecError::NotCanonical { what: "a delta" });
    }
    Ok(pairs.into_iter().map(|(path, value)| Write { path, value }).collect())
}

/// The digest of an encoded write-set, as the header carries it.
pub fn delta_root(delta: &[u8]) -> Digest {
    hash(Tag::DELTA, &[delta])
}

//! The canonical codec: borsh with a check for canonical bytes [P2, canonical encoding]. Invariant: a value has exactly
//! one byte string. [`decode`] must be used for bytes from outside, because [`decode_own`] omits that check.

use crate::{mutant, signature::UnknownScheme};
use borsh::{BorshDeserialize, BorshSerialize};

/// Bytes that are not the canonical encoding of the expected type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The bytes end early, have trailing bytes, or hold an unknown variant.
    #[error("not a canonical encoding of {what}: {detail}")]
    Malformed {
        /// The name of the expected type.
        what: &'static str,
        /// The decoder's message.
        detail: String,
    },
    /// A key or signature in the value has an unknown scheme. The text begins with the stable code.
    #[error("{code}: {what}: {scheme}", code = UnknownScheme::CODE)]
    Scheme {
        /// The name of the expected type.
        what: &'static str,
        /// The scheme's number.
        scheme: UnknownScheme,
    },
    /// The value decodes, but encodes to other bytes.
    #[error("{what} is not in its canonical form")]
    NotCanonical {
        /// The name of the expected type.
        what: &'static str,
    },
}

/// Encodes a value.
pub fn encode<T: BorshSerialize>(value: &T) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    encode_into(value, &mut out);
    out
}

/// Appends a value's encoding.
pub fn encode_into<T: BorshSerialize>(value: &T, out: &mut Vec<u8>) {
    value.serialize(out).expect("writing to memory cannot fail");
}

/// Decodes a value, and refuses every byte string except its canonical one.
///
/// # Errors
/// [`CodecError`], naming the type and the fault.
pub fn decode<T: BorshDeserialize + BorshSerialize>(what: &'static str, bytes: &[u8]) -> Result<T, CodecError> {
    let value = decode_own::<T>(what, bytes)?;
    let mut rest = Rest(bytes);
    let is_canonical = value.serialize(&mut rest).is_ok() && rest.0.is_empty();
    // A deliberately broken variant; the simulator must detect it.
    if is_canonical || mutant::is(mutant::ANY_SCHEME) { Ok(value) } else { Err(CodecError::NotCanonical { what }) }
}

/// A writer that compares its input with the expected bytes instead of storing it.
struct Rest<'b>(&'b [u8]);

impl borsh::io::Write for Rest<'_> {
    fn write(&mut self, bytes: &[u8]) -> borsh::io::Result<usize> {
        self.0 = self.0.strip_prefix(bytes).ok_or(borsh::io::ErrorKind::InvalidData)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> borsh::io::Result<()> {
        Ok(())
    }
}

/// Decodes bytes that this process wrote itself, without the check for the canonical form.
///
/// # Errors
/// [`CodecError::Malformed`], [`CodecError::Scheme`].
pub fn decode_own<T: BorshDeserialize>(what: &'static str, bytes: &[u8]) -> Result<T, CodecError> {
    T::try_from_slice(bytes).map_err(|error| {
        match error.get_ref().and_then(|source| source.downcast_ref::<UnknownScheme>()) {
            Some(scheme) => CodecError::Scheme { what, scheme: *scheme },
            None => CodecError::Malformed { what, detail: error.to_string() },
        }
    })
}

//! Public keys of Ed25519 that verify webhooks. Invariant: a key that accepts signatures of no secret key is refused.

use crate::{limit::KEY_TEXT_BYTES_MAX, text};
use ed25519_dalek::VerifyingKey;
use std::fmt;

/// The prefix of the text of a public key.
pub const PUBLIC_PREFIX: &str = "whpk_";

/// A public key. Its `Display` is `whpk_` and 32 bytes in base64.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(pub(crate) VerifyingKey);

/// Reasons why a text is not a public key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PublicKeyError {
    /// The text does not begin with the prefix.
    #[error("a public key begins with `{PUBLIC_PREFIX}`")]
    Prefix,
    /// The text is longer than that of any key.
    #[error("the text of a public key has at most {KEY_TEXT_BYTES_MAX} bytes")]
    TooLong,
    /// What follows the prefix is not base64 with padding (RFC 4648, section 4).
    #[error("a public key is in base64 with padding after its prefix")]
    Encoding,
    /// The key has another number of bytes.
    #[error("a public key of Ed25519 has 32 bytes")]
    Length,
    /// The bytes are no point of the curve, or one of small order.
    #[error("the bytes are no public key of Ed25519")]
    Point,
}

impl PublicKey {
    /// Parses `whpk_` and 32 bytes in base64.
    ///
    /// # Errors
    /// [`PublicKeyError`] says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, PublicKeyError> {
        let encoded = text.strip_prefix(PUBLIC_PREFIX).ok_or(PublicKeyError::Prefix)?;
        if text.len() > KEY_TEXT_BYTES_MAX {
            return Err(PublicKeyError::TooLong);
        }
        let bytes = text::read(encoded).ok_or(PublicKeyError::Encoding)?;
        let bytes = <&[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| PublicKeyError::Length)?;
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| PublicKeyError::Point)?;
        if key.is_weak() { Err(PublicKeyError::Point) } else { Ok(Self(key)) }
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::write(PUBLIC_PREFIX, self.0.as_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

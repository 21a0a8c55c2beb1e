//! Secrets that sign webhooks (Standard Webhooks, "Signature scheme"). Invariant: a secret is erased from memory when
//! it is dropped, and `Debug` does not show it.

use crate::{
    limit::{KEY_TEXT_BYTES_MAX, SECRET_BYTES_MAX, SECRET_BYTES_MIN},
    public_key::PublicKey,
    text,
};
use ed25519_dalek::SigningKey;
use std::fmt;
use zeroize::Zeroizing;

/// The prefix of the text of a symmetric secret.
pub const SYMMETRIC_PREFIX: &str = "whsec_";
/// The prefix of the text of a secret key of Ed25519.
pub const ASYMMETRIC_PREFIX: &str = "whsk_";

/// A secret that signs webhooks.
#[derive(Clone)]
pub struct Secret(pub(crate) Kind);

#[derive(Clone)]
pub(crate) enum Kind {
    /// The key of HMAC-SHA256, 24 to 64 bytes.
    Symmetric(Zeroizing<Vec<u8>>),
    /// A key pair of Ed25519. It is on the heap, so that moving it leaves no copy.
    Asymmetric(Box<SigningKey>),
}

/// Reasons why bytes or a text are not a secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SecretError {
    /// The text begins with neither prefix.
    #[error("a secret begins with `{SYMMETRIC_PREFIX}` or `{ASYMMETRIC_PREFIX}`")]
    Prefix,
    /// The text is longer than that of any secret.
    #[error("the text of a secret has at most {KEY_TEXT_BYTES_MAX} bytes")]
    TooLong,
    /// What follows the prefix is not base64 with padding (RFC 4648, section 4).
    #[error("a secret is in base64 with padding after its prefix")]
    Encoding,
    /// A symmetric secret has another number of bytes.
    #[error("a symmetric secret has {SECRET_BYTES_MIN} to {SECRET_BYTES_MAX} bytes")]
    SymmetricLength,
    /// A secret key has another number of bytes.
    #[error("a secret key of Ed25519 has 32 bytes, or 64 with its public key")]
    AsymmetricLength,
    /// The second half of a secret key is not its public key.
    #[error("the public key that follows the secret key belongs to another one")]
    Mismatch,
}

impl Secret {
    /// A symmetric secret of given random bytes, 24 to 64 of them.
    ///
    /// # Errors
    /// [`SecretError::SymmetricLength`].
    pub fn symmetric(random: &[u8]) -> Result<Self, SecretError> {
        if (SECRET_BYTES_MIN..=SECRET_BYTES_MAX).contains(&random.len()) {
            Ok(Self(Kind::Symmetric(Zeroizing::new(random.to_vec()))))
        } else {
            Err(SecretError::SymmetricLength)
        }
    }

    /// A secret key of Ed25519 (RFC 8032, section 5.1.5) of 32 given random bytes.
    pub fn asymmetric(random: &[u8; 32]) -> Self {
        Self(Kind::Asymmetric(Box::new(SigningKey::from_bytes(random))))
    }

    /// Parses `whsec_` and 24 to 64 bytes in base64, or `whsk_` and a secret key. A secret key has 32 bytes, as in the
    /// reference library for Go, or is followed by its public key, as the server of Svix writes it.
    ///
    /// # Errors
    /// [`SecretError`] says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let (is_symmetric, encoded) = match (text.strip_prefix(SYMMETRIC_PREFIX), text.strip_prefix(ASYMMETRIC_PREFIX))
        {
            (Some(encoded), _) => (true, encoded),
            (None, Some(encoded)) => (false, encoded),
            (None, None) => return Err(SecretError::Prefix),
        };
        if text.len() > KEY_TEXT_BYTES_MAX {
            return Err(SecretError::TooLong);
        }
        let bytes = text::read(encoded).ok_or(SecretError::Encoding)?;
        if is_symmetric {
            return Self::symmetric(&bytes);
        }
        let (seed, public) = bytes.split_first_chunk().ok_or(SecretError::AsymmetricLength)?;
        let secret = SigningKey::from_bytes(seed);
        match public.len() {
            0 | 32 if !public.is_empty() && public != secret.verifying_key().as_bytes() => Err(SecretError::Mismatch),
            0 | 32 => Ok(Self(Kind::Asymmetric(Box::new(secret)))),
            _ => Err(SecretError::AsymmetricLength),
        }
    }

    /// The text of the secret, as [`parse`](Self::parse) reads it.
    pub fn to_text(&self) -> Zeroizing<String> {
        match &self.0 {
            Kind::Symmetric(bytes) => text::write(SYMMETRIC_PREFIX, bytes),
            Kind::Asymmetric(key) => text::write(ASYMMETRIC_PREFIX, &*Zeroizing::new(key.to_bytes())),
        }
    }

    /// The key that receivers verify with. `None` for a symmetric secret: its receivers know the secret itself.
    pub fn public_key(&self) -> Option<PublicKey> {
        match &self.0 {
            Kind::Symmetric(_) => None,
            Kind::Asymmetric(key) => Some(PublicKey(key.verifying_key())),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

//! Public keys and signatures as values. Invariant: an encoding is the byte of the scheme, followed by the scheme's own
//! bytes. The text form is that encoding in hexadecimal.

use super::{
    point,
    scheme::{Scheme, UnknownScheme},
};
use crate::codec::{self, CodecError};
use borsh::{BorshDeserialize, BorshSerialize, io};
use std::{fmt, str::FromStr};

/// A public key with its scheme.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PublicKey {
    /// A key of [`Scheme::Ed25519`]: a point, encoded as in RFC 8032 section 5.1.2.
    Ed25519([u8; 32]),
}

impl PublicKey {
    /// Whether it is a point of small order, in any encoding. Signatures under such a key can be forged for any
    /// message.
    pub fn is_small_order(&self) -> bool {
        let Self::Ed25519(bytes) = self;
        point::is_small_order(bytes)
    }
}

/// A signature with its scheme.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signature {
    /// A signature of [`Scheme::Ed25519`]: `R || S` (RFC 8032 section 5.1.6).
    Ed25519([u8; 64]),
}

impl BorshSerialize for PublicKey {
    fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
        let Self::Ed25519(bytes) = self;
        Scheme::Ed25519.serialize(writer)?;
        bytes.serialize(writer)
    }
}

impl BorshDeserialize for PublicKey {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        match Scheme::deserialize_reader(reader)? {
            Scheme::Ed25519 => BorshDeserialize::deserialize_reader(reader).map(Self::Ed25519),
        }
    }
}

impl BorshSerialize for Signature {
    fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
        let Self::Ed25519(bytes) = self;
        Scheme::Ed25519.serialize(writer)?;
        bytes.serialize(writer)
    }
}

impl BorshDeserialize for Signature {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        match Scheme::deserialize_reader(reader)? {
            Scheme::Ed25519 => BorshDeserialize::deserialize_reader(reader).map(Self::Ed25519),
        }
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(codec::encode(self)))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(codec::encode(self)))
    }
}

/// Reasons why a text is not a public key.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyTextError {
    /// The first two digits name an unknown scheme.
    #[error("{code}: {0}", code = UnknownScheme::CODE)]
    Scheme(UnknownScheme),
    /// Wrong length, or characters other than hexadecimal digits.
    #[error("a public key is 66 hexadecimal digits, of which the first two are 01 for Ed25519")]
    Digits,
}

impl FromStr for PublicKey {
    type Err = KeyTextError;

    fn from_str(text: &str) -> Result<Self, KeyTextError> {
        let bytes = hex::decode(text).map_err(|_| KeyTextError::Digits)?;
        match codec::decode("PublicKey", &bytes) {
            Ok(key) => Ok(key),
            // For a wrong length with an unreserved scheme number, the length is the more helpful error.
            Err(CodecError::Scheme { scheme, .. }) if bytes.len() == 33 || scheme.is_set_aside() => {
                Err(KeyTextError::Scheme(scheme))
            }
            Err(_) => Err(KeyTextError::Digits),
        }
    }
}

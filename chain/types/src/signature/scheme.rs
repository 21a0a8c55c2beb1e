//! The signature scheme: the first byte of every public key and signature. Invariant: a number always means the same
//! scheme. Decoding refuses unknown numbers.

use crate::mutant;
use borsh::{BorshDeserialize, BorshSerialize, io};

/// The algorithm of a key or signature.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Scheme {
    /// Ed25519 (RFC 8032): keys of 32 bytes, signatures of 64.
    Ed25519 = 1,
}

impl Scheme {
    /// Reserved for ECDSA over P-256 in the form that WebAuthn authenticators sign.
    pub const P256_WEBAUTHN: u8 = 2;
    /// Reserved for ML-DSA-44 (FIPS 204).
    pub const ML_DSA_44: u8 = 3;
    /// Reserved for SM2 (GB/T 32918).
    pub const SM2: u8 = 4;

    /// The first byte of the scheme's keys and signatures.
    pub const fn byte(self) -> u8 {
        self as u8
    }
}

/// The scheme number of a key or signature that cannot be decoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("scheme {byte}{name} is not in use, only 1 (Ed25519) is", byte = .0, name = reserved_name(*.0))]
pub struct UnknownScheme(pub u8);

impl UnknownScheme {
    /// The stable code.
    pub const CODE: &str = "ledger.unknown_scheme";

    /// Whether the number is reserved for a future scheme.
    pub const fn is_set_aside(self) -> bool {
        !reserved_name(self.0).is_empty()
    }
}

/// The name of a reserved scheme, for the error text. Empty for other numbers.
const fn reserved_name(byte: u8) -> &'static str {
    match byte {
        Scheme::P256_WEBAUTHN => " (P-256 with WebAuthn)",
        Scheme::ML_DSA_44 => " (ML-DSA-44)",
        Scheme::SM2 => " (SM2)",
        _ => "",
    }
}

impl TryFrom<u8> for Scheme {
    type Error = UnknownScheme;

    fn try_from(byte: u8) -> Result<Self, UnknownScheme> {
        // A deliberately broken variant; the simulator must detect it.
        if byte == Self::Ed25519.byte() || mutant::is(mutant::ANY_SCHEME) {
            Ok(Self::Ed25519)
        } else {
            Err(UnknownScheme(byte))
        }
    }
}

impl BorshSerialize for Scheme {
    fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
        self.byte().serialize(writer)
    }
}

impl BorshDeserialize for Scheme {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let byte = u8::deserialize_reader(reader)?;
        Self::try_from(byte).map_err(|unknown| io::Error::new(io::ErrorKind::InvalidData, unknown))
    }
}

//! A row of the table of signatures, as in `chain/types/vectors/signatures.json`. Invariant: keys and signatures have
//! their usual text form, hexadecimal with the scheme first.

use chain_types::{
    Digest, PublicKey, Signature,
    codec::decode,
    signature::{Claim, Namespace},
};
use serde::{Deserialize, Serialize};

/// The bytes before a vote's digest in the signed message.
pub(crate) const FRAME: &[u8] = b"\x0ewaymark/vote/1";
/// The namespace of [`FRAME`].
pub(crate) const NAMESPACE: Namespace = Namespace::VOTE;

/// A signature and the verdict that every implementation must reach.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) key: String,
    /// The signed bytes.
    pub(crate) message: String,
    pub(crate) signature: String,
    pub(crate) accepted: bool,
}

impl Row {
    /// Key, message and signature as bytes, without their schemes.
    pub(crate) fn raw(&self) -> ([u8; 32], Vec<u8>, [u8; 64]) {
        let PublicKey::Ed25519(key) = self.key.parse().expect("a public key");
        let signature = hex::decode(&self.signature).expect("hexadecimal digits");
        let Signature::Ed25519(signature) = decode("a signature", &signature).expect("a signature");
        (key, hex::decode(&self.message).expect("hexadecimal digits"), signature)
    }

    /// The row as a claim about a vote's digest. `None` for a message that no member signs, as in the published rows.
    pub(crate) fn claim(&self) -> Option<Claim> {
        let (key, message, signature) = self.raw();
        let digest = Digest(message.strip_prefix(FRAME)?.try_into().ok()?);
        Some(Claim { key: PublicKey::Ed25519(key), digest, signature: Signature::Ed25519(signature) })
    }
}

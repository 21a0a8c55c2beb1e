//! The key schedule of sealed records (HKDF-SHA256, RFC 5869). Invariant: each derived key has one purpose, named by
//! its `info`. A record key reveals neither the transaction key nor another record's key.
//!
//! ```text
//! record key     = HKDF(transaction key, info = "waymark/record-key/1" || index as 4 bytes, little-endian)
//! encryption key = HKDF(record key,      info = "waymark/record-enc/1")
//! salt key       = HKDF(record key,      info = "waymark/record-salt/1")
//! ```
//! All keys are 32 bytes long and extracted without a salt.

use hkdf::Hkdf;
use sha2::Sha256;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const RECORD: &[u8] = b"waymark/record-key/1";
const ENCRYPTION: &[u8] = b"waymark/record-enc/1";
const SALT: &[u8] = b"waymark/record-salt/1";

/// The key of one transaction. The vault stores it, and the records' keys are derived from it. Draw a new one for each
/// signed transaction, even when the same documents are signed again.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct TransactionKey([u8; 32]);

/// The key of one record: 32 bytes that open its document and derive its salts, and nothing else.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RecordKey([u8; 32]);

impl fmt::Debug for TransactionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TransactionKey(..)")
    }
}

impl fmt::Debug for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordKey(..)")
    }
}

impl TransactionKey {
    /// Wraps 32 bytes from a cryptographic random source or from the vault.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key's bytes, for the vault to encrypt.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Derives the key of the command at `index` (from 0) of the transaction.
    pub fn record_key(&self, index: u32) -> RecordKey {
        RecordKey(*derive(&self.0, &[RECORD, &index.to_le_bytes()]))
    }
}

impl RecordKey {
    /// Wraps a key that its owner disclosed to open one record.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key's bytes, to disclose this record and no other.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn encryption_key(&self) -> Zeroizing<[u8; 32]> {
        derive(&self.0, &[ENCRYPTION])
    }

    pub(crate) fn salt_key(&self) -> Zeroizing<[u8; 32]> {
        derive(&self.0, &[SALT])
    }
}

/// HKDF-SHA256 of a key without a salt.
fn derive(key: &[u8; 32], info: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut out = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, key)
        .expand_multi_info(info, out.as_mut())
        .expect("32 bytes are within the 8,160 that HKDF-SHA256 expands to");
    out
}

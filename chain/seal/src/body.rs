//! Seals (encrypts) and opens the bodies of records. Invariant: [`seal`] encrypts and commits to the same bytes.
//! [`open`] does not check the commitment.
//!
//! The cipher is AES-256-GCM with a nonce of 12 zero bytes. GCM is insecure when a key and nonce encrypt two
//! plaintexts. Here each key belongs to one record of one transaction and encrypts one document, so the fixed nonce is
//! safe. A random nonce would only add 12 bytes for every replica to store.

use crate::{RecordKey, SealError, fields};
use aes_gcm::{
    Aes256Gcm, KeyInit as _, Nonce,
    aead::{Aead as _, Payload},
};
use chain_types::{
    Body,
    body::{Field, fields_commitment},
    limit,
};

/// Associated data of every ciphertext. It names the format and not the tenant, so 32 bytes of key suffice to open a
/// record.
const ASSOCIATED: &[u8] = b"waymark/body-cipher/1";
const NONCE: [u8; 12] = [0; 12];
const TAG_BYTES: usize = 16;

/// Encrypts a JSON document and commits to its fields. `key` must not have sealed another document.
///
/// # Errors
/// [`SealError`] when the document is not unambiguous JSON, or exceeds a limit.
pub fn seal(document: &[u8], key: &RecordKey) -> Result<Body, SealError> {
    if document.len().saturating_add(TAG_BYTES) > limit::BODY_BYTES_MAX {
        return Err(SealError::Size);
    }
    let leaves: Vec<_> = fields(document, key)?.iter().map(Field::leaf).collect();
    let commitment = fields_commitment(&leaves).ok_or(SealError::Fields)?;
    let payload = Payload { msg: document, aad: ASSOCIATED };
    let ciphertext = cipher(key).encrypt(&Nonce::from(NONCE), payload).map_err(|_| SealError::Size)?;
    Ok(Body::Sealed { ciphertext, commitment })
}

/// Returns the document's exact bytes: decrypted, or unchanged when the body is public. This does not check that the
/// commitment of a sealed body is over these bytes; use [`fields`] or a verifier for that. GCM only shows that a holder
/// of the key wrote them.
///
/// # Errors
/// [`SealError::Closed`] when the key is wrong or the ciphertext was changed.
pub fn open(body: &Body, key: &RecordKey) -> Result<Vec<u8>, SealError> {
    match body {
        Body::Public(bytes) => Ok(bytes.clone()),
        Body::Sealed { ciphertext, .. } => {
            let payload = Payload { msg: ciphertext, aad: ASSOCIATED };
            cipher(key).decrypt(&Nonce::from(NONCE), payload).map_err(|_| SealError::Closed)
        }
    }
}

fn cipher(key: &RecordKey) -> Aes256Gcm {
    Aes256Gcm::new_from_slice(key.encryption_key().as_ref()).expect("AES-256 accepts 32 bytes")
}

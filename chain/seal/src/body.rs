//! Sealing and opening bodies. Invariant: the ciphertext holds exactly the document's bytes, and the commitment is
//! over the fields of those same bytes.
//!
//! AES-256-GCM with a nonce of 12 zero bytes. GCM breaks when one key meets one nonce under two plaintexts; here a key
//! belongs to one record of one transaction and encrypts one document, so a fixed nonce repeats nothing and a random
//! one would only be 12 bytes that every replica stores.

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

/// Authenticated with every ciphertext: names the format, not the tenant, so a record stays openable by 32 bytes.
const ASSOCIATED: &[u8] = b"waymark/body-cipher/1";
const NONCE: [u8; 12] = [0; 12];
const TAG_BYTES: usize = 16;

/// Encrypts a JSON document and commits to its fields. `key` must never have sealed another document.
///
/// # Errors
/// [`SealError`] when the document is not JSON that every reader understands alike, or exceeds a limit.
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

/// The document's exact bytes: decrypted, or as they stand when the body is public. Whether a sealed body's commitment
/// is over these bytes is for [`fields`] and a verifier to say: GCM shows that the holder of the key wrote them.
///
/// # Errors
/// [`SealError::Closed`] when the key is another one or the ciphertext was changed.
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
    Aes256Gcm::new_from_slice(key.encryption_key().as_ref()).expect("AES-256 takes 32 bytes")
}

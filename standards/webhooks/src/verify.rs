//! Verifies a received webhook (Standard Webhooks, "Verifying signatures"). Invariant: signatures are compared in
//! constant time. What a header contains beyond what is understood is ignored, as future versions require.

use crate::{
    limit::{ID_BYTES_MAX, KEYS_MAX, SIGNATURE_HEADER_BYTES_MAX, SIGNATURES_MAX},
    message::{Message, is_id, read_timestamp},
    public_key::PublicKey,
    secret::{Kind, Secret},
    sign::{ASYMMETRIC_VERSION, SYMMETRIC_VERSION, mac},
    text,
};
use ed25519_dalek::{Signature, VerifyingKey};
use hmac::Mac as _;

/// The tolerance of the reference libraries: how far the timestamp may be from the receiver's clock, in seconds.
pub const TOLERANCE_S_DEFAULT: u64 = 5 * 60;

/// The headers of a received webhook, as texts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Headers<'h> {
    /// `webhook-id`.
    pub id: &'h str,
    /// `webhook-timestamp`.
    pub timestamp: &'h str,
    /// `webhook-signature`.
    pub signature: &'h str,
}

/// A key that a receiver verifies with.
#[derive(Clone, Copy, Debug)]
pub enum Key<'k> {
    /// A secret that both sides know, or a sender's own key pair.
    Secret(&'k Secret),
    /// A sender's public key.
    Public(&'k PublicKey),
}

/// The receiver's clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Clock {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub now_s: u64,
    /// How far a timestamp may be from it, in seconds; see [`TOLERANCE_S_DEFAULT`].
    pub tolerance_s: u64,
}

/// Reasons why a webhook is not accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum VerifyError {
    /// `webhook-id` is not an id, see [`is_id`].
    #[error("`webhook-id` has 1 to {ID_BYTES_MAX} visible characters of ASCII without a full stop")]
    Id,
    /// `webhook-timestamp` is not a number of seconds.
    #[error("`webhook-timestamp` is a whole number of seconds since 1970")]
    Timestamp,
    /// The timestamp is further in the past than the tolerance.
    #[error("the webhook is too old")]
    TooOld,
    /// The timestamp is further in the future than the tolerance.
    #[error("the webhook is from the future")]
    TooNew,
    /// `webhook-signature` is too long, or has too many signatures.
    #[error("`webhook-signature` has at most {SIGNATURES_MAX} signatures and {SIGNATURE_HEADER_BYTES_MAX} bytes")]
    TooManySignatures,
    /// The caller gave no key, or too many.
    #[error("1 to {KEYS_MAX} keys verify a webhook")]
    Keys,
    /// No signature was made with one of the keys.
    #[error("no signature of the webhook is valid")]
    NoMatch,
}

/// Accepts a webhook if one of its signatures was made with one of the keys, and its timestamp is near the clock.
///
/// # Errors
/// [`VerifyError`] says which check failed. The timestamp is judged after the signature, so that only a sender that
/// knows a secret learns of the receiver's clock.
pub fn verify(headers: &Headers<'_>, body: &[u8], keys: &[Key<'_>], clock: Clock) -> Result<(), VerifyError> {
    if keys.is_empty() || keys.len() > KEYS_MAX {
        return Err(VerifyError::Keys);
    }
    if !is_id(headers.id) {
        return Err(VerifyError::Id);
    }
    let timestamp_s = read_timestamp(headers.timestamp).ok_or(VerifyError::Timestamp)?;
    let signatures = read_signatures(headers.signature)?;
    let message = Message { id: headers.id, timestamp_s, body };
    if !keys.iter().any(|key| is_signed_with(&message, *key, &signatures)) {
        return Err(VerifyError::NoMatch);
    }
    if timestamp_s < clock.now_s.saturating_sub(clock.tolerance_s) {
        return Err(VerifyError::TooOld);
    }
    if timestamp_s > clock.now_s.saturating_add(clock.tolerance_s) {
        return Err(VerifyError::TooNew);
    }
    Ok(())
}

/// The signatures of the known versions in a header.
#[derive(Default)]
struct Signatures {
    symmetric: Vec<[u8; 32]>,
    asymmetric: Vec<Signature>,
}

fn read_signatures(header: &str) -> Result<Signatures, VerifyError> {
    if header.len() > SIGNATURE_HEADER_BYTES_MAX || header.split(' ').count() > SIGNATURES_MAX {
        return Err(VerifyError::TooManySignatures);
    }
    let mut signatures = Signatures::default();
    for (version, encoded) in header.split(' ').filter_map(|signature| signature.split_once(',')) {
        let Some(bytes) = text::read(encoded) else { continue };
        if version == SYMMETRIC_VERSION {
            signatures.symmetric.extend(<[u8; 32]>::try_from(bytes.as_slice()));
        } else if version == ASYMMETRIC_VERSION {
            signatures.asymmetric.extend(Signature::from_slice(&bytes));
        }
    }
    Ok(signatures)
}

fn is_signed_with(message: &Message<'_>, key: Key<'_>, signatures: &Signatures) -> bool {
    match key {
        Key::Secret(Secret(Kind::Symmetric(_))) if signatures.symmetric.is_empty() => false,
        Key::Secret(Secret(Kind::Symmetric(key))) => {
            let mac = mac(message, key);
            // `verify_slice` compares in constant time.
            signatures.symmetric.iter().any(|signature| mac.clone().verify_slice(signature).is_ok())
        }
        Key::Secret(Secret(Kind::Asymmetric(key))) => is_signed_by(message, &key.verifying_key(), signatures),
        Key::Public(key) => is_signed_by(message, &key.0, signatures),
    }
}

fn is_signed_by(message: &Message<'_>, key: &VerifyingKey, signatures: &Signatures) -> bool {
    if signatures.asymmetric.is_empty() {
        return false;
    }
    let content = message.content();
    signatures.asymmetric.iter().any(|signature| key.verify_strict(&content, signature).is_ok())
}

//! Makes the header `webhook-signature`. Invariant: there is one signature for each secret, in their order, so that a
//! receiver accepts the webhook before, during and after a rotation.

use crate::{
    limit::{ID_BYTES_MAX, KEYS_MAX},
    message::{Message, is_id},
    secret::{Kind, Secret},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::Signer as _;
use hmac::{Hmac, Mac as _, digest::InvalidLength};
use sha2::Sha256;

/// The identifier of HMAC-SHA256 in a signature.
pub const SYMMETRIC_VERSION: &str = "v1";
/// The identifier of Ed25519 in a signature.
pub const ASYMMETRIC_VERSION: &str = "v1a";

/// Reasons why a webhook is not signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SignError {
    /// The id is not one, see [`is_id`].
    #[error("the id of a webhook has 1 to {ID_BYTES_MAX} visible characters of ASCII without a full stop")]
    Id,
    /// There is no secret, or too many.
    #[error("1 to {KEYS_MAX} secrets sign a webhook")]
    Secrets,
}

/// The value of the header `webhook-signature`: for each secret its version, a comma and the signature in base64,
/// separated by spaces. While a secret is rotated, pass the new and the old one.
///
/// # Errors
/// [`SignError`] for an id with other characters, and for no or too many secrets.
pub fn sign(message: &Message<'_>, secrets: &[Secret]) -> Result<String, SignError> {
    if !is_id(message.id) {
        return Err(SignError::Id);
    }
    if secrets.is_empty() || secrets.len() > KEYS_MAX {
        return Err(SignError::Secrets);
    }
    Ok(secrets.iter().map(|secret| signature(message, secret)).collect::<Vec<_>>().join(" "))
}

fn signature(message: &Message<'_>, secret: &Secret) -> String {
    match &secret.0 {
        Kind::Symmetric(key) => {
            let mac = mac(message, key).finalize().into_bytes();
            format!("{SYMMETRIC_VERSION},{}", STANDARD.encode(mac))
        }
        Kind::Asymmetric(key) => {
            format!("{ASYMMETRIC_VERSION},{}", STANDARD.encode(key.sign(&message.content()).to_bytes()))
        }
    }
}

/// The HMAC-SHA256 of the signed content.
pub(crate) fn mac(message: &Message<'_>, key: &[u8]) -> Hmac<Sha256> {
    let begun: Result<Hmac<Sha256>, InvalidLength> = Hmac::new_from_slice(key);
    let mut mac = begun.expect("HMAC takes keys of any length");
    mac.update(message.head().as_bytes());
    mac.update(message.body);
    mac
}

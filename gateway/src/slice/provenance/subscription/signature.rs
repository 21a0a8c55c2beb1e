//! The header `GS1-Signature` of a delivery. The binding leaves the kind of signature to the implementation: it is the
//! HMAC with SHA-256 (RFC 2104) of the body under the bytes of the subscriber's `signatureToken`, in 64 lower-case
//! hexadecimal digits. Invariant: the body has the id and the time of the attempt, so they are signed, too.

use hmac::{Hmac, Mac as _, digest::InvalidLength};
use http::HeaderValue;
use sha2::Sha256;

/// The value of the header for a body.
pub(crate) fn sign(token: &[u8], body: &[u8]) -> HeaderValue {
    let begun: Result<Hmac<Sha256>, InvalidLength> = Hmac::new_from_slice(token);
    let mut mac = begun.expect("HMAC takes keys of any length");
    mac.update(body);
    let text = hex::encode(mac.finalize().into_bytes());
    HeaderValue::try_from(text).expect("digits are a value of a header")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_vector() {
        // RFC 4231, section 4.3.
        assert_eq!(
            sign(b"Jefe", b"what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}

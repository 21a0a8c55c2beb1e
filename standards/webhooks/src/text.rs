//! Base64 of keys and signatures. Invariant: bytes have one text; padding and unused bits are checked.

use crate::limit::KEY_TEXT_BYTES_MAX;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

/// The text of a key: its prefix, and its bytes in base64 (RFC 4648, section 4).
pub(crate) fn write(prefix: &str, bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(KEY_TEXT_BYTES_MAX));
    text.push_str(prefix);
    STANDARD.encode_string(bytes, &mut text);
    text
}

/// The bytes of a text in base64 without a prefix. `None` if it is longer than the text of any key, or not base64.
pub(crate) fn read(encoded: &str) -> Option<Zeroizing<Vec<u8>>> {
    if encoded.len() > KEY_TEXT_BYTES_MAX {
        return None;
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(KEY_TEXT_BYTES_MAX));
    STANDARD.decode_vec(encoded, &mut bytes).ok()?;
    Some(bytes)
}

//! What is signed: `{id}.{timestamp}.{body}` (Standard Webhooks, "Signature scheme"). Invariant: neither the id nor the
//! timestamp contains a full stop, so two different messages never have the same signed content.

use crate::limit::ID_BYTES_MAX;

/// The header with the id, the same for every attempt to deliver an event.
pub const ID_HEADER: &str = "webhook-id";
/// The header with the time of the attempt, in seconds since 1970.
pub const TIMESTAMP_HEADER: &str = "webhook-timestamp";
/// The header with the signatures, separated by spaces.
pub const SIGNATURE_HEADER: &str = "webhook-signature";

/// The most digits of a timestamp that is read; it ends in the year 318,857.
const TIMESTAMP_DIGITS_MAX: usize = 13;

/// A webhook that is signed or verified.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Message<'m> {
    /// Without a full stop, see [`is_id`].
    pub id: &'m str,
    /// Seconds since 1970-01-01T00:00:00Z.
    pub timestamp_s: u64,
    /// The bytes of the request's body, as they are sent.
    pub body: &'m [u8],
}

impl Message<'_> {
    /// The parts of the signed content before the body.
    pub(crate) fn head(&self) -> String {
        format!("{}.{}.", self.id, self.timestamp_s)
    }

    /// The signed content.
    pub(crate) fn content(&self) -> Vec<u8> {
        [self.head().as_bytes(), self.body].concat()
    }
}

/// Whether a text is the id of a webhook: 1 to 256 visible characters of ASCII without a full stop.
pub fn is_id(text: &str) -> bool {
    (1..=ID_BYTES_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'.')
}

/// The timestamp in a header: decimal digits, without a leading zero. `None` for other texts.
pub(crate) fn read_timestamp(text: &str) -> Option<u64> {
    let is_decimal = text.bytes().all(|byte| byte.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'));
    if !is_decimal || text.len() > TIMESTAMP_DIGITS_MAX {
        return None;
    }
    text.parse().ok()
}

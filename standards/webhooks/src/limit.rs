//! The limits of this crate. Invariant: what is above a limit is refused, never truncated. Each limit has a test that
//! exceeds it by one.

/// The shortest symmetric secret, in bytes (Standard Webhooks, "Signature scheme": 192 bits).
pub const SECRET_BYTES_MIN: usize = 24;

/// The longest symmetric secret, in bytes (Standard Webhooks, "Signature scheme": 512 bits).
pub const SECRET_BYTES_MAX: usize = 64;

/// The longest text of a secret or a public key, in bytes: a prefix and the base64 of 64 bytes.
pub const KEY_TEXT_BYTES_MAX: usize = 6 + 88;

/// The longest id of a webhook, in bytes.
pub const ID_BYTES_MAX: usize = 256;

/// The most secrets that sign one webhook, and the most keys that one is verified with.
pub const KEYS_MAX: usize = 4;

/// The longest header `webhook-signature` that is read, in bytes.
pub const SIGNATURE_HEADER_BYTES_MAX: usize = 2_048;

/// The most signatures in a header `webhook-signature` that is read.
pub const SIGNATURES_MAX: usize = 16;

/// The longest header `Retry-After` that is read, in bytes. An HTTP date has 29.
pub const RETRY_AFTER_BYTES_MAX: usize = 64;

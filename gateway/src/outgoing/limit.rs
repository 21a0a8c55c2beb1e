//! The limits of outgoing requests. Invariant: a receiver, however it behaves, holds a connection, memory and a place
//! for a bounded time and size.

use std::time::Duration;

/// The longest URL of a receiver, in bytes.
pub const URL_BYTES_MAX: usize = 2_048;
/// The time for finding the addresses of a receiver, for connecting and for the handshake of TLS, in milliseconds.
pub const CONNECT_MS_MAX: u64 = 5_000;
/// The time from the connection to the whole head of the answer, in milliseconds. Standard Webhooks ("Request
/// timeouts") recommends 15 to 30 s.
pub const FIRST_BYTE_MS_MAX: u64 = 15_000;
/// The time of a whole call, in milliseconds. What has not arrived of the body then is left out.
pub const CALL_MS_MAX: u64 = 25_000;
/// The largest head of an answer, in bytes, with all interim answers (1xx) before it.
pub const ANSWER_HEAD_BYTES_MAX: usize = 16 * 1024;
/// The most headers of an answer.
pub const ANSWER_HEADERS_MAX: usize = 100;
/// The most that is read of an answer's body, in bytes. The rest is dropped with the connection.
pub const ANSWER_BODY_BYTES_MAX: usize = 4 * 1024;
/// The most calls of a tenant to one host and port at once.
pub const CALLS_PER_HOST_MAX: usize = 32;
/// The most connections without a call, to all receivers together.
pub const KEPT_MAX: usize = 512;
/// How long a connection is kept without a call, in milliseconds. Most servers wait longer for the next request.
pub const KEPT_IDLE_MS_MAX: u64 = 4_000;
/// How long a connection is used, in milliseconds. Then the name is looked up again.
pub const KEPT_AGE_MS_MAX: u64 = 60_000;
/// The most addresses of a receiver that are tried. All addresses of a name are judged.
pub const ADDRESSES_MAX: usize = 4;
/// The most names that are looked up at once. The operating system gives a look-up no limit of time, and each one holds
/// a thread.
pub const LOOKUPS_MAX: usize = 64;
/// The most names of one tenant that are looked up at once. A server of names can let each of them last for long.
pub const LOOKUPS_PER_TENANT_MAX: usize = 8;

/// How long a call waits. The default are the constants of this module.
#[derive(Clone, Copy, Debug)]
pub struct WaitLimits {
    /// [`CONNECT_MS_MAX`].
    pub connect: Duration,
    /// [`FIRST_BYTE_MS_MAX`].
    pub first_byte: Duration,
    /// [`CALL_MS_MAX`].
    pub call: Duration,
}

impl Default for WaitLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_millis(CONNECT_MS_MAX),
            first_byte: Duration::from_millis(FIRST_BYTE_MS_MAX),
            call: Duration::from_millis(CALL_MS_MAX),
        }
    }
}

//! The limits of webhooks. What a call may take is limited in [`crate::outgoing`].

/// The most endpoints of a tenant.
pub const WEBHOOKS_MAX: u32 = 20;
/// The longest description of an endpoint, in characters.
pub const DESCRIPTION_CHARS_MAX: usize = 200;
/// The most events of an endpoint that wait to be sent. Then the endpoint reads no further; nothing is lost.
pub const PENDING_MAX: u32 = 10_000;
/// The most calls to an endpoint at once.
pub const IN_FLIGHT_MAX: u32 = 32;
/// The most dead letters of an endpoint. Those with the lowest numbers are dropped first.
pub const DEAD_LETTERS_MAX: u32 = 10_000;
/// The number of attempts of an endpoint that are kept, the newest ones.
pub const ATTEMPTS_KEPT: u32 = 1_000;
/// The most that is kept of an answer's body, in bytes.
pub const ANSWER_BYTES_KEPT: usize = 1_024;
/// The most events of one replay.
pub const REPLAY_EVENTS_MAX: u64 = 100_000;
/// The time in seconds for which the previous secret stays valid after a rotation, if the request says nothing: a day.
pub const GRACE_S_DEFAULT: u32 = 24 * 3_600;
/// The longest time in seconds for which the previous secret stays valid after a rotation: a week.
pub const GRACE_S_MAX: u32 = 7 * 24 * 3_600;
/// The most secrets of an endpoint that are valid at once.
pub const SECRETS_VALID_MAX: usize = 2;

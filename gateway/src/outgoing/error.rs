//! Why a request got no answer. Invariant: every reason has a stable code, and the text for people names no address
//! that a name led to, because a tenant could map a private network with it.

use super::{
    limit::{ANSWER_HEAD_BYTES_MAX, CALLS_PER_HOST_MAX},
    target::UrlProblem,
};
use std::io;

/// Why a request got no answer.
#[derive(Debug, thiserror::Error)]
pub enum OutgoingError {
    /// The URL is not one of a receiver.
    #[error("the URL is refused: {0}")]
    Url(#[from] UrlProblem),
    /// As many calls to this host and port as allowed are running. The call was not made.
    #[error("{CALLS_PER_HOST_MAX} calls to this host are running")]
    Busy,
    /// The name has no address, or could not be looked up.
    #[error("the name of the receiver has no address")]
    Resolve(#[source] io::Error),
    /// The receiver, or one of its addresses, is not public.
    #[error("the receiver has an address that is not public")]
    AddressRefused,
    /// No connection was made: refused or reset at all addresses.
    #[error("no connection to the receiver")]
    Connect(#[source] io::Error),
    /// The time for the look-up, the connection and the handshake of TLS passed.
    #[error("no connection to the receiver within the time for it")]
    ConnectTimeout,
    /// The handshake of TLS failed, usually because of the certificate.
    #[error("no TLS connection to the receiver: {0}")]
    Tls(#[source] io::Error),
    /// The time for the head of an answer passed.
    #[error("no answer within the time for it")]
    Timeout,
    /// The head of the answer is too large.
    #[error("the head of the answer has more than {ANSWER_HEAD_BYTES_MAX} bytes, or too many headers")]
    HeadTooLarge,
    /// The answer is not HTTP/1.1.
    #[error("the answer is not HTTP/1.1")]
    Garbage(#[source] hyper::Error),
    /// The connection ended before the head of an answer.
    #[error("the connection ended before an answer")]
    Closed(#[source] hyper::Error),
}

impl OutgoingError {
    /// All codes, for their documentation.
    pub const CODES: [&str; 11] = [
        "webhook.invalid_url",
        "webhook.host_busy",
        "webhook.name_not_found",
        "webhook.address_refused",
        "webhook.not_connected",
        "webhook.connect_timeout",
        "webhook.tls_failed",
        "webhook.timeout",
        "webhook.head_too_large",
        "webhook.invalid_answer",
        "webhook.connection_closed",
    ];

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Url(_) => "webhook.invalid_url",
            Self::Busy => "webhook.host_busy",
            Self::Resolve(_) => "webhook.name_not_found",
            Self::AddressRefused => "webhook.address_refused",
            Self::Connect(_) => "webhook.not_connected",
            Self::ConnectTimeout => "webhook.connect_timeout",
            Self::Tls(_) => "webhook.tls_failed",
            Self::Timeout => "webhook.timeout",
            Self::HeadTooLarge => "webhook.head_too_large",
            Self::Garbage(_) => "webhook.invalid_answer",
            Self::Closed(_) => "webhook.connection_closed",
        }
    }
}

//! Problem codes of WebSockets. Invariant: a socket ends with a code, unless its client ended it.

crate::error::codes! {
    /// The address takes WebSockets only, and the request asks for none.
    UPGRADE_REQUIRED = "request.upgrade_required", 426, "This address takes WebSockets only";
    /// The frames are not those of RFC 6455, or hold no text.
    MALFORMED_FRAME = "socket.malformed_frame", 400, "The frames are not those of a WebSocket with text";
    /// A frame or a message is larger than allowed.
    MESSAGE_TOO_LARGE = "socket.message_too_large", 413, "The message is too large";
    /// The client did not say who it is, or what it wants, in time.
    BEGIN_TIMED_OUT = "socket.begin_timed_out", 408, "The socket was not used in time";
    /// The client did not read in time what was sent to it.
    NOT_READ = "socket.not_read", 408, "What was sent was not read in time";
    /// A message of a known type comes at the wrong time.
    OUT_OF_ORDER = "socket.out_of_order", 400, "The message is not expected now";
    /// A client has more subscriptions on one socket, or more open questions, than allowed.
    TOO_MANY = "socket.too_many", 429, "The socket is asked for too much";
}

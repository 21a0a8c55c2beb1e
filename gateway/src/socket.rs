//! WebSockets (RFC 6455). Invariant: what a client sends and what it has not read is bounded. A client that does not
//! read is told why it is disconnected, and so is one that breaks a rule, loses its rights or outlasts the process.
//!
//! A request becomes a socket by [`Upgrade`]. [`Incoming`] reads its messages and [`Outgoing`] writes them, side by
//! side. Browsers cannot send the header `Authorization` with a WebSocket, so credentials may come in the first message
//! ([`introduction`]).

pub mod code;
mod end;
mod handshake;
mod incoming;
pub(crate) mod introduction;
mod outgoing;
mod wire;

pub(crate) use end::{Ended, Farewell};
pub use handshake::is_asked;
pub(crate) use handshake::{OrByMessage, Session, Upgrade};
pub(crate) use incoming::Incoming;
pub(crate) use outgoing::Outgoing;

use futures::StreamExt as _;
use hyper::upgrade::Upgraded;
use std::time::Duration;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::protocol::{Role, WebSocketConfig},
};
use wire::Wire;

/// The maximum size of a message that a client sends, in bytes.
pub const SOCKET_MESSAGE_BYTES_MAX: usize = 64 * 1_024;
/// The maximum size of one frame of it, in bytes.
pub const SOCKET_FRAME_BYTES_MAX: usize = 64 * 1_024;
/// The most that is read of a connection for one message, in bytes: the message and the heads of its frames. Frames may
/// be empty, so the size of the message alone would not end one that has no last part.
pub const SOCKET_WIRE_BYTES_MAX: usize = SOCKET_MESSAGE_BYTES_MAX + 16 * 1_024;
/// The time in milliseconds in which a new socket must show credentials and say what it wants.
pub const SOCKET_BEGIN_MS_MAX: u64 = 10_000;
/// The time in milliseconds after which a ping is sent when nothing else was.
pub const SOCKET_PING_MS: u64 = 15_000;
/// The time in milliseconds within which a client must read what was sent: then it answers the ping behind it.
pub const SOCKET_READ_MS_MAX: u64 = 30_000;
/// What is sent before another ping, in bytes. A client may owe the answers to two of them, so that what it has not
/// read fits into the buffer of the operating system, and the last message still reaches it.
pub const SOCKET_UNREAD_BYTES_MAX: usize = 32 * 1_024;
/// The time in milliseconds in which a client must answer the end of a socket.
pub const SOCKET_END_MS_MAX: u64 = 1_000;
/// What is dropped of what a client still sends after the end of a socket, in bytes. A client that sends more may not
/// receive the reason.
pub const SOCKET_DROPPED_BYTES_MAX: usize = 8 * 1_024 * 1_024;

/// The size of the buffer for reading, which every socket has.
const READ_BUFFER_BYTES: usize = 4 * 1_024;
/// The size at which what was written is sent, and that of the largest frame.
const WRITE_BUFFER_BYTES: usize = 16 * 1_024;
/// The most that is written before it is sent: one frame of the service is smaller.
const WRITE_BUFFER_BYTES_MAX: usize = 4 * 1_024 * 1_024;

/// The times of sockets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SocketTimes {
    /// The time in which a new socket must show credentials and say what it wants.
    pub begin: Duration,
    /// The time after which a ping is sent when nothing else was.
    pub ping: Duration,
    /// The time within which a client must read what was sent.
    pub read: Duration,
}

impl Default for SocketTimes {
    fn default() -> Self {
        Self {
            begin: Duration::from_millis(SOCKET_BEGIN_MS_MAX),
            ping: Duration::from_millis(SOCKET_PING_MS),
            read: Duration::from_millis(SOCKET_READ_MS_MAX),
        }
    }
}

/// A connection that has become a WebSocket.
type Connection = WebSocketStream<Wire>;

/// Takes a connection over.
async fn take_over(upgraded: Upgraded, times: SocketTimes) -> (Incoming, Outgoing) {
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX)
        .max_frame_size(Some(SOCKET_FRAME_BYTES_MAX))
        .max_message_size(Some(SOCKET_MESSAGE_BYTES_MAX));
    let wire = Wire::new(upgraded);
    let left = wire.left();
    let connection = WebSocketStream::from_raw_socket(wire, Role::Server, Some(config)).await;
    let (sink, stream) = connection.split();
    let incoming = Incoming::new(stream, left);
    let outgoing = Outgoing::new(sink, &incoming, times);
    (incoming, outgoing)
}

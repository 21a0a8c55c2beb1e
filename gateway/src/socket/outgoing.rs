//! Writes the messages of a socket. Invariant: a client that does not read owes at most the answers to two pings, and
//! what was sent before them. No more is sent until it reads.

use super::{
    Connection, SOCKET_UNREAD_BYTES_MAX, SocketTimes, WRITE_BUFFER_BYTES, code,
    end::Ended,
    incoming::{Incoming, Pings},
};
use crate::error::ApiError;
use bytes::Bytes;
use futures::{SinkExt as _, stream::SplitSink};
use std::sync::{Arc, atomic::Ordering};
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::{
    Error, Message,
    protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    },
};

/// The writing half of a socket.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(super) sink: SplitSink<Connection, Message>,
    pings: Arc<Pings>,
    answered: watch::Receiver<u64>,
    pub(crate) times: SocketTimes,
    /// What was sent after the last ping, in bytes.
    unpinged: usize,
    /// Whether a message was begun and not ended.
    is_within: bool,
}

impl Outgoing {
    pub(super) fn new(sink: SplitSink<Connection, Message>, incoming: &Incoming, times: SocketTimes) -> Self {
        let pings = Arc::clone(&incoming.pings);
        Self { sink, answered: pings.answered.subscribe(), pings, times, unpinged: 0, is_within: false }
    }

    /// Writes a message; [`Self::flush`] sends it at the latest. Waits for a client that has not read what was sent
    /// before: a long message goes in several frames, with pings between them.
    ///
    /// # Errors
    /// `socket.not_read`; the end of the connection.
    pub(crate) async fn write(&mut self, text: String) -> Result<(), Ended> {
        let mut rest = Bytes::from(text);
        let mut kind = Data::Text;
        loop {
            let part = rest.split_to(frame_bytes(&rest));
            // A frame is smaller than what is sent before a ping.
            if self.unpinged.saturating_add(part.len()) > SOCKET_UNREAD_BYTES_MAX {
                self.ping().await?;
            }
            self.unpinged = self.unpinged.saturating_add(part.len());
            let is_last = rest.is_empty();
            let frame = Frame::message(part, OpCode::Data(kind), is_last);
            self.sink.feed(Message::Frame(frame)).await.map_err(|error| lost(&error))?;
            self.is_within = !is_last;
            if is_last {
                return Ok(());
            }
            kind = Data::Continue;
        }
    }

    /// Whether a message was begun and not ended, so that no other can follow.
    pub(super) fn is_within(&self) -> bool {
        self.is_within
    }

    /// Sends what was written.
    ///
    /// # Errors
    /// The end of the connection.
    pub(crate) async fn flush(&mut self) -> Result<(), Ended> {
        self.sink.flush().await.map_err(|error| lost(&error))
    }

    /// Sends what was written and a ping, and waits until the ping before it is answered.
    ///
    /// # Errors
    /// `socket.not_read`; the end of the connection.
    pub(crate) async fn ping(&mut self) -> Result<(), Ended> {
        let before = self.pings.sent.fetch_add(1, Ordering::Relaxed);
        let number = before.saturating_add(1);
        self.sink.send(Message::Ping(number.to_be_bytes().to_vec().into())).await.map_err(|error| lost(&error))?;
        self.unpinged = 0;
        // The sender lives as long as this half.
        let answer = self.answered.wait_for(|answered| *answered >= before);
        if tokio::time::timeout(self.times.read, answer).await.is_ok() {
            return Ok(());
        }
        let detail = "Continue after the last message that you took; nothing is lost.";
        Err(ApiError::new(&code::NOT_READ, detail).into())
    }
}

/// How many bytes of a text fit into a frame. A letter is not cut, though readers must put up with it.
fn frame_bytes(text: &[u8]) -> usize {
    if text.len() <= WRITE_BUFFER_BYTES {
        return text.len();
    }
    let is_within_letter = |at: &usize| text[*at] & 0b1100_0000 == 0b1000_0000;
    let begin = WRITE_BUFFER_BYTES - 3..=WRITE_BUFFER_BYTES;
    begin.rev().find(|at| !is_within_letter(at)).unwrap_or(WRITE_BUFFER_BYTES)
}

/// The connection is gone: the client closed it, or the server disconnected a client that takes no bytes (`serve`).
fn lost(error: &Error) -> Ended {
    tracing::debug!(%error, "a socket was lost");
    Ended::ByClient
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_ends_between_letters() {
        assert_eq!(frame_bytes(b""), 0);
        for bytes in [WRITE_BUFFER_BYTES, WRITE_BUFFER_BYTES + 1] {
            assert_eq!(frame_bytes("a".repeat(bytes).as_bytes()), WRITE_BUFFER_BYTES);
        }
        for letter in ["é", "世", "𝄞"] {
            for before in 0..letter.len() {
                let text = "a".repeat(before) + &letter.repeat(WRITE_BUFFER_BYTES);
                let end = frame_bytes(text.as_bytes());
                assert!(text.is_char_boundary(end), "{letter} after {before}");
                assert!(WRITE_BUFFER_BYTES - end < 4, "{letter} after {before}");
            }
        }
    }
}

//! Writes the messages of a socket. Invariant: a client that does not read owes at most the answers to two pings, and
//! what was sent before them. No more is sent until it reads.

use super::{
    Connection, SOCKET_UNREAD_BYTES_MAX, SocketTimes, code,
    end::Ended,
    incoming::{Incoming, Pings},
};
use crate::error::ApiError;
use futures::{SinkExt as _, stream::SplitSink};
use std::sync::{Arc, atomic::Ordering};
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::{Error, Message};

/// The writing half of a socket.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(super) sink: SplitSink<Connection, Message>,
    pings: Arc<Pings>,
    answered: watch::Receiver<u64>,
    pub(crate) times: SocketTimes,
    /// What was sent after the last ping, in bytes.
    unpinged: usize,
}

impl Outgoing {
    pub(super) fn new(sink: SplitSink<Connection, Message>, incoming: &Incoming, times: SocketTimes) -> Self {
        let pings = Arc::clone(&incoming.pings);
        Self { sink, answered: pings.answered.subscribe(), pings, times, unpinged: 0 }
    }

    /// Writes a message; [`Self::flush`] sends it at the latest. Waits for a client that has not read what was sent
    /// before.
    ///
    /// # Errors
    /// `socket.not_read`; the end of the connection.
    pub(crate) async fn write(&mut self, text: String) -> Result<(), Ended> {
        if self.unpinged >= SOCKET_UNREAD_BYTES_MAX {
            self.ping().await?;
        }
        self.unpinged = self.unpinged.saturating_add(text.len());
        self.sink.feed(Message::text(text)).await.map_err(|error| lost(&error))
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

/// The connection is gone: the client closed it, or the server disconnected a client that takes no bytes (`serve`).
fn lost(error: &Error) -> Ended {
    tracing::debug!(%error, "a socket was lost");
    Ended::ByClient
}

//! Reads the messages of one peer. Invariant: one stream is read at a time, and the next one only after the previous
//! one ended. Messages therefore stay in order when the peer changes connections. No payload is read before the peer's
//! budget has room for it.

use crate::{
    frame::{HEADER_BYTES, read_length, read_payload},
    inbox::Message,
    limit::{DRAIN_MS_MAX, MESSAGE_BYTES_MAX, STREAM_BUFFER_BYTES},
    roster::{Counters, Member},
};
use futures::io::BufReader;
use libp2p::Stream;
use std::{collections::VecDeque, future::Future, io, sync::Arc, time::Duration};
use tokio::{sync::mpsc, time::sleep};

/// The streams of one peer, in the order in which the peer opened them.
struct Streams {
    arriving: mpsc::Receiver<Stream>,
    waiting: VecDeque<Stream>,
    is_closed: bool,
}

impl Streams {
    async fn next(&mut self) -> Option<Stream> {
        match self.waiting.pop_front() {
            Some(stream) => Some(stream),
            None => self.arriving.recv().await,
        }
    }

    /// Resolves once the stream being read has been replaced and had [`DRAIN_MS_MAX`] to end, or once the peer is no
    /// longer allowed.
    async fn superseded(&mut self) {
        while self.waiting.is_empty() && !self.is_closed {
            match self.arriving.recv().await {
                Some(stream) => self.waiting.push_back(stream),
                None => self.is_closed = true,
            }
        }
        if !self.is_closed {
            sleep(Duration::from_millis(DRAIN_MS_MAX)).await;
        }
    }

    /// Reads, unless the stream is superseded first.
    async fn until_superseded<T>(&mut self, read: impl Future<Output = io::Result<T>>) -> io::Result<T> {
        tokio::select! {
            biased;
            result = read => result,
            () = self.superseded() => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

/// Reads until the peer is no longer allowed or the inbox is gone.
pub(crate) async fn read_messages(member: Arc<Member>, streams: mpsc::Receiver<Stream>, inbox: mpsc::Sender<Message>) {
    let mut streams = Streams { arriving: streams, waiting: VecDeque::new(), is_closed: false };
    while let Some(stream) = streams.next().await {
        let mut stream = BufReader::with_capacity(STREAM_BUFFER_BYTES, stream);
        loop {
            let message = match read_message(&member, &mut streams, &mut stream).await {
                Ok(message) => message,
                Err(error) => {
                    tracing::debug!(peer = %member.key, %error, "message stream ended");
                    break;
                }
            };
            if inbox.send(message).await.is_err() {
                return;
            }
        }
    }
}

async fn read_message(member: &Member, streams: &mut Streams, stream: &mut BufReader<Stream>) -> io::Result<Message> {
    let length = streams.until_superseded(read_length(stream, MESSAGE_BYTES_MAX)).await?;
    let permit = member.inbox.acquire(length).await;
    let bytes = streams.until_superseded(read_payload(stream, length)).await?;
    Counters::add(&member.counters.bytes_in, length.saturating_add(HEADER_BYTES));
    Ok(Message { from: member.key, bytes, permit })
}

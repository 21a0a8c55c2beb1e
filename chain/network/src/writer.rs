//! Writes the messages of one peer. Invariant: one stream is written at a time, and it is closed before the next one is
//! begun. Messages that were queued during a write leave together in the next batch.

use crate::{
    command::Decision,
    frame::{HEADER_BYTES, write_frame},
    limit::{DRAIN_MS_MAX, STREAM_BUFFER_BYTES, WRITE_BATCH_BYTES},
    roster::{Counters, Member},
};
use futures::{AsyncWriteExt, io::BufWriter};
use libp2p::Stream;
use std::{io, sync::Arc, time::Duration};
use tokio::{sync::mpsc, time::timeout};

type Writer = BufWriter<Stream>;

/// Why writing on a stream ended.
enum Ended {
    /// Another stream replaced it.
    Replaced(Stream),
    /// Writing failed.
    Broken,
    /// The peer is no longer allowed.
    Closed,
}

/// Writes until the peer is no longer allowed. Each new stream from `streams` replaces the one before it.
pub(crate) async fn write_messages(
    member: Arc<Member>,
    mut streams: mpsc::Receiver<Stream>,
    decisions: mpsc::UnboundedSender<Decision>,
) {
    let mut next = streams.recv().await;
    while let Some(stream) = next {
        next = match write_on(&member, stream, &mut streams).await {
            Ended::Replaced(stream) => Some(stream),
            Ended::Closed => None,
            Ended::Broken => {
                // Fails only when the driver has stopped, and then nothing needs to be reported.
                let _ = decisions.send(Decision::StreamLost(member.peer_id));
                streams.recv().await
            }
        };
    }
}

async fn write_on(member: &Member, stream: Stream, streams: &mut mpsc::Receiver<Stream>) -> Ended {
    let mut stream = Writer::with_capacity(STREAM_BUFFER_BYTES, stream);
    loop {
        tokio::select! {
            biased;
            next = streams.recv() => return finish(stream, next).await,
            () = member.outbox.filled() => {}
        }
        match write_until_replaced(member, &mut stream, streams).await {
            (Ok(()), None) => {}
            (Err(error), None) => {
                tracing::debug!(peer = %member.key, %error, "message stream failed");
                return Ended::Broken;
            }
            (Ok(()), Some(next)) => return finish(stream, next).await,
            (Err(_), Some(next)) => return next.map_or(Ended::Closed, Ended::Replaced),
        }
    }
}

/// Writes a batch. If the stream is replaced meanwhile, the write has a limited time to finish, and the replacement is
/// returned.
async fn write_until_replaced(
    member: &Member,
    stream: &mut Writer,
    streams: &mut mpsc::Receiver<Stream>,
) -> (io::Result<()>, Option<Option<Stream>>) {
    let batch = write_batch(member, stream);
    tokio::pin!(batch);
    tokio::select! {
        biased;
        written = &mut batch => (written, None),
        next = streams.recv() => {
            let finished = timeout(Duration::from_millis(DRAIN_MS_MAX), batch).await;
            (finished.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())), Some(next))
        }
    }
}

/// Closes a stream in order, so that its reader gets everything on it before it reads the next one.
async fn finish(mut stream: Writer, next: Option<Stream>) -> Ended {
    let closed = timeout(Duration::from_millis(DRAIN_MS_MAX), stream.close()).await;
    tracing::trace!(?closed, "message stream closed");
    next.map_or(Ended::Closed, Ended::Replaced)
}

async fn write_batch(member: &Member, stream: &mut Writer) -> io::Result<()> {
    let mut batch = member.outbox.take(WRITE_BATCH_BYTES).into_iter();
    while let Some(message) = batch.next() {
        if let Err(error) = write_frame(stream, &message).await {
            Counters::add(&member.counters.dropped, batch.len().saturating_add(1));
            return Err(error);
        }
        Counters::add(&member.counters.bytes_out, message.len().saturating_add(HEADER_BYTES));
    }
    stream.flush().await
}

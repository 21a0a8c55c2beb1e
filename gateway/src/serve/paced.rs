//! The stream of a connection with a limit on the time of writes. Invariant: a client that does not take its answer, or
//! takes it too slowly for its size, is disconnected. Answers that hyper makes by itself become problems.

use super::{
    Place,
    announced::Announced,
    answer_pace::{AnswerPace, Slowest},
    refusal,
};
use std::{
    convert::Infallible,
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::oneshot,
};

/// Connections that were closed because their client read too slowly.
const CLOSED: &str = "waymark_slow_readers_closed_total";

/// A stream whose writes must make progress.
pub(super) struct Paced<S> {
    stream: S,
    pace: AnswerPace,
    place: Arc<Place>,
    /// The head of the current request, as far as it was read.
    announced: Announced,
    has_written: bool,
    /// Whether the connection has left HTTP: what is written is no answer.
    is_upgraded: bool,
    /// What is left of an answer that replaces one of hyper.
    refusal: Vec<u8>,
    /// Tells that the stream is closed, by its end.
    _open: oneshot::Sender<Infallible>,
}

/// The beginning of the answer that ends HTTP on a connection.
const SWITCHING: &[u8] = b"HTTP/1.1 101 ";

impl<S> Paced<S> {
    /// `open` is dropped with the stream.
    pub(super) fn new(stream: S, slowest: Slowest, place: Arc<Place>, open: oneshot::Sender<Infallible>) -> Self {
        let (pace, announced) = (AnswerPace::new(slowest), Announced::default());
        let refusal = Vec::new();
        Self { stream, pace, place, announced, has_written: false, is_upgraded: false, refusal, _open: open }
    }
}

impl<S: AsyncWrite + Unpin> Paced<S> {
    /// Checks the progress of a write of `held` bytes: all that hyper holds of an answer.
    fn pace(&mut self, cx: &mut Context<'_>, held: usize, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(bytes)) = &written {
            self.place.note_moved();
            self.has_written = true;
            self.pace.count(*bytes, held.saturating_sub(*bytes));
        }
        if written.is_ready() {
            return written;
        }
        ready!(self.pace.poll_too_slow(cx, held));
        metrics::counter!(CLOSED).increment(1);
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client reads its answer too slowly")))
    }

    fn poll_refusal(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.refusal.is_empty() {
            let written = Pin::new(&mut self.stream).poll_write(cx, &self.refusal);
            let written = ready!(self.pace(cx, self.refusal.len(), written))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.refusal.drain(..written);
        }
        Poll::Ready(Ok(()))
    }

    fn write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_refusal(cx))?;
        self.is_upgraded |= bytes.starts_with(SWITCHING);
        if self.is_upgraded {
            let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
            return self.pace(cx, bytes.len(), written);
        }
        if let Some(refusal) = refusal::in_place_of(bytes, &self.announced) {
            self.refusal = refusal;
            // The rest is written by the flush that follows.
            let _ = self.poll_refusal(cx)?;
            return Poll::Ready(Ok(bytes.len()));
        }
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.pace(cx, bytes.len(), written)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        if buf.filled().len() > before {
            self.place.note_moved();
            if !self.is_upgraded {
                self.announced.read(&buf.filled()[before..]);
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let [only] = slices {
            return self.write(cx, only);
        }
        ready!(self.poll_refusal(cx))?;
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.pace(cx, slices.iter().map(|slice| slice.len()).sum(), written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_refusal(cx))?;
        // hyper flushes once everything is written, so nothing waits for the client any more.
        self.pace.end();
        if std::mem::take(&mut self.has_written) {
            self.announced = Announced::default();
        }
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_refusal(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

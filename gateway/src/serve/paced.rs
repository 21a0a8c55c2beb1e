//! The stream of a connection with a limit on the time of writes. Invariant: a client that does not take its answer is
//! disconnected, however much of the answer is left. Answers that hyper makes by itself become problems.

use super::{Place, WRITE_BYTES_MIN, refusal};
use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep},
};

/// A stream whose writes must make progress.
pub(super) struct Paced<S> {
    stream: S,
    stall: Duration,
    place: Arc<Place>,
    /// The current window of a write that waits for the client.
    window: Option<Window>,
    /// What is left of an answer that replaces one of hyper.
    refusal: Vec<u8>,
}

struct Window {
    end: Pin<Box<Sleep>>,
    bytes: u64,
}

impl<S> Paced<S> {
    pub(super) fn new(stream: S, stall: Duration, place: Arc<Place>) -> Self {
        Self { stream, stall, place, window: None, refusal: Vec::new() }
    }
}

impl<S: AsyncWrite + Unpin> Paced<S> {
    /// Checks the progress of a write.
    fn pace(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(bytes)) = &written {
            self.place.note_moved();
            if let Some(window) = &mut self.window {
                window.bytes = window.bytes.saturating_add(*bytes as u64);
            }
        }
        if written.is_ready() {
            return written;
        }
        let stall = self.stall;
        let window = self.window.get_or_insert_with(|| Window { end: Box::pin(tokio::time::sleep(stall)), bytes: 0 });
        while window.end.as_mut().poll(cx).is_ready() {
            if window.bytes < WRITE_BYTES_MIN {
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not read")));
            }
            window.bytes = 0;
            window.end.as_mut().reset(Instant::now() + stall);
        }
        Poll::Pending
    }

    fn poll_refusal(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.refusal.is_empty() {
            let written = Pin::new(&mut self.stream).poll_write(cx, &self.refusal);
            let written = ready!(self.pace(cx, written))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.refusal.drain(..written);
        }
        Poll::Ready(Ok(()))
    }

    fn write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_refusal(cx))?;
        if let Some(refusal) = refusal::in_place_of(bytes) {
            self.refusal = refusal;
            // The rest is written by the flush that follows.
            let _ = self.poll_refusal(cx)?;
            return Poll::Ready(Ok(bytes.len()));
        }
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.pace(cx, written)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        if buf.filled().len() > before {
            self.place.note_moved();
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
        self.pace(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_refusal(cx))?;
        // hyper flushes once everything is written, so nothing waits for the client any more.
        self.window = None;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_refusal(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

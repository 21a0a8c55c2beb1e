//! A connection with a limit of bytes to read. Invariant: no byte beyond the limit is read.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What may still be read from a connection. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Meter(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    left: AtomicUsize,
    is_exhausted: AtomicBool,
}

impl Meter {
    pub(super) fn new(bytes: usize) -> Self {
        Self(Arc::new(Counts { left: AtomicUsize::new(bytes), is_exhausted: AtomicBool::new(false) }))
    }

    /// Allows reading this much and no more, for the next answer.
    pub(super) fn reset(&self, bytes: usize) {
        self.0.left.store(bytes, Ordering::Relaxed);
        self.0.is_exhausted.store(false, Ordering::Relaxed);
    }

    /// Allows reading more. The connection must be polled afterwards.
    pub(super) fn grant(&self, bytes: usize) {
        self.0.left.fetch_add(bytes, Ordering::Relaxed);
        self.0.is_exhausted.store(false, Ordering::Relaxed);
    }

    /// Whether a read waits because nothing is left. Nothing wakes it, so the task that polls the connection must ask
    /// after each poll.
    pub(super) fn is_exhausted(&self) -> bool {
        self.0.is_exhausted.load(Ordering::Relaxed)
    }
}

/// A connection with a meter.
#[derive(Debug)]
pub(super) struct Metered<C> {
    pub(super) connection: C,
    pub(super) meter: Meter,
}

impl<C: AsyncRead + Unpin> AsyncRead for Metered<C> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let counts = Arc::clone(&self.meter.0);
        let size = counts.left.load(Ordering::Relaxed).min(buf.remaining());
        if size == 0 && buf.remaining() > 0 {
            counts.is_exhausted.store(true, Ordering::Relaxed);
            return Poll::Pending;
        }
        let mut part = ReadBuf::new(buf.initialize_unfilled_to(size));
        std::task::ready!(Pin::new(&mut self.connection).poll_read(cx, &mut part))?;
        let read = part.filled().len();
        buf.advance(read);
        counts.left.fetch_sub(read, Ordering::Relaxed);
        Poll::Ready(Ok(()))
    }
}

impl<C: AsyncWrite + Unpin> AsyncWrite for Metered<C> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.connection).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.connection).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.connection).poll_shutdown(cx)
    }
}

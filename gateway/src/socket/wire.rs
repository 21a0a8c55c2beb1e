//! The connection below a socket. Invariant: for one message no more than
//! [`SOCKET_WIRE_BYTES_MAX`](super::SOCKET_WIRE_BYTES_MAX) is read, in however many frames it comes.

use super::SOCKET_WIRE_BYTES_MAX;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// More was sent than a message may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a message has more than {SOCKET_WIRE_BYTES_MAX} bytes with the heads of its frames")]
pub(super) struct TooMuch;

impl TooMuch {
    /// Whether a failure of a read is this one.
    pub(super) fn is_in(error: &io::Error) -> bool {
        matches!(error.get_ref(), Some(inner) if inner.is::<Self>())
    }
}

/// What may still be read for the current message, in bytes. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Left(Arc<AtomicUsize>);

impl Left {
    /// A message was read: the next one begins.
    pub(super) fn renew(&self) {
        self.0.store(SOCKET_WIRE_BYTES_MAX, Ordering::Relaxed);
    }

    /// Nothing more is read as messages: what comes is dropped.
    pub(super) fn lift(&self) {
        self.0.store(usize::MAX, Ordering::Relaxed);
    }
}

/// A connection whose reads are counted.
#[derive(Debug)]
pub(super) struct Wire<C = TokioIo<Upgraded>> {
    connection: C,
    left: Left,
}

impl Wire {
    pub(super) fn new(upgraded: Upgraded) -> Self {
        Self::over(TokioIo::new(upgraded))
    }
}

impl<C> Wire<C> {
    fn over(connection: C) -> Self {
        Self { connection, left: Left(Arc::new(AtomicUsize::new(SOCKET_WIRE_BYTES_MAX))) }
    }

    pub(super) fn left(&self) -> Left {
        self.left.clone()
    }
}

impl<C: AsyncRead + Unpin> AsyncRead for Wire<C> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let left = self.left.0.load(Ordering::Relaxed);
        if left == 0 {
            return Poll::Ready(Err(io::Error::other(TooMuch)));
        }
        let mut part = ReadBuf::new(buf.initialize_unfilled_to(left.min(buf.remaining())));
        ready!(Pin::new(&mut self.connection).poll_read(cx, &mut part))?;
        let read = part.filled().len();
        buf.advance(read);
        self.left.0.store(left - read, Ordering::Relaxed);
        Poll::Ready(Ok(()))
    }
}

impl<C: AsyncWrite + Unpin> AsyncWrite for Wire<C> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt as _;

    #[tokio::test]
    async fn no_byte_above_the_limit_is_read_until_a_message_was() {
        let mut wire = Wire::over(tokio::io::repeat(0).take(u64::MAX));
        let left = wire.left();
        for _ in 0..2 {
            let mut read = 0;
            let error = loop {
                match wire.read(&mut [0; 4_096]).await {
                    Ok(bytes) => read += bytes,
                    Err(error) => break error,
                }
            };
            assert_eq!(read, SOCKET_WIRE_BYTES_MAX);
            assert!(TooMuch::is_in(&error));
            left.renew();
        }
        left.lift();
        let mut all = vec![0; 2 * SOCKET_WIRE_BYTES_MAX];
        wire.read_exact(&mut all).await.expect("no limit");
    }
}

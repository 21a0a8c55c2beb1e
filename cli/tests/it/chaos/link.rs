//! A link from one member to another: a TCP proxy that can be cut. Invariant: a cut link loses no bytes and closes no
//! connection. Bytes wait until the link is healed.

use std::{io, net::SocketAddr};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

/// The number of bytes that a link reads at a time, and so the most that it buffers while it is cut.
const BUFFER_BYTES: usize = 64 * 1024;

/// A link. Dropping it closes its connections.
pub(super) struct Link {
    /// The address that the dialing member uses.
    pub(super) address: SocketAddr,
    is_open: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Link {
    /// Opens a link to a member's address. It listens on TCP only, so QUIC connections to it fail.
    pub(super) async fn open(to: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let (is_open, gate) = watch::channel(true);
        Self { address, is_open, task: tokio::spawn(accept(listener, to, gate)) }
    }

    /// Cuts or heals the link.
    pub(super) fn set_open(&self, is_open: bool) {
        self.is_open.send_replace(is_open);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, to: SocketAddr, gate: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Ok((near, _)) = listener.accept() => {
                connections.spawn(carry(near, to, gate.clone()));
            }
            // Both ends notice a broken connection themselves.
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn carry(near: TcpStream, to: SocketAddr, mut gate: watch::Receiver<bool>) -> io::Result<()> {
    pass(&mut gate).await?;
    let far = TcpStream::connect(to).await?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let (near_in, near_out) = near.into_split();
    let (far_in, far_out) = far.into_split();
    tokio::try_join!(copy(near_in, far_out, gate.clone()), copy(far_in, near_out, gate))?;
    Ok(())
}

async fn copy(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut gate: watch::Receiver<bool>,
) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let count = from.read(&mut buffer).await?;
        pass(&mut gate).await?;
        if count == 0 {
            return to.shutdown().await;
        }
        to.write_all(&buffer[..count]).await?;
    }
}

/// Waits while the link is cut.
async fn pass(gate: &mut watch::Receiver<bool>) -> io::Result<()> {
    gate.wait_for(|is_open| *is_open).await.map(drop).map_err(io::Error::other)
}

//! The accept loop. Invariant: connections, the time for request headers, and the time for a clean stop are all
//! bounded. It is our own because `axum::serve` installs no timer, so slow headers would hold a connection for ever.

use crate::rate_limit::ClientAddress;
use axum::{Router, body::Body};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt as _;

/// Connections at once; more wait in the kernel's queue.
pub const CONNECTIONS_MAX: usize = 4_096;
/// How long a client may take for the head of a request, and how long an idle connection is kept.
pub const HEADER_READ_MS_MAX: u64 = 10_000;
/// Bytes of a request's head.
pub const HEADER_BYTES_MAX: usize = 64 * 1024;
/// How long requests in work may go on after the stop.
pub const DRAIN_MS_MAX: u64 = 20_000;
/// Pause after an accept that failed for lack of descriptors, which would otherwise spin.
const ACCEPT_PAUSE_MS: u64 = 50;

/// Limits of the accept loop.
#[derive(Clone, Copy, Debug)]
pub struct ServeLimits {
    /// Connections at once.
    pub connections_max: usize,
    /// Time for the head of a request.
    pub header_read: Duration,
    /// Time for requests in work after the stop.
    pub drain: Duration,
}

impl Default for ServeLimits {
    fn default() -> Self {
        Self {
            connections_max: CONNECTIONS_MAX,
            header_read: Duration::from_millis(HEADER_READ_MS_MAX),
            drain: Duration::from_millis(DRAIN_MS_MAX),
        }
    }
}

/// Serves until `shutdown` is cancelled, then lets requests in work finish within the limit.
///
/// # Errors
/// When the listener itself fails; failures of single connections are theirs alone.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ServeLimits,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let room = Arc::new(Semaphore::new(limits.connections_max));
    let connections = TaskTracker::new();
    let http = connection_builder(&limits);
    loop {
        let permit = tokio::select! {
            () = shutdown.cancelled() => break,
            permit = Arc::clone(&room).acquire_owned() => permit.map_err(io::Error::other)?,
        };
        let accepted = tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, address)) => {
                let connection = connection(http.clone(), stream, address, router.clone(), shutdown.clone());
                connections.spawn(hold(connection, permit));
            }
            Err(error) if is_one_connections_fault(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "cannot accept connections for now");
                tokio::time::sleep(Duration::from_millis(ACCEPT_PAUSE_MS)).await;
            }
        }
    }
    connections.close();
    if tokio::time::timeout(limits.drain, connections.wait()).await.is_err() {
        tracing::warn!(connections = connections.len(), "connections cut at the end of the drain time");
    }
    Ok(())
}

fn connection_builder(limits: &ServeLimits) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.header_read).max_buf_size(HEADER_BYTES_MAX);
    http
}

async fn hold(connection: impl Future<Output = ()>, permit: OwnedSemaphorePermit) {
    connection.await;
    drop(permit);
}

async fn connection(
    http: http1::Builder,
    stream: TcpStream,
    address: SocketAddr,
    router: Router,
    shutdown: CancellationToken,
) {
    // Answers are small and written whole, so waiting to fill a packet only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
    let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ClientAddress(address.ip()));
        router.clone().oneshot(request.map(Body::new))
    });
    let connection = http.serve_connection(TokioIo::new(stream), service).with_upgrades();
    tokio::pin!(connection);
    let result = tokio::select! {
        result = connection.as_mut() => result,
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = result {
        tracing::debug!(%error, "connection ended early");
    }
}

fn is_one_connections_fault(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset
    )
}

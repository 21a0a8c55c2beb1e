//! The accept loop of the HTTP server. Invariant: the number of connections, the time for request headers and the time
//! for a graceful shutdown are bounded.
//!
//! `axum::serve` is not used, because it sets no timer: slow headers would hold a connection indefinitely.

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

/// The maximum number of concurrent connections; more wait in the kernel's queue.
pub const CONNECTIONS_MAX: usize = 4_096;
/// The maximum time for the head of a request, and for an idle connection, in milliseconds.
pub const HEADER_READ_MS_MAX: u64 = 10_000;
/// The maximum size of a request's head, in bytes.
pub const HEADER_BYTES_MAX: usize = 64 * 1024;
/// The time in milliseconds that running requests get to finish after shutdown begins.
pub const DRAIN_MS_MAX: u64 = 20_000;
/// The pause in milliseconds after a failed accept. Without it, a lack of file descriptors would make the loop spin.
const ACCEPT_PAUSE_MS: u64 = 50;

/// The limits of the accept loop.
#[derive(Clone, Copy, Debug)]
pub struct ServeLimits {
    /// The maximum number of concurrent connections.
    pub connections_max: usize,
    /// The maximum time for the head of a request.
    pub header_read: Duration,
    /// The time that running requests get to finish after shutdown begins.
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

/// Serves until `shutdown` is cancelled, then lets running requests finish within the limit.
///
/// # Errors
/// A failure of the listener itself. Failures of single connections are only logged.
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
            Err(error) if is_connection_error(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "accepting a connection failed, will retry");
                tokio::time::sleep(Duration::from_millis(ACCEPT_PAUSE_MS)).await;
            }
        }
    }
    connections.close();
    if tokio::time::timeout(limits.drain, connections.wait()).await.is_err() {
        tracing::warn!(connections = connections.len(), "the drain time has passed, closing the remaining connections");
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
    // Responses are small and written at once, so waiting to fill a packet would only delay them.
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
        tracing::debug!(%error, "connection ended with an error");
    }
}

fn is_connection_error(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset
    )
}

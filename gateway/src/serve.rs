//! The accept loop of the HTTP server. Invariant: the number of connections, in all and of one address, the time for
//! heads, for reading an answer and for a graceful shutdown are bounded. A new connection is accepted as long as an
//! older one has less claim to its place.
//!
//! `axum::serve` is not used, because it sets no timer: slow headers would hold a connection indefinitely.

mod announced;
mod answer_pace;
mod connections;
mod paced;
mod refusal;
mod refusal_pace;
mod stopping;

pub use connections::Place;
pub(crate) use connections::Running;
pub use refusal_pace::{REFUSAL_PAUSE_MS, REFUSAL_PAUSE_MS_MAX};
pub use stopping::{GRACE_MS, Stopping};

use crate::client_address::{ClientAddress, PeerAddress};
use axum::{Router, body::Body};
use connections::Connections;
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::rt::{TokioIo, TokioTimer};
use paced::Paced;
use refusal_pace::RefusalPace;
use socket2::SockRef;
use std::{io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::oneshot,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt as _;

/// The maximum number of concurrent connections. One more closes the connection that was silent longest.
pub const CONNECTIONS_MAX: usize = 4_096;
/// The maximum number of concurrent connections of one client address.
pub const CONNECTIONS_PER_ADDRESS_MAX: usize = 1_024;
/// The maximum time for the head of a request, and for an idle connection, in milliseconds.
pub const HEADER_READ_MS_MAX: u64 = 10_000;
/// The maximum size of a request's head, in bytes.
pub const HEADER_BYTES_MAX: usize = 64 * 1024;
/// The time in milliseconds within which a client must take [`WRITE_BYTES_MIN`] of an answer.
pub const WRITE_STALL_MS_MAX: u64 = 10_000;
/// What a client must take of an answer within [`WRITE_STALL_MS_MAX`], in bytes.
pub const WRITE_BYTES_MIN: u64 = 8 * 1024;
/// The time in seconds within which a client must read what an answer holds, on average, after [`WRITE_STALL_MS_MAX`].
/// A small answer may be read as slowly as [`WRITE_BYTES_MIN`] allows.
pub const ANSWER_S_MAX: u64 = 60;
/// The bytes of an answer that the operating system takes before the client has read them. Twice as much memory is
/// reserved for them. Without it, the system takes megabytes for each client that does not read.
pub const SEND_BUFFER_BYTES: usize = 128 * 1024;
/// The time in milliseconds that connections get to finish after shutdown begins. Above [`GRACE_MS`], so that a running
/// request gets an answer.
pub const DRAIN_MS_MAX: u64 = 5_000;
/// The pause in milliseconds after a failed accept. Without it, a lack of file descriptors would make the loop spin.
const ACCEPT_PAUSE_MS: u64 = 50;
/// The room that hyper gets above [`HEADER_BYTES_MAX`], so that a head of exactly that size fits.
const HEADER_BYTES_SPARE: usize = 1_024;

/// The limits of the accept loop.
#[derive(Clone, Copy, Debug)]
pub struct ServeLimits {
    /// The maximum number of concurrent connections.
    pub connections_max: usize,
    /// The maximum number of concurrent connections of one client address.
    pub connections_per_address_max: usize,
    /// The maximum time for the head of a request.
    pub header_read: Duration,
    /// The time within which a client must take [`WRITE_BYTES_MIN`] of an answer.
    pub write_stall: Duration,
    /// The time within which a client must read what an answer holds, on average.
    pub answer_read: Duration,
    /// The time that running requests get to finish after shutdown begins.
    pub drain: Duration,
}

impl Default for ServeLimits {
    fn default() -> Self {
        Self {
            connections_max: CONNECTIONS_MAX,
            connections_per_address_max: CONNECTIONS_PER_ADDRESS_MAX,
            header_read: Duration::from_millis(HEADER_READ_MS_MAX),
            write_stall: Duration::from_millis(WRITE_STALL_MS_MAX),
            answer_read: Duration::from_secs(ANSWER_S_MAX),
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
    let open = Arc::new(Connections::new(limits.connections_max, limits.connections_per_address_max));
    let tasks = TaskTracker::new();
    let server = Server { http: connection_builder(&limits), router, limits, shutdown: shutdown.clone() };
    loop {
        let accepted = tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, address)) => {
                // Without a place the connection is closed by the drop of its stream.
                if let Some(place) = open.enter(ClientAddress::new(address.ip())) {
                    tasks.spawn(server.clone().connection(stream, address, Arc::new(place)));
                }
            }
            Err(error) if is_connection_error(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "accepting a connection failed, will retry");
                open.close_stalest();
                tokio::time::sleep(Duration::from_millis(ACCEPT_PAUSE_MS)).await;
            }
        }
    }
    drop(listener);
    tasks.close();
    if tokio::time::timeout(limits.drain, tasks.wait()).await.is_err() {
        tracing::warn!(connections = tasks.len(), "the drain time has passed, closing the remaining connections");
        open.close_all();
        tasks.wait().await;
    }
    Ok(())
}

fn connection_builder(limits: &ServeLimits) -> http1::Builder {
    let mut http = http1::Builder::new();
    let head_bytes = HEADER_BYTES_MAX + HEADER_BYTES_SPARE;
    http.timer(TokioTimer::new()).header_read_timeout(limits.header_read).max_buf_size(head_bytes);
    http
}

#[derive(Clone)]
struct Server {
    http: http1::Builder,
    router: Router,
    limits: ServeLimits,
    shutdown: CancellationToken,
}

impl Server {
    async fn connection(self, stream: TcpStream, address: SocketAddr, place: Arc<Place>) {
        // Responses are small and written at once, so waiting to fill a packet would only delay them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot set TCP_NODELAY");
        }
        if let Err(error) = SockRef::from(&stream).set_send_buffer_size(SEND_BUFFER_BYTES) {
            tracing::debug!(%error, "cannot set SO_SNDBUF");
        }
        let (router, shutdown, here) = (self.router, self.shutdown, Arc::clone(&place));
        let stopping = Stopping::new(shutdown.clone());
        let pace = Arc::new(RefusalPace::default());
        let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
            let extensions = request.extensions_mut();
            extensions.insert(PeerAddress(address.ip()));
            extensions.insert(stopping.clone());
            extensions.insert(Arc::clone(&here));
            let running = here.run();
            let (answer, pace) = (router.clone().oneshot(request.map(Body::new)), Arc::clone(&pace));
            async move {
                let answer = answer.await;
                drop(running);
                if let Some(pause) = answer.as_ref().ok().and_then(|answer| pace.pause(answer.status())) {
                    tokio::time::sleep(pause).await;
                }
                answer
            }
        });
        let (open, closed) = oneshot::channel();
        let stream = Paced::new(stream, (&self.limits).into(), Arc::clone(&place), open);
        {
            let connection = self.http.serve_connection(TokioIo::new(stream), service).with_upgrades();
            tokio::pin!(connection);
            let result = tokio::select! {
                result = connection.as_mut() => result,
                () = place.closed() => return,
                () = shutdown.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    tokio::select! {
                        result = connection => result,
                        () = place.closed() => return,
                    }
                }
            };
            if let Err(error) = result {
                tracing::debug!(%error, "connection ended with an error");
            }
        }
        // A WebSocket has taken the stream over. It ends by itself when the place is closed; a stop awaits it here.
        let _ = closed.await;
    }
}

fn is_connection_error(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset
    )
}

//! A listener for `/livez`, `/readyz` and `/metrics`, for processes without an API. Invariant: a request costs the
//! same, however many come: it is answered with the report of the last second, which is made whether anybody asks or
//! not. Connections, their time and their bytes are bounded.

use bytes::Bytes;
use futures::future::BoxFuture;
use http_body_util::Full;
use hyper::{Method, Request, Response, StatusCode, body::Incoming, header, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{MissedTickBehavior, timeout},
};

/// The interval between two reports, in milliseconds.
pub const REPORT_INTERVAL_MS: u64 = 1_000;
/// The time for one report. A process that needs longer is not ready.
pub const REPORT_MS_MAX: u64 = 5_000;
/// The maximum number of connections; more wait in the kernel's queue.
pub const CONNECTIONS_MAX: usize = 32;
/// The maximum time of a connection, which carries one request, in milliseconds.
pub const CONNECTION_MS_MAX: u64 = 5_000;
/// The maximum size of a request's head, in bytes; hyper's minimum.
pub const HEADER_BYTES_MAX: usize = 8 * 1_024;
/// The pause after a failed accept, in milliseconds.
const ACCEPT_PAUSE_MS: u64 = 50;

/// What a process reports about itself.
pub trait Report: Send + Sync + 'static {
    /// Sets the gauges of the process, and returns what keeps it from its work: one sentence each, none when it is
    /// ready.
    fn take(&self) -> BoxFuture<'_, Vec<String>>;
}

/// The answers until the next report.
#[derive(Clone, Debug)]
struct Answers {
    is_ready: bool,
    readiness: Bytes,
    metrics: Bytes,
}

/// A running listener. Dropping it ends it.
pub struct HealthServer {
    address: Option<SocketAddr>,
    _tasks: JoinSet<()>,
}

impl HealthServer {
    /// Starts to report and to listen.
    pub fn start(listener: TcpListener, report: impl Report) -> Self {
        let address = listener.local_addr().ok();
        let metrics = gateway::metrics::install();
        let render = move || metrics.map(|metrics| metrics.render()).unwrap_or_default();
        let first = Answers::new(vec!["the first report is not made yet".to_owned()], String::new());
        let (sender, answers) = watch::channel(first);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut ticks = tokio::time::interval(Duration::from_millis(REPORT_INTERVAL_MS));
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                let missing = timeout(Duration::from_millis(REPORT_MS_MAX), report.take()).await;
                let missing = missing.unwrap_or_else(|_| vec!["the process does not answer itself in time".to_owned()]);
                sender.send_replace(Answers::new(missing, render()));
            }
        });
        tasks.spawn(serve(listener, answers));
        Self { address, _tasks: tasks }
    }

    /// The address that it listens on, as text.
    pub fn address(&self) -> String {
        self.address.map(|address| address.to_string()).unwrap_or_default()
    }
}

impl Answers {
    fn new(missing: Vec<String>, metrics: String) -> Self {
        let is_ready = missing.is_empty();
        let status = if is_ready { "ok" } else { "not_ready" };
        let version = env!("CARGO_PKG_VERSION");
        let readiness = serde_json::json!({ "status": status, "version": version, "missing": missing });
        Self { is_ready, readiness: readiness.to_string().into(), metrics: metrics.into() }
    }

    fn answer(&self, method: &Method, path: &str) -> Response<Full<Bytes>> {
        const JSON: &str = "application/json";
        let (status, kind, body) = match (method, path) {
            (&Method::GET | &Method::HEAD, "/livez") => {
                (StatusCode::OK, JSON, Bytes::from_static(b"{\"status\":\"ok\"}"))
            }
            (&Method::GET | &Method::HEAD, "/readyz") => {
                let status = if self.is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
                (status, JSON, self.readiness.clone())
            }
            (&Method::GET | &Method::HEAD, "/metrics") => {
                (StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", self.metrics.clone())
            }
            (_, "/livez" | "/readyz" | "/metrics") => (StatusCode::METHOD_NOT_ALLOWED, "text/plain", Bytes::new()),
            _ => (StatusCode::NOT_FOUND, "text/plain", Bytes::from_static(b"/livez, /readyz, /metrics\n")),
        };
        let mut response = Response::new(Full::new(body));
        *response.status_mut() = status;
        for (name, value) in [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, "no-store"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ] {
            response.headers_mut().insert(name, header::HeaderValue::from_static(value));
        }
        response
    }
}

async fn serve(listener: TcpListener, answers: watch::Receiver<Answers>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let answers = answers.clone();
                tokio::spawn(async move {
                    let _ = timeout(Duration::from_millis(CONNECTION_MS_MAX), connection(stream, answers)).await;
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::debug!(%error, "accepting a connection failed, will retry");
                tokio::time::sleep(Duration::from_millis(ACCEPT_PAUSE_MS)).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, answers: watch::Receiver<Answers>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let response = answers.borrow().answer(request.method(), request.uri().path());
        async move { Ok::<_, Infallible>(response) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).keep_alive(false).max_buf_size(HEADER_BYTES_MAX);
    if let Err(error) = http.serve_connection(TokioIo::new(stream), service).await {
        tracing::debug!(%error, "a connection ended with an error");
    }
}

#[cfg(test)]
mod tests;

//! A receiver of webhooks on a free port, with the answers of a test.

use crate::poll::until;
use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use http_body_util::{BodyExt as _, Empty};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

/// A received request.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// A receiver that keeps what it received. It ends when it is dropped.
pub(super) struct Receiver {
    address: SocketAddr,
    log: Arc<Mutex<Log>>,
    _task: AbortOnDropHandle<()>,
}

#[derive(Default)]
struct Log {
    requests: Vec<Request>,
    /// The number of ids that were answered with 2xx.
    taken: usize,
    /// The id of the last request, and its attempts before.
    last: (String, usize),
}

impl Receiver {
    /// Starts a receiver. `answer` gives the status for the attempts of the same event before, and the events before.
    pub(super) async fn start(answer: impl Fn(usize, usize) -> u16 + Copy + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let log = Arc::new(Mutex::new(Log::default()));
        let shared = Arc::clone(&log);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                let log = Arc::clone(&shared);
                let service = service_fn(move |request: http::Request<Incoming>| {
                    let log = Arc::clone(&log);
                    async move {
                        let (parts, body) = request.into_parts();
                        let body = body.collect().await.expect("a body").to_bytes();
                        let status = log.lock().expect("the log").add(parts.headers, body, answer);
                        let mut response = Response::new(Empty::<Bytes>::new());
                        *response.status_mut() = status;
                        // Where a redirect would lead: to itself.
                        response.headers_mut().insert("location", http::HeaderValue::from_static("/"));
                        Ok::<_, Infallible>(response)
                    }
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { address, log, _task: AbortOnDropHandle::new(task) }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Waits until this number of events was taken.
    pub(super) async fn taken(&self, count: usize) {
        until("the events", async || (self.log.lock().expect("the log").taken >= count).then_some(())).await;
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.log.lock().expect("the log").requests.clone()
    }
}

impl Log {
    fn add(&mut self, headers: HeaderMap, body: Bytes, answer: impl Fn(usize, usize) -> u16) -> StatusCode {
        let id = headers["webhook-id"].to_str().expect("text").to_owned();
        self.last = if self.last.0 == id { (id, self.last.1 + 1) } else { (id, 0) };
        self.requests.push(Request { headers, body });
        let status = StatusCode::from_u16(answer(self.last.1, self.taken)).expect("a status");
        self.taken += usize::from(status.is_success());
        status
    }
}

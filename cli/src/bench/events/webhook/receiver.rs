//! A receiver on loopback. Invariant: each request is kept before it is answered, always with 204.

use anyhow::Context as _;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper::{HeaderMap, Request, Response, StatusCode, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use standards_webhooks::message::ID_HEADER;
use std::{
    collections::HashSet,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::timeout,
};
use tokio_util::task::AbortOnDropHandle;

/// A request as it was received.
#[derive(Clone, Debug)]
pub(super) struct Delivery {
    /// When its head was there, and when it was about to be answered.
    pub(super) began: Instant,
    pub(super) ended: Instant,
    /// The receiver's clock then, in seconds since 1970.
    pub(super) at_s: u64,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Delivery {
    /// A header; empty when it is absent or no text.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

struct State {
    /// The number of ids to wait for.
    goal: usize,
    seen: Mutex<Seen>,
    /// When the last of them was there.
    ended: watch::Sender<Option<Instant>>,
}

#[derive(Default)]
struct Seen {
    ids: HashSet<String>,
    deliveries: Vec<Delivery>,
}

/// A running receiver; dropping it ends it.
pub(super) struct Receiver {
    address: SocketAddr,
    state: Arc<State>,
    _task: AbortOnDropHandle<()>,
}

impl Receiver {
    /// Listens on a free port, for a number of webhooks with different ids.
    pub(super) async fn start(goal: usize) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let state = Arc::new(State { goal, seen: Mutex::default(), ended: watch::Sender::default() });
        let task = AbortOnDropHandle::new(tokio::spawn(accept(listener, Arc::clone(&state))));
        Ok(Self { address, state, _task: task })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Waits until all webhooks were received. Returns what was received in order, and the time of the last one.
    pub(super) async fn wait(self, time: Duration) -> anyhow::Result<(Vec<Delivery>, Instant)> {
        let mut ended = self.state.ended.subscribe();
        let waited = timeout(time, ended.wait_for(Option::is_some)).await;
        let mut seen = self.state.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, goal) = (seen.ids.len(), self.state.goal);
        let ended = waited.with_context(|| format!("{count} of {goal} webhooks were received"))??;
        Ok((std::mem::take(&mut seen.deliveries), ended.context("it was waited for")?))
    }
}

impl State {
    async fn receive(&self, request: Request<Incoming>) -> hyper::Result<Response<Empty<Bytes>>> {
        let began = Instant::now();
        let (head, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let at_s = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let delivery = Delivery { began, ended: Instant::now(), at_s, headers: head.headers, body };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.ids.insert(delivery.header(ID_HEADER).to_owned()) && seen.ids.len() == self.goal {
            self.ended.send_replace(Some(delivery.ended));
        }
        seen.deliveries.push(delivery);
        drop(seen);
        let mut response = Response::new(Empty::new());
        *response.status_mut() = StatusCode::NO_CONTENT;
        Ok(response)
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    let mut connections = JoinSet::new();
    loop {
        // A failure concerns one connection; its sender tries again.
        if let Ok((stream, _)) = listener.accept().await {
            connections.spawn(connection(stream, Arc::clone(&state)));
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(stream: TcpStream, state: Arc<State>) {
    // The sender sees a connection that broke.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let state = Arc::clone(&state);
        async move { state.receive(request).await }
    });
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

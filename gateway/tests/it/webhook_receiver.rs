//! A receiver of webhooks on loopback, which keeps what it got.

use axum::{Router, body::Bytes, extract::State, http::HeaderMap};
use http::StatusCode;
use standards_webhooks::verify::{Clock, Headers, Key, TOLERANCE_S_DEFAULT, VerifyError, verify};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::{
    net::TcpListener,
    sync::{Mutex as AsyncMutex, mpsc},
};
use tokio_util::task::AbortOnDropHandle;

/// The longest time that a test waits for a webhook.
const WAIT: Duration = Duration::from_secs(30);

/// A webhook as it arrived.
pub(crate) struct Webhook {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// The running receiver. It answers 204 until another answer is set.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    answer: Arc<Mutex<(u16, String)>>,
    arrived: AsyncMutex<mpsc::UnboundedReceiver<Webhook>>,
    task: Mutex<Option<AbortOnDropHandle<()>>>,
}

#[derive(Clone)]
struct Shared {
    answer: Arc<Mutex<(u16, String)>>,
    arrived: mpsc::UnboundedSender<Webhook>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (sender, arrived) = mpsc::unbounded_channel();
        let answer = Arc::new(Mutex::new((204, String::new())));
        let shared = Shared { answer: Arc::clone(&answer), arrived: sender };
        let router = Router::new().fallback(receive).with_state(shared);
        let task = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        let task = Mutex::new(Some(AbortOnDropHandle::new(task)));
        Self { address, answer, arrived: AsyncMutex::new(arrived), task }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Sets the answer to what arrives from now on.
    pub(crate) fn answer(&self, status: u16, body: impl Into<String>) {
        *self.answer.lock().expect("no panic") = (status, body.into());
    }

    /// Closes the port.
    pub(crate) async fn stop(&self) {
        let task = self.task.lock().expect("no panic").take().expect("it runs");
        task.abort();
        assert!(task.await.is_err_and(|error| error.is_cancelled()));
    }

    /// The next webhook.
    pub(crate) async fn next(&self) -> Webhook {
        let mut arrived = self.arrived.lock().await;
        tokio::time::timeout(WAIT, arrived.recv()).await.expect("a webhook in time").expect("the receiver runs")
    }
}

async fn receive(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> (StatusCode, String) {
    // The test may have ended.
    let _ = shared.arrived.send(Webhook { headers, body });
    let (status, body) = shared.answer.lock().expect("no panic").clone();
    (StatusCode::from_u16(status).expect("a status"), body)
}

impl Webhook {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Verifies it as a receiver does.
    pub(crate) fn verify(&self, keys: &[Key<'_>]) -> Result<(), VerifyError> {
        let headers = Headers {
            id: self.header("webhook-id"),
            timestamp: self.header("webhook-timestamp"),
            signature: self.header("webhook-signature"),
        };
        let now_s = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        verify(&headers, &self.body, keys, Clock { now_s, tolerance_s: TOLERANCE_S_DEFAULT })
    }
}

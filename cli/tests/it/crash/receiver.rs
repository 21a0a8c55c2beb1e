//! A receiver of webhooks that outlives the gateways of a crash test and remembers what arrived.

use super::{client::Document, told::Told};
use crate::{api::Api, poll::until};
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

/// A running receiver. It accepts every request.
pub(super) struct Receiver {
    address: SocketAddr,
    arrived: Arc<Mutex<Vec<Arrival>>>,
    _task: AbortOnDropHandle<()>,
}

/// A request.
struct Arrival {
    id: String,
    body: Bytes,
}

impl Receiver {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let arrived = Arc::default();
        let task = tokio::spawn(accept(listener, Arc::clone(&arrived)));
        Self { address, arrived, _task: AbortOnDropHandle::new(task) }
    }

    /// The value of `--webhook-allow`.
    pub(super) fn allowed(&self) -> String {
        self.address.to_string()
    }

    /// Registers it for all events from the first.
    pub(super) async fn register(&self, api: &Api) {
        let endpoint = json!({ "url": format!("http://{}/", self.address), "after": 0 });
        let answer = api.post("/v1/webhooks", &[], endpoint.to_string()).await.expect("the gateway answers");
        assert_eq!(answer.status, 201, "{}", answer.text());
    }

    /// Waits for all events up to a number. Asserts that none is missing, that each has one id and one content however
    /// often it arrived, and that those about one identifier arrived in their order.
    pub(super) async fn assert_complete(&self, newest: u64) {
        until("every event at the receiver of webhooks", async || {
            let numbers: std::collections::BTreeSet<u64> = self.arrived().iter().map(|(told, _)| told.number).collect();
            (numbers.len() as u64 == newest).then_some(())
        })
        .await;
        let mut seen: BTreeMap<u64, (String, Value)> = BTreeMap::new();
        let mut last: BTreeMap<u64, u64> = BTreeMap::new();
        let mut twice = 0;
        for (Told { number, event }, id) in self.arrived() {
            if let Some((first_id, first)) = seen.get(&number) {
                assert_eq!((first_id, first), (&id, &event), "{number} arrived again");
                twice += 1;
                continue;
            }
            if let Some(chain) = Document::chain_of(&event["data"]["eventID"]) {
                let before = last.insert(chain, number).unwrap_or(0);
                assert!(before < number, "{number} arrived after {before}, and both are about one identifier");
            }
            seen.insert(number, (id, event));
        }
        assert_eq!(seen.keys().copied().collect::<Vec<_>>(), (1..=newest).collect::<Vec<_>>());
        eprintln!("crash: {newest} events by webhook, {twice} of them once more");
    }

    fn arrived(&self) -> Vec<(Told, String)> {
        let arrived = self.arrived.lock().expect("nobody panicked");
        arrived.iter().map(|arrival| (Told::of(&arrival.body), arrival.id.clone())).collect()
    }
}

async fn accept(listener: TcpListener, arrived: Arc<Mutex<Vec<Arrival>>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let arrived = Arc::clone(&arrived);
        tokio::spawn(async move {
            let answer = service_fn(|request| keep(request, Arc::clone(&arrived)));
            // A gateway that is killed closes its connections at any moment.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
        });
    }
}

/// Keeps a request that arrived whole.
async fn keep(
    request: Request<Incoming>,
    arrived: Arc<Mutex<Vec<Arrival>>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let id = header(request.headers(), "webhook-id");
    if let Ok(body) = request.into_body().collect().await {
        arrived.lock().expect("nobody panicked").push(Arrival { id, body: body.to_bytes() });
    }
    Ok(Response::new(Full::default()))
}

fn header(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).map_or("", |value| value.to_str().expect("ASCII")).to_owned()
}

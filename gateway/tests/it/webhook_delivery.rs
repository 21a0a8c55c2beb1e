//! Events at their endpoints: real receivers on loopback, and a deliverer with short delays.

mod disable;
mod notice;
mod order;
mod restart;
mod retry;

use crate::{
    harness::{Account, Setting, World, request},
    stack::document,
};
use axum::{Router, body::Bytes, extract::State, response::Response};
use gateway::{
    config::GatewayConfig,
    webhook::delivery::{Deliverer, DeliverySettings},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::{Value, json};
use standards_webhooks::{
    secret::Secret,
    verify::{Clock, Headers, Key, TOLERANCE_S_DEFAULT, verify},
};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, SystemTime},
};
use tokio::{net::TcpListener, sync::watch};
use tokio_util::task::AbortOnDropHandle;

/// The longest time that a test waits for a receiver.
const WAIT: Duration = Duration::from_mins(1);

/// A call as the receiver saw it.
#[derive(Clone, Debug)]
struct Seen {
    headers: HeaderMap,
    body: Bytes,
}

impl Seen {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn event(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// The number of the event.
    fn number(&self) -> u64 {
        self.event()["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or(0)
    }

    /// The id of the captured event.
    fn subject(&self) -> String {
        self.event()["subject"].as_str().unwrap_or_default().to_owned()
    }

    fn is_signed_with(&self, secret: &str) -> bool {
        let secret = Secret::parse(secret).expect("a secret");
        let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
        let [id, timestamp, signature] = names.map(|name| self.header(name));
        let now_s = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs();
        let clock = Clock { now_s, tolerance_s: TOLERANCE_S_DEFAULT };
        verify(&Headers { id, timestamp, signature }, &self.body, &[Key::Secret(&secret)], clock).is_ok()
    }
}

/// What a receiver answers.
#[derive(Clone, Debug)]
enum Reply {
    Status(u16),
    /// A redirect to an address.
    Redirect(String),
    /// Nothing, ever.
    Hang,
}

type Script = Box<dyn Fn(&Seen) -> Reply + Send>;

struct Shared {
    seen: watch::Sender<Vec<Seen>>,
    script: Mutex<Script>,
}

/// A receiver on loopback.
struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
    _task: AbortOnDropHandle<()>,
}

async fn answer(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let seen = Seen { headers, body };
    let reply = (shared.script.lock().expect("no panic"))(&seen);
    shared.seen.send_modify(|all| all.push(seen));
    let (status, location) = match reply {
        Reply::Status(status) => (status, None),
        Reply::Redirect(location) => (302, Some(location)),
        Reply::Hang => std::future::pending().await,
    };
    let mut response = Response::new(axum::body::Body::empty());
    *response.status_mut() = StatusCode::from_u16(status).expect("a status");
    if let Some(location) = location {
        response.headers_mut().insert("location", HeaderValue::try_from(location).expect("a value"));
    }
    response
}

impl Receiver {
    /// Answers every call with 204, until it is told otherwise.
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared =
            Arc::new(Shared { seen: watch::Sender::default(), script: Mutex::new(Box::new(|_| Reply::Status(204))) });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self { address, shared, _task: AbortOnDropHandle::new(task) }
    }

    fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.shared.script.lock().expect("no panic")
    }

    fn answer_with(&self, script: impl Fn(&Seen) -> Reply + Send + 'static) {
        *self.script() = Box::new(script);
    }

    fn seen(&self) -> Vec<Seen> {
        self.shared.seen.borrow().clone()
    }

    /// Waits until what was seen meets a condition.
    async fn wait(&self, what: &str, condition: impl Fn(&[Seen]) -> bool) -> Vec<Seen> {
        let mut seen = self.shared.seen.subscribe();
        let wait = tokio::time::timeout(WAIT, seen.wait_for(|seen| condition(seen))).await;
        match wait {
            Ok(seen) => seen.expect("the receiver runs").clone(),
            Err(late) => panic!("{what}: {late}: {:?}", numbers(&self.seen())),
        }
    }
}

fn numbers(seen: &[Seen]) -> Vec<u64> {
    seen.iter().map(Seen::number).collect()
}

/// Short delays, so that a test takes seconds.
fn settings() -> DeliverySettings {
    DeliverySettings {
        retry_delays: vec![Duration::from_millis(50), Duration::from_millis(100)],
        poll: Duration::from_millis(20),
        ..DeliverySettings::default()
    }
}

/// A system whose deliverer may call these receivers.
async fn world(receivers: &[&Receiver]) -> (World, Account) {
    let mut config = GatewayConfig::new("http://waymark.test");
    for receiver in receivers {
        config.webhook_allowed.add(&receiver.address.to_string()).expect("HOST:PORT");
    }
    let world = World::start_with(Setting { config, ..Setting::default() }).await;
    let account = world.tenant("Farm").await;
    (world, account)
}

fn deliver(world: &World) -> Deliverer {
    deliver_with(world, settings())
}

fn deliver_with(world: &World, settings: DeliverySettings) -> Deliverer {
    Deliverer::start(Arc::clone(&world.gateway), world.services.clone(), settings)
}

/// Creates an endpoint for captured events; returns its id and secret.
async fn hook(world: &World, account: &Account, receiver: &Receiver) -> (String, String) {
    let body = json!({ "url": receiver.url(), "types": ["waymark.provenance.event_captured"], "after": 0 });
    let answer = world.post("/v1/webhooks", &account.secret, &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let made = answer.json();
    let text = |name: &str| made[name].as_str().unwrap_or_else(|| panic!("{name}: {made}")).to_owned();
    (text("id"), text("secret"))
}

async fn show(world: &World, account: &Account, id: &str) -> Value {
    world.get(&format!("/v1/webhooks/{id}"), &account.secret).await.json()
}

/// The members of a list of an endpoint.
async fn list(world: &World, account: &Account, path: &str) -> Vec<Value> {
    let answer = world.get(path, &account.secret).await.json();
    answer["items"].as_array().unwrap_or_else(|| panic!("{answer}")).clone()
}

/// Waits until what a request answers meets a condition.
async fn until(what: &str, mut is_met: impl AsyncFnMut() -> bool) {
    let ends = tokio::time::Instant::now() + WAIT;
    while !is_met().await {
        assert!(tokio::time::Instant::now() < ends, "{what}");
        tokio::task::yield_now().await;
    }
}

fn id(n: usize) -> String {
    format!("urn:uuid:cccccccc-0000-4000-8000-{n:012}")
}

/// Captures an event for each pair: its number, and that of the item that it is about.
async fn capture(world: &World, account: &Account, events: &[(usize, usize)]) {
    let event = |(n, item): &(usize, usize)| {
        format!(
            r#"{{"type":"ObjectEvent","eventID":"{}","action":"OBSERVE","eventTime":"2026-01-01T00:00:00Z",
            "eventTimeZoneOffset":"+00:00","epcList":["urn:epc:id:sgtin:4012345.011111.{item}"]}}"#,
            id(*n)
        )
    };
    let mut asked = request(Method::POST, "/epcis/capture", Some(&account.secret), None);
    asked.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    asked.headers_mut().insert("prefer", HeaderValue::from_static("wait=20"));
    *asked.body_mut() = document(&events.iter().map(event).collect::<Vec<_>>()).into();
    let job = world.send(asked).await;
    assert_eq!(job.json()["success"], true, "{}", job.text());
}

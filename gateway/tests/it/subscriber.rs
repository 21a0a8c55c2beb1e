//! A receiver of subscriptions for tests, and what is common to tests of webhooks and WebSockets of EPCIS.

use crate::{
    harness::{Account, Answer, Setting, World, request},
    stack::{document, event, segment},
};
use gateway::{
    config::GatewayConfig,
    provenance::subscription::Subscriptions,
    router,
    state::{Gateway, GatewayParts},
};
use hmac::{Hmac, Mac as _};
use http::{HeaderValue, Method};
use serde_json::{Value, json};
use sha2::Sha256;
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
};
use tokio_util::task::AbortOnDropHandle;

pub(crate) const TOKEN: &str = "13df38d8275b13f05704629e5f1cf3d45d6132d5";

/// A delivery as it arrived.
pub(crate) struct Arrival {
    pub(crate) path: String,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Arrival {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let line = |line: &'_ str| -> Option<usize> {
            let (own, _) = line.split_once(": ")?;
            own.eq_ignore_ascii_case(name).then_some(own.len() + 2)
        };
        self.head.lines().find_map(|text| Some(&text[line(text)?..]))
    }

    /// Checks the signature under [`TOKEN`].
    pub(crate) fn assert_signed(&self) {
        let mut mac = Hmac::<Sha256>::new_from_slice(TOKEN.as_bytes()).expect("a key");
        mac.update(&self.body);
        let signature = hex::decode(self.header("gs1-signature").expect("a signature")).expect("hexadecimal");
        mac.verify_slice(&signature).expect("signed under the token");
    }

    /// The ids of the events.
    pub(crate) fn ids(&self) -> Vec<String> {
        let events = self.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"].clone();
        let events = events.as_array().expect("a list").clone();
        events.iter().map(|event| event["eventID"].as_str().expect("an id").to_owned()).collect()
    }

    /// The id of the delivery.
    pub(crate) fn id(&self) -> String {
        self.json()["id"].as_str().expect("an id").to_owned()
    }
}

/// How a receiver answers: by the path and the number of events; `None`: it does not answer.
type Script = dyn Fn(&str, usize) -> Option<u16> + Send + Sync;

/// A receiver on loopback.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    script: Arc<Mutex<Arc<Script>>>,
    arrivals: UnboundedReceiver<Arrival>,
    _task: AbortOnDropHandle<()>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let first: Arc<Script> = Arc::new(|_, _| Some(200));
        let script = Arc::new(Mutex::new(first));
        let (sender, arrivals) = unbounded_channel();
        let current = Arc::clone(&script);
        let task = tokio::spawn(async move {
            let mut running = Vec::new();
            loop {
                let (mut stream, _) = listener.accept().await.expect("a connection");
                let (current, sender) = (Arc::clone(&current), sender.clone());
                running.push(AbortOnDropHandle::new(tokio::spawn(async move {
                    let arrival = read(&mut stream).await;
                    // XML is not counted.
                    let json: Value = serde_json::from_slice(&arrival.body).unwrap_or_default();
                    let events = &json["epcisBody"]["queryResults"]["resultsBody"]["eventList"];
                    let count = events.as_array().map_or(0, Vec::len);
                    let script = Arc::clone(&current.lock().expect("no panic"));
                    let status = script(&arrival.path, count);
                    // The test may have ended.
                    let _ = sender.send(arrival);
                    let Some(status) = status else { return std::future::pending().await };
                    let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                    let _ = stream.write_all(answer.as_bytes()).await;
                    let _ = stream.shutdown().await;
                    let _ = stream.read(&mut [0; 1]).await;
                })));
            }
        });
        Self { address, script, arrivals, _task: AbortOnDropHandle::new(task) }
    }

    pub(crate) fn answer(&self, script: impl Fn(&str, usize) -> Option<u16> + Send + Sync + 'static) {
        *self.script.lock().expect("no panic") = Arc::new(script);
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) async fn next(&mut self) -> Arrival {
        self.arrivals.recv().await.expect("the receiver runs")
    }
}

/// Reads a request: its head, and a body of the length that the head names.
async fn read(stream: &mut TcpStream) -> Arrival {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8(bytes[..end].to_vec()).expect("text");
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.expect("a length").parse().expect("a number");
            if bytes.len() >= end + 4 + length {
                let path = head.split(' ').nth(1).expect("a path").to_owned();
                return Arrival { path, head, body: bytes[end + 4..].to_vec() };
            }
        }
        let mut buffer = vec![0; 16 * 1_024];
        let count = stream.read(&mut buffer).await.expect("a request");
        assert!(count > 0, "the request is not whole");
        bytes.extend_from_slice(&buffer[..count]);
    }
}

/// A system that may call the receiver, with a tenant and the named queries `all` and `shipped`.
pub(crate) async fn start(receivers: &[&Receiver]) -> (World, Account) {
    start_with(receivers, Setting::default().config).await
}

/// The same with a configuration.
pub(crate) async fn start_with(receivers: &[&Receiver], config: GatewayConfig) -> (World, Account) {
    let mut setting = Setting { config, ..Setting::default() };
    for receiver in receivers {
        setting.config.webhook_allowed.add(&receiver.address.to_string()).expect("a receiver");
    }
    let world = World::start_with(setting).await;
    let account = world.tenant("Farm").await;
    for (name, query) in [("all", json!({})), ("shipped", json!({ "EQ_bizStep": ["shipping"] }))] {
        let made = world.post("/epcis/queries", &account.secret, &json!({ "name": name, "query": query })).await;
        assert_eq!(made.status, 201, "{}", made.text());
    }
    (world, account)
}

pub(crate) async fn post(world: &World, account: &Account, query: &str, body: &Value) -> Answer {
    let path = format!("/epcis/queries/{}/subscriptions", segment(query));
    world.post(&path, &account.secret, body).await
}

/// Subscribes and returns the address of the subscription.
pub(crate) async fn subscribe(world: &World, account: &Account, query: &str, body: &Value) -> String {
    let made = post(world, account, query, body).await;
    assert_eq!(made.status, 201, "{}", made.text());
    made.header("location").to_owned()
}

pub(crate) fn id(n: usize) -> String {
    format!("urn:uuid:cccccccc-0000-4000-8000-{n:012}")
}

pub(crate) fn ids(numbers: impl IntoIterator<Item = usize>) -> Vec<String> {
    numbers.into_iter().map(id).collect()
}

/// Captures events that are shipped.
pub(crate) async fn capture(world: &World, account: &Account, numbers: impl IntoIterator<Item = usize>) {
    let events = numbers.into_iter().map(|n| event(&id(n), r#","bizStep":"shipping""#));
    capture_events(world, account, &events.collect::<Vec<_>>()).await;
}

pub(crate) async fn capture_events(world: &World, account: &Account, events: &[String]) {
    let mut asked = request(Method::POST, "/epcis/capture", Some(&account.secret), None);
    asked.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    asked.headers_mut().insert("prefer", HeaderValue::from_static("wait=20"));
    *asked.body_mut() = document(events).into();
    let job = world.send(asked).await;
    assert_eq!(job.json()["success"], true, "{}", job.text());
}

pub(crate) async fn shown(world: &World, account: &Account, address: &str) -> Value {
    let shown = world.get(address, &account.secret).await;
    assert_eq!(shown.status, 200, "{}", shown.text());
    shown.json()
}

/// Ends the gateway of a system and opens another one on the same database, as after a restart.
pub(crate) async fn replace_gateway(world: &mut World) {
    let old = Arc::clone(&world.gateway);
    let parts = GatewayParts {
        pool: old.pool.clone(),
        node: old.node.clone(),
        index: old.index.clone(),
        vault: Arc::clone(&old.vault),
        submitter: Arc::clone(&old.submitter),
        config: old.config.clone(),
    };
    world.gateway = Gateway::open(parts).await.expect("the gateway opens");
    world.router = router::build(Arc::clone(&world.gateway));
    world.subscriptions = Subscriptions::start(&world.gateway);
    let ended = Arc::downgrade(&old);
    drop(old);
    // What runs in the old gateway may hold it for a moment.
    while ended.strong_count() > 0 {
        tokio::task::yield_now().await;
    }
}

//! Requests to receivers that tenants name, against real servers on loopback.

mod address;
mod answer;
mod kept;
mod tls;
mod wait;

use gateway::{
    outgoing::{Allowed, Answer, Call, Lookup, Outgoing, OutgoingError, Resolve, Trust, WaitLimits},
    tenant_id::TenantId,
};
use rustls::RootCertStore;
use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_util::task::AbortOnDropHandle;

/// A server on loopback that treats each connection by a script.
struct Receiver {
    address: SocketAddr,
    connections: watch::Receiver<usize>,
    /// Accepts connections until it is dropped.
    task: AbortOnDropHandle<()>,
}

impl Receiver {
    async fn start<S, F>(script: S) -> Self
    where
        S: Fn(TcpStream) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        Self::start_at("127.0.0.1:0", script).await
    }

    async fn start_at<S, F>(address: &str, script: S) -> Self
    where
        S: Fn(TcpStream) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind(address).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (count, connections) = watch::channel(0);
        let task = tokio::spawn(async move {
            let mut running = Vec::new();
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                count.send_modify(|count| *count += 1);
                running.push(AbortOnDropHandle::new(tokio::spawn(script(stream))));
            }
        });
        Self { address, connections, task: AbortOnDropHandle::new(task) }
    }

    /// Answers every request with given bytes, and closes the connection.
    async fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::start(move |mut stream| {
            let answer = answer.clone();
            async move {
                read_request(&mut stream).await;
                // The caller may close before it has read all.
                let _ = stream.write_all(&answer).await;
                let _ = stream.shutdown().await;
                drain(stream).await;
            }
        })
        .await
    }

    fn port(&self) -> u16 {
        self.address.port()
    }

    fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// How many connections arrived so far.
    fn connections(&self) -> usize {
        *self.connections.borrow()
    }

    /// Sends a request to this receiver, which is allowed.
    async fn called(&self) -> Result<Answer, OutgoingError> {
        let outgoing = outgoing(&[&self.address.to_string()], Names::default(), WaitLimits::default());
        post(&outgoing, &self.url()).await
    }
}

/// Reads until the other side closes, so that the socket is not closed with unread bytes, which resets it.
async fn drain(mut stream: TcpStream) {
    let mut buffer = [0; 1_024];
    while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
}

/// The whole request: its head, and a body of the length that the head names.
async fn read_request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().expect("a length")) {
                return text.into_owned();
            }
        }
        let mut buffer = [0; 1_024];
        let read = stream.read(&mut buffer).await.expect("a request");
        assert!(read > 0, "the request is not whole: {text}");
        bytes.extend_from_slice(&buffer[..read]);
    }
}

/// Addresses of names, a list for each look-up; the last list stays.
#[derive(Clone, Debug, Default)]
struct Names(Arc<Mutex<HashMap<String, Vec<Vec<IpAddr>>>>>, Arc<Mutex<Vec<String>>>);

impl Names {
    fn of(name: &str, look_ups: &[&[&str]]) -> Self {
        let names = Self::default();
        let parsed = |addresses: &&[&str]| addresses.iter().map(|text| text.parse().expect("an address")).collect();
        names.0.lock().expect("no panic").insert(name.to_owned(), look_ups.iter().map(parsed).collect());
        names
    }

    /// The names that were looked up.
    fn looked_up(&self) -> Vec<String> {
        self.1.lock().expect("no panic").clone()
    }
}

impl Resolve for Names {
    fn resolve(&self, _: TenantId, name: &str) -> Lookup {
        self.1.lock().expect("no panic").push(name.to_owned());
        let mut names = self.0.lock().expect("no panic");
        let found = match names.get_mut(name) {
            None => Err(io::Error::from(io::ErrorKind::NotFound)),
            Some(look_ups) if look_ups.len() > 1 => Ok(look_ups.remove(0)),
            Some(look_ups) => Ok(look_ups.first().cloned().unwrap_or_default()),
        };
        Box::pin(async move { found })
    }
}

fn outgoing(allowed: &[&str], resolver: impl Resolve + 'static, waits: WaitLimits) -> Outgoing {
    trusting(RootCertStore::empty(), allowed, resolver, waits)
}

fn trusting(roots: RootCertStore, allowed: &[&str], resolver: impl Resolve + 'static, waits: WaitLimits) -> Outgoing {
    let mut list = Allowed::default();
    for receiver in allowed {
        list.add(receiver).expect("HOST:PORT");
    }
    Outgoing::new(list, Arc::new(resolver), Trust::of(roots), waits)
}

/// Who calls.
fn tenant() -> TenantId {
    TenantId::from(chain_types::TenantId([1; 16]))
}

async fn post(outgoing: &Outgoing, url: &str) -> Result<Answer, OutgoingError> {
    let target = outgoing.target(url)?;
    outgoing.post(tenant(), &target, Call { body: "{}".into(), ..Call::default() }).await
}

/// The code of an error, or the status of an answer.
fn outcome(result: &Result<Answer, OutgoingError>) -> String {
    match result {
        Ok(answer) => answer.status.to_string(),
        Err(error) => error.code().to_owned(),
    }
}

/// Waits of a fraction of a second, for receivers that never answer.
fn short() -> WaitLimits {
    let quarter = Duration::from_millis(250);
    WaitLimits { connect: quarter, first_byte: quarter, call: quarter * 2 }
}

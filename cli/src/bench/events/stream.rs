//! The memory of idle streams. Invariant: every client has received the head of its stream and a comment of an idle
//! stream when the memory is measured, and none was ended.

use crate::bench::instance::{Instance, scratch};
use anyhow::{Context as _, bail, ensure};
use gateway::event::KEEP_ALIVE_MS;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::{io, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// The number of clients.
const CLIENTS: u32 = 5_000;
/// The number in a short run.
const CLIENTS_QUICK: u32 = 500;
/// The time between two connections. Each stream begins with a page of events, and the service ends streams for whose
/// page the tenant's share of memory does not suffice.
const PACE: Duration = Duration::from_millis(4);
/// The places of the service for each client: one tenant in test mode gets three eighths of all streams, and half of
/// all connections.
const PLACES_PER_CLIENT: u32 = 3;
/// The open files of a process besides the clients.
const OTHER_FILES: u32 = 1_000;
/// The most bytes of the head of an answer and of the first part of its body.
const HEAD_BYTES_MAX: usize = 8 * 1024;

/// Figures of idle streams.
pub(super) struct Idle {
    pub(super) clients: u32,
    /// The resident memory without clients, in MB.
    pub(super) alone_mb: u64,
    /// The resident memory that the clients add, in MB.
    pub(super) added_mb: u64,
}

/// Connects the clients and measures once each has received a comment.
pub(super) async fn measure(quick: bool) -> anyhow::Result<Idle> {
    let clients = if quick { CLIENTS_QUICK } else { CLIENTS };
    allow_files(clients + OTHER_FILES)?;
    let folder = scratch()?;
    let places = (clients * PLACES_PER_CLIENT).to_string();
    let raised = ["--streams", &places, "--connections", &places, "--connections-per-address", &places];
    let instance = Instance::start_with(&folder.path().join("data"), &raised).await?;
    let token = instance.token(&reqwest::Client::new()).await?;
    // The first client fills what all share, such as the connections to the database.
    let first = connect(&instance, &token).await?;
    let alone_mb = instance.resident_mb()?;
    let mut connected = vec![first];
    let mut beat = tokio::time::interval(PACE);
    for _ in 1..clients {
        beat.tick().await;
        connected.push(connect(&instance, &token).await?);
    }
    tokio::time::sleep(Duration::from_millis(KEEP_ALIVE_MS * 3 / 2)).await;
    let added_mb = instance.resident_mb()?.saturating_sub(alone_mb);
    for client in &connected {
        check_comment(client)?;
    }
    drop(connected);
    instance.stop().await?;
    Ok(Idle { clients, alone_mb, added_mb })
}

/// Raises the number of files that this process and those that it starts may open.
fn allow_files(count: u32) -> anyhow::Result<()> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let count = u64::from(count);
    if current.is_none_or(|current| current >= count) {
        return Ok(());
    }
    ensure!(maximum.is_none_or(|maximum| maximum >= count), "{count} open files are needed: raise `ulimit -Hn`");
    setrlimit(Resource::Nofile, Rlimit { current: Some(count), maximum }).context("raising the limit of open files")
}

/// Opens a stream and reads the beginning of its body.
async fn connect(instance: &Instance, token: &str) -> anyhow::Result<TcpStream> {
    let address = instance.ready.url.trim_start_matches("http://");
    let mut client = TcpStream::connect(address).await?;
    let request = format!("GET /v1/events/stream HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\r\n");
    client.write_all(request.as_bytes()).await?;
    let mut head = Vec::new();
    loop {
        let count = client.read_buf(&mut head).await?;
        let text = String::from_utf8_lossy(&head);
        let is_refused = count == 0 || head.len() > HEAD_BYTES_MAX || text.contains("event:");
        ensure!(!is_refused, "a stream was not opened: {text}");
        if text.starts_with("HTTP/1.1 200 ") && text.contains("retry: ") {
            return Ok(client);
        }
    }
}

/// Checks that a client received a comment, and that its stream is open.
fn check_comment(client: &TcpStream) -> anyhow::Result<()> {
    let mut bytes = [0; 1_024];
    match client.try_read(&mut bytes) {
        Ok(0) => bail!("a stream was ended"),
        Ok(count) => {
            let text = String::from_utf8_lossy(&bytes[..count]);
            ensure!(text.contains(":\n\n") && !text.contains("event:"), "an idle stream received {text:?}");
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => bail!("an idle stream received no comment"),
        Err(error) => Err(error.into()),
    }
}

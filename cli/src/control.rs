//! The control socket: how a command reaches the node that runs on a data directory.
//!
//! Invariant: a connection carries one request and one answer, each one line of JSON. Only the owner can open the
//! socket's folder. A request does nothing that the owner cannot do with the directory's keys.

mod responder;

use crate::home::{Home, chain_folder};
use anyhow::{Context as _, bail, ensure};
use chain_node::NodeHandle;
use responder::Responder;
use serde::{Deserialize, Serialize};
use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{UnixListener, UnixStream},
    task::JoinHandle,
    time::timeout,
};

/// The file name of the socket.
const SOCKET: &str = "control";
/// The maximum size of a request, in bytes.
const REQUEST_BYTES_MAX: u64 = 1_024;
/// The time limit for receiving a request.
const REQUEST_PATIENCE: Duration = Duration::from_secs(5);

/// A request to a running node.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// Report the state of the validators, including this one.
    Status,
    /// Register as a validator.
    Register {
        /// The bond in native units; `None` for the whole balance of its tenant.
        bond: Option<u64>,
    },
    /// Copy the stores of all shards into the checkpoint folder.
    Checkpoint,
    /// Leave the validators.
    Leave,
    /// End the suspension (bench) for inactivity.
    Return,
    /// Withdraw what the beacon owes.
    Withdraw,
    /// As the chain's operator, admit a validator.
    Admit {
        /// Its key, 66 hexadecimal digits.
        key: String,
        /// The balance that its tenant is to have, in native units.
        bond: u64,
    },
    /// As the chain's operator, schedule a higher protocol version.
    ScheduleVersion {
        version: u16,
        /// The first epoch with that version.
        from: u64,
    },
}

/// An answer, or a failure with its causes, outermost first.
type Answer = Result<serde_json::Value, Vec<String>>;

fn socket(data: &Path) -> PathBuf {
    chain_folder(data).join(SOCKET)
}

/// Sends a request to the node that runs on a data directory.
pub async fn ask<A: for<'a> Deserialize<'a>>(data: &Path, request: &Request) -> anyhow::Result<A> {
    let shown = data.display();
    let stream = match UnixStream::connect(socket(data)).await {
        Ok(stream) => stream,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
            bail!("no node runs on {shown}; start it with `waymark node --data {shown}`")
        }
        Err(error) => return Err(error).with_context(|| format!("reaching the node on {shown}")),
    };
    let mut stream = BufReader::new(stream);
    stream.write_all(format!("{}\n", serde_json::to_string(request)?).as_bytes()).await?;
    let mut line = String::new();
    stream.read_line(&mut line).await.context("reading the node's answer")?;
    let answer: Answer = serde_json::from_str(&line).context("the node stopped before it answered")?;
    match answer {
        Ok(answer) => Ok(serde_json::from_value(answer)?),
        Err(causes) => {
            let mut causes = causes.into_iter().rev();
            let first = anyhow::anyhow!("{}", causes.next().unwrap_or_default());
            Err(causes.fold(first, anyhow::Error::context))
        }
    }
}

/// A listening control socket. Dropping it stops listening.
pub struct Control {
    task: JoinHandle<()>,
    socket: PathBuf,
}

impl Control {
    /// Listens for a running node, whose lock on the folder excludes other processes. Returns `None` if the path of the
    /// directory is too long for a socket.
    pub fn start(home: &Home, node: NodeHandle) -> Option<Self> {
        let socket = socket(&home.folder);
        let _ = std::fs::remove_file(&socket);
        let listener = UnixListener::bind(&socket)
            .inspect_err(|error| {
                tracing::warn!(%error, socket = %socket.display(), "`waymark validator` cannot reach this node");
            })
            .ok()?;
        let responder = Responder::new(home, node);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if let Err(error) = serve(&responder, stream).await {
                    tracing::debug!(%error, "a command left before its answer");
                }
            }
        });
        Some(Self { task, socket })
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        self.task.abort();
        let _ = std::fs::remove_file(&self.socket);
    }
}

async fn read_request(stream: &mut BufReader<UnixStream>) -> anyhow::Result<Request> {
    let mut line = String::new();
    stream.take(REQUEST_BYTES_MAX).read_line(&mut line).await?;
    ensure!(line.ends_with('\n'), "a request is a line of at most {REQUEST_BYTES_MAX} bytes");
    serde_json::from_str(&line).context("this node does not know the request; are both of one version?")
}

async fn serve(responder: &Responder, stream: UnixStream) -> anyhow::Result<()> {
    let mut stream = BufReader::new(stream);
    let outcome = match timeout(REQUEST_PATIENCE, read_request(&mut stream)).await? {
        Ok(request) => responder.answer(request).await,
        Err(error) => Err(error),
    };
    let answer: Answer = outcome.map_err(|error| error.chain().map(ToString::to_string).collect());
    stream.write_all(format!("{}\n", serde_json::to_string(&answer)?).as_bytes()).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn send(bytes: String) -> anyhow::Result<Request> {
        let (mut ours, theirs) = UnixStream::pair()?;
        ours.write_all(bytes.as_bytes()).await?;
        drop(ours);
        read_request(&mut BufReader::new(theirs)).await
    }

    #[tokio::test]
    async fn a_request_is_a_line_with_a_maximum_length() {
        let longest = usize::try_from(REQUEST_BYTES_MAX).expect("few") - 1;
        let line = |bytes: usize| format!("{:bytes$}\n", r#"{"ask":"leave"}"#);
        assert_eq!(send(line(longest)).await.expect("at the limit"), Request::Leave);
        let error = send(line(longest + 1)).await.expect_err("one more").to_string();
        assert!(error.contains("1024 bytes"), "{error}");
        assert!(send("{\"ask\":\"vote\"}\n".to_owned()).await.is_err());
    }

    #[tokio::test]
    async fn a_directory_without_a_node_reports_how_to_start_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = ask::<serde_json::Value>(folder.path(), &Request::Status).await.expect_err("nobody runs");
        assert!(error.to_string().contains("waymark node --data"), "{error}");
    }
}

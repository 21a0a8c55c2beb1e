//! A socket of a running process for commands on the same machine. Invariant: a connection carries one request and one
//! answer, each one line of JSON. Requests are answered one after the other.

use anyhow::{Context as _, bail, ensure};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
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

/// The maximum size of a request, in bytes.
pub const REQUEST_BYTES_MAX: u64 = 8_192;
/// The time limit for receiving a request.
const REQUEST_PATIENCE: Duration = Duration::from_secs(5);

/// An answer, or a failure with its causes, outermost first.
type Answer = Result<Value, Vec<String>>;

/// What answers the requests of a socket.
pub trait Responds: Send + Sync + 'static {
    type Request: DeserializeOwned + Send;

    fn answer(&self, request: Self::Request) -> impl Future<Output = anyhow::Result<Value>> + Send;
}

/// Sends a request to a socket. `absent` is the message when nothing listens there.
pub async fn exchange<A: DeserializeOwned>(
    socket: &Path,
    request: &(impl Serialize + Sync),
    absent: String,
) -> anyhow::Result<A> {
    let stream = match UnixStream::connect(socket).await {
        Ok(stream) => stream,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
            bail!("{absent}")
        }
        Err(error) => return Err(error).with_context(|| format!("reaching {}", socket.display())),
    };
    let mut stream = BufReader::new(stream);
    stream.write_all(format!("{}\n", serde_json::to_string(request)?).as_bytes()).await?;
    let mut line = String::new();
    stream.read_line(&mut line).await.context("reading the answer")?;
    let answer: Answer = serde_json::from_str(&line).context("the process stopped before it answered")?;
    match answer {
        Ok(answer) => Ok(serde_json::from_value(answer)?),
        Err(causes) => {
            let mut causes = causes.into_iter().rev();
            let first = anyhow::anyhow!("{}", causes.next().unwrap_or_default());
            Err(causes.fold(first, anyhow::Error::context))
        }
    }
}

/// A listening socket. Dropping it stops listening.
pub struct Listening {
    task: JoinHandle<()>,
    socket: PathBuf,
}

impl Listening {
    /// Listens in a folder that only the owner can open. The lock on the data directory excludes other processes.
    pub fn start(socket: PathBuf, responder: impl Responds) -> io::Result<Self> {
        let _ = std::fs::remove_file(&socket);
        let listener = UnixListener::bind(&socket)?;
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if let Err(error) = serve(&responder, stream).await {
                    tracing::debug!(%error, "a command left before its answer");
                }
            }
        });
        Ok(Self { task, socket })
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
        let _ = std::fs::remove_file(&self.socket);
    }
}

async fn read_request<Q: DeserializeOwned>(stream: &mut BufReader<UnixStream>) -> anyhow::Result<Q> {
    let mut line = String::new();
    stream.take(REQUEST_BYTES_MAX).read_line(&mut line).await?;
    ensure!(line.ends_with('\n'), "a request is a line of at most {REQUEST_BYTES_MAX} bytes");
    serde_json::from_str(&line).context("this process does not know the request; are both of one version?")
}

async fn serve<R: Responds>(responder: &R, stream: UnixStream) -> anyhow::Result<()> {
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
    use crate::control::Request;

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
        assert!(error.contains("8192 bytes"), "{error}");
        assert!(send("{\"ask\":\"vote\"}\n".to_owned()).await.is_err());
    }
}

//! One TCP connection that speaks HTTP/1.1, well or badly. Invariant: each write and each answer ends within
//! [`PATIENCE`].

use crate::http::{Answer, BODY_KEPT_MAX, Request};
use anyhow::{Context as _, bail, ensure};
use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

/// The time limit of a connect, of a write and of an answer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
/// The number of bytes that are read at once.
const READ_BYTES: usize = 64 * 1_024;
/// The maximum number of header lines of an answer that are read.
const HEADERS_MAX: usize = 64;

/// An open connection.
pub(crate) struct Connection {
    pub(crate) stream: TcpStream,
    /// Bytes that were read and belong to the next answer.
    buffer: Vec<u8>,
    host: String,
}

impl Connection {
    /// Connects from a loopback address of this machine. Servers see `source` as the client's address.
    pub(crate) async fn open(server: SocketAddr, source: Ipv4Addr) -> anyhow::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        // Only Linux has all of 127.0.0.0/8 without configuration; elsewhere all clients share one address.
        if cfg!(target_os = "linux") {
            socket.bind((source, 0).into())?;
        }
        let stream = timeout(PATIENCE, socket.connect(server)).await.context("no connection in time")??;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::new(), host: server.to_string() })
    }

    /// Writes bytes as they are.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        timeout(PATIENCE, self.stream.write_all(bytes)).await.context("no write in time")?.context("writing")
    }

    /// Sends a request and reads its answer.
    pub(crate) async fn exchange(&mut self, request: &Request) -> anyhow::Result<Answer> {
        let bytes = request.to_bytes(&self.host);
        // A server may answer and close before it has read a large body, so the answer is read although a write failed.
        let written = self.write(&bytes).await;
        let answer = self.answer(request.method == "HEAD").await;
        if answer.is_err() { written.and(answer) } else { answer }
    }

    /// Reads the next final answer; skips `100 Continue`.
    pub(crate) async fn answer(&mut self, is_to_head: bool) -> anyhow::Result<Answer> {
        timeout(PATIENCE, self.read_answer(is_to_head)).await.context("no answer in time")?
    }

    /// Reads the answer to a request that asks for another protocol; after 101 the bytes are those of that protocol.
    pub(crate) async fn switch(&mut self) -> anyhow::Result<Answer> {
        let reading = async {
            let answer = self.read_head().await?;
            if answer.status == 101 { Ok(answer) } else { self.read_body(answer, false).await }
        };
        timeout(PATIENCE, reading).await.context("no answer in time")?
    }

    /// Reads this number of bytes.
    pub(crate) async fn read_exactly(&mut self, length: usize) -> anyhow::Result<Vec<u8>> {
        let reading = async {
            while self.buffer.len() < length {
                ensure!(self.fill().await? > 0, "the connection was closed");
            }
            Ok(self.buffer.drain(..length).collect())
        };
        timeout(PATIENCE, reading).await.context("nothing came in time")?
    }

    /// Reads until a text comes or the connection ends; at most [`BODY_KEPT_MAX`] bytes.
    pub(crate) async fn read_to(&mut self, last: &str) -> String {
        loop {
            let text = String::from_utf8_lossy(&self.buffer).into_owned();
            let is_over = text.contains(last) || text.len() > BODY_KEPT_MAX;
            if is_over || self.fill().await.unwrap_or(0) == 0 {
                return text;
            }
        }
    }

    async fn read_answer(&mut self, is_to_head: bool) -> anyhow::Result<Answer> {
        let mut answer = self.read_head().await?;
        while answer.status == 100 {
            answer = self.read_head().await?;
        }
        self.read_body(answer, is_to_head).await
    }

    async fn read_body(&mut self, mut answer: Answer, is_to_head: bool) -> anyhow::Result<Answer> {
        if is_to_head || matches!(answer.status, 204 | 304) {
            return Ok(answer);
        }
        if answer.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
            self.read_chunks(&mut answer).await?;
        } else if let Some(length) = answer.header("content-length") {
            let length = length.parse().context("a content length")?;
            self.take(length, &mut answer).await?;
        } else {
            while self.fill().await.unwrap_or(0) > 0 {}
            let rest = self.buffer.len();
            self.take(rest, &mut answer).await?;
        }
        Ok(answer)
    }

    async fn read_head(&mut self) -> anyhow::Result<Answer> {
        loop {
            if let Some((length, answer)) = parse_head(&self.buffer)? {
                self.buffer.drain(..length);
                return Ok(answer);
            }
            ensure!(self.fill().await? > 0, "the connection was closed without an answer");
        }
    }

    /// Moves `length` bytes of the body into the answer.
    async fn take(&mut self, length: usize, answer: &mut Answer) -> anyhow::Result<()> {
        let mut missing = length;
        while missing > 0 {
            ensure!(!self.buffer.is_empty() || self.fill().await? > 0, "the answer breaks off");
            let part = missing.min(self.buffer.len());
            let kept = part.min(BODY_KEPT_MAX.saturating_sub(answer.body.len()));
            answer.body.extend_from_slice(&self.buffer[..kept]);
            answer.length += part;
            self.buffer.drain(..part);
            missing -= part;
        }
        Ok(())
    }

    async fn read_chunks(&mut self, answer: &mut Answer) -> anyhow::Result<()> {
        loop {
            let (length, size) = loop {
                match httparse::parse_chunk_size(&self.buffer) {
                    Ok(httparse::Status::Complete((length, size))) => break (length, usize::try_from(size)?),
                    Ok(httparse::Status::Partial) => ensure!(self.fill().await? > 0, "the answer breaks off"),
                    Err(_) => bail!("a chunk's size is not valid"),
                }
            };
            self.buffer.drain(..length);
            self.take(size, answer).await?;
            self.take(2, &mut Answer::default()).await?;
            if size == 0 || answer.is_stream() {
                return Ok(());
            }
        }
    }

    /// Reads more bytes; 0 at the end of the connection.
    async fn fill(&mut self) -> anyhow::Result<usize> {
        self.buffer.reserve(READ_BYTES);
        self.stream.read_buf(&mut self.buffer).await.context("reading")
    }
}

/// Parses the head of an answer; returns its length as well. `None` when more bytes are needed.
fn parse_head(buffer: &[u8]) -> anyhow::Result<Option<(usize, Answer)>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut head = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(length) = head.parse(buffer)? else { return Ok(None) };
    let headers = head.headers.iter();
    let headers = headers
        .map(|header| (header.name.to_ascii_lowercase(), String::from_utf8_lossy(header.value).into_owned()))
        .collect();
    Ok(Some((length, Answer { status: head.code.unwrap_or(0), headers, ..Answer::default() })))
}

/// Sends requests over one connection, which is opened again when the server closed it.
pub(crate) struct Client {
    server: SocketAddr,
    source: Ipv4Addr,
    connection: Option<Connection>,
}

impl Client {
    pub(crate) const fn new(server: SocketAddr, source: Ipv4Addr) -> Self {
        Self { server, source, connection: None }
    }

    /// Sends a request. A kept connection that the server closed meanwhile is replaced once.
    pub(crate) async fn send(&mut self, request: &Request) -> anyhow::Result<Answer> {
        if let Some(kept) = self.connection.take()
            && let Ok(answer) = self.send_over(kept, request).await
        {
            return Ok(answer);
        }
        let connection = Connection::open(self.server, self.source).await?;
        self.send_over(connection, request).await
    }

    async fn send_over(&mut self, mut connection: Connection, request: &Request) -> anyhow::Result<Answer> {
        let answer = connection.exchange(request).await?;
        if !answer.is_last() {
            self.connection = Some(connection);
        }
        Ok(answer)
    }
}

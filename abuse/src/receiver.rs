//! Receivers of webhooks: one that takes everything, and hostile ones. Invariant: a receiver listens at an address that
//! the instance allows, and ends with the value that started it.

use anyhow::Context as _;
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinHandle,
    time::{Instant, sleep},
};

/// The largest request that is read.
const REQUEST_BYTES_MAX: usize = 256 * 1_024;
/// What is sent of an endless answer at once.
static PART: [u8; 64 * 1_024] = [b'x'; 64 * 1_024];

/// What a receiver does with a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Manner {
    /// It answers 204 at once.
    Take,
    /// It accepts and never answers.
    Hang,
    /// It sends one byte of its head each second.
    DripHead,
    /// It sends its head, and one byte of its body each second.
    DripBody,
    /// It sends a body that does not end.
    Gigabytes,
    /// It sends a head that does not end.
    HugeHead,
    /// It redirects to an address that is not public.
    Redirect(SocketAddr),
    /// It sends bytes that are no HTTP.
    Garbage,
    /// It sends HTTP that is wrong: two lengths, a status without a number, an answer in chunks of no size.
    WrongHttp,
    /// It sends interim answers without end.
    Interim,
    /// It breaks the connection off.
    Reset,
    /// It answers 204 and sends a second answer that nobody asked for.
    Twice,
    /// It asks to wait for a hundred years.
    WaitForEver,
}

/// A running receiver.
pub(crate) struct Receiver {
    pub(crate) url: String,
    pub(crate) address: SocketAddr,
    /// The connections so far.
    pub(crate) connections: Arc<AtomicU64>,
    /// The bodies of requests, each with its time; only of [`Manner::Take`].
    pub(crate) arrived: mpsc::UnboundedReceiver<(Instant, String)>,
    task: JoinHandle<()>,
}

impl Receiver {
    /// Starts to listen.
    pub(crate) async fn start(address: SocketAddr, manner: Manner) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(address).await.with_context(|| format!("listening at {address}"))?;
        let (address, connections) = (listener.local_addr()?, Arc::new(AtomicU64::new(0)));
        let (sender, arrived) = mpsc::unbounded_channel();
        let count = Arc::clone(&connections);
        let task = tokio::spawn(async move {
            let mut open = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                let sender = sender.clone();
                open.spawn(async move {
                    // The other side may be gone at any time.
                    let _ = serve(stream, manner, &sender).await;
                });
                while open.try_join_next().is_some() {}
            }
        });
        Ok(Self { url: format!("http://{address}/hook"), address, connections, arrived, task })
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    manner: Manner,
    sender: &mpsc::UnboundedSender<(Instant, String)>,
) -> anyhow::Result<()> {
    stream.set_nodelay(true)?;
    loop {
        let body = read_request(&mut stream).await?;
        match manner {
            Manner::Take => {
                let _ = sender.send((Instant::now(), body));
                stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await?;
            }
            Manner::Hang => sleep(Duration::from_hours(1)).await,
            Manner::DripHead => {
                for byte in b"HTTP/1.1 200 OK\r\n".iter().chain(std::iter::repeat(&b'x')) {
                    stream.write_all(&[*byte]).await?;
                    sleep(Duration::from_secs(1)).await;
                }
            }
            Manner::DripBody => {
                stream.write_all(b"HTTP/1.1 500 No\r\ncontent-length: 1000000\r\n\r\n").await?;
                loop {
                    sleep(Duration::from_secs(1)).await;
                    stream.write_all(b"x").await?;
                }
            }
            Manner::Gigabytes => {
                stream.write_all(b"HTTP/1.1 500 No\r\ncontent-length: 99999999999\r\n\r\n").await?;
                loop {
                    stream.write_all(&PART).await?;
                }
            }
            Manner::HugeHead => {
                stream.write_all(b"HTTP/1.1 200 OK\r\n").await?;
                loop {
                    stream.write_all(b"x-a: ").await?;
                    stream.write_all(&PART).await?;
                    stream.write_all(b"\r\n").await?;
                }
            }
            Manner::Redirect(to) => {
                let head = format!("HTTP/1.1 307 Away\r\nlocation: http://{to}/\r\ncontent-length: 0\r\n\r\n");
                stream.write_all(head.as_bytes()).await?;
            }
            Manner::Garbage => {
                stream.write_all(&[0xff, 0, b'\r', b'\n', 0x16, 3, 1]).await?;
                stream.write_all(&PART).await?;
            }
            Manner::WrongHttp => {
                let head = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n\r\n";
                stream.write_all(head).await?;
            }
            Manner::Interim => loop {
                stream.write_all(&b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n".repeat(100)).await?;
            },
            Manner::Reset => {
                // Bytes that were not read, and no time to linger: the system sends a reset.
                stream.set_zero_linger()?;
                return Ok(());
            }
            Manner::Twice => {
                let twice = b"HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx";
                stream.write_all(twice).await?;
            }
            Manner::WaitForEver => {
                let head = b"HTTP/1.1 429 Wait\r\nretry-after: 3153600000\r\ncontent-length: 0\r\n\r\n";
                stream.write_all(head).await?;
            }
        }
    }
}

/// Reads a request with a length, and returns its body.
async fn read_request(stream: &mut TcpStream) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    loop {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut head = httparse::Request::new(&mut headers);
        if let httparse::Status::Complete(begin) = head.parse(&bytes)? {
            let length = head.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
            let length: usize = length.map_or(Ok("0"), |it| std::str::from_utf8(it.value))?.parse()?;
            if bytes.len() >= begin + length {
                return Ok(String::from_utf8_lossy(&bytes[begin..begin + length]).into_owned());
            }
        }
        anyhow::ensure!(bytes.len() < REQUEST_BYTES_MAX, "the request is too large");
        anyhow::ensure!(stream.read_buf(&mut bytes).await? > 0, "the connection ended");
    }
}

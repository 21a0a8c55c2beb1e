//! The three answers over real connections, and the limits of the listener.

use super::*;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

#[derive(Default)]
struct Scripted {
    is_ready: AtomicBool,
    reports: AtomicU64,
}

/// For the server, while the test keeps its own handle.
struct Shared(Arc<Scripted>);

impl Report for Shared {
    fn take(&self) -> BoxFuture<'_, Vec<String>> {
        self.0.reports.fetch_add(1, Ordering::Relaxed);
        let is_ready = self.0.is_ready.load(Ordering::Relaxed);
        Box::pin(async move { if is_ready { Vec::new() } else { vec!["it is early".to_owned()] } })
    }
}

async fn start() -> (Arc<Scripted>, HealthServer, String) {
    let script = Arc::new(Scripted::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let server = HealthServer::start(listener, Shared(Arc::clone(&script)));
    let url = format!("http://{}", server.address());
    (script, server, url)
}

async fn status(url: &str) -> (u16, String) {
    let response = reqwest::get(url).await.expect("it answers");
    (response.status().as_u16(), response.text().await.expect("a body"))
}

#[tokio::test]
async fn readiness_follows_the_report_and_liveness_does_not() {
    let (script, _server, url) = start().await;
    while script.reports.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(status(&format!("{url}/livez")).await.0, 200);
    let (code, body) = status(&format!("{url}/readyz")).await;
    assert_eq!(code, 503);
    assert!(body.contains("it is early") || body.contains("not made yet"), "{body}");
    script.is_ready.store(true, Ordering::Relaxed);
    while status(&format!("{url}/readyz")).await.0 != 200 {}
    assert_eq!(status(&format!("{url}/metrics")).await.0, 200);
    assert_eq!(status(&format!("{url}/v1/ledger")).await.0, 404);
    let posted = reqwest::Client::new().post(format!("{url}/readyz")).body("x").send().await.expect("it answers");
    assert_eq!(posted.status().as_u16(), 405);
}

#[tokio::test]
async fn requests_make_no_reports() {
    let (script, _server, url) = start().await;
    let begin = tokio::time::Instant::now();
    for _ in 0..200 {
        status(&format!("{url}/readyz")).await;
    }
    let ticks = begin.elapsed().as_millis() / u128::from(REPORT_INTERVAL_MS) + 2;
    assert!(u128::from(script.reports.load(Ordering::Relaxed)) <= ticks, "one report a second");
}

/// Clients that connect and send nothing are cut off, and the next client is served.
#[tokio::test]
async fn silent_connections_do_not_hold_the_listener() {
    let (_script, server, url) = start().await;
    let mut silent = Vec::new();
    for _ in 0..CONNECTIONS_MAX {
        silent.push(TcpStream::connect(server.address()).await.expect("it listens"));
    }
    let served = timeout(Duration::from_millis(2 * CONNECTION_MS_MAX), status(&format!("{url}/livez"))).await;
    assert_eq!(served.expect("within the time of the others").0, 200);
}

#[tokio::test]
async fn a_long_head_is_refused() {
    let (_script, server, _url) = start().await;
    let mut stream = TcpStream::connect(server.address()).await.expect("it listens");
    let head = format!("GET /livez HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "y".repeat(HEADER_BYTES_MAX));
    // The server may close before it has read everything.
    let _ = stream.write_all(head.as_bytes()).await;
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
}

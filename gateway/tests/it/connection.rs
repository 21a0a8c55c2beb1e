//! Tests of the server below the router: heads, hosts, slow readers, and the end of the process.

use crate::{
    harness::{Setting, World},
    stack::{document, event},
};
use axum::Router;
use gateway::serve::{HEADER_BYTES_MAX, SEND_BUFFER_BYTES, ServeLimits, serve};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
};
use tokio_util::sync::CancellationToken;

/// Sends bytes and reads until the server closes.
async fn exchange(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("connects");
    // The server may answer and close before it has read everything.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "the server closes");
    String::from_utf8_lossy(&answer).into_owned()
}

/// Checks the text of an answer.
#[track_caller]
pub(crate) fn assert_problem(answer: &str, status: u16, code: &str) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{head}");
    assert!(head.contains("application/problem+json"), "{head}");
    assert!(head.contains("x-content-type-options: nosniff"), "{head}");
    let problem: serde_json::Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"));
    assert_eq!((problem["code"].as_str(), problem["status"].as_u64()), (Some(code), Some(u64::from(status))), "{body}");
}

#[tokio::test]
async fn every_head_that_is_refused_gets_a_problem() {
    let world = World::start().await;
    let served = world.serve(ServeLimits::default()).await;
    let many = (0..200).map(|n| format!("X-{n}: a\r\n")).collect::<Vec<_>>().concat();
    let long = "a".repeat(2 * HEADER_BYTES_MAX);
    let announcing =
        |length: &str| format!("POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n");
    for (request, status, code) in [
        ("nonsense\r\n\r\n".to_owned(), 400, "request.malformed_head"),
        ("GET / HTTP/9.9\r\nHost: localhost\r\n\r\n".to_owned(), 400, "request.malformed_head"),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nbad header\r\n\r\n".to_owned(), 400, "request.malformed_head"),
        (
            "GET /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n".to_owned(),
            400,
            "request.malformed_head",
        ),
        // Above 2^64 - 3 bytes the HTTP library stops to count.
        (announcing("18446744073709551614"), 413, "request.body_too_large"),
        (announcing("18446744073709551615"), 413, "request.body_too_large"),
        (announcing("18446744073709551616"), 413, "request.body_too_large"),
        (announcing(&"9".repeat(10_000)), 413, "request.body_too_large"),
        (announcing("-1"), 400, "request.malformed_head"),
        (format!("GET /livez HTTP/1.1\r\nHost: localhost\r\n{many}\r\n"), 431, "request.head_too_large"),
        (format!("GET /livez HTTP/1.1\r\nHost: localhost\r\nX: {long}\r\n\r\n"), 431, "request.head_too_large"),
        (format!("GET /{long} HTTP/1.1\r\nHost: localhost\r\n\r\n"), 431, "request.head_too_large"),
        ("GET /v1/tenant HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned(), 400, "request.malformed_head"),
    ] {
        let answer = exchange(served.address, request.as_bytes()).await;
        assert_problem(&answer, status, code);
    }
}

#[tokio::test]
async fn a_head_at_the_limit_passes_and_one_byte_more_does_not() {
    let world = World::start().await;
    let served = world.serve(ServeLimits::default()).await;
    let head = |bytes: usize| {
        let frame = "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX: \r\n\r\n";
        frame.replace("X: ", &format!("X: {}", "a".repeat(bytes - frame.len())))
    };
    assert_eq!(head(HEADER_BYTES_MAX).len(), HEADER_BYTES_MAX);
    let answer = exchange(served.address, head(HEADER_BYTES_MAX).as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let answer = exchange(served.address, head(HEADER_BYTES_MAX + 1).as_bytes()).await;
    assert_problem(&answer, 431, "request.head_too_large");
}

#[tokio::test]
async fn other_hosts_are_refused_on_every_route_but_health() {
    let mut setting = Setting::default();
    setting.config.hosts.add("gateway");
    let world = World::start_with(setting).await;
    let served = world.serve(ServeLimits::default()).await;
    let ask = |path: &str, host: &str| {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        async move { exchange(served.address, request.as_bytes()).await }
    };
    for path in ["/", "/openapi.json", "/v1/tenant", "/graphql", "/oauth/token", "/nothing", "/.well-known/jwks.json"] {
        for host in ["evil.example", "evil.example:8080", "waymark.test.evil.example"] {
            assert_problem(&ask(path, host).await, 421, "request.wrong_host");
        }
    }
    for host in ["waymark.test", "gateway:8080", "localhost", &*served.address.to_string(), "[::1]:80"] {
        assert!(ask("/openapi.json", host).await.starts_with("HTTP/1.1 200 "), "{host}");
    }
    for path in ["/livez", "/readyz", "/metrics"] {
        assert!(ask(path, "evil.example").await.starts_with("HTTP/1.1 200 "), "{path}");
    }
}

#[tokio::test]
async fn pages_of_other_origins_change_nothing() {
    let mut setting = Setting::default();
    setting.config.sandbox_open = true;
    let world = World::start_with(setting).await;
    let account = world.tenant("Farm").await;
    let served = world.serve(ServeLimits::default()).await;
    let ask = async |path: &str, kind: &str, body: &str, origin: &str| {
        // A token is asked for with the secret in the form.
        let bearer = format!("Authorization: Bearer {}\r\n", account.secret);
        let bearer = if path == "/oauth/token" { "" } else { bearer.as_str() };
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: waymark.test\r\nOrigin: {origin}\r\n{bearer}Content-Type: {kind}\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        exchange(served.address, request.as_bytes()).await
    };
    let (json, form) = ("application/json", "application/x-www-form-urlencoded");
    let (id, secret) = (&account.client_id, &account.secret);
    for (path, kind, body) in [
        ("/v1/sandboxes", json, r#"{"name":"Try"}"#.to_owned()),
        ("/v1/members", json, r#"{"email":"ann@farm.example","name":"Ann","role":"viewer"}"#.to_owned()),
        ("/epcis/capture", json, document(&[event("urn:uuid:1", "")])),
        ("/graphql", json, r#"{"query":"{ tenant { id } }"}"#.to_owned()),
        ("/oauth/token", form, format!("grant_type=client_credentials&client_id={id}&client_secret={secret}")),
    ] {
        for other in ["http://evil.example", "http://waymark.test.evil.example", "null"] {
            assert_problem(&ask(path, kind, &body, other).await, 403, "request.wrong_origin");
        }
        let answer = ask(path, kind, &body, "http://waymark.test").await;
        assert!(answer.starts_with("HTTP/1.1 20"), "{path}: {answer}");
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_is_disconnected() {
    let world = World::start().await;
    let limits = ServeLimits { write_stall: Duration::from_millis(300), ..ServeLimits::default() };
    let served = world.serve(limits).await;
    let mut stream = TcpStream::connect(served.address).await.expect("connects");
    let ask = "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(100);
    let begun = Instant::now();
    // Writes fail once the server has closed.
    let ended = tokio::time::timeout(Duration::from_secs(20), async {
        while stream.write_all(ask.as_bytes()).await.is_ok() {}
    });
    assert!(ended.await.is_ok(), "the server closes a connection that is not read");
    assert!(begun.elapsed() >= Duration::from_millis(300));
}

/// Serves answers of `bytes` bytes.
async fn serve_answers(bytes: usize, limits: ServeLimits) -> (SocketAddr, CancellationToken) {
    let router = Router::new().fallback(move || async move { vec![0_u8; bytes] });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
    let address = listener.local_addr().expect("an address");
    let shutdown = CancellationToken::new();
    tokio::spawn(serve(listener, router, limits, shutdown.clone()));
    (address, shutdown)
}

/// Asks for an answer and reads it at a pace: how many bytes come, and whether the server closes before the end.
async fn read_at_pace(address: SocketAddr, step: usize, every: Duration, bytes: usize) -> (usize, Duration) {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(64 * 1_024).expect("a small window");
    let mut stream = socket.connect(address).await.expect("connects");
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.expect("writes");
    let (begun, mut pace, mut read) = (Instant::now(), tokio::time::interval(every), 0);
    let mut part = vec![0; step];
    while read < bytes {
        pace.tick().await;
        match stream.read(&mut part).await {
            Ok(count) if count > 0 => read += count,
            _ => break,
        }
    }
    (read, begun.elapsed())
}

#[tokio::test]
async fn a_reader_that_trickles_a_large_answer_is_cut_off_and_an_honest_slow_one_is_not() {
    const LARGE: usize = 8 * 1_024 * 1_024;
    const SMALL: usize = 96 * 1_024;
    /// What the reader gets in 9 s. It is cut off after 7 s at the latest.
    const CUT_AT_MOST: usize = 1_536 * 1_024;
    let limits = ServeLimits {
        write_stall: Duration::from_secs(5),
        answer_read: Duration::from_secs(6),
        ..ServeLimits::default()
    };
    let (address, shutdown) = serve_answers(LARGE, limits).await;
    // 160 KiB in a second is far above `WRITE_BYTES_MIN`, and an eighth of what the size asks for.
    let (read, elapsed) = read_at_pace(address, 16 * 1_024, Duration::from_millis(100), LARGE).await;
    assert!(read < CUT_AT_MOST, "{read} bytes were read");
    assert!(elapsed < Duration::from_secs(9), "cut off, and what was on its way read, in {elapsed:?}");
    shutdown.cancel();
    // Only this limit cuts it off: with more time the same reader gets more.
    let patient = ServeLimits { answer_read: Duration::from_hours(1), ..limits };
    let (address, shutdown) = serve_answers(LARGE, patient).await;
    let (read, _) = read_at_pace(address, 16 * 1_024, Duration::from_millis(100), CUT_AT_MOST).await;
    assert!(read >= CUT_AT_MOST, "{read} bytes were read");
    shutdown.cancel();
    let (address, shutdown) = serve_answers(SMALL, limits).await;
    let (read, _) = read_at_pace(address, 4_096, Duration::from_millis(100), SMALL).await;
    assert!(read >= SMALL, "a small answer is read to its end");
    shutdown.cancel();
}

#[tokio::test]
async fn answers_that_nobody_reads_are_not_made() {
    /// The size of an answer's body.
    const BODY: usize = 16 * 1024;
    let made = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&made);
    let router = Router::new().fallback(move || {
        count.fetch_add(1, Ordering::Relaxed);
        async { vec![0_u8; BODY] }
    });
    let limits = ServeLimits { write_stall: Duration::from_millis(500), ..ServeLimits::default() };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
    let address = listener.local_addr().expect("an address");
    let shutdown = CancellationToken::new();
    let server = tokio::spawn(serve(listener, router, limits, shutdown.clone()));
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("a small window");
    let mut stream = socket.connect(address).await.expect("connects");
    let ask = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(100);
    // Writes fail once the server has closed.
    let ended = tokio::time::timeout(Duration::from_secs(20), async {
        while stream.write_all(ask.as_bytes()).await.is_ok() {}
    });
    assert!(ended.await.is_ok(), "the server closes a connection that is not read");
    let bytes = made.load(Ordering::Relaxed) * BODY;
    // Twice the buffer, and hyper's own of at most 400 KiB.
    assert!(bytes > 0 && bytes <= 2 * SEND_BUFFER_BYTES + 400 * 1_024, "{bytes} bytes were made");
    shutdown.cancel();
    server.await.expect("no panic").expect("a clean end");
}

#[tokio::test]
async fn readers_that_stall_keep_nobody_out() {
    let world = World::start().await;
    let served = world.serve(ServeLimits { connections_max: 20, ..ServeLimits::default() }).await;
    let ask = "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(200);
    let mut held = Vec::new();
    for _ in 0..60 {
        let mut stream = TcpStream::connect(served.address).await.expect("connects");
        let _ = tokio::time::timeout(Duration::from_millis(20), stream.write_all(ask.as_bytes())).await;
        held.push(stream);
    }
    for _ in 0..5 {
        let begun = Instant::now();
        let answer = exchange(served.address, b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn a_stop_ends_in_time_although_a_body_is_half_sent() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let mut served = world.serve(ServeLimits::default()).await;
    let mut streams = Vec::new();
    for (path, len) in [("/epcis/capture", 1_000_000), ("/v1/members", 1_000)] {
        let mut stream = TcpStream::connect(served.address).await.expect("connects");
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
             Content-Length: {len}\r\n\r\n{{",
            account.secret
        );
        stream.write_all(head.as_bytes()).await.expect("writes");
        streams.push(stream);
    }
    // Both requests hold room once the server has read their heads.
    while world.gateway.budgets.room.free() > world.gateway.config.concurrency_max - 2 {
        tokio::task::yield_now().await;
    }
    let begun = Instant::now();
    served.shutdown.cancel();
    for mut stream in streams {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("is answered");
        assert_problem(&answer, 503, "limit.stopping");
    }
    (&mut served.task).await.expect("no panic").expect("a clean end");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_silent_client_does_not_hold_the_stop() {
    let world = World::start().await;
    let limits = ServeLimits { drain: Duration::from_millis(300), ..ServeLimits::default() };
    let mut served = world.serve(limits).await;
    let mut silent = TcpStream::connect(served.address).await.expect("connects");
    silent.write_all(b"GET /livez HT").await.expect("writes");
    exchange(served.address, b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    served.shutdown.cancel();
    let ended = tokio::time::timeout(Duration::from_secs(3), &mut served.task).await;
    ended.expect("in time").expect("no panic").expect("a clean end");
}

#[tokio::test]
async fn a_refusal_reaches_a_client_that_is_still_sending() {
    const BODY_BYTES: usize = 900_000;
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let served = world.serve(ServeLimits::default()).await;
    let of_account = format!("Authorization: Bearer {}\r\n", &*account.secret);
    for (target, headers, status, code) in [
        ("/epcis/capture", "Content-Type: application/json\r\n", 401, "auth.unauthenticated"),
        (
            "/epcis/capture",
            &*format!("{of_account}Content-Type: text/plain\r\n"),
            415,
            "request.unsupported_media_type",
        ),
        ("/v1/members", &*format!("{of_account}Content-Type: application/json\r\n"), 413, "request.body_too_large"),
        ("/nowhere", &*of_account, 404, "request.not_found"),
    ] {
        let socket = TcpSocket::new_v4().expect("a socket");
        // The body does not fit into the buffers of the operating system.
        socket.set_send_buffer_size(4_096).expect("a size");
        let mut stream = socket.connect(served.address).await.expect("connects");
        let head = format!(
            "POST {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}Content-Length: {BODY_BYTES}\r\n\
             \r\n"
        );
        stream.write_all(head.as_bytes()).await.expect("writes");
        // The client sends the whole body before it reads, as most do.
        stream.write_all(&vec![b' '; BODY_BYTES]).await.unwrap_or_else(|error| panic!("{target}: {error}"));
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap_or_else(|error| panic!("{target}: {error}"));
        let (first, _) = answer.split_once("\r\n").expect("a line");
        assert!(first.contains(&format!(" {status} ")) && answer.contains(code), "{target}: {answer}");
    }
}

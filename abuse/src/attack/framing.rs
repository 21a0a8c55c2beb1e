//! Messages whose borders are ambiguous (RFC 9112, section 11.2). A proxy and a server that cut them differently would
//! let one client's request run as another's.

use super::Attack;
use crate::{
    connection::Connection,
    context::{Context, STRANGER},
    tally::{Expected, Tally},
};
use futures::FutureExt as _;
use std::sync::Arc;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "framing-ambiguous",
        "24 messages with two lengths, odd codings, folded lines, NUL or bad chunks; a second request inside each",
        "one refusal or a closed connection, and never an answer to the request inside",
        |context| ambiguous(context).boxed(),
    ),
    Attack::new(
        "framing-unusual",
        "proper but rare messages: HTTP/1.0, chunk extensions, trailers, absolute form, lower-case methods",
        "one answer each, without a server error",
        |context| unusual(context).boxed(),
    ),
    Attack::new(
        "framing-other-protocols",
        "the first bytes of TLS, HTTP/2, SSH, SMTP, Postgres, and random bytes",
        "a refusal or a closed connection",
        |context| other_protocols(context).boxed(),
    ),
];

/// The request that must never be answered.
const INSIDE: &str = "GET /openapi.json HTTP/1.1\r\nhost: a\r\n\r\n";

async fn ambiguous(context: Arc<Context>) -> anyhow::Result<Tally> {
    let post = |lines: &str, body: &str| format!("POST /oauth/token HTTP/1.1\r\nhost: a\r\n{lines}\r\n{body}{INSIDE}");
    let get = |lines: &str| format!("GET /livez HTTP/1.1\r\nhost: a\r\n{lines}\r\n{INSIDE}");
    let cases: Vec<(&str, Vec<u8>)> = [
        ("length and coding", post("content-length: 5\r\ntransfer-encoding: chunked\r\n", "0\r\n\r\n")),
        ("coding and length", post("transfer-encoding: chunked\r\ncontent-length: 5\r\n", "0\r\n\r\n")),
        ("two lengths", post("content-length: 0\r\ncontent-length: 41\r\n", "")),
        ("a list of lengths", post("content-length: 0, 41\r\n", "")),
        ("a signed length", post("content-length: +0\r\n", "")),
        ("a negative length", post("content-length: -1\r\n", "")),
        ("a hexadecimal length", post("content-length: 0x0\r\n", "")),
        ("an enormous length", post("content-length: 99999999999999999999\r\n", "")),
        ("a length with a letter", post("content-length: 0a\r\n", "")),
        ("an unknown coding", post("transfer-encoding: xchunked\r\n", "0\r\n\r\n")),
        ("chunked, then identity", post("transfer-encoding: chunked, identity\r\n", "0\r\n\r\n")),
        ("a space before the colon", post("content-length : 41\r\n", "")),
        ("a folded line", get("x: a\r\n content-length: 41\r\n")),
        ("a NUL in a value", get("x: a\0b\r\n")),
        ("a CR in a value", get("x: a\rb\r\n")),
        ("a line without a colon", get("nothing\r\n")),
        ("an empty name", get(": a\r\n")),
        ("a negative chunk", post("transfer-encoding: chunked\r\n", "-1\r\n\r\n")),
        ("an enormous chunk", post("transfer-encoding: chunked\r\n", "fffffffffffffffff\r\n")),
        ("a chunk of no size", post("transfer-encoding: chunked\r\n", "\r\n")),
        ("a chunk size with a space", post("transfer-encoding: chunked\r\n", "0 x\r\n\r\n")),
        ("a chunk that is too long", post("transfer-encoding: chunked\r\n", "1\r\nabc\r\n0\r\n\r\n")),
        ("a space in the target", format!("GET /livez x HTTP/1.1\r\nhost: a\r\n\r\n{INSIDE}")),
        ("an unknown version", format!("GET /livez HTTP/9.9\r\nhost: a\r\n\r\n{INSIDE}")),
    ]
    .into_iter()
    .map(|(label, text)| (label, text.into_bytes()))
    .collect();
    send_all(&context, cases, &Expected::RefusedOrClosed, true).await
}

async fn unusual(context: Arc<Context>) -> anyhow::Result<Tally> {
    let form = "content-type: application/x-www-form-urlencoded\r\nconnection: close\r\n";
    let chunked = format!("POST /oauth/token HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n{form}\r\n");
    let extension = format!("1;{}\r\na\r\n0\r\n\r\n", "e=1;".repeat(2_000));
    let trailers = format!("1\r\na\r\n0\r\n{}\r\n", "x-trailer: 1\r\n".repeat(90));
    let tiny = format!("{}0\r\n\r\n", "1\r\na\r\n".repeat(4_000));
    let cases = vec![
        ("HTTP/1.0", b"GET /livez HTTP/1.0\r\n\r\n".to_vec()),
        ("HTTP/1.0 with keep-alive", b"GET /livez HTTP/1.0\r\nconnection: keep-alive\r\n\r\n".to_vec()),
        ("no host", b"GET /livez HTTP/1.1\r\nconnection: close\r\n\r\n".to_vec()),
        ("two hosts", b"GET /livez HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n".to_vec()),
        ("absolute form", b"GET http://b.example/livez HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_vec()),
        ("asterisk form", b"OPTIONS * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_vec()),
        ("CONNECT", b"CONNECT b.example:80 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_vec()),
        ("TRACE", b"TRACE / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_vec()),
        ("an unknown method", b"BREW /livez HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_vec()),
        (
            "an upgrade",
            b"GET /livez HTTP/1.1\r\nhost: a\r\nconnection: upgrade, close\r\nupgrade: websocket\r\n\r\n".to_vec(),
        ),
        ("chunk extensions", format!("{chunked}{extension}").into_bytes()),
        ("trailers", format!("{chunked}{trailers}").into_bytes()),
        ("chunks of one byte", format!("{chunked}{tiny}").into_bytes()),
        ("empty lines first", b"\r\n\r\nGET /livez HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_vec()),
    ];
    // A server may close instead of answering what it does not support.
    send_all(&context, cases, &Expected::Any, false).await
}

async fn other_protocols(context: Arc<Context>) -> anyhow::Result<Tally> {
    let random: Vec<u8> = (0..4_096).map(|_| rand::random()).collect();
    let cases = vec![
        ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03aaaaaaaaaaaaaaaa\r\n\r\n".to_vec()),
        ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00".to_vec()),
        ("HTTP/0.9", b"GET /livez\r\n\r\n".to_vec()),
        ("SSH", b"SSH-2.0-OpenSSH_9.9\r\n\r\n".to_vec()),
        ("SMTP", b"EHLO a.example\r\nMAIL FROM:<a@a.example>\r\n\r\n".to_vec()),
        ("Postgres", b"\x00\x00\x00\x08\x04\xd2\x16\x2f\r\n\r\n".to_vec()),
        ("zeros", vec![0; 4_096]),
        ("line ends", b"\n".repeat(100_000)),
        ("random bytes", [random, b"\r\n\r\n".to_vec()].concat()),
    ];
    send_all(&context, cases, &Expected::RefusedOrClosed, false).await
}

/// Sends each message over its own connection, ends the sending side, and checks the first answer. With `is_single`, a
/// success after it is a fault.
async fn send_all(
    context: &Context,
    cases: Vec<(&str, Vec<u8>)>,
    expected: &Expected,
    is_single: bool,
) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    for (label, bytes) in cases {
        let mut connection = Connection::open(context.server, STRANGER).await?;
        // The server may close before it has read everything.
        let _ = connection.write(&bytes).await;
        let _ = tokio::io::AsyncWriteExt::shutdown(&mut connection.stream).await;
        let answer = connection.answer(false).await;
        match expected {
            Expected::Any => tally.count(label, &answer),
            expected => tally.expect(label, &untyped(answer), expected),
        }
        if is_single && let Ok(second) = connection.answer(false).await {
            tally.check(second.status >= 400, || format!("{label}: the request inside was answered"));
        }
    }
    Ok(tally)
}

/// The HTTP library refuses what is no HTTP with an answer without a body; that is no server error.
fn untyped(answer: anyhow::Result<crate::http::Answer>) -> anyhow::Result<crate::http::Answer> {
    answer.and_then(|answer| match answer.status {
        505 => anyhow::bail!("the version is not supported"),
        _ => Ok(answer),
    })
}

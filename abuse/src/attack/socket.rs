//! Messages on WebSockets: too large, without end, in fragments, pings, wrong frames, and credit that overflows.

use super::{Attack, numbered};
use crate::{
    connection::PATIENCE,
    context::{Context, STRANGER},
    tally::Tally,
    websocket::{BINARY, CLOSE, CONTINUATION, EVENTS, GRAPHQL, PING, PONG, Socket, TEXT, frame, text},
};
use futures::{FutureExt as _, future::join_all};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep, timeout};

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "socket-messages-wrong",
        "40 messages and frames: wrong UTF-8, JSON, masks, opcodes and lengths, too large, credit that overflows",
        "a close code of the protocol within a second, and never 1011",
        |context| wrong(context).boxed(),
    ),
    Attack::new(
        "socket-fragments-without-end",
        "8 sockets of a tenant and 8 of a stranger that send empty and one-byte parts of a message without end",
        "each is closed within 1.5 s; the neighbour is served meanwhile",
        |context| without_end(context, fragments()).boxed(),
    ),
    Attack::new(
        "socket-pings-without-end",
        "8 sockets of a tenant and 8 of a stranger that send pings and pongs without end",
        "each is closed within 10 s; the neighbour is served meanwhile",
        |context| without_end(context, pings()).boxed(),
    )
    .long(),
    Attack::new(
        "socket-messages-large",
        "8 sockets of a tenant that send messages of 64 KiB of nested, wide and padded JSON as fast as they can",
        "the neighbour is served meanwhile",
        |context| large(context).boxed(),
    )
    .long(),
];

/// The time in which a socket with a fault must end.
const END: Duration = Duration::from_secs(1);

/// What a socket is sent, with its name.
fn wrong_messages() -> Vec<(&'static str, Vec<u8>)> {
    let list = |open: &str, close: &str, count: usize| format!("{}{}", open.repeat(count), close.repeat(count));
    let types = format!(r#"{{"type":"subscribe","credit":1,"types":[{}"a"]}}"#, r#""a","#.repeat(10_000));
    let subject = format!(r#"{{"type":"subscribe","credit":1,"subject":"{}"}}"#, "a".repeat(60_000));
    let deep = format!(r#"{{"type":"subscribe","credit":1,"subject":{}}}"#, list("[", "]", 30_000));
    let names = numbered(5_000, |number| format!(r#""a{number}":1,"#));
    let number = "9".repeat(60_000);
    vec![
        ("no JSON", text("{")),
        ("nothing", text("")),
        ("a list", text("[]")),
        ("deep lists", text(&list("[", "]", 32_000))),
        ("deep objects", text(&list(r#"{"a":"#, "}", 10_000))),
        ("a deep member", text(&deep)),
        ("many members", text(&format!(r#"{{{names}"type":"subscribe"}}"#))),
        ("two types", text(r#"{"type":"ack","type":"subscribe","credit":1}"#)),
        ("an unknown type", text(r#"{"type":"hello"}"#)),
        ("a type that is a number", text(r#"{"type":1}"#)),
        ("many event types", text(&types)),
        ("a long subject", text(&subject)),
        ("no credit", text(r#"{"type":"subscribe","credit":0}"#)),
        ("negative credit", text(r#"{"type":"subscribe","credit":-1}"#)),
        ("credit that overflows", text(r#"{"type":"subscribe","credit":18446744073709551616}"#)),
        ("the largest credit", text(r#"{"type":"subscribe","credit":18446744073709551615}"#)),
        ("credit with digits", text(&format!(r#"{{"type":"subscribe","credit":{number}}}"#))),
        ("a fraction of credit", text(r#"{"type":"subscribe","credit":1.5}"#)),
        ("a negative number", text(r#"{"type":"subscribe","credit":1,"after":-1}"#)),
        ("a number that overflows", text(r#"{"type":"subscribe","credit":1,"after":18446744073709551616}"#)),
        ("credit first", text(r#"{"type":"credit","add":1}"#)),
        ("an acknowledgement first", text(r#"{"type":"ack","sequence":1}"#)),
        ("bytes", frame(BINARY, true, b"{}")),
        ("wrong UTF-8", frame(TEXT, true, b"{\"type\":\"\xff\"}")),
        ("a cut character", frame(TEXT, true, b"\xe2\x82")),
        ("a surrogate", frame(TEXT, true, b"\xed\xa0\x80")),
        ("too large by one byte", frame(TEXT, true, &vec![b' '; 65_537])),
        ("16 MiB announced", [&[0x81, 0xff][..], &0x0100_0000_u64.to_be_bytes(), &[0; 4]].concat()),
        ("2^63 bytes announced", [&[0x81, 0xff][..], &(1_u64 << 63).to_be_bytes(), &[0; 4]].concat()),
        (
            "too large in parts",
            [frame(TEXT, false, &vec![b' '; 40_000]), frame(CONTINUATION, true, &vec![b' '; 40_000])].concat(),
        ),
        ("no mask", vec![0x81, 2, b'{', b'}']),
        ("a reserved bit", vec![0xc1, 0x82, 0, 0, 0, 0, b'{', b'}']),
        ("a reserved opcode", frame(3, true, b"")),
        ("a reserved control", frame(11, true, b"")),
        ("a part of nothing", frame(CONTINUATION, true, b"")),
        ("a message within another", [frame(TEXT, false, b"{"), frame(TEXT, true, b"}")].concat()),
        ("a ping in parts", frame(PING, false, b"")),
        ("a large ping", frame(PING, true, &[0; 126])),
        ("an end of one byte", frame(CLOSE, true, b"\x03")),
        ("an end with a wrong code", frame(CLOSE, true, &1_005_u16.to_be_bytes())),
        ("an end with wrong UTF-8", frame(CLOSE, true, b"\x03\xe8\xff")),
    ]
}

async fn wrong(context: Arc<Context>) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    for (protocol, is_begun) in [(EVENTS, false), (EVENTS, true), (GRAPHQL, true)] {
        let tests = wrong_messages().into_iter().map(|(name, bytes)| {
            let context = Arc::clone(&context);
            async move { (name, wrong_message(&context, protocol, is_begun, &bytes).await) }
        });
        for (name, ended) in join_all(tests).await {
            let label = format!("{name} on {protocol}, begun {is_begun}");
            match ended {
                Err(error) => tally.fault(format!("{label}: {error:#}")),
                // A ping or an acknowledgement of nothing is no fault of every socket.
                Ok(None) => {}
                Ok(Some(code)) => {
                    *tally.statuses.entry(code).or_default() += 1;
                    tally.check(code != 1_011 && code != 1_006, || format!("{label}: the close code {code}"));
                }
            }
        }
    }
    Ok(tally)
}

/// Sends bytes on a new socket, and an end behind them, and returns the close code.
async fn wrong_message(context: &Context, protocol: &str, is_begun: bool, bytes: &[u8]) -> anyhow::Result<Option<u16>> {
    let attacker = &context.attacker;
    let mut socket = match (protocol, is_begun) {
        (EVENTS, true) => Socket::subscribed(context, 0, 1).await?,
        (GRAPHQL, _) => Socket::graphql(context).await?,
        _ => Socket::open(context, attacker.source, protocol, Some(&attacker.token)).await?,
    };
    // The server may close before it has read all.
    let _ = socket.connection.write(bytes).await;
    let _ = socket.connection.write(&frame(CLOSE, true, &1_000_u16.to_be_bytes())).await;
    // Beside hundreds of others an end takes longer than alone.
    timeout(END * 5, socket.end()).await.map_err(|_| anyhow::anyhow!("it is still open"))?
}

/// Parts of a message without end, after its first part.
fn fragments() -> [(Vec<u8>, Vec<u8>); 2] {
    let first = frame(TEXT, false, b"{");
    [
        (first.clone(), frame(CONTINUATION, false, b"").repeat(4_096)),
        (first, frame(CONTINUATION, false, b" ").repeat(4_096)),
    ]
}

fn pings() -> [(Vec<u8>, Vec<u8>); 2] {
    [(Vec::new(), frame(PING, true, b"").repeat(4_096)), (Vec::new(), frame(PONG, true, &[7; 8]).repeat(4_096))]
}

/// Sends the first bytes and then the second ones again and again, on sockets of a tenant and of a stranger, until the
/// server closes.
async fn without_end(context: Arc<Context>, kinds: [(Vec<u8>, Vec<u8>); 2]) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    // Fragments are no messages, so nothing but their size limits them; pings are counted as requests.
    let limit = if kinds[0].0.is_empty() { Duration::from_secs(10) } else { END * 3 / 2 };
    let sockets = (0..16).map(|number| {
        let (context, (first, again)) = (Arc::clone(&context), kinds[number % kinds.len()].clone());
        tokio::spawn(async move {
            let mut socket = if number < 8 {
                Socket::subscribed(&context, 0, 1).await?
            } else {
                Socket::open(&context, STRANGER, EVENTS, None).await?
            };
            socket.connection.write(&first).await?;
            let begun = Instant::now();
            // A write that fails, or takes too long, says that the server reads no more.
            while begun.elapsed() < limit * 2 {
                if !matches!(timeout(END, socket.connection.write(&again)).await, Ok(Ok(()))) {
                    break;
                }
            }
            let took = begun.elapsed();
            // What the server sent lies in the buffers.
            let ended = timeout(PATIENCE / 4, socket.end()).await;
            anyhow::Ok((took, matches!(ended, Ok(Ok(_)))))
        })
    });
    for ended in join_all(sockets).await {
        let (took, is_ended) = ended??;
        *tally.statuses.entry(0).or_default() += 1;
        let took_s = took.as_secs_f64();
        tally.check(took <= limit + END && is_ended, || format!("open for {took_s:.1} s; ended: {is_ended}"));
    }
    Ok(tally)
}

async fn large(context: Arc<Context>) -> anyhow::Result<Tally> {
    let end = Instant::now() + context.duration;
    let nested = format!("{}{}", r#"{"type":"#.repeat(8_000), " ".repeat(1_000));
    let wide = format!(r#"{{"type":"ack","sequence":0,{}"a":0}}"#, numbered(6_000, |n| format!(r#""{n}":0,"#)));
    let padded = format!(r#"{{"type":"ack","sequence":0}}{}"#, " ".repeat(65_000));
    let sockets = (0..8).map(|number| {
        let (context, bytes) = (Arc::clone(&context), text([&nested, &wide, &padded][number % 3]));
        tokio::spawn(async move {
            let mut rounds = 0_u64;
            while Instant::now() < end {
                // At its limits the tenant is refused.
                if let Ok(mut socket) = Socket::subscribed(&context, 0, 1).await {
                    while Instant::now() < end && socket.connection.write(&bytes).await.is_ok() {}
                } else {
                    sleep(Duration::from_millis(50)).await;
                }
                rounds += 1;
            }
            rounds
        })
    });
    let rounds: u64 = join_all(sockets).await.into_iter().flatten().sum();
    Ok(Tally { statuses: [(0, rounds)].into(), ..Tally::default() })
}

//! The kinds of load: a table of single requests, a flood at a stated rate, and connections that are held. Invariant:
//! a flood never exceeds its rate, and everything ends shortly after the context's duration.

use crate::{
    connection::{Client, PATIENCE},
    context::Context,
    http::Request,
    tally::{Expected, Tally},
};
use futures::future::join_all;
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    time::{Instant, MissedTickBehavior, interval, sleep_until, timeout_at},
};

/// The time after the end in which answers that are on their way still count.
const GRACE: Duration = Duration::from_secs(2);

/// A flood: connections that each send one request after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flood {
    pub(crate) connections: u32,
    /// Requests per second, over all connections.
    pub(crate) per_second: u32,
    pub(crate) source: Ipv4Addr,
}

/// Sends what `make` returns for 0, 1, 2, … until the time is over.
pub(crate) async fn flood(
    context: &Arc<Context>,
    flood: Flood,
    expected: Expected,
    make: impl Fn(u64) -> Request + Send + Sync + 'static,
) -> Tally {
    let end = Instant::now() + context.duration;
    let (make, next) = (Arc::new(make), Arc::new(AtomicU64::new(0)));
    let workers = (0..flood.connections).map(|_| {
        let (make, next, expected) = (Arc::clone(&make), Arc::clone(&next), expected.clone());
        let mut client = Client::new(context.server, flood.source);
        tokio::spawn(async move {
            let mut tally = Tally::default();
            let mut pace = interval(Duration::from_secs(1) * flood.connections / flood.per_second);
            pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
            while Instant::now() < end {
                pace.tick().await;
                let number = next.fetch_add(1, Ordering::Relaxed);
                let request = make(number);
                let Ok(answer) = timeout_at(end + GRACE, client.send(&request)).await else { break };
                match answer {
                    // A flood may be refused with 429 although one request alone gets the expected status.
                    Ok(answer) if answer.status == 429 && !matches!(expected, Expected::Served) => {
                        tally.count("flood", &Ok(answer));
                    }
                    answer => tally.expect(&format!("request {number}"), &answer, &expected),
                }
            }
            tally
        })
    });
    join_all(workers).await.into_iter().flatten().fold(Tally::default(), Tally::merge)
}

/// The rate at which held connections are opened first. A faster start would only fill the kernel's queue.
const OPENED_PER_SECOND: u32 = 2_000;
/// The rate at which connections that the server closed are opened again, at most.
const REOPENED_PER_SECOND: u32 = 500;

/// Connections that send bytes and then stay.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hold {
    pub(crate) connections: u32,
    /// The number of client addresses, counted from `source`. One is a single machine, more a botnet.
    pub(crate) addresses: u8,
    pub(crate) source: Ipv4Addr,
    /// What happens after the bytes are sent.
    pub(crate) then: Then,
}

/// What a held connection does after its bytes are sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Then {
    /// It never reads. Its receive window is small, so that the server cannot send its answer.
    NeverRead,
    /// It reads until the server closes, and is then opened again.
    Reopen,
    /// It sends one more byte per second.
    Trickle,
    /// It reads this many bytes per second. Its receive window is small, as that of [`Self::NeverRead`].
    ReadSlowly(usize),
}

/// Holds connections open until the time is over. A connection that the server refuses or closes is no fault.
pub(crate) async fn hold(context: &Arc<Context>, hold: Hold, bytes: Vec<u8>) -> Tally {
    let end = Instant::now() + context.duration;
    let bytes: Arc<[u8]> = bytes.into();
    let tasks = (0..hold.connections).map(|number| {
        let (server, bytes) = (context.server, Arc::clone(&bytes));
        tokio::spawn(async move {
            sleep_until(end.min(Instant::now() + spread(number, OPENED_PER_SECOND))).await;
            let mut ended = 0_u64;
            while Instant::now() < end {
                let _ = timeout_at(end, hold_one(server, hold, number, &bytes)).await;
                ended += 1;
                sleep_until(end.min(Instant::now() + spread(hold.connections, REOPENED_PER_SECOND))).await;
            }
            ended
        })
    });
    let rounds: u64 = join_all(tasks).await.into_iter().flatten().sum();
    Tally { statuses: [(0, rounds)].into(), ..Tally::default() }
}

/// The time that a number of connections takes at a rate.
fn spread(connections: u32, per_second: u32) -> Duration {
    Duration::from_secs(1) * connections / per_second
}

/// Connects from an address of this machine, with a small receive window if asked for.
async fn connect(server: SocketAddr, source: Ipv4Addr, has_small_window: bool) -> anyhow::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    if has_small_window {
        socket.set_recv_buffer_size(4_096)?;
    }
    if cfg!(target_os = "linux") {
        socket.bind((source, 0).into())?;
    }
    Ok(socket.connect(server).await?)
}

/// Sends bytes and reads the answer at a pace until the server closes or the answer ends.
async fn read_slowly(server: SocketAddr, source: Ipv4Addr, bytes: &[u8], bytes_per_s: usize) -> anyhow::Result<()> {
    let mut stream = connect(server, source, true).await?;
    stream.write_all(bytes).await?;
    let (mut part, mut pace) = (vec![0; bytes_per_s], interval(Duration::from_secs(1)));
    loop {
        pace.tick().await;
        if !stream.read(&mut part).await.is_ok_and(|read| read > 0) {
            return Ok(());
        }
    }
}

async fn hold_one(server: SocketAddr, hold: Hold, number: u32, bytes: &[u8]) -> anyhow::Result<()> {
    let [a, b, c, d] = hold.source.octets();
    let shift = u8::try_from(number % u32::from(hold.addresses.max(1)))?;
    let source = Ipv4Addr::new(a, b, c, d.saturating_add(shift));
    if let Then::ReadSlowly(bytes_per_s) = hold.then {
        return read_slowly(server, source, bytes, bytes_per_s).await;
    }
    let mut stream = connect(server, source, hold.then == Then::NeverRead).await?;
    let (mut reader, mut writer) = stream.split();
    match hold.then {
        Then::ReadSlowly(_) => {}
        Then::NeverRead => {
            writer.write_all(bytes).await?;
            tokio::time::sleep(PATIENCE * 10).await;
        }
        Then::Reopen => {
            let mut sink = vec![0; 16 * 1_024];
            let (written, ()) = tokio::join!(writer.write_all(bytes), async {
                while reader.read(&mut sink).await.is_ok_and(|read| read > 0) {}
            });
            written?;
        }
        Then::Trickle => {
            writer.write_all(bytes).await?;
            loop {
                tokio::time::sleep(Duration::from_secs(1)).await;
                writer.write_all(b" ").await?;
            }
        }
    }
    Ok(())
}

/// Sends single requests one after the other over one connection, each with its own expectation.
pub(crate) async fn each(client: &mut Client, cases: Vec<(String, Request, Expected)>) -> Tally {
    let mut tally = Tally::default();
    for (label, request, expected) in cases {
        let answer = client.send(&request).await;
        tally.expect(&label, &answer, &expected);
    }
    tally
}

//! Serves state snapshots to joining members [P9, recovery]. Invariant: a separate thread reads snapshots, so a shard
//! never waits for it. A held snapshot never changes. It is dropped when it is idle or a newer one needs its place.

use crate::wire::Wire;
use chain_replica::{
    HAND_OVERS_PER_PART_MAX, Message, SNAPSHOT_PART_BYTES_MAX, SnapshotAsk, SnapshotPart, Totals, unexpired,
};
use chain_state::{Archive, ReadFailure};
use chain_store::{Frozen, Store, StoreError};
use chain_types::{Epoch, Height, PublicKey, TimestampMs};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use std::{
    io, thread,
    time::{Duration, Instant},
};

/// Requests that can wait. A peer whose request is dropped sends it again.
pub(crate) const SNAPSHOT_ASKS_MAX: usize = 64;
/// Snapshots of one shard that are held at the same time. Each takes about 20 MiB of memory, and pins the disk space of
/// all later writes.
pub(crate) const SNAPSHOTS_MAX: usize = 2;
/// How long a snapshot is held after the last request for it.
const SNAPSHOT_IDLE: Duration = Duration::from_secs(30);

/// The thread that serves a shard's snapshots. Dropping it ends the thread.
pub(crate) struct SnapshotServer {
    asks: Option<Sender<(PublicKey, SnapshotAsk)>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl SnapshotServer {
    /// Starts the thread of a shard.
    pub(crate) fn start(name: String, store: Store, wire: Wire) -> io::Result<Self> {
        let (asks, waiting) = bounded(SNAPSHOT_ASKS_MAX);
        let thread = thread::Builder::new().name(name).spawn(move || run(&store, &wire, &waiting))?;
        Ok(Self { asks: Some(asks), thread: Some(thread) })
    }

    /// Queues a peer's request, or drops it when too many wait.
    pub(crate) fn answer(&self, to: PublicKey, ask: SnapshotAsk) {
        if let Some(asks) = &self.asks {
            let _ = asks.try_send((to, ask));
        }
    }
}

impl Drop for SnapshotServer {
    fn drop(&mut self) {
        self.asks = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A held snapshot.
struct Held<'s> {
    archive: Archive<Frozen<'s>>,
    height: Height,
    time: TimestampMs,
    epoch: Epoch,
    asked_at: Instant,
}

fn run(store: &Store, wire: &Wire, asks: &Receiver<(PublicKey, SnapshotAsk)>) {
    let mut held = Vec::new();
    loop {
        match asks.recv_timeout(SNAPSHOT_IDLE) {
            Ok((to, ask)) => {
                let part = answer(store, &mut held, ask).unwrap_or_else(|error| {
                    tracing::error!("cannot read a snapshot: {error}");
                    held.clear();
                    SnapshotPart::Gone
                });
                wire.send(Some(&to), &Message::Snapshot(Box::new(part)));
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        held.retain(|one| one.asked_at.elapsed() < SNAPSHOT_IDLE);
    }
}

#[derive(Debug, thiserror::Error)]
enum ServeError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Read(#[from] ReadFailure),
}

fn answer<'s>(store: &'s Store, held: &mut Vec<Held<'s>>, ask: SnapshotAsk) -> Result<SnapshotPart, ServeError> {
    let height = match ask {
        SnapshotAsk::Head => {
            let Some(flush) = store.flush()? else { return Ok(SnapshotPart::Gone) };
            if held.iter().all(|one| one.height < flush.height) {
                hold(store, held)?;
            }
            held.iter().map(|one| one.height).max().unwrap_or_default()
        }
        SnapshotAsk::HandOvers { height, .. }
        | SnapshotAsk::Chunk { height, .. }
        | SnapshotAsk::Seen { height, .. } => height,
    };
    let Some(one) = held.iter_mut().find(|one| one.height == height) else { return Ok(SnapshotPart::Gone) };
    one.asked_at = Instant::now();
    let frozen = one.archive.reader();
    Ok(match ask {
        SnapshotAsk::Head => {
            let flush = frozen.flush();
            let totals = Totals { transactions: flush.transactions, records: flush.records };
            SnapshotPart::Head { block: Box::new(frozen.block()?), totals }
        }
        SnapshotAsk::HandOvers { after, .. } => {
            let (count, bytes) = (HAND_OVERS_PER_PART_MAX, SNAPSHOT_PART_BYTES_MAX);
            SnapshotPart::HandOvers { height, proofs: frozen.hand_overs(after, one.epoch, count, bytes)? }
        }
        SnapshotAsk::Chunk { first, .. } => {
            SnapshotPart::Chunk { height, chunk: one.archive.chunk(first, SNAPSHOT_PART_BYTES_MAX)? }
        }
        SnapshotAsk::Seen { mut after, .. } => loop {
            let (blocks, last) = frozen.seen(after, SNAPSHOT_PART_BYTES_MAX)?;
            let blocks = unexpired(blocks, one.time);
            if !blocks.is_empty() || last >= height {
                break SnapshotPart::Seen { height, blocks, last };
            }
            after = last;
        },
    })
}

/// Holds the state of the last flush. When there is no room, it replaces the snapshot whose last request is oldest.
fn hold<'s>(store: &'s Store, held: &mut Vec<Held<'s>>) -> Result<(), ServeError> {
    let Some(frozen) = store.freeze()? else { return Ok(()) };
    if held.len() >= SNAPSHOTS_MAX {
        held.sort_by_key(|one| one.asked_at);
        held.remove(0);
    }
    let (height, header) = (frozen.flush().height, frozen.block()?.header);
    let (time, epoch) = (header.timestamp_ms, header.epoch);
    let nodes = frozen.nodes()?;
    held.push(Held { archive: Archive::over(frozen, nodes), height, time, epoch, asked_at: Instant::now() });
    Ok(())
}

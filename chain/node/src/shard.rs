//! The thread of one shard. Invariant: only this thread touches the replica, and it performs the replica's effects
//! strictly in order. A disk failure ends the thread; on a full disk it waits for space. A shard accepts no
//! transactions once the chain follows an unknown protocol version.

mod answer;
mod perform;
mod space;

use crate::{
    SubmitError, Tip,
    accusations::Accusations,
    clock::{Clock, Reading},
    disk::{DiskWatch, is_full},
    journal::Journal,
    promise::PromiseQueue,
    reply::{Origin, PendingReplies},
    request::Request,
    serving::SnapshotServer,
    wire::Wire,
};
use chain_replica::{Effects, Input, RecoveryError, Replica, Role, Source};
use chain_store::Store;
use chain_types::{Digest, Height, SecretKey, ShardId, VerifiedTransaction, version::Outdated};
use crossbeam_channel::{Receiver, RecvTimeoutError};
use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};
use tokio::sync::watch;

/// Requests that are handled before the next tick.
const REQUESTS_PER_ROUND: usize = 64;
/// The interval of ticks while a decision is in progress.
const ACTIVE_TICK: Duration = Duration::from_millis(10);
/// The interval of ticks while nothing is in progress.
const IDLE_TICK: Duration = Duration::from_millis(100);
/// The interval at which a sole validator looks for space on a full disk.
const SPACE_TICK: Duration = Duration::from_secs(1);

/// A failure that ends the shard's thread.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Halt {
    #[error("the state cannot be read")]
    Read(#[from] chain_state::ReadFailure),
    #[error("the store cannot be read or written")]
    Store(#[from] chain_store::StoreError),
    #[error("the journal cannot be written")]
    Journal(#[source] std::io::Error),
    #[error("the snapshot taken from peers does not match its block")]
    Takeover(#[from] RecoveryError),
}

impl Halt {
    /// Whether a write failed because there is no space for it.
    fn is_full(&self) -> bool {
        match self {
            Self::Store(error) => error.is_full(),
            Self::Journal(error) => is_full(error),
            Self::Read(_) | Self::Takeover(_) => false,
        }
    }
}

/// One shard of a running node.
pub(crate) struct Shard {
    pub(crate) id: ShardId,
    pub(crate) key: SecretKey,
    pub(crate) role: Role,
    /// This validator's index in the committee. Followers have none and sign nothing.
    pub(crate) index: Option<u16>,
    pub(crate) replica: Replica<Store>,
    pub(crate) store: Store,
    pub(crate) journal: Journal,
    pub(crate) disk: DiskWatch,
    /// Whether it waits for space on the disk.
    pub(crate) lacks_space: Arc<AtomicBool>,
    /// The requests to this shard.
    pub(crate) requests: Receiver<Request>,
    pub(crate) clock: Arc<Clock>,
    /// The height of the last flush of the state.
    pub(crate) flushed: Height,
    /// The first block whose body is stored.
    pub(crate) first: Height,
    /// How many of the newest blocks keep their bodies; `None` for all.
    pub(crate) keep_blocks: Option<u64>,
    pub(crate) tip: watch::Sender<Tip>,
    /// The height that the committee is known to have reached, or the highest claim of a peer while that is unknown.
    pub(crate) known: watch::Sender<Option<Height>>,
    /// The sum of the views in which the blocks since this process began were decided.
    pub(crate) views_skipped: u64,
    pub(crate) pending: PendingReplies,
    /// The connection to the peers; `None` for a sole validator.
    pub(crate) wire: Option<Wire>,
    /// Writes and sends this validator's promises; `None` without peers.
    pub(crate) promises: Option<PromiseQueue>,
    /// Serves snapshots to peers; `None` without peers.
    pub(crate) snapshots: Option<SnapshotServer>,
    /// Evidence of misbehaviour that the replica reported.
    pub(crate) accusations: Accusations,
    /// Set when the chain follows a version that this build does not know.
    pub(crate) outdated: Option<Outdated>,
    /// Blocks in the store whose height is not decided yet.
    pub(crate) held: Vec<(Height, Digest)>,
    /// Whether it was restored from a backup, and so never votes among other validators; see
    /// [`crate::settle_restored`].
    pub(crate) only_follows: bool,
}

impl Shard {
    /// Serves requests until it is stopped or the disk fails.
    pub(crate) fn run(mut self) -> Result<(), Halt> {
        let mut effects = Effects::new();
        while let Some(first) = self.next() {
            let may_write = self.may_write();
            if may_write && self.replica.waiting() == 0 {
                // The last tick may be long ago when there was no work, and submissions are checked against the clock.
                self.tick(&mut effects)?;
            }
            let more: Vec<_> = self.requests.try_iter().take(REQUESTS_PER_ROUND).collect();
            let mut questions = Vec::new();
            let mut stop = false;
            for request in first.into_iter().chain(more) {
                match request {
                    Request::Submit(batch) => self.submit(batch, &mut effects)?,
                    // A peer repeats what got no answer.
                    Request::Peer { .. } if !may_write => {}
                    Request::Peer { from, message, held } => {
                        self.step(Input::Message { from, message }, &mut effects)?;
                        drop(held);
                    }
                    Request::Prove(question) => questions.push(question),
                    Request::Read(read) => {
                        let _ = read.sender.send(self.replica.read(&read.keys)?);
                    }
                    Request::Status(sender) => {
                        let _ = sender.send(self.status());
                    }
                    Request::Cover(value) => self.step(Input::Cover(value), &mut effects)?,
                    Request::DropSettled(settled) => self.accusations.drop_settled(&settled),
                    Request::Hold(hold) => hold.stand_still(*self.tip.borrow()),
                    Request::Stop => stop = true,
                }
            }
            if may_write {
                self.tick(&mut effects)?;
            }
            // For a sole validator each tick ends with a durable block: build until no transaction is pending.
            while self.wire.is_none() && self.replica.waiting() > 0 && self.may_write() {
                self.tick(&mut effects)?;
            }
            if let Some(wire) = &mut self.wire {
                wire.flush();
                // A new node that is connected only to followers has nothing better than their claims.
                let known = self.replica.known_height().or_else(|| self.replica.claimed_height());
                self.known.send_if_modified(|last| std::mem::replace(last, known) != known);
            }
            self.prove(questions)?;
            if stop {
                break;
            }
        }
        Ok(())
    }

    /// Waits for a request or for the next tick. `None` when there will be no more requests.
    #[expect(clippy::option_option, reason = "a timeout and a closed channel are different results")]
    fn next(&mut self) -> Option<Option<Request>> {
        let is_alone = self.wire.is_none();
        if is_alone && self.may_write() {
            return self.requests.recv().ok().map(Some);
        }
        let tick = if self.replica.is_active() { ACTIVE_TICK } else { IDLE_TICK };
        let wait = if is_alone { SPACE_TICK } else { tick };
        match self.requests.recv_timeout(wait) {
            Ok(request) => Some(Some(request)),
            Err(RecvTimeoutError::Timeout) => Some(None),
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    fn submit(&mut self, batch: Vec<(VerifiedTransaction, Origin)>, effects: &mut Effects) -> Result<(), Halt> {
        let has_space = self.disk.has_space();
        for (transaction, origin) in batch {
            if self.outdated.is_some() || !has_space {
                origin.refuse(if self.outdated.is_some() { SubmitError::Stopped } else { SubmitError::Busy });
                continue;
            }
            let source = match origin {
                Origin::Client(reply) => {
                    self.pending.add(transaction.checked().id(), reply);
                    Source::Client
                }
                Origin::Peer { submitter, .. } => Source::Peer(submitter),
            };
            self.replica.step(Input::Submit { transaction: Box::new(transaction), source }, effects)?;
        }
        self.perform(effects)
    }

    fn tick(&mut self, effects: &mut Effects) -> Result<(), Halt> {
        let Reading { at, now } = self.clock.read();
        self.step(Input::Tick { at, now }, effects)
    }

    fn step(&mut self, input: Input, effects: &mut Effects) -> Result<(), Halt> {
        self.replica.step(input, effects)?;
        self.perform(effects)
    }
}

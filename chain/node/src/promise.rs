//! Writes a leader's promises (soft confirmations) to disk, then sends them [P15, promises]. Invariant: a promise is
//! signed and sent only after it and its transactions are durable. A separate thread does this, so the shard never
//! waits. A disk failure here ends only the promises; while the disk is full, none are made.

mod file;

use crate::{NodeError, disk::is_full, request::Request, shard::Shard, wire::Wire};
use chain_replica::{Message, PromiseRequest};
use chain_types::{SecretKey, TimestampMs, TxId, beacon::PromiseBatch};
use crossbeam_channel::{Receiver, Sender, bounded};
pub(crate) use file::PromiseFile;
use std::{io, thread};

/// Promise jobs that can wait to be written. Jobs above the limit are dropped.
const PROMISE_REQUESTS_MAX: usize = 64;

enum PromiseJob {
    Promise(PromiseRequest),
    /// Kept promises, and the time before which all others have expired.
    Kept(Vec<TxId>, TimestampMs),
}

/// The job queue of the thread that writes and sends a shard's promises. Dropping it ends the thread.
pub(crate) struct PromiseQueue {
    jobs: Option<Sender<PromiseJob>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl PromiseQueue {
    /// Starts the thread of a shard. `shard` receives the promises for this node's own clients.
    pub(crate) fn start(
        name: String,
        file: PromiseFile,
        key: SecretKey,
        wire: Wire,
        shard: Sender<Request>,
    ) -> io::Result<Self> {
        let (jobs, waiting) = bounded(PROMISE_REQUESTS_MAX);
        let mut writer = PromiseWriter { file, key, wire, shard };
        let run = move || {
            if let Err(error) = writer.run(&waiting) {
                tracing::error!(%error, "promises cannot be written; this validator makes no promises until it restarts");
            }
        };
        let thread = thread::Builder::new().name(name).spawn(run)?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Queues a promise, or drops it when too many wait. The replica still keeps a dropped promise, but no submitter is
    /// told.
    pub(crate) fn request(&self, request: PromiseRequest) {
        self.add(PromiseJob::Promise(request));
    }

    /// Forgets kept promises and those that expired before `time`.
    pub(crate) fn forget(&self, ids: Vec<TxId>, time: TimestampMs) {
        self.add(PromiseJob::Kept(ids, time));
    }

    fn add(&self, job: PromiseJob) {
        if let Some(jobs) = &self.jobs {
            let _ = jobs.try_send(job);
        }
    }
}

impl Drop for PromiseQueue {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shard {
    /// Starts the promise thread, if there are peers. `requests` is the shard's own channel.
    pub(crate) fn write_promises(&mut self, file: PromiseFile, requests: Sender<Request>) -> Result<(), NodeError> {
        if let Some(wire) = &self.wire {
            let name = format!("promise-{}", self.id);
            let promises = PromiseQueue::start(name, file, self.key.clone(), wire.clone(), requests);
            let failed = |source| NodeError::File { doing: "starting a promise thread", source };
            self.promises = Some(promises.map_err(failed)?);
        }
        Ok(())
    }
}

/// Whether a write succeeded; `false` when the disk is full. A promise that is not durable is dropped: its submitter
/// waits for the block.
fn with_space(written: io::Result<()>) -> io::Result<bool> {
    match written {
        Ok(()) => Ok(true),
        Err(error) if is_full(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Writes and sends promises on its own thread.
struct PromiseWriter {
    file: PromiseFile,
    key: SecretKey,
    wire: Wire,
    shard: Sender<Request>,
}

impl PromiseWriter {
    /// Writes all waiting promises, syncs them once, and then sends them.
    fn run(&mut self, jobs: &Receiver<PromiseJob>) -> io::Result<()> {
        while let Ok(first) = jobs.recv() {
            let mut durable = Vec::new();
            for job in std::iter::once(first).chain(jobs.try_iter()) {
                match job {
                    PromiseJob::Promise(request) => {
                        if with_space(self.file.append(request.promise.epoch, &request.transactions))? {
                            durable.push(request);
                        }
                    }
                    // A file that could not be rewritten is rewritten with the next kept promise.
                    PromiseJob::Kept(ids, time) => {
                        with_space(self.file.forget(&ids, time))?;
                    }
                }
            }
            if !durable.is_empty() && !with_space(self.file.sync())? {
                durable.clear();
            }
            for request in durable {
                self.send(request);
            }
        }
        Ok(())
    }

    fn send(&self, PromiseRequest { promise, ids, submitters, .. }: PromiseRequest) {
        let own = self.key.public_key();
        let message = Message::Promised(Box::new(PromiseBatch { signed: promise.sign(&self.key), ids }));
        for submitter in submitters {
            if submitter == own {
                let _ =
                    self.shard.try_send(Request::Peer { from: own, message: Box::new(message.clone()), held: None });
            } else {
                self.wire.send(Some(&submitter), &message);
            }
        }
    }
}

//! One shard's thread: interprets the replica's effects. Invariant: it alone touches the replica, and it performs
//! effects strictly in order; when the disk fails it stops for good.

use crate::{
    Final, StreamProofParts, SubmitError, Tip,
    disk::DiskWatch,
    reply::{Reply, Waiting},
    safety::SafetyRecord,
};
use chain_replica::{Commit, Effect, Effects, Finalised, Input, Refused, Replica};
use chain_store::{BlockBatch, Store};
use chain_types::{
    FinalBlock, Height, SecretKey, ShardId, Subject, TenantId, TimestampMs, TxId, VerifiedTransaction, codec,
};
use crossbeam_channel::Receiver;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::{oneshot, watch};

/// Requests that may wait for a shard; a submission request holds a whole batch.
pub(crate) const REQUESTS_MAX: usize = 256;
/// Requests taken in before the next block is built.
const REQUESTS_PER_ROUND: usize = 64;

/// A question about a stream.
pub(crate) struct StreamQuestion {
    pub(crate) tenant: TenantId,
    pub(crate) subject: Subject,
    pub(crate) sender: oneshot::Sender<Option<StreamProofParts>>,
}

/// What a shard is asked.
pub(crate) enum Request {
    Submit(Vec<(VerifiedTransaction, Reply)>),
    ProveStream(StreamQuestion),
    Stop,
}

impl Request {
    /// Answers a request that no shard will serve.
    pub(crate) fn refuse(self) {
        if let Self::Submit(batch) = self {
            for (_, reply) in batch {
                reply.send(Err(SubmitError::Stopped));
            }
        }
    }
}

/// The disk failed in the middle of something.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Halt {
    #[error("the state cannot be read")]
    Read(#[from] chain_state::ReadFailure),
    #[error("the store cannot be written")]
    Store(#[from] chain_store::StoreError),
    #[error("the safety record cannot be written")]
    Safety(#[source] std::io::Error),
}

pub(crate) struct Shard {
    pub(crate) id: ShardId,
    pub(crate) key: SecretKey,
    pub(crate) replica: Replica<Store>,
    pub(crate) store: Store,
    pub(crate) safety: SafetyRecord,
    pub(crate) disk: DiskWatch,
    pub(crate) flushed: Height,
    pub(crate) tip: watch::Sender<Tip>,
    pub(crate) waiting: Waiting,
}

impl Shard {
    /// Serves requests until it is told to stop or the disk fails.
    pub(crate) fn run(mut self, requests: &Receiver<Request>) -> Result<(), Halt> {
        let mut effects = Effects::new();
        while let Ok(first) = requests.recv() {
            let more = requests.try_iter().take(REQUESTS_PER_ROUND);
            let mut questions = Vec::new();
            let mut stop = false;
            for request in std::iter::once(first).chain(more) {
                match request {
                    Request::Submit(batch) => self.submit(batch, &mut effects)?,
                    Request::ProveStream(question) => questions.push(question),
                    Request::Stop => stop = true,
                }
            }
            while self.replica.waiting() > 0 {
                self.step(Input::Propose { now: now() }, &mut effects)?;
            }
            for question in questions {
                self.prove(question)?;
            }
            if stop {
                break;
            }
        }
        Ok(())
    }

    fn submit(&mut self, batch: Vec<(VerifiedTransaction, Reply)>, effects: &mut Effects) -> Result<(), Halt> {
        let has_space = self.disk.has_space();
        for (transaction, reply) in batch {
            if !has_space {
                reply.send(Err(SubmitError::Busy));
                continue;
            }
            self.waiting.add(transaction.checked().id(), reply);
            self.replica.step(Input::Submit(Box::new(transaction)), effects)?;
        }
        self.perform(effects)
    }

    fn step(&mut self, input: Input, effects: &mut Effects) -> Result<(), Halt> {
        self.replica.step(input, effects)?;
        self.perform(effects)
    }

    fn perform(&mut self, effects: &mut Effects) -> Result<(), Halt> {
        while !effects.is_empty() {
            for effect in std::mem::take(effects) {
                match effect {
                    Effect::Sign(vote) => {
                        let durable = self.safety.record(vote).map_err(Halt::Safety)?;
                        self.replica.step(Input::Certified(durable.sign(&self.key)), effects)?;
                    }
                    Effect::Persist(commit) => {
                        self.persist(&commit)?;
                        self.replica.step(Input::Persisted, effects)?;
                    }
                    Effect::Finalised(finalised) => self.announce(&finalised),
                    Effect::Refuse { tx_id, reason } => self.waiting.answer(&tx_id, &Err(refusal(reason))),
                    Effect::AlreadyFinal { tx_id, height } => self.answer_again(&tx_id, height)?,
                }
            }
        }
        Ok(())
    }

    fn persist(&mut self, commit: &Commit) -> Result<(), Halt> {
        let header = &commit.block.header;
        let block = codec::encode(&*commit.block);
        self.flushed = self.store.write(&BlockBatch {
            height: header.height,
            time: header.timestamp_ms,
            block: &block,
            delta: &commit.delta,
            seen: &commit.seen,
            flush: commit.flush.as_ref(),
            transactions: commit.totals.transactions,
            records: commit.totals.records,
            flushed: self.flushed,
        })?;
        self.safety.mark_persisted(header.height).map_err(Halt::Safety)?;
        if commit.flush.is_some() {
            self.store.forget_seen(commit.expired_before)?;
        }
        Ok(())
    }

    fn announce(&mut self, finalised: &Finalised) {
        let header = &finalised.block.header;
        self.tip.send_replace(Tip {
            height: header.height,
            digest: finalised.digest,
            timestamp_ms: header.timestamp_ms,
            records: finalised.totals.records,
            transactions: finalised.totals.transactions,
        });
        for (tx_id, first, count) in &finalised.transactions {
            for reply in self.waiting.take(tx_id) {
                reply.send(Ok(Final {
                    shard: self.id,
                    height: header.height,
                    timestamp_ms: header.timestamp_ms,
                    tx_id: *tx_id,
                    first_record: *first,
                    receipts: finalised.receipts(*first, *count),
                }));
            }
        }
    }

    fn answer_again(&mut self, tx_id: &TxId, height: Height) -> Result<(), Halt> {
        let replies = self.waiting.take(tx_id);
        let found = self.store.block(height)?.and_then(|block| outcome(self.id, &block, tx_id));
        for reply in replies {
            reply.send(found.clone().ok_or(SubmitError::Stopped));
        }
        Ok(())
    }

    fn prove(&mut self, question: StreamQuestion) -> Result<(), Halt> {
        let proved = self.replica.prove_stream(question.tenant, question.subject)?;
        let answer = proved
            .zip(self.replica.tip().cloned())
            .map(|((head, proof), (header, certificate))| StreamProofParts { header, certificate, head, proof });
        let _ = question.sender.send(answer);
        Ok(())
    }
}

fn refusal(reason: Refused) -> SubmitError {
    match reason {
        Refused::Busy => SubmitError::Busy,
        Refused::Expired => SubmitError::Expired,
        Refused::NotAdmitted(why) => SubmitError::Refused { code: why.code(), detail: why.detail().to_owned() },
    }
}

/// The outcome of a transaction that a block holds.
fn outcome(shard: ShardId, block: &FinalBlock, tx_id: &TxId) -> Option<Final> {
    let mut first = 0;
    for transaction in &block.block.transactions {
        let count = transaction.commands.len();
        if transaction.header.id() == *tx_id {
            return Some(Final {
                shard,
                height: block.header.height,
                timestamp_ms: block.header.timestamp_ms,
                tx_id: *tx_id,
                first_record: u32::try_from(first).ok()?,
                receipts: block.block.receipts.get(first..first + count)?.to_vec(),
            });
        }
        first += count;
    }
    None
}

fn now() -> TimestampMs {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    TimestampMs(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

//! Performs relay tasks: reads proved state, submits the next steps and waits until the steps are final. Invariant: the
//! relayer keeps no state between tasks, so a crash loses nothing.
//!
//! A bundle is an atomic transaction across shards, and a leg is its part on one shard.

use super::queue::Pending;
use crate::{NodeError, NodeHandle, StateProofs, SubmitError, upkeep::upkeep};
use borsh::BorshDeserialize;
use chain_atomic::{
    Rejection,
    course::{Course, LegView, Step, course},
};
use chain_types::{
    Command, Height, Receipt, SecretKey, ShardId, TimestampMs,
    atomic::{
        self, BundleId, BundleKey, BundleRecord, Command as Crossing, InboxCursorKey, Lock, LockKey, Message,
        OutboxHead, OutboxHeadKey, OutboxKey,
    },
    codec,
    state::TypedKey,
};
use std::collections::BTreeMap;
use tokio::task::JoinSet;

/// Messages delivered in one transaction.
pub(super) const MESSAGES_PER_DELIVERY_MAX: u64 = 32;
/// Locks forgotten in one transaction.
pub(super) const TRACES_PER_TRANSACTION_MAX: usize = 256;

/// Locks, grouped by the block time from which they may be forgotten.
pub(super) type Traces = Vec<(TimestampMs, Vec<(BundleId, u8)>)>;

/// A task with its input.
pub(super) enum TaskInput {
    Nothing,
    /// A bundle, and the least time that the next block may have.
    Bundle(BundleId, Pending, TimestampMs),
    Messages {
        source: ShardId,
        destination: ShardId,
    },
    /// The locks of a shard to forget.
    Traces(ShardId, Traces),
}

/// The outcome of a task.
pub(super) enum Outcome {
    /// Nothing is left to do until there is a new block.
    Done,
    /// A step failed and has to be retried.
    Again,
    /// The bundle is finished. `locked` names the legs that still have a lock.
    Finished { id: BundleId, locked: Vec<(ShardId, u8)> },
    /// These locks were forgotten.
    Forgotten(ShardId, Traces),
}

/// Why a task could not be finished.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the state cannot be proved")]
    Prove(#[from] NodeError),
    #[error("a step was not submitted")]
    Submit(#[from] SubmitError),
    #[error("a step was rejected: {0}")]
    Rejected(String),
    #[error("the state does not match the final blocks")]
    State,
}

/// Performs tasks through a node, with the operator's key.
#[derive(Clone)]
pub(super) struct Relayer {
    node: NodeHandle,
    operator: SecretKey,
}

impl Relayer {
    pub(super) const fn new(node: NodeHandle, operator: SecretKey) -> Self {
        Self { node, operator }
    }

    pub(super) async fn perform(&self, input: TaskInput) -> Outcome {
        let done = match input {
            TaskInput::Nothing => Ok(Outcome::Done),
            TaskInput::Bundle(id, pending, now) => self.bundle(id, &pending, now).await,
            TaskInput::Messages { source, destination } => self.messages(source, destination).await,
            TaskInput::Traces(shard, traces) => self.traces(shard, traces).await,
        };
        done.unwrap_or_else(|failure| {
            tracing::debug!(failure = &failure as &dyn std::error::Error, "relay task failed, will retry");
            Outcome::Again
        })
    }

    async fn bundle(&self, id: BundleId, pending: &Pending, now: TimestampMs) -> Result<Outcome, Failure> {
        let coordinator = self.node.prove(pending.coordinator, vec![BundleKey(id).state_key()]).await?;
        let record: BundleRecord = value(&coordinator, 0)?.ok_or(Failure::State)?;
        let mut legs = Vec::with_capacity(pending.legs.len());
        for (leg, shard) in (0_u8..).zip(&pending.legs) {
            legs.push(self.leg(*shard, LockKey(id, leg)).await?);
        }
        let views: Vec<_> = legs.iter().map(|(view, _)| *view).collect();
        let steps = match course(record.phase, pending.deadline, now, &views) {
            Course::Wait => return Ok(Outcome::Done),
            Course::Finished => {
                let locked = (0_u8..).zip(&pending.legs).zip(&views).filter(|(_, view)| view.lock.is_some());
                return Ok(Outcome::Finished { id, locked: locked.map(|((leg, shard), _)| (*shard, leg)).collect() });
            }
            Course::Go(steps) => steps,
        };
        let mut by_shard = BTreeMap::<ShardId, Vec<Crossing>>::new();
        for step in steps {
            let (Step::Refuse(leg) | Step::Report(leg) | Step::Settle(leg)) = step;
            let (_, proofs) = legs.get(usize::from(leg)).ok_or(Failure::State)?;
            let shard = pending.legs.get(usize::from(leg)).ok_or(Failure::State)?;
            let proof = |of: &StateProofs| of.proof(0).map(Box::new).ok_or(Failure::State);
            let (at, command) = match step {
                Step::Refuse(_) => {
                    let (opening, proof) = (record.opening.clone(), proof(&coordinator)?);
                    (*shard, Crossing::RefuseLeg(atomic::LegAnswer { opening, leg, proof }))
                }
                Step::Report(_) => {
                    let proof = proof(proofs.as_ref().ok_or(Failure::State)?)?;
                    (pending.coordinator, Crossing::ReportLeg(atomic::ReportLeg { bundle: id, leg, proof }))
                }
                Step::Settle(_) => {
                    (*shard, Crossing::SettleLeg(atomic::SettleLeg { bundle: id, leg, proof: proof(&coordinator)? }))
                }
            };
            by_shard.entry(at).or_default().push(command);
        }
        self.submit_all(by_shard).await?;
        Ok(Outcome::Done)
    }

    /// A leg's lock and its proof. The proof is `None` while its shard has no block.
    async fn leg(&self, shard: ShardId, key: LockKey) -> Result<(LegView, Option<StateProofs>), Failure> {
        if self.is_empty(shard) {
            return Ok((LegView { lock: None, time: TimestampMs(0) }, None));
        }
        let proofs = self.node.prove(shard, vec![key.state_key()]).await?;
        let lock = value::<Lock>(&proofs, 0)?.map(|lock| lock.phase);
        Ok((LegView { lock, time: proofs.block.header.timestamp_ms }, Some(proofs)))
    }

    /// Delivers messages to their destination, then acknowledges them at the source.
    async fn messages(&self, source: ShardId, destination: ShardId) -> Result<Outcome, Failure> {
        loop {
            if self.is_empty(source) {
                return Ok(Outcome::Done);
            }
            let outbox = self.node.prove(source, vec![OutboxHeadKey(destination).state_key()]).await?;
            let head: OutboxHead = value(&outbox, 0)?.unwrap_or_default();
            if head.sent == head.acknowledged {
                return Ok(Outcome::Done);
            }
            let inbox = if self.is_empty(destination) {
                None
            } else {
                Some(self.node.prove(destination, vec![InboxCursorKey(source).state_key()]).await?)
            };
            let cursor: u64 = inbox.as_ref().map(|inbox| value(inbox, 0)).transpose()?.flatten().unwrap_or_default();
            if cursor < head.sent {
                self.deliver(source, destination, (cursor, head.sent)).await?;
                continue;
            }
            let proof = inbox.and_then(|inbox| inbox.proof(0)).map(Box::new).ok_or(Failure::State)?;
            self.submit(source, vec![Crossing::AcknowledgeOutbox(atomic::AcknowledgeOutbox { destination, proof })])
                .await?;
        }
    }

    async fn deliver(&self, source: ShardId, destination: ShardId, (cursor, sent): (u64, u64)) -> Result<(), Failure> {
        let last = sent.min(cursor.saturating_add(MESSAGES_PER_DELIVERY_MAX));
        let keys = (cursor.saturating_add(1)..=last).map(|number| OutboxKey(destination, number).state_key()).collect();
        let proofs = self.node.prove(source, keys).await?;
        let mut deliveries = Vec::with_capacity(proofs.proofs.len());
        for at in 0..proofs.proofs.len() {
            let message: Message = value(&proofs, at)?.ok_or(Failure::State)?;
            let proof = proofs.proof(at).map(Box::new).ok_or(Failure::State)?;
            deliveries.push(Crossing::Deliver(atomic::Deliver { message, proof }));
        }
        self.submit(destination, deliveries).await
    }

    async fn traces(&self, shard: ShardId, traces: Traces) -> Result<Outcome, Failure> {
        let all: Vec<_> = traces.iter().flat_map(|(_, traces)| traces).collect();
        for part in all.chunks(TRACES_PER_TRANSACTION_MAX) {
            let forget =
                part.iter().map(|(bundle, leg)| Crossing::ForgetLeg(atomic::ForgetLeg { bundle: *bundle, leg: *leg }));
            let rejections = self.rejections(shard, forget.collect()).await?;
            // `UnknownLeg`: another relayer already forgot the lock. Any other rejection means that the grace period is
            // not over by block time.
            if let Some(code) = rejections.into_iter().find(|code| code != Rejection::UnknownLeg.code()) {
                return Err(Failure::Rejected(code));
            }
        }
        Ok(Outcome::Forgotten(shard, traces))
    }

    fn is_empty(&self, shard: ShardId) -> bool {
        self.node.tip(shard).borrow().height == Height(0)
    }

    async fn submit_all(&self, by_shard: BTreeMap<ShardId, Vec<Crossing>>) -> Result<(), Failure> {
        let mut submissions = JoinSet::new();
        for (shard, commands) in by_shard {
            let relayer = self.clone();
            submissions.spawn(async move { relayer.submit(shard, commands).await });
        }
        let mut outcome = Ok(());
        while let Some(done) = submissions.join_next().await {
            outcome = outcome.and(done.unwrap_or(Err(Failure::State)));
        }
        outcome
    }

    /// Submits steps, all of which must be accepted.
    async fn submit(&self, shard: ShardId, commands: Vec<Crossing>) -> Result<(), Failure> {
        let rejected = self.rejections(shard, commands).await?.into_iter().next();
        rejected.map_or(Ok(()), |code| Err(Failure::Rejected(code)))
    }

    /// Submits steps as one transaction in independent mode and waits until it is final. Returns the codes of the
    /// rejected ones.
    async fn rejections(&self, shard: ShardId, commands: Vec<Crossing>) -> Result<Vec<String>, Failure> {
        let commands = commands.into_iter().map(Command::Atomic);
        let outcome = self.node.submit(shard, upkeep(&self.node, shard, &self.operator, commands)).await?;
        let code = |receipt| match receipt {
            Receipt::Rejected(rejection) => Some(rejection.code),
            Receipt::Applied(_) | Receipt::Repeated => None,
        };
        Ok(outcome.receipts.into_iter().filter_map(code).collect())
    }
}

/// The value that a proof shows; `None` for an absent key.
fn value<T: BorshDeserialize>(proofs: &StateProofs, at: usize) -> Result<Option<T>, Failure> {
    let proof = proofs.proofs.get(at).ok_or(Failure::State)?;
    proof.value().map(|value| codec::decode_own("a value", value)).transpose().map_err(|_| Failure::State)
}

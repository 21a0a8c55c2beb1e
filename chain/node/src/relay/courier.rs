//! One errand after another: looks at proved state, takes the next steps, waits until they are final. Invariant: it
//! keeps nothing between errands, so losing it loses nothing.

use super::agenda::Pending;
use crate::{NodeError, NodeHandle, StateProofs, SubmitError, upkeep::upkeep};
use borsh::BorshDeserialize;
use chain_atomic::course::{Course, LegView, Step, course};
use chain_types::{
    Height, Operation, Receipt, SecretKey, ShardId,
    atomic::{BEACON_SHARD, BundleId, BundleRecord, Lock, Message, Operation as Crossing, OutboxHead},
    codec,
    state::StateKey,
};
use std::collections::BTreeMap;
use tokio::task::JoinSet;

/// Messages taken to their destination in one transaction.
pub(super) const MESSAGES_PER_DELIVERY_MAX: u64 = 32;
/// Traces forgotten in one transaction.
pub(super) const TRACES_PER_TRANSACTION_MAX: usize = 256;

/// An errand with all that it needs.
pub(super) enum Work {
    Nothing,
    Bundle(BundleId, Pending),
    Way {
        source: ShardId,
        destination: ShardId,
    },
    Clock(ShardId),
    /// Locks of a shard, by the height from which on they may be forgotten.
    Traces(ShardId, Vec<(Height, Vec<(BundleId, u8)>)>),
}

/// How an errand ended.
pub(super) enum Outcome {
    /// Nothing is left to do until there is news.
    Done,
    /// A step was not taken; it is to be tried again.
    Again,
    /// The bundle needs nothing any more; these legs have locks.
    Finished { id: BundleId, locked: Vec<(ShardId, u8)> },
    /// All traces up to a height are gone.
    Forgotten { shard: ShardId, until: Height },
}

/// Why an errand could not be finished.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the state cannot be proved")]
    Prove(#[from] NodeError),
    #[error("a step was not submitted")]
    Submit(#[from] SubmitError),
    #[error("a step was rejected: {0}")]
    Rejected(String),
    #[error("the state does not hold what the blocks say")]
    State,
}

/// Who runs errands.
#[derive(Clone)]
pub(super) struct Courier {
    node: NodeHandle,
    operator: SecretKey,
}

impl Courier {
    pub(super) const fn new(node: NodeHandle, operator: SecretKey) -> Self {
        Self { node, operator }
    }

    /// Runs an errand to its end.
    pub(super) async fn perform(&self, work: Work) -> Outcome {
        let done = match work {
            Work::Nothing => Ok(Outcome::Done),
            Work::Bundle(id, pending) => self.bundle(id, &pending).await,
            Work::Way { source, destination } => self.way(source, destination).await,
            Work::Clock(shard) => self.clock(shard).await,
            Work::Traces(shard, traces) => self.traces(shard, traces).await,
        };
        done.unwrap_or_else(|failure| {
            tracing::debug!(%failure, "an errand is tried again");
            Outcome::Again
        })
    }

    async fn bundle(&self, id: BundleId, pending: &Pending) -> Result<Outcome, Failure> {
        let coordinator = self.node.prove(pending.coordinator, vec![StateKey::Bundle(id)]).await?;
        let record: BundleRecord = value(&coordinator, 0)?.ok_or(Failure::State)?;
        let mut legs = Vec::with_capacity(pending.legs.len());
        for (leg, shard) in (0_u8..).zip(&pending.legs) {
            legs.push(self.leg(*shard, StateKey::Lock(id, leg)).await?);
        }
        let views: Vec<_> = legs.iter().map(|(view, _)| *view).collect();
        let steps = match course(record.phase, pending.deadline, &views) {
            Course::Wait => return Ok(Outcome::Done),
            Course::Finished => {
                let locked = (0_u8..).zip(&pending.legs).zip(&views).filter(|(_, view)| view.lock.is_some());
                return Ok(Outcome::Finished { id, locked: locked.map(|((leg, shard), _)| (*shard, leg)).collect() });
            }
            Course::Go(steps) => steps,
        };
        let mut by_shard = BTreeMap::<ShardId, Vec<Crossing>>::new();
        for step in steps {
            let (Step::Report(leg) | Step::Expire(leg) | Step::Settle(leg)) = step;
            let (_, proofs) = legs.get(usize::from(leg)).ok_or(Failure::State)?;
            let shard = pending.legs.get(usize::from(leg)).ok_or(Failure::State)?;
            let proof = |of: &StateProofs| of.proof(0).map(Box::new).ok_or(Failure::State);
            let (at, operation) = match step {
                Step::Report(_) => {
                    (pending.coordinator, Crossing::ReportLeg { bundle: id, leg, proof: proof(proofs)? })
                }
                Step::Expire(_) => {
                    let clock = proofs.proofs.get(1).cloned().ok_or(Failure::State)?;
                    let absence = proof(proofs)?;
                    (pending.coordinator, Crossing::ExpireLeg { bundle: id, leg, absence, clock })
                }
                Step::Settle(_) => (*shard, Crossing::SettleLeg { bundle: id, leg, proof: proof(&coordinator)? }),
            };
            by_shard.entry(at).or_default().push(operation);
        }
        self.submit_all(by_shard).await?;
        Ok(Outcome::Done)
    }

    /// A leg's lock and its shard's clock, both under one header.
    async fn leg(&self, shard: ShardId, lock: StateKey) -> Result<(LegView, StateProofs), Failure> {
        let proofs = self.node.prove(shard, vec![lock, StateKey::BeaconHeight]).await?;
        let lock = value::<Lock>(&proofs, 0)?.map(|lock| lock.phase);
        let clock = value(&proofs, 1)?.unwrap_or_default();
        Ok((LegView { lock, clock }, proofs))
    }

    /// Takes messages to their destination, then tells the source.
    async fn way(&self, source: ShardId, destination: ShardId) -> Result<Outcome, Failure> {
        loop {
            if self.is_empty(source) {
                return Ok(Outcome::Done);
            }
            let outbox = self.node.prove(source, vec![StateKey::OutboxHead(destination)]).await?;
            let head: OutboxHead = value(&outbox, 0)?.unwrap_or_default();
            if head.sent == head.acknowledged {
                return Ok(Outcome::Done);
            }
            let inbox = if self.is_empty(destination) {
                None
            } else {
                Some(self.node.prove(destination, vec![StateKey::InboxCursor(source)]).await?)
            };
            let cursor: u64 = inbox.as_ref().map(|inbox| value(inbox, 0)).transpose()?.flatten().unwrap_or_default();
            if cursor < head.sent {
                self.deliver(source, destination, (cursor, head.sent)).await?;
                continue;
            }
            let proof = inbox.and_then(|inbox| inbox.proof(0)).map(Box::new).ok_or(Failure::State)?;
            self.submit(source, vec![Crossing::AcknowledgeOutbox { destination, proof }]).await?;
        }
    }

    async fn deliver(&self, source: ShardId, destination: ShardId, (cursor, sent): (u64, u64)) -> Result<(), Failure> {
        let last = sent.min(cursor.saturating_add(MESSAGES_PER_DELIVERY_MAX));
        let keys = (cursor.saturating_add(1)..=last).map(|number| StateKey::Outbox(destination, number)).collect();
        let proofs = self.node.prove(source, keys).await?;
        let mut deliveries = Vec::with_capacity(proofs.proofs.len());
        for at in 0..proofs.proofs.len() {
            let message: Message = value(&proofs, at)?.ok_or(Failure::State)?;
            let proof = proofs.proof(at).map(Box::new).ok_or(Failure::State)?;
            deliveries.push(Crossing::Deliver { message, proof });
        }
        self.submit(destination, deliveries).await
    }

    /// Shows a shard the newest header of the beacon shard.
    async fn clock(&self, shard: ShardId) -> Result<Outcome, Failure> {
        let block = Box::new(self.node.prove(BEACON_SHARD, Vec::new()).await?.block);
        match self.submit(shard, vec![Crossing::ObserveBeacon { block }]).await {
            // It is rejected when somebody else showed the same header or a newer one.
            Ok(()) | Err(Failure::Rejected(_)) => Ok(Outcome::Done),
            Err(failure) => Err(failure),
        }
    }

    async fn traces(&self, shard: ShardId, traces: Vec<(Height, Vec<(BundleId, u8)>)>) -> Result<Outcome, Failure> {
        let Some(until) = traces.last().map(|(at, _)| *at) else { return Ok(Outcome::Done) };
        let all: Vec<_> = traces.into_iter().flat_map(|(_, traces)| traces).collect();
        for part in all.chunks(TRACES_PER_TRANSACTION_MAX) {
            let forget = part.iter().map(|(bundle, leg)| Crossing::ForgetLeg { bundle: *bundle, leg: *leg });
            match self.submit(shard, forget.collect()).await {
                // What is rejected here was forgotten by somebody else.
                Ok(()) | Err(Failure::Rejected(_)) => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(Outcome::Forgotten { shard, until })
    }

    fn is_empty(&self, shard: ShardId) -> bool {
        self.node.tip(shard).borrow().height == Height(0)
    }

    async fn submit_all(&self, by_shard: BTreeMap<ShardId, Vec<Crossing>>) -> Result<(), Failure> {
        let mut submissions = JoinSet::new();
        for (shard, operations) in by_shard {
            let courier = self.clone();
            submissions.spawn(async move { courier.submit(shard, operations).await });
        }
        let mut outcome = Ok(());
        while let Some(done) = submissions.join_next().await {
            outcome = outcome.and(done.unwrap_or(Err(Failure::State)));
        }
        outcome
    }

    /// Submits steps as one transaction, each with its own outcome, and waits until it is final.
    async fn submit(&self, shard: ShardId, operations: Vec<Crossing>) -> Result<(), Failure> {
        let operations = operations.into_iter().map(Operation::Atomic);
        let outcome = self.node.submit(shard, upkeep(self.node.chain_id(), &self.operator, operations)).await?;
        let rejected = outcome.receipts.into_iter().find_map(|receipt| match receipt {
            Receipt::Rejected(rejection) => Some(rejection.code),
            Receipt::Applied { .. } => None,
        });
        rejected.map_or(Ok(()), |code| Err(Failure::Rejected(code)))
    }
}

/// The value that a proof shows, if any.
fn value<T: BorshDeserialize>(proofs: &StateProofs, at: usize) -> Result<Option<T>, Failure> {
    let proof = proofs.proofs.get(at).ok_or(Failure::State)?;
    proof.value().map(|value| codec::decode_own("a value", value)).transpose().map_err(|_| Failure::State)
}

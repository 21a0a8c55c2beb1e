//! One operation, from the outbox to its decision and into the index. Invariant: it is called expired only after the
//! ledger refuses it for good *and* the index, having read everything final until then, does not hold it.

use super::{
    Submitter,
    live::Progress,
    now_us,
    settle::Decided,
    store::{decode, expired},
};
use crate::operation::{Decision, OperationRecord, Promised, Status};
use chain_node::{Final, SubmitError};
use chain_types::{ShardId, Transaction};
use std::{sync::Arc, time::Duration};
use tokio::sync::{oneshot, watch};

/// First pause before asking a busy ledger again, in milliseconds.
const RETRY_MS_MIN: u64 = 5;

/// Longest pause between two attempts, in milliseconds.
const RETRY_MS_MAX: u64 = 1_000;

/// How long the settler waits for the index before it writes a decision without the time of indexing. An index that
/// does not run must not keep signed bytes in the outbox.
const INDEX_WAIT_MS_MAX: u64 = 5_000;

/// Works on an operation until its decision is handed to the settler, or this process stops. `first` spares decoding
/// bytes that were just encoded.
pub(super) async fn drive(
    submitter: &Arc<Submitter>,
    record: Arc<OperationRecord>,
    first: Option<Transaction>,
    bytes: Arc<[u8]>,
    progress: &watch::Sender<Progress>,
) {
    let stopping = submitter.stopping.clone();
    let is_adopted = first.is_none();
    let decided =
        stopping.run_until_cancelled(Box::pin(decide(submitter, &record, first, &bytes, progress))).await.flatten();
    drop(bytes);
    let Some(decision) = decided else {
        // The outbox row stays: the next process takes it up.
        progress.send_modify(|known| known.closed = true);
        submitter.live.close([record.id]);
        return;
    };
    let decision = Arc::new(decision);
    let took_us = decision.executed_at_us.saturating_sub(record.accepted_at_us);
    progress.send_modify(|known| known.decision = Some(Arc::clone(&decision)));
    let mut indexed_at_us = None;
    if let Some(height) = decision.height {
        // What another process left behind tells nothing of how fast this ledger is.
        if !is_adopted {
            submitter.finality.observe(took_us);
        }
        submitter.marks.set(record.tenant, record.shard, height);
        let wait = Duration::from_millis(INDEX_WAIT_MS_MAX);
        let indexed = tokio::time::timeout(wait, submitter.index.wait_for(record.shard, height));
        if let Some(Ok(Ok(()))) = stopping.run_until_cancelled(indexed).await {
            indexed_at_us = Some(now_us());
            progress.send_modify(|known| known.indexed_at_us = indexed_at_us);
        }
    }
    // Fails only when the settler is gone, which leaves the outbox row for the next process.
    let _ = submitter.decided.send(Decided { record, decision, indexed_at_us }).await;
}

/// The decision; `None` when the node has stopped.
async fn decide(
    submitter: &Submitter,
    record: &OperationRecord,
    first: Option<Transaction>,
    bytes: &[u8],
    progress: &watch::Sender<Progress>,
) -> Option<Decision> {
    let mut pause_ms = RETRY_MS_MIN;
    let mut transaction = first;
    loop {
        let next = match transaction.take() {
            Some(transaction) => transaction,
            None => match decode(bytes) {
                Ok(transaction) => transaction,
                Err(error) => return Some(undecodable(record, &error)),
            },
        };
        match submit(submitter, record.shard, next, progress).await {
            Ok(done) => {
                let time_ms = done.timestamp_ms.0;
                return Some(Decision::of_receipts(done.height, done.first_record, time_ms, now_us(), &done.receipts));
            }
            Err(SubmitError::Stopped) => return None,
            Err(SubmitError::Busy) => {
                tokio::time::sleep(jittered(pause_ms)).await;
                pause_ms = (pause_ms * 2).min(RETRY_MS_MAX);
            }
            Err(SubmitError::Expired) => {
                return Some(search(submitter, record).await.unwrap_or_else(|| expired(record)));
            }
            Err(SubmitError::Refused { code, detail }) => {
                let refused =
                    || Decision::without_block(Status::Rejected, now_us(), record.command_count, code, &detail);
                return Some(search(submitter, record).await.unwrap_or_else(refused));
            }
        }
    }
}

/// Submits once, and notes the promise that may come before the outcome.
async fn submit(
    submitter: &Submitter,
    shard: ShardId,
    transaction: Transaction,
    progress: &watch::Sender<Progress>,
) -> Result<Final, SubmitError> {
    let (sender, promised) = oneshot::channel();
    let outcome = submitter.node.submit_and_hear(shard, transaction, sender);
    tokio::pin!(outcome);
    tokio::select! {
        biased;
        outcome = &mut outcome => return outcome,
        Ok(promise) = promised => {
            progress.send_modify(|known| known.promised = Some(Promised { promise, at_us: now_us() }));
        }
    }
    outcome.await
}

/// Looks for a transaction that an earlier process may have brought into a block: the ledger no longer takes it, so
/// what is final by now is all there will be. Asks until there is an answer.
async fn search(submitter: &Submitter, record: &OperationRecord) -> Option<Decision> {
    let tip = submitter.node.tip(record.shard).borrow().height;
    let mut pause_ms = RETRY_MS_MIN;
    loop {
        if submitter.index.wait_for(record.shard, tip).await.is_ok() {
            match submitter.find_decision(record).await {
                Ok(found) => return found,
                Err(error) => tracing::warn!(operation = %record.id, %error, "asking for a transaction failed"),
            }
        }
        tokio::time::sleep(jittered(pause_ms)).await;
        pause_ms = (pause_ms * 2).min(RETRY_MS_MAX);
    }
}

fn undecodable(record: &OperationRecord, error: &dyn std::fmt::Display) -> Decision {
    tracing::error!(operation = %record.id, %error, "the outbox holds bytes that are no transaction");
    let detail = "the stored transaction is damaged";
    Decision::without_block(Status::Rejected, now_us(), record.command_count, "ledger.outbox_damaged", detail)
}

/// Between half and all of `ms`, so that many waiters do not come back at once.
pub(super) fn jittered(ms: u64) -> Duration {
    Duration::from_millis(rand::random_range(ms / 2..=ms))
}

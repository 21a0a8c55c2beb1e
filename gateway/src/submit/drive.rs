//! Drives one operation from the outbox to its decision and into the index. Invariant: an operation expires only after
//! two checks. The ledger has refused its transaction for good. The index, up to the newest block at that time, does
//! not contain the transaction.

use super::{
    REGISTER_TENANT, Submitter,
    live::Progress,
    now_us,
    pace::INDEX_PACE_MS_MAX,
    settle::Decided,
    store::{decode, expired},
};
use crate::operation::{Decision, OperationRecord, Promised, Status};
use chain_node::{Final, SubmitError};
use chain_types::{ShardId, Transaction};
use std::{sync::Arc, time::Duration};
use tokio::sync::{oneshot, watch};

/// The shortest pause between two attempts, in milliseconds.
const RETRY_MS_MIN: u64 = 5;

/// The longest pause between two attempts, in milliseconds.
const RETRY_MS_MAX: u64 = 1_000;

/// The time in milliseconds that a decision waits for the index before it is stored without a time of indexing. An
/// index that is down must not keep signed bytes in the outbox.
const INDEX_WAIT_MS_MAX: u64 = 5_000;

/// The ledger's code for an author that may not sign for the transaction's tenant.
const UNKNOWN_AUTHOR: &str = "ledger.unknown_author";

/// Works on an operation until its decision is handed to the settler, or until this process stops. `first` is the
/// transaction if it was just encoded, which saves decoding it.
pub(super) async fn drive(
    submitter: &Arc<Submitter>,
    record: Arc<OperationRecord>,
    first: Option<Transaction>,
    bytes: Arc<[u8]>,
    progress: &watch::Sender<Progress>,
) {
    let stopping = submitter.stopping.clone();
    let is_adopted = first.is_none();
    let decided = Box::pin(async {
        let indexed = submitter.index.indexed(record.shard);
        let turn = submitter.pace.turn(record.shard, record.tenant, record.command_count, indexed).await;
        let decision = decide(submitter, &record, first, &bytes, progress).await?;
        Some((decision, turn))
    });
    let decided = stopping.run_until_cancelled(decided).await.flatten();
    drop(bytes);
    let Some((decision, turn)) = decided else {
        // The outbox row remains, so the next process adopts the operation.
        progress.send_modify(|known| known.closed = true);
        submitter.live.close([record.id]);
        return;
    };
    let decision = Arc::new(decision);
    let took_us = decision.executed_at_us.saturating_sub(record.accepted_at_us);
    progress.send_modify(|known| known.decision = Some(Arc::clone(&decision)));
    let mut indexed_at_us = None;
    if let Some(height) = decision.height {
        // An adopted operation also waited for its new process, so its duration says nothing about this ledger's speed.
        if !is_adopted {
            submitter.finality.observe(took_us);
        }
        submitter.marks.set(record.tenant, record.shard, height);
        let wait = Duration::from_millis(INDEX_WAIT_MS_MAX);
        let indexed = tokio::time::timeout(wait, submitter.index.wait_for(record.shard, height));
        tokio::pin!(indexed);
        let paced = tokio::time::timeout(Duration::from_millis(INDEX_PACE_MS_MAX), &mut indexed);
        let paced = stopping.run_until_cancelled(paced).await;
        drop(turn);
        let indexed = match paced {
            Some(Ok(indexed)) => Some(indexed),
            Some(Err(_)) => stopping.run_until_cancelled(indexed).await,
            None => None,
        };
        if let Some(Ok(Ok(()))) = indexed {
            indexed_at_us = Some(now_us());
            progress.send_modify(|known| known.indexed_at_us = indexed_at_us);
        }
    }
    // Fails only when the settler is gone; then the outbox row remains for the next process.
    let _ = submitter.decided.send(Decided { record, decision, indexed_at_us }).await;
}

/// Submits until there is a decision; `None` when the node has stopped.
async fn decide(
    submitter: &Submitter,
    record: &OperationRecord,
    first: Option<Transaction>,
    bytes: &[u8],
    progress: &watch::Sender<Progress>,
) -> Option<Decision> {
    let mut pause_ms = RETRY_MS_MIN;
    let mut transaction = first;
    let mut may_register = record.kind != REGISTER_TENANT;
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
            Err(SubmitError::Busy) => pause(&mut pause_ms).await,
            // A tenant may write before its registration is decided. The transaction's expiry bounds the attempts.
            Err(SubmitError::Refused { code: UNKNOWN_AUTHOR, .. }) if may_register => {
                // If the registration was decided since the refusal, this allows one more attempt.
                may_register = is_registering(submitter, record).await;
                pause(&mut pause_ms).await;
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

/// Whether the registration of the operation's tenant is not decided yet, as far as the database can tell.
async fn is_registering(submitter: &Submitter, record: &OperationRecord) -> bool {
    submitter.is_registering(record.tenant).await.unwrap_or_else(|error| {
        tracing::warn!(operation = %record.id, %error, "reading the outbox failed, will retry");
        true
    })
}

/// Submits once, and publishes the promise if one arrives before the outcome.
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

/// Looks for a transaction that an earlier process may have brought into a block. The ledger no longer accepts it, so
/// the blocks final by now are all that can contain it. Retries until the lookup succeeds.
async fn search(submitter: &Submitter, record: &OperationRecord) -> Option<Decision> {
    let tip = submitter.node.tip(record.shard).borrow().height;
    let mut pause_ms = RETRY_MS_MIN;
    loop {
        if submitter.index.wait_for(record.shard, tip).await.is_ok() {
            match submitter.find_decision(record, tip).await {
                Ok(found) => return found,
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(operation = %record.id, error, "transaction lookup failed, will retry");
                }
            }
        }
        pause(&mut pause_ms).await;
    }
}

/// The decision about an outbox row whose bytes cannot be decoded.
fn undecodable(record: &OperationRecord, error: &dyn std::fmt::Display) -> Decision {
    tracing::error!(operation = %record.id, %error, "the outbox contains bytes that are not a transaction");
    let detail = "the stored transaction is damaged";
    Decision::without_block(Status::Rejected, now_us(), record.command_count, "ledger.outbox_damaged", detail)
}

/// Waits before the next attempt. Each pause is up to twice as long as the one before.
async fn pause(pause_ms: &mut u64) {
    tokio::time::sleep(jittered(*pause_ms)).await;
    *pause_ms = (*pause_ms * 2).min(RETRY_MS_MAX);
}

/// A random duration between half of `ms` and `ms`, so that waiting tasks do not all retry at once.
pub(super) fn jittered(ms: u64) -> Duration {
    Duration::from_millis(rand::random_range(ms / 2..=ms))
}

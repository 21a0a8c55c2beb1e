//! The settler: stores decisions in batches. Invariant: an operation's decision and the removal of its outbox row are
//! one commit. If that commit is lost, the relay finds the decision again.

use super::{Submitter, drive::jittered};
use crate::operation::{Decision, OperationRecord, query::stored};
use sqlx::PgPool;
use std::{pin::pin, sync::Arc, time::Duration};
use tokio::sync::mpsc;

/// The maximum number of decisions that wait to be stored. When the queue is full their operations wait, and the memory
/// limit of the submitter covers them.
pub(super) const QUEUE_MAX: usize = 4_096;

/// The maximum number of decisions in one commit.
const BATCH_MAX: usize = 512;

/// The time in milliseconds that the first decision of a batch waits for others. It delays no client, because decisions
/// are served from memory meanwhile.
const LINGER_MS: u64 = 40;

/// The longest pause between two attempts to write, in milliseconds.
const RETRY_MS_MAX: u64 = 2_000;

/// The number of attempts after shutdown began; then the outbox rows are left to the next process.
const ATTEMPTS_WHEN_STOPPING_MAX: u32 = 3;

/// A decision to store.
pub(super) struct Decided {
    pub(super) record: Arc<OperationRecord>,
    pub(super) decision: Arc<Decision>,
    pub(super) indexed_at_us: Option<i64>,
}

/// Stores decisions until the submitter stops and the queue is empty.
pub(super) async fn run(submitter: Arc<Submitter>, mut queue: mpsc::Receiver<Decided>) {
    let mut batch = Vec::with_capacity(BATCH_MAX);
    loop {
        let taken = submitter.stopping.run_until_cancelled(queue.recv()).await;
        match taken {
            Some(Some(first)) => batch.push(first),
            _ => break,
        }
        let linger = tokio::time::sleep(Duration::from_millis(LINGER_MS));
        submitter.stopping.run_until_cancelled(linger).await;
        while batch.len() < BATCH_MAX {
            let Ok(next) = queue.try_recv() else { break };
            batch.push(next);
        }
        write(&submitter, &mut batch).await;
    }
    // Operations that end now still send their decisions and block while the queue is full. So the queue is drained
    // until the last of them has finished.
    let mut finished = pin!(submitter.tasks.wait());
    loop {
        tokio::select! {
            Some(next) = queue.recv() => batch.push(next),
            () = &mut finished => break,
        }
        if batch.len() >= BATCH_MAX {
            write(&submitter, &mut batch).await;
        }
    }
    while let Ok(next) = queue.try_recv() {
        batch.push(next);
    }
    write(&submitter, &mut batch).await;
    submitter.settled.cancel();
}

/// Stores a batch, with retries, and removes its operations from memory.
async fn write(submitter: &Submitter, batch: &mut Vec<Decided>) {
    let mut pause_ms = 20;
    let mut attempts = 0;
    while !batch.is_empty() {
        match write_once(&submitter.pool, batch).await {
            Ok(()) => break,
            Err(error) => {
                attempts += 1;
                tracing::warn!(%error, decisions = batch.len(), "storing decisions failed");
                if submitter.stopping.is_cancelled() && attempts >= ATTEMPTS_WHEN_STOPPING_MAX {
                    break;
                }
                tokio::time::sleep(jittered(pause_ms)).await;
                pause_ms = (pause_ms * 2).min(RETRY_MS_MAX);
            }
        }
    }
    submitter.live.close(batch.drain(..).map(|decided| decided.record.id));
}

/// Stores a batch in one transaction.
async fn write_once(pool: &PgPool, batch: &[Decided]) -> Result<(), sqlx::Error> {
    let mut transaction = indexer::tenant::begin_service(pool).await?;
    // A crash may lose this commit, but not its consistency: the outbox rows then remain, too.
    sqlx::query("SET LOCAL synchronous_commit = off").execute(&mut *transaction).await?;
    let tenants: Vec<_> = batch.iter().map(|it| it.record.tenant).collect();
    let ids: Vec<_> = batch.iter().map(|it| it.record.id.0).collect();
    let statuses: Vec<_> = batch.iter().map(|it| it.decision.status.number()).collect();
    let heights: Vec<Option<i64>> = batch
        .iter()
        .map(|it| it.decision.height.map(|height| stored(height.0)).transpose())
        .collect::<Result<_, _>>()?;
    let firsts: Vec<Option<i32>> =
        batch.iter().map(|it| it.decision.first_record.map(stored).transpose()).collect::<Result<_, _>>()?;
    let ordered: Vec<_> = batch.iter().map(|it| it.decision.ordered_at_us).collect();
    let executed: Vec<_> = batch.iter().map(|it| it.decision.executed_at_us).collect();
    let indexed: Vec<_> = batch.iter().map(|it| it.indexed_at_us).collect();
    let outcomes: Vec<Option<String>> = batch.iter().map(|it| outcomes_text(&it.decision)).collect::<Result<_, _>>()?;
    sqlx::query(
        "UPDATE app.operation o SET status = d.status, height = d.height, first_record = d.first_record,
             ordered_at_us = d.ordered, executed_at_us = d.executed, indexed_at_us = d.indexed, outcomes = d.outcomes
         FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::bigint[], $5::integer[], $6::bigint[], $7::bigint[],
             $8::bigint[], $9::text[])
             AS d (tenant_id, operation_id, status, height, first_record, ordered, executed, indexed, outcomes)
         WHERE o.tenant_id = d.tenant_id AND o.operation_id = d.operation_id AND o.status = 0",
    )
    .bind(&tenants)
    .bind(&ids)
    .bind(statuses)
    .bind(heights)
    .bind(firsts)
    .bind(ordered)
    .bind(executed)
    .bind(indexed)
    .bind(outcomes)
    .execute(&mut *transaction)
    .await?;
    sqlx::query(
        "DELETE FROM app.outbox o USING unnest($1::uuid[], $2::uuid[]) AS d (tenant_id, operation_id)
         WHERE o.tenant_id = d.tenant_id AND o.operation_id = d.operation_id",
    )
    .bind(&tenants)
    .bind(&ids)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await
}

fn outcomes_text(decision: &Decision) -> Result<Option<String>, sqlx::Error> {
    if decision.outcomes.is_empty() {
        return Ok(None);
    }
    serde_json::to_string(&decision.outcomes).map(Some).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}

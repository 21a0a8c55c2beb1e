//! The relay of the outbox: adopts undecided operations that no task of this process drives. Invariant: the first scan
//! adopts every row, later scans every row older than [`ADOPT_AFTER_US`]. Two gateways may submit the same bytes. The
//! ledger decides each transaction once.

use super::{Submitter, drive, store::read_outbox};
use crate::{
    budget::Sharer,
    operation::{OperationId, OperationRecord, query},
    tenant_id::TenantId,
};
use sqlx::PgConnection;
use std::sync::Arc;

/// The pause between two scans of the outbox, in milliseconds.
const SCAN_MS: u64 = 5_000;

/// The number of rows per page of a scan.
const BATCH_ROWS: u32 = 200;

/// The age in microseconds at which a row is adopted. The process that created a younger row probably drives it still.
const ADOPT_AFTER_US: i64 = 10_000_000;

/// Scans the outbox until the submitter stops.
pub(super) async fn run(submitter: Arc<Submitter>) {
    let stopping = submitter.stopping.clone();
    let mut accepted_before_us = i64::MAX;
    loop {
        match stopping.run_until_cancelled(Box::pin(adopt(&submitter, accepted_before_us))).await {
            None => return,
            Some(Ok(0)) => {}
            Some(Ok(count)) => tracing::info!(count, "adopted undecided operations of another process"),
            Some(Err(error)) => tracing::warn!(%error, "reading the outbox failed"),
        }
        let pause = tokio::time::sleep(drive::jittered(SCAN_MS));
        if stopping.run_until_cancelled(pause).await.is_none() {
            return;
        }
        accepted_before_us = super::now_us() - ADOPT_AFTER_US;
    }
}

/// Adopts every operation accepted before `accepted_before_us` that no task of this process drives; returns their
/// number.
async fn adopt(submitter: &Arc<Submitter>, accepted_before_us: i64) -> Result<u64, sqlx::Error> {
    let mut count = 0;
    let mut after: Option<(TenantId, OperationId)> = None;
    loop {
        let page = read_page(submitter, after).await?;
        let Some(last) = page.last() else { return Ok(count) };
        after = Some((last.tenant, last.id));
        for record in page {
            if record.accepted_at_us < accepted_before_us && !submitter.live.contains(record.id) {
                count += u64::from(adopt_one(submitter, record).await?);
            }
        }
    }
}

/// Drives one operation from now on; returns `false` if its outbox row is gone.
async fn adopt_one(submitter: &Arc<Submitter>, record: OperationRecord) -> Result<bool, sqlx::Error> {
    let Some(bytes) = with_service(submitter, async |conn| read_outbox(conn, &record).await).await? else {
        return Ok(false);
    };
    // Waits for memory instead of failing: unlike a request, a stored operation must be completed.
    let kib = u32::try_from(bytes.len().div_ceil(1_024)).unwrap_or(u32::MAX);
    let permit = loop {
        match submitter.in_flight.acquire(Sharer::SERVICE, kib).await {
            Ok(permit) => break permit,
            Err(_) if submitter.stopping.is_cancelled() => return Ok(false),
            Err(refused) => tracing::debug!(%refused, "an adopted operation waits for memory"),
        }
    };
    let (ticket, sender) = submitter.live.open(record);
    let (shared, record) = (Arc::clone(submitter), ticket.record_shared());
    submitter.tasks.spawn(async move {
        drive::drive(&shared, record, None, bytes.into(), &sender).await;
        drop(permit);
    });
    Ok(true)
}

/// Reads the next undecided operations, of all tenants.
async fn read_page(
    submitter: &Submitter,
    after: Option<(TenantId, OperationId)>,
) -> Result<Vec<OperationRecord>, sqlx::Error> {
    with_service(submitter, async |conn| query::list_undecided(conn, after, BATCH_ROWS).await).await
}

/// Runs `work` in a transaction of the service role.
async fn with_service<T>(
    submitter: &Submitter,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
) -> Result<T, sqlx::Error> {
    let mut transaction = indexer::tenant::begin_service(&submitter.pool).await?;
    let value = work(&mut transaction).await?;
    transaction.commit().await?;
    Ok(value)
}

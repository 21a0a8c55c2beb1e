//! The relay: adopts undecided operations of other processes, at startup all of them, later those above a certain age.
//! Invariant: while any gateway runs, every outbox row is worked on. Two gateways may submit the same bytes; the ledger
//! decides them once.

use super::{Submitter, drive, store::read_outbox};
use crate::{
    operation::{OperationId, OperationRecord, query},
    tenant_id::TenantId,
};
use sqlx::PgConnection;
use std::sync::Arc;

/// The pause between two scans of the outbox, in milliseconds.
const SCAN_MS: u64 = 5_000;

/// The number of rows per page of a scan.
const BATCH_ROWS: u32 = 200;

/// The age in microseconds at which a row of another process is adopted. Younger ones are being worked on where they
/// were created.
const ADOPT_AFTER_US: i64 = 10_000_000;

/// Scans until the submitter stops.
pub(super) async fn run(submitter: Arc<Submitter>) {
    let stopping = submitter.stopping.clone();
    let mut older_than_us = i64::MAX;
    loop {
        match stopping.run_until_cancelled(Box::pin(adopt(&submitter, older_than_us))).await {
            None => return,
            Some(Ok(0)) => {}
            Some(Ok(count)) => tracing::info!(count, "adopted undecided operations of another process"),
            Some(Err(error)) => tracing::warn!(%error, "reading the outbox failed"),
        }
        let pause = tokio::time::sleep(drive::jittered(SCAN_MS));
        if stopping.run_until_cancelled(pause).await.is_none() {
            return;
        }
        older_than_us = super::now_us() - ADOPT_AFTER_US;
    }
}

/// Adopts every operation accepted before `older_than_us` that this process is not working on; returns their number.
async fn adopt(submitter: &Arc<Submitter>, older_than_us: i64) -> Result<u64, sqlx::Error> {
    let mut count = 0;
    let mut after: Option<(TenantId, OperationId)> = None;
    loop {
        let page = read_page(submitter, after).await?;
        let Some(last) = page.last() else { return Ok(count) };
        after = Some((last.tenant, last.id));
        for record in page {
            if record.accepted_at_us < older_than_us && !submitter.live.contains(record.id) {
                count += u64::from(adopt_one(submitter, record).await?);
            }
        }
    }
}

async fn adopt_one(submitter: &Arc<Submitter>, record: OperationRecord) -> Result<bool, sqlx::Error> {
    let Some(bytes) = with_service(submitter, async |conn| read_outbox(conn, &record).await).await? else {
        return Ok(false);
    };
    // Waits for memory instead of failing: unlike a request, a stored operation must be completed.
    let kib = u32::try_from(bytes.len().div_ceil(1_024)).unwrap_or(u32::MAX);
    let Ok(permit) = Arc::clone(&submitter.in_flight).acquire_many_owned(kib).await else { return Ok(false) };
    let (ticket, sender) = submitter.live.open(record);
    let (shared, record) = (Arc::clone(submitter), ticket.record_shared());
    submitter.tasks.spawn(async move {
        drive::drive(&shared, record, None, bytes.into(), &sender).await;
        drop(permit);
    });
    Ok(true)
}

async fn read_page(
    submitter: &Submitter,
    after: Option<(TenantId, OperationId)>,
) -> Result<Vec<OperationRecord>, sqlx::Error> {
    with_service(submitter, async |conn| query::list_undecided(conn, after, BATCH_ROWS).await).await
}

async fn with_service<T>(
    submitter: &Submitter,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
) -> Result<T, sqlx::Error> {
    let mut transaction = indexer::tenant::begin_service(&submitter.pool).await?;
    let value = work(&mut transaction).await?;
    transaction.commit().await?;
    Ok(value)
}

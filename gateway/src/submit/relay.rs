//! Takes up what another process left undecided: at start everything, later what grew old. Invariant: an outbox row is
//! worked on while any gateway runs. Two gateways may submit the same bytes; the ledger decides them once.

use super::{Submitter, drive, store::read_outbox};
use crate::{
    operation::{OperationId, OperationRecord, query},
    tenant_id::TenantId,
};
use sqlx::PgConnection;
use std::sync::Arc;

/// Pause between two looks at the outbox, in milliseconds.
const SCAN_MS: u64 = 5_000;

/// Rows looked at together.
const BATCH_ROWS: u32 = 200;

/// How old a row of another process is before this one takes it up too, in microseconds. Younger ones are in work
/// where they were made.
const ADOPT_AFTER_US: i64 = 10_000_000;

/// Scans until the submitter stops.
pub(super) async fn run(submitter: Arc<Submitter>) {
    let stopping = submitter.stopping.clone();
    let mut older_than_us = i64::MAX;
    loop {
        match stopping.run_until_cancelled(Box::pin(adopt(&submitter, older_than_us))).await {
            None => return,
            Some(Ok(0)) => {}
            Some(Ok(count)) => tracing::info!(count, "took up operations that were left undecided"),
            Some(Err(error)) => tracing::warn!(%error, "reading the outbox failed"),
        }
        let pause = tokio::time::sleep(drive::jittered(SCAN_MS));
        if stopping.run_until_cancelled(pause).await.is_none() {
            return;
        }
        older_than_us = super::now_us() - ADOPT_AFTER_US;
    }
}

/// Takes up every operation accepted before `older_than_us` that nobody here works on; says how many.
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
    // Waits for room, unlike a request: what is stored is owed.
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

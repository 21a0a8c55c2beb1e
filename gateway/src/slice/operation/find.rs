//! Finds operations for REST and GraphQL. Invariant: the result includes outcomes that this process knows but has not
//! stored yet. Another tenant's operation looks the same as one that does not exist.

use super::{
    OperationId, OperationRecord, code,
    query::{self, Found},
};
use crate::{budget, db, error::ApiError, state::Gateway, tenant_id::TenantId};
use indexer::progress::IndexProgress;
use std::time::Duration;
use tokio::time::Instant;

/// Returns one operation of a tenant.
///
/// # Errors
/// `operation.unknown_operation`.
pub async fn find(gateway: &Gateway, tenant: TenantId, id: &str) -> Result<OperationRecord, ApiError> {
    let Ok(id) = id.parse::<OperationId>() else { return Err(unknown()) };
    match gateway.submitter.ticket(tenant, id) {
        Some(ticket) => Ok(ticket.record()),
        None => read(gateway, tenant, id).await,
    }
}

/// Waits until an operation is decided and indexed, or until `wait` has passed. Returns it and whether it is done.
/// An operation that this process does not work on and that is not decided is returned without a wait, and so is any
/// while the tenant has its share of waits.
///
/// # Errors
/// `operation.unknown_operation`.
pub async fn wait(
    gateway: &Gateway,
    tenant: TenantId,
    id: OperationId,
    wait: Duration,
) -> Result<(OperationRecord, bool), ApiError> {
    // A preference may be ignored (RFC 7240, section 2): without a turn to wait, the answer comes at once.
    let turn = gateway.budgets.waits.acquire(budget::current_sharer(), 1).await.ok();
    let wait = if turn.is_some() { wait } else { Duration::ZERO };
    let ends_at = Instant::now() + wait;
    let record = match gateway.submitter.ticket(tenant, id) {
        Some(mut ticket) => {
            if ticket.visible(wait).await {
                return Ok((ticket.record(), true));
            }
            ticket.record()
        }
        None => read(gateway, tenant, id).await?,
    };
    let is_done = is_indexed(&gateway.index, &record, ends_at).await;
    Ok((record, is_done))
}

/// Whether a reader of the index sees the outcome. Waits for the index until `ends_at`. A decision is stored without a
/// time of indexing when the index was down; that does not mean that the index has it.
async fn is_indexed(index: &IndexProgress, record: &OperationRecord, ends_at: Instant) -> bool {
    let Some(decision) = &record.decision else { return false };
    let Some(height) = decision.height else { return true };
    if record.indexed_at_us.is_some() {
        return true;
    }
    tokio::time::timeout_at(ends_at, index.wait_for(record.shard, height)).await.is_ok_and(|reached| reached.is_ok())
}

async fn read(gateway: &Gateway, tenant: TenantId, id: OperationId) -> Result<OperationRecord, ApiError> {
    let found =
        db::run(&gateway.pool, tenant, move |conn| Box::pin(async move { Ok(query::find(conn, tenant, id).await?) }))
            .await?;
    found.ok_or_else(unknown)
}

/// Returns at most `limit` operations of a tenant, newest first, that are older than `before`: fewer when they have
/// many commands. `kind` restricts them to one kind.
///
/// # Errors
/// Failures of the database.
pub async fn list(
    gateway: &Gateway,
    tenant: TenantId,
    kind: Option<&'static str>,
    before: Option<OperationId>,
    limit: u32,
) -> Result<Found, ApiError> {
    let mut found = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(query::list(conn, tenant, kind, before, limit).await?) })
    })
    .await?;
    for record in &mut found.records {
        if record.decision.is_none()
            && let Some(ticket) = gateway.submitter.ticket(tenant, record.id)
        {
            *record = ticket.record();
        }
    }
    Ok(found)
}

fn unknown() -> ApiError {
    ApiError::new(&code::UNKNOWN_OPERATION, "There is no operation with this id.")
}

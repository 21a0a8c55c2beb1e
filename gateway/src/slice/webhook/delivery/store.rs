//! Stores what became of events. Invariant: a batch is one transaction, and nothing of it is stored for an endpoint
//! that was deleted.

use super::{
    Shared,
    notice::{Disabling, NoticeChanges},
    queue::{Changes, Row},
};
use crate::{
    db,
    error::ApiError,
    tenant_id::TenantId,
    webhook::{
        bounds::DEAD_LETTERS_MAX,
        id::WebhookId,
        store::{
            attempt::{self, StoredAttempt},
            notice,
        },
    },
};
use sqlx::PgConnection;
use std::sync::Arc;
use time::OffsetDateTime;

/// The first failure since the last success, in milliseconds since 1970; `None` after a success.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Failing(pub(super) Option<u64>);

/// What is stored in one transaction.
#[derive(Clone, Debug, Default)]
pub(super) struct Batch {
    pub(super) changes: Changes,
    pub(super) attempts: Vec<StoredAttempt>,
    /// The first failure since the last success, if that changed.
    pub(super) failing: Option<Failing>,
    /// Why the endpoint is disabled, if it is, with the notice to the others.
    pub(super) disabled: Option<Disabling>,
    /// What became of notices to the endpoint.
    pub(super) notices: NoticeChanges,
    /// Whether attempts beyond the newest ones are dropped.
    pub(super) prunes: bool,
}

impl Batch {
    /// Whether there is nothing to store.
    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty()
            && self.attempts.is_empty()
            && self.failing.is_none()
            && self.disabled.is_none()
            && self.notices.is_empty()
    }
}

/// Stores a batch; false when the endpoint was deleted.
///
/// # Errors
/// Failures of the database.
pub(super) async fn store(
    shared: Arc<Shared>,
    (tenant, id): (TenantId, WebhookId),
    batch: Arc<Batch>,
) -> Result<bool, ApiError> {
    let _turn = shared.statements.acquire().await;
    db::run(&shared.pool, tenant, move |conn| Box::pin(async move { write(conn, (tenant, id), &batch).await })).await
}

async fn write(conn: &mut PgConnection, key: (TenantId, WebhookId), batch: &Batch) -> Result<bool, ApiError> {
    let (tenant, id) = key;
    let Batch { changes, attempts, disabled, notices, prunes, .. } = batch;
    let mut disabling = None;
    if let Some(disabled) = disabled {
        // Two endpoints that are disabled at the same time would wait for each other's rows.
        notice::lock(conn, tenant).await?;
        // A request may have disabled it, and a batch is stored twice when its commit was not confirmed.
        disabling = lock_enabled(conn, key).await?.then_some(disabled);
    }
    if !update(conn, key, batch).await? {
        return Ok(false);
    }
    if let Some(Disabling { id: notice, body, .. }) = disabling {
        notice::insert_for_others(conn, tenant, id, notice, body).await?;
    }
    if !notices.settled.is_empty() {
        notice::delete(conn, tenant, id, &notices.settled).await?;
    }
    for (notice, attempts, next_ms) in &notices.tried {
        notice::postpone(conn, tenant, id, notice, *attempts, time_of(*next_ms)).await?;
    }
    if let Some(replay) = changes.replay {
        let statement = if replay.next > replay.until {
            "DELETE FROM app.webhook_replay WHERE tenant_id = $1 AND webhook_id = $2 AND replay_id = $3 AND next <= $4"
        } else {
            "UPDATE app.webhook_replay SET next = $4 WHERE tenant_id = $1 AND webhook_id = $2 AND replay_id = $3"
        };
        let statement = sqlx::query(statement).bind(tenant).bind(id.0).bind(signed(replay.id));
        statement.bind(signed(replay.next)).execute(&mut *conn).await?;
    }
    delete_settled(conn, key, changes).await?;
    write_rows(conn, key, &changes.rows).await?;
    if !attempts.is_empty() {
        attempt::insert(conn, tenant, id, attempts).await?;
    }
    if *prunes {
        attempt::drop_old(conn, tenant, id).await?;
    }
    if changes.rows.iter().any(|row| row.is_dead) {
        drop_old_dead_letters(conn, key).await?;
    }
    Ok(true)
}

/// Whether the endpoint is enabled; until the commit no other transaction changes it.
async fn lock_enabled(conn: &mut PgConnection, (tenant, id): (TenantId, WebhookId)) -> Result<bool, sqlx::Error> {
    let select = sqlx::query_scalar(
        "SELECT state = 'enabled' FROM app.webhook WHERE tenant_id = $1 AND webhook_id = $2 FOR NO KEY UPDATE",
    );
    Ok(select.bind(tenant).bind(id.0).fetch_optional(conn).await?.unwrap_or(false))
}

/// Updates the endpoint; false when there is none.
async fn update(
    conn: &mut PgConnection,
    (tenant, id): (TenantId, WebhookId),
    batch: &Batch,
) -> Result<bool, sqlx::Error> {
    let updated = sqlx::query(
        "UPDATE app.webhook SET read_to = greatest(read_to, $3),
             failing_since = CASE WHEN $4 THEN $5 ELSE failing_since END,
             disabled_reason = CASE WHEN state = 'enabled' THEN $6 ELSE disabled_reason END,
             disabled_at = CASE WHEN state = 'enabled' AND $6 IS NOT NULL THEN now() ELSE disabled_at END,
             state = CASE WHEN $6 IS NOT NULL THEN 'disabled' ELSE state END
         WHERE tenant_id = $1 AND webhook_id = $2",
    )
    .bind(tenant)
    .bind(id.0)
    .bind(batch.changes.read_to.map_or(0, signed))
    .bind(batch.failing.is_some())
    .bind(batch.failing.and_then(|failing| failing.0).map(time_of))
    .bind(batch.disabled.as_ref().map(|disabled| disabled.reason.as_str()))
    .execute(conn)
    .await?;
    Ok(updated.rows_affected() > 0)
}

async fn delete_settled(
    conn: &mut PgConnection,
    (tenant, id): (TenantId, WebhookId),
    changes: &Changes,
) -> Result<(), sqlx::Error> {
    if changes.settled.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "DELETE FROM app.webhook_pending p USING unnest($3::bigint[], $4::bigint[]) AS settled (replay_id, sequence)
         WHERE p.tenant_id = $1 AND p.webhook_id = $2 AND p.replay_id = settled.replay_id
             AND p.sequence = settled.sequence",
    )
    .bind(tenant)
    .bind(id.0)
    .bind(changes.settled.iter().map(|key| signed(key.replay)).collect::<Vec<_>>())
    .bind(changes.settled.iter().map(|key| signed(key.sequence)).collect::<Vec<_>>())
    .execute(conn)
    .await?;
    Ok(())
}

async fn write_rows(
    conn: &mut PgConnection,
    (tenant, id): (TenantId, WebhookId),
    rows: &[Row],
) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    // Postgres has no arrays of arrays of different lengths, so the hashes of a row are a text.
    sqlx::query(
        "INSERT INTO app.webhook_pending AS p
             (tenant_id, webhook_id, replay_id, sequence, attempts, next_at, subjects, state, last_error, died_at)
         SELECT $1, $2, r.replay_id, r.sequence, r.attempts, r.next_at, r.subjects::bigint[],
             CASE WHEN r.is_dead THEN 'dead' ELSE 'pending' END, r.error, CASE WHEN r.is_dead THEN now() END
         FROM unnest($3::bigint[], $4::bigint[], $5::int[], $6::timestamptz[], $7::text[], $8::bool[], $9::text[])
             AS r (replay_id, sequence, attempts, next_at, subjects, is_dead, error)
         ON CONFLICT (tenant_id, webhook_id, replay_id, sequence) DO UPDATE SET attempts = excluded.attempts,
             next_at = excluded.next_at, state = excluded.state, died_at = excluded.died_at,
             last_error = coalesce(excluded.last_error, p.last_error)",
    )
    .bind(tenant)
    .bind(id.0)
    .bind(rows.iter().map(|row| signed(row.key.replay)).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| signed(row.key.sequence)).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| i32::try_from(row.attempts).unwrap_or(i32::MAX)).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.next_at_ms.map(time_of)).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| array(&row.subjects)).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.is_dead).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.error).collect::<Vec<_>>())
    .execute(conn)
    .await?;
    Ok(())
}

/// Drops the dead letters with the lowest numbers beyond [`DEAD_LETTERS_MAX`].
async fn drop_old_dead_letters(
    conn: &mut PgConnection,
    (tenant, id): (TenantId, WebhookId),
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "DELETE FROM app.webhook_pending WHERE tenant_id = $1 AND webhook_id = $2 AND state = 'dead'
             AND sequence <= (SELECT sequence FROM app.webhook_pending
                 WHERE tenant_id = $1 AND webhook_id = $2 AND state = 'dead'
                 ORDER BY sequence DESC OFFSET $3 LIMIT 1)",
    )
    .bind(tenant)
    .bind(id.0)
    .bind(i64::from(DEAD_LETTERS_MAX))
    .execute(conn)
    .await?;
    Ok(())
}

/// The text of an array of hashes, as signed numbers with the same bits.
fn array(subjects: &[u64]) -> String {
    let numbers: Vec<String> = subjects.iter().map(|hash| hash.cast_signed().to_string()).collect();
    format!("{{{}}}", numbers.join(","))
}

/// Numbers of events, and those of replays, stay far below 2^63.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn time_of(ms: u64) -> OffsetDateTime {
    let ns = i128::from(ms).saturating_mul(1_000_000);
    OffsetDateTime::from_unix_timestamp_nanos(ns).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

pub(super) fn ms_of(time: OffsetDateTime) -> u64 {
    u64::try_from(time.unix_timestamp_nanos() / 1_000_000).unwrap_or(0)
}

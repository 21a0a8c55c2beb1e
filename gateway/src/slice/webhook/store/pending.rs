//! SQL on `app.webhook_pending`. Invariant: an event that was read has a row until it is settled. A dead letter is sent
//! again only after a request.

use crate::{
    tenant_id::TenantId,
    webhook::{bounds::PENDING_MAX, id::WebhookId},
};
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;

/// An event that waits to be sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PendingRow {
    /// 0 for what is sent for the first time.
    pub replay_id: u64,
    /// The number of the event.
    pub sequence: u64,
    /// The number of attempts so far.
    pub attempts: u32,
    /// When it is sent next; `None` when it waits for an earlier event.
    pub next_at: Option<OffsetDateTime>,
    /// The hashes that it is ordered by.
    pub subjects: Vec<i64>,
}

/// A dead letter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeadRow {
    pub sequence: u64,
    pub attempts: u32,
    /// Why the last attempt failed: a code, `webhook.status` for an answer with another status than 2xx.
    pub last_error: Option<String>,
    pub died_at: OffsetDateTime,
}

/// The number of events that wait and of dead letters of an endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::slice::webhook) struct Counts {
    pub(in crate::slice::webhook) pending: u64,
    pub(in crate::slice::webhook) dead: u64,
}

/// What waits to be sent to an endpoint, in the order in which it was read, at most [`PENDING_MAX`].
///
/// # Errors
/// Failures of the database.
pub async fn waiting(
    conn: &mut PgConnection,
    tenant: TenantId,
    webhook: WebhookId,
) -> Result<Vec<PendingRow>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT replay_id, sequence, attempts, next_at, subjects FROM app.webhook_pending
         WHERE tenant_id = $1 AND webhook_id = $2 AND state = 'pending' ORDER BY replay_id, sequence LIMIT $3",
    )
    .bind(tenant)
    .bind(webhook.0)
    .bind(i64::from(PENDING_MAX))
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(PendingRow {
                replay_id: unsigned(row.try_get("replay_id")?),
                sequence: unsigned(row.try_get("sequence")?),
                attempts: u32::try_from(row.try_get::<i32, _>("attempts")?).unwrap_or(0),
                next_at: row.try_get("next_at")?,
                subjects: row.try_get("subjects")?,
            })
        })
        .collect()
}

/// Counts what waits and what is dead.
pub(in crate::slice::webhook) async fn count(
    conn: &mut PgConnection,
    tenant: TenantId,
    webhook: WebhookId,
) -> Result<Counts, sqlx::Error> {
    let (pending, dead): (i64, i64) = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE state = 'pending'), count(*) FILTER (WHERE state = 'dead')
         FROM app.webhook_pending WHERE tenant_id = $1 AND webhook_id = $2",
    )
    .bind(tenant)
    .bind(webhook.0)
    .fetch_one(conn)
    .await?;
    Ok(Counts { pending: unsigned(pending), dead: unsigned(dead) })
}

/// Lists at most `rows` dead letters after a number. An event that died in several replays is listed once, as it died
/// last.
pub(in crate::slice::webhook) async fn dead(
    conn: &mut PgConnection,
    tenant: TenantId,
    webhook: WebhookId,
    after: Option<i64>,
    rows: u32,
) -> Result<Vec<DeadRow>, sqlx::Error> {
    let found = sqlx::query(
        "SELECT DISTINCT ON (sequence) sequence, attempts, last_error, died_at FROM app.webhook_pending
         WHERE tenant_id = $1 AND webhook_id = $2 AND state = 'dead' AND ($3::bigint IS NULL OR sequence > $3)
         ORDER BY sequence, died_at DESC LIMIT $4",
    )
    .bind(tenant)
    .bind(webhook.0)
    .bind(after)
    .bind(i64::from(rows))
    .fetch_all(conn)
    .await?;
    found
        .iter()
        .map(|row| {
            Ok(DeadRow {
                sequence: unsigned(row.try_get("sequence")?),
                attempts: u32::try_from(row.try_get::<i32, _>("attempts")?).unwrap_or(0),
                last_error: row.try_get("last_error")?,
                died_at: row.try_get("died_at")?,
            })
        })
        .collect()
}

/// Deletes the dead letter of an event; returns the hashes that it was ordered by, `None` when there is none.
pub(in crate::slice::webhook) async fn bury(
    conn: &mut PgConnection,
    tenant: TenantId,
    webhook: WebhookId,
    sequence: u64,
) -> Result<Option<Vec<i64>>, sqlx::Error> {
    let deleted: Vec<Vec<i64>> = sqlx::query_scalar(
        "DELETE FROM app.webhook_pending
         WHERE tenant_id = $1 AND webhook_id = $2 AND state = 'dead' AND sequence = $3 RETURNING subjects",
    )
    .bind(tenant)
    .bind(webhook.0)
    .bind(i64::try_from(sequence).unwrap_or(i64::MAX))
    .fetch_all(conn)
    .await?;
    Ok(deleted.into_iter().next())
}

/// Lets an event be sent again at once, as a new arrival with the number of a replay.
pub(in crate::slice::webhook) async fn insert(
    conn: &mut PgConnection,
    tenant: TenantId,
    webhook: WebhookId,
    replay_id: i64,
    sequence: u64,
    subjects: &[i64],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO app.webhook_pending (tenant_id, webhook_id, replay_id, sequence, next_at, subjects)
         VALUES ($1, $2, $3, $4, now(), $5)",
    )
    .bind(tenant)
    .bind(webhook.0)
    .bind(replay_id)
    .bind(i64::try_from(sequence).unwrap_or(i64::MAX))
    .bind(subjects)
    .execute(conn)
    .await?;
    Ok(())
}

fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

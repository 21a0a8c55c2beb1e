//! SQL on `app.webhook_replay`. Invariant: an endpoint has one range at a time. The numbers of replays ascend.

use crate::{tenant_id::TenantId, webhook::id::WebhookId};
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;

/// A range of events that is sent again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredReplay {
    /// The number of the replay, which its rows in `app.webhook_pending` have.
    pub replay_id: u64,
    /// The number of the event that is read next.
    pub next: u64,
    /// The number of the last event.
    pub until: u64,
    pub created_at: OffsetDateTime,
}

/// The range that is being sent again, if there is one.
///
/// # Errors
/// Failures of the database.
pub async fn find(
    conn: &mut PgConnection,
    tenant: TenantId,
    webhook: WebhookId,
) -> Result<Option<StoredReplay>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT replay_id, next, until, created_at FROM app.webhook_replay WHERE tenant_id = $1 AND webhook_id = $2",
    )
    .bind(tenant)
    .bind(webhook.0)
    .fetch_optional(conn)
    .await?;
    let unsigned = |value: i64| u64::try_from(value).unwrap_or(0);
    row.map(|row| {
        Ok(StoredReplay {
            replay_id: unsigned(row.try_get("replay_id")?),
            next: unsigned(row.try_get("next")?),
            until: unsigned(row.try_get("until")?),
            created_at: row.try_get("created_at")?,
        })
    })
    .transpose()
}

/// Takes the number of the next replay, and raises the version of the endpoint.
pub(in crate::slice::webhook) async fn next_number(
    conn: &mut PgConnection,
    tenant: TenantId,
    webhook: WebhookId,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "UPDATE app.webhook SET replays = replays + 1, version = version + 1
         WHERE tenant_id = $1 AND webhook_id = $2 RETURNING replays",
    )
    .bind(tenant)
    .bind(webhook.0)
    .fetch_one(conn)
    .await
}

/// Inserts a range; `None` when another one is being sent.
pub(in crate::slice::webhook) async fn insert(
    conn: &mut PgConnection,
    tenant: TenantId,
    webhook: WebhookId,
    (from, to): (u64, u64),
) -> Result<Option<StoredReplay>, sqlx::Error> {
    if find(conn, tenant, webhook).await?.is_some() {
        return Ok(None);
    }
    let replay_id = next_number(conn, tenant, webhook).await?;
    sqlx::query(
        "INSERT INTO app.webhook_replay (tenant_id, webhook_id, replay_id, next, until) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(tenant)
    .bind(webhook.0)
    .bind(replay_id)
    .bind(i64::try_from(from).unwrap_or(i64::MAX))
    .bind(i64::try_from(to).unwrap_or(i64::MAX))
    .execute(&mut *conn)
    .await?;
    find(conn, tenant, webhook).await
}

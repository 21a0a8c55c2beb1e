//! SQL on `app.webhook_notice`. Invariant: an endpoint has at most [`NOTICES_MAX`] rows, the newest ones.

use crate::{
    tenant_id::TenantId,
    webhook::{bounds::NOTICES_MAX, id::WebhookId},
};
use sqlx::PgConnection;
use time::OffsetDateTime;

/// A notice that waits to be sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::slice::webhook) struct NoticeRow {
    /// The header `webhook-id`.
    pub(in crate::slice::webhook) id: String,
    /// The JSON of CloudEvents.
    pub(in crate::slice::webhook) body: String,
    /// The number of failed attempts.
    pub(in crate::slice::webhook) attempts: u32,
    /// When the next attempt is due.
    pub(in crate::slice::webhook) next_at: OffsetDateTime,
}

/// Adds a notice to each other enabled endpoint of a tenant, and raises their versions, so that the deliverer notices
/// it. The caller holds [`lock`], as the rows of several endpoints are locked here.
pub(in crate::slice::webhook) async fn insert_for_others(
    conn: &mut PgConnection,
    tenant: TenantId,
    about: WebhookId,
    id: &str,
    body: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "WITH told AS (UPDATE app.webhook SET version = version + 1
             WHERE tenant_id = $1 AND webhook_id <> $2 AND state = 'enabled' RETURNING webhook_id)
         INSERT INTO app.webhook_notice (tenant_id, webhook_id, notice_id, body) SELECT $1, webhook_id, $3, $4 FROM told
         ON CONFLICT DO NOTHING",
    )
    .bind(tenant)
    .bind(about.0)
    .bind(id)
    .bind(body)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "DELETE FROM app.webhook_notice n USING (
             SELECT webhook_id, notice_id, row_number() OVER (
                 PARTITION BY webhook_id ORDER BY created_at DESC, notice_id DESC) AS place
             FROM app.webhook_notice WHERE tenant_id = $1) AS aged
         WHERE n.tenant_id = $1 AND n.webhook_id = aged.webhook_id AND n.notice_id = aged.notice_id
             AND aged.place > $2",
    )
    .bind(tenant)
    .bind(i64::from(NOTICES_MAX))
    .execute(conn)
    .await?;
    Ok(())
}

/// Lets no other transaction of the tenant add notices or endpoints until the commit.
pub(in crate::slice::webhook) async fn lock(conn: &mut PgConnection, tenant: TenantId) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('webhook:' || $1::text, 0))")
        .bind(tenant)
        .execute(conn)
        .await?;
    Ok(())
}

/// The notices that wait to be sent to an endpoint.
pub(in crate::slice::webhook) async fn waiting(
    conn: &mut PgConnection,
    tenant: TenantId,
    webhook: WebhookId,
) -> Result<Vec<NoticeRow>, sqlx::Error> {
    let rows: Vec<(String, String, i32, OffsetDateTime)> = sqlx::query_as(
        "SELECT notice_id, body, attempts, next_at FROM app.webhook_notice WHERE tenant_id = $1 AND webhook_id = $2",
    )
    .bind(tenant)
    .bind(webhook.0)
    .fetch_all(conn)
    .await?;
    let row =
        |(id, body, attempts, next_at)| NoticeRow { id, body, attempts: u32::try_from(attempts).unwrap_or(0), next_at };
    Ok(rows.into_iter().map(row).collect())
}

/// Deletes notices that were delivered or given up.
pub(in crate::slice::webhook) async fn delete(
    conn: &mut PgConnection,
    tenant: TenantId,
    webhook: WebhookId,
    ids: &[String],
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM app.webhook_notice WHERE tenant_id = $1 AND webhook_id = $2 AND notice_id = ANY($3)")
        .bind(tenant)
        .bind(webhook.0)
        .bind(ids)
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores the number of failed attempts of a notice, and the time of the next attempt.
pub(in crate::slice::webhook) async fn postpone(
    conn: &mut PgConnection,
    tenant: TenantId,
    webhook: WebhookId,
    id: &str,
    attempts: u32,
    next_at: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE app.webhook_notice SET attempts = $4, next_at = $5
         WHERE tenant_id = $1 AND webhook_id = $2 AND notice_id = $3",
    )
    .bind(tenant)
    .bind(webhook.0)
    .bind(id)
    .bind(i32::try_from(attempts).unwrap_or(i32::MAX))
    .bind(next_at)
    .execute(conn)
    .await?;
    Ok(())
}

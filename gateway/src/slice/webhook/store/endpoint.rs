//! SQL on `app.webhook`. Invariant: each change by a request, and each notice, raises the version, so
//! that the deliverer notices it.

use crate::{
    error::ApiError,
    tenant_id::TenantId,
    webhook::{
        bounds::WEBHOOKS_MAX,
        code,
        id::WebhookId,
        model::{DisabledReason, Signature, WebhookState},
        store::notice,
    },
};
use indexer::event::EventType;
use sqlx::{AssertSqlSafe, PgConnection, Row as _, postgres::PgRow};
use time::OffsetDateTime;
use uuid::Uuid;

/// An endpoint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Endpoint {
    pub id: WebhookId,
    /// The URL, as it was sent.
    pub url: String,
    /// For people; can be empty.
    pub description: String,
    /// The names of the types that are sent, without the prefix `waymark.`; all types when there is none.
    pub types: Vec<String>,
    /// Events about this are sent, in any spelling; `None` for events about anything.
    pub subject: Option<String>,
    pub signature: Signature,
    pub state: WebhookState,
    /// There exactly when it is disabled, as is `disabled_at`.
    pub disabled_reason: Option<DisabledReason>,
    pub disabled_at: Option<OffsetDateTime>,
    pub created_at: OffsetDateTime,
    /// The key id of the credential that made it.
    pub made_by: Uuid,
    /// Every event up to this number is settled, or waits in `app.webhook_pending`.
    pub read_to: u64,
    /// The first failure since the last success; `None` after a success.
    pub failing_since: Option<OffsetDateTime>,
    /// Grows with each change by a request, and with each notice.
    pub version: i64,
}

impl Endpoint {
    /// The types that are sent, for the index; empty for all types.
    pub fn event_types(&self) -> Vec<EventType> {
        indexer::event_types().filter(|known| self.types.iter().any(|name| name == known.name)).collect()
    }
}

/// An endpoint to insert.
#[derive(Clone, Debug)]
pub(in crate::slice::webhook) struct NewEndpoint {
    pub(in crate::slice::webhook) id: WebhookId,
    pub(in crate::slice::webhook) url: String,
    pub(in crate::slice::webhook) description: String,
    pub(in crate::slice::webhook) types: Vec<String>,
    pub(in crate::slice::webhook) subject: Option<String>,
    pub(in crate::slice::webhook) signature: Signature,
    pub(in crate::slice::webhook) made_by: Uuid,
    /// The number after which events are sent.
    pub(in crate::slice::webhook) read_to: u64,
}

/// What a request changes; `None` keeps it.
#[derive(Clone, Debug, Default)]
pub(in crate::slice::webhook) struct Change {
    pub(in crate::slice::webhook) url: Option<String>,
    pub(in crate::slice::webhook) description: Option<String>,
    pub(in crate::slice::webhook) types: Option<Vec<String>>,
    /// `Some(None)` removes the condition.
    #[expect(clippy::option_option, reason = "null differs from an absent member, RFC 7396")]
    pub(in crate::slice::webhook) subject: Option<Option<String>>,
    pub(in crate::slice::webhook) state: Option<WebhookState>,
}

/// Whether an endpoint may have work, as the role `waymark_service` sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EndpointVersion {
    pub tenant: TenantId,
    pub id: WebhookId,
    pub version: i64,
}

const COLUMNS: &str = "webhook_id, url, description, types, subject, signature, state, disabled_reason, disabled_at,
    created_at, made_by, read_to, failing_since, version";

fn from_row(row: &PgRow) -> Result<Endpoint, sqlx::Error> {
    let reason: Option<&str> = row.try_get("disabled_reason")?;
    Ok(Endpoint {
        id: WebhookId(row.try_get("webhook_id")?),
        url: row.try_get("url")?,
        description: row.try_get("description")?,
        types: row.try_get("types")?,
        subject: row.try_get("subject")?,
        signature: Signature::from_stored(row.try_get("signature")?)?,
        state: WebhookState::from_stored(row.try_get("state")?)?,
        disabled_reason: reason.map(DisabledReason::from_stored).transpose()?,
        disabled_at: row.try_get("disabled_at")?,
        created_at: row.try_get("created_at")?,
        made_by: row.try_get("made_by")?,
        read_to: u64::try_from(row.try_get::<i64, _>("read_to")?).unwrap_or(0),
        failing_since: row.try_get("failing_since")?,
        version: row.try_get("version")?,
    })
}

/// Lists the enabled endpoints of all tenants that are not suspended. The transaction has the role `waymark_service`.
///
/// # Errors
/// Failures of the database.
pub async fn enabled(conn: &mut PgConnection) -> Result<Vec<EndpointVersion>, sqlx::Error> {
    let found: Vec<(TenantId, Uuid, i64)> = sqlx::query_as(
        "SELECT w.tenant_id, w.webhook_id, w.version FROM app.webhook w JOIN app.tenant t USING (tenant_id)
             WHERE w.state = 'enabled' AND t.suspended_at IS NULL",
    )
    .fetch_all(conn)
    .await?;
    Ok(found.into_iter().map(|(tenant, id, version)| EndpointVersion { tenant, id: WebhookId(id), version }).collect())
}

/// Inserts an endpoint.
///
/// # Errors
/// `webhook.too_many`, failures of the database.
pub(in crate::slice::webhook) async fn insert(
    conn: &mut PgConnection,
    tenant: TenantId,
    new: &NewEndpoint,
) -> Result<Endpoint, ApiError> {
    // The count stays valid until the commit.
    notice::lock(conn, tenant).await?;
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM app.webhook WHERE tenant_id = $1")
        .bind(tenant)
        .fetch_one(&mut *conn)
        .await?;
    if count >= i64::from(WEBHOOKS_MAX) {
        let detail = format!("A tenant has at most {WEBHOOKS_MAX} webhooks; delete one first.");
        return Err(ApiError::new(&code::TOO_MANY, detail));
    }
    let insert = format!(
        "INSERT INTO app.webhook
             (tenant_id, webhook_id, url, description, types, subject, signature, made_by, read_to)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING {COLUMNS}"
    );
    let row = sqlx::query(AssertSqlSafe(insert))
        .bind(tenant)
        .bind(new.id.0)
        .bind(&new.url)
        .bind(&new.description)
        .bind(&new.types)
        .bind(new.subject.as_deref())
        .bind(new.signature.as_str())
        .bind(new.made_by)
        .bind(i64::try_from(new.read_to).unwrap_or(i64::MAX))
        .fetch_one(conn)
        .await?;
    Ok(from_row(&row)?)
}

/// Lists at most `rows` endpoints after an id, oldest first.
pub(in crate::slice::webhook) async fn list(
    conn: &mut PgConnection,
    tenant: TenantId,
    after: Option<Uuid>,
    rows: u32,
) -> Result<Vec<Endpoint>, sqlx::Error> {
    let select = format!(
        "SELECT {COLUMNS} FROM app.webhook WHERE tenant_id = $1 AND ($2::uuid IS NULL OR webhook_id > $2)
         ORDER BY webhook_id LIMIT $3"
    );
    let query = sqlx::query(AssertSqlSafe(select)).bind(tenant).bind(after).bind(i64::from(rows));
    query.fetch_all(conn).await?.iter().map(from_row).collect()
}

/// Finds an endpoint of a tenant.
///
/// # Errors
/// Failures of the database.
pub async fn find(conn: &mut PgConnection, tenant: TenantId, id: WebhookId) -> Result<Option<Endpoint>, sqlx::Error> {
    let select = format!("SELECT {COLUMNS} FROM app.webhook WHERE tenant_id = $1 AND webhook_id = $2");
    let row = sqlx::query(AssertSqlSafe(select)).bind(tenant).bind(id.0).fetch_optional(conn).await?;
    row.as_ref().map(from_row).transpose()
}

/// As [`find`], and lets no other transaction change the endpoint or what belongs to it until the commit.
///
/// # Errors
/// `webhook.unknown`, failures of the database.
pub(in crate::slice::webhook) async fn lock(
    conn: &mut PgConnection,
    tenant: TenantId,
    id: WebhookId,
) -> Result<Endpoint, ApiError> {
    let select =
        format!("SELECT {COLUMNS} FROM app.webhook WHERE tenant_id = $1 AND webhook_id = $2 FOR NO KEY UPDATE");
    let row = sqlx::query(AssertSqlSafe(select)).bind(tenant).bind(id.0).fetch_optional(conn).await?;
    Ok(from_row(&row.ok_or_else(code::unknown)?)?)
}

/// Changes an endpoint. One that is enabled again has no failures, and what waits is sent at once.
///
/// # Errors
/// `webhook.unknown`, failures of the database.
pub(in crate::slice::webhook) async fn change(
    conn: &mut PgConnection,
    tenant: TenantId,
    id: WebhookId,
    change: &Change,
) -> Result<Endpoint, ApiError> {
    let before = lock(conn, tenant, id).await?;
    let after = change.state.unwrap_or(before.state);
    if (before.state, after) == (WebhookState::Disabled, WebhookState::Enabled) {
        sqlx::query(
            "UPDATE app.webhook_pending SET next_at = now()
             WHERE tenant_id = $1 AND webhook_id = $2 AND state = 'pending' AND next_at > now()",
        )
        .bind(tenant)
        .bind(id.0)
        .execute(&mut *conn)
        .await?;
    }
    let is_disabled = after == WebhookState::Disabled;
    let update = format!(
        "UPDATE app.webhook SET url = coalesce($3, url), description = coalesce($4, description),
             types = coalesce($5, types), subject = CASE WHEN $6 THEN $7 ELSE subject END, state = $8,
             disabled_reason = CASE WHEN $9 THEN coalesce(disabled_reason, 'requested') END,
             disabled_at = CASE WHEN $9 THEN coalesce(disabled_at, now()) END,
             failing_since = CASE WHEN state = 'enabled' THEN failing_since END, version = version + 1
         WHERE tenant_id = $1 AND webhook_id = $2 RETURNING {COLUMNS}"
    );
    let row = sqlx::query(AssertSqlSafe(update))
        .bind(tenant)
        .bind(id.0)
        .bind(change.url.as_deref())
        .bind(change.description.as_deref())
        .bind(change.types.as_deref())
        .bind(change.subject.is_some())
        .bind(change.subject.clone().flatten())
        .bind(after.as_str())
        .bind(is_disabled)
        .fetch_one(conn)
        .await?;
    Ok(from_row(&row)?)
}

/// Raises the version, after a change of what belongs to the endpoint.
pub(in crate::slice::webhook) async fn touch(
    conn: &mut PgConnection,
    tenant: TenantId,
    id: WebhookId,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE app.webhook SET version = version + 1 WHERE tenant_id = $1 AND webhook_id = $2")
        .bind(tenant)
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Deletes an endpoint with all that belongs to it; false when there is none.
pub(in crate::slice::webhook) async fn delete(
    conn: &mut PgConnection,
    tenant: TenantId,
    id: WebhookId,
) -> Result<bool, sqlx::Error> {
    let deleted = sqlx::query("DELETE FROM app.webhook WHERE tenant_id = $1 AND webhook_id = $2")
        .bind(tenant)
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(deleted.rows_affected() > 0)
}

//! The audit log of the operator's actions, `app.operator_event`. Invariant: a line is in the same commit as what it
//! reports. Lines are added, never changed.

use crate::{db, error::ApiError, state::Gateway};
use serde::Serialize;
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;

/// The maximum number of lines in one answer.
pub const LINES_MAX: u32 = 1_000;

/// One action.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// The time, RFC 3339 UTC.
    #[serde(with = "time::serde::rfc3339")]
    pub happened_at: OffsetDateTime,
    /// What was done, `<what>.<verb>`.
    pub action: String,
    /// To which tenant, key or secret.
    pub subject: String,
}

/// Adds a line. The role is `waymark_service`.
pub(crate) async fn record(conn: &mut PgConnection, action: &str, subject: &str) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO app.operator_event (action, subject) VALUES ($1, $2)")
        .bind(action)
        .bind(subject)
        .execute(conn)
        .await?;
    tracing::info!(action, subject, "operator");
    Ok(())
}

/// Adds a line within a tenant's transaction.
pub(crate) async fn record_within(conn: &mut PgConnection, action: &str, subject: &str) -> Result<(), sqlx::Error> {
    db::enter_service(&mut *conn).await?;
    record(&mut *conn, action, subject).await?;
    db::leave_service(conn).await
}

/// The newest [`LINES_MAX`] lines, newest first.
///
/// # Errors
/// A failure of the database.
pub async fn list(gateway: &Gateway) -> Result<Vec<Line>, ApiError> {
    db::run_service(&gateway.pool, move |conn| {
        Box::pin(async move {
            let rows = sqlx::query(
                "SELECT happened_at, action, subject FROM app.operator_event ORDER BY event_id DESC LIMIT $1",
            )
            .bind(i64::from(LINES_MAX))
            .fetch_all(conn)
            .await?;
            rows.iter()
                .map(|row| {
                    Ok(Line {
                        happened_at: row.try_get("happened_at")?,
                        action: row.try_get("action")?,
                        subject: row.try_get("subject")?,
                    })
                })
                .collect()
        })
    })
    .await
}

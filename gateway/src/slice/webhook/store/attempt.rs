//! SQL on `app.webhook_attempt`. Invariant: attempts are added and dropped, never changed.

use crate::{
    tenant_id::TenantId,
    webhook::{
        bounds::{ANSWER_BYTES_KEPT, ATTEMPTS_KEPT},
        id::{AttemptId, WebhookId},
        model::AttemptOutcome,
    },
};
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use time::OffsetDateTime;
use uuid::Uuid;

/// An attempt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredAttempt {
    pub id: AttemptId,
    /// The number of the event; `None` for a test.
    pub sequence: Option<u64>,
    /// Which attempt of the event it was, from 1.
    pub number: u32,
    /// When it began.
    pub at: OffsetDateTime,
    pub duration_ms: u32,
    /// The status of the answer; `None` when there was none.
    pub status: Option<u16>,
    /// The code of the reason why there was no answer; `None` when there was one.
    pub error: Option<String>,
    /// The beginning of the answer's body, see [`excerpt`].
    pub answer: Option<String>,
    pub outcome: AttemptOutcome,
}

/// The beginning of an answer's body as it is kept: at most [`ANSWER_BYTES_KEPT`], without NUL, which the database
/// cannot store, and with replacement characters for what is not UTF-8. `None` for an empty body.
pub fn excerpt(body: &[u8]) -> Option<String> {
    let mut text = String::from_utf8_lossy(&body[..body.len().min(ANSWER_BYTES_KEPT)]).replace('\0', "\u{fffd}");
    // Replacement characters are longer than what they replace.
    text.truncate(text.floor_char_boundary(ANSWER_BYTES_KEPT));
    (!text.is_empty()).then_some(text)
}

/// Inserts attempts.
///
/// # Errors
/// Failures of the database.
pub async fn insert(
    conn: &mut PgConnection,
    tenant: TenantId,
    webhook: WebhookId,
    attempts: &[StoredAttempt],
) -> Result<(), sqlx::Error> {
    let number = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
    sqlx::query(
        "INSERT INTO app.webhook_attempt
             (tenant_id, webhook_id, attempt_id, sequence, number, at, duration_ms, status, error, answer, outcome)
         SELECT $1, $2, * FROM unnest($3::uuid[], $4::bigint[], $5::int[], $6::timestamptz[], $7::int[],
             $8::smallint[], $9::text[], $10::text[], $11::text[])",
    )
    .bind(tenant)
    .bind(webhook.0)
    .bind(attempts.iter().map(|it| it.id.0).collect::<Vec<_>>())
    .bind(attempts.iter().map(|it| it.sequence.and_then(|it| i64::try_from(it).ok())).collect::<Vec<_>>())
    .bind(attempts.iter().map(|it| number(it.number)).collect::<Vec<_>>())
    .bind(attempts.iter().map(|it| it.at).collect::<Vec<_>>())
    .bind(attempts.iter().map(|it| number(it.duration_ms)).collect::<Vec<_>>())
    .bind(attempts.iter().map(|it| it.status.and_then(|it| i16::try_from(it).ok())).collect::<Vec<_>>())
    .bind(attempts.iter().map(|it| it.error.as_deref()).collect::<Vec<_>>())
    .bind(attempts.iter().map(|it| it.answer.as_deref()).collect::<Vec<_>>())
    .bind(attempts.iter().map(|it| it.outcome.as_str()).collect::<Vec<_>>())
    .execute(conn)
    .await?;
    Ok(())
}

/// Drops attempts beyond the newest [`ATTEMPTS_KEPT`] of an endpoint.
///
/// # Errors
/// Failures of the database.
pub async fn drop_old(conn: &mut PgConnection, tenant: TenantId, webhook: WebhookId) -> Result<(), sqlx::Error> {
    sqlx::query(
        "DELETE FROM app.webhook_attempt WHERE tenant_id = $1 AND webhook_id = $2 AND attempt_id <= (
             SELECT attempt_id FROM app.webhook_attempt WHERE tenant_id = $1 AND webhook_id = $2
             ORDER BY attempt_id DESC OFFSET $3 LIMIT 1)",
    )
    .bind(tenant)
    .bind(webhook.0)
    .bind(i64::from(ATTEMPTS_KEPT))
    .execute(conn)
    .await?;
    Ok(())
}

/// Which attempts are listed.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::slice::webhook) struct AttemptFilter {
    pub(in crate::slice::webhook) sequence: Option<u64>,
    pub(in crate::slice::webhook) outcome: Option<AttemptOutcome>,
}

/// Lists at most `rows` attempts before an id, the newest first. An endpoint has few, so conditions need no index.
pub(in crate::slice::webhook) async fn list(
    conn: &mut PgConnection,
    tenant: TenantId,
    webhook: WebhookId,
    filter: AttemptFilter,
    before: Option<Uuid>,
    rows: u32,
) -> Result<Vec<StoredAttempt>, sqlx::Error> {
    let found = sqlx::query(
        "SELECT attempt_id, sequence, number, at, duration_ms, status, error, answer, outcome FROM app.webhook_attempt
         WHERE tenant_id = $1 AND webhook_id = $2 AND ($3::uuid IS NULL OR attempt_id < $3)
             AND ($4::bigint IS NULL OR sequence = $4) AND ($5::text IS NULL OR outcome = $5)
         ORDER BY attempt_id DESC LIMIT $6",
    )
    .bind(tenant)
    .bind(webhook.0)
    .bind(before)
    .bind(filter.sequence.map(|sequence| i64::try_from(sequence).unwrap_or(i64::MAX)))
    .bind(filter.outcome.map(AttemptOutcome::as_str))
    .bind(i64::from(rows))
    .fetch_all(conn)
    .await?;
    found.iter().map(from_row).collect()
}

fn from_row(row: &PgRow) -> Result<StoredAttempt, sqlx::Error> {
    let number = |value: i32| u32::try_from(value).unwrap_or(0);
    Ok(StoredAttempt {
        id: AttemptId(row.try_get("attempt_id")?),
        sequence: row.try_get::<Option<i64>, _>("sequence")?.and_then(|value| u64::try_from(value).ok()),
        number: number(row.try_get("number")?),
        at: row.try_get("at")?,
        duration_ms: number(row.try_get("duration_ms")?),
        status: row.try_get::<Option<i16>, _>("status")?.and_then(|value| u16::try_from(value).ok()),
        error: row.try_get("error")?,
        answer: row.try_get("answer")?,
        outcome: AttemptOutcome::from_stored(row.try_get("outcome")?)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_a_text_that_the_database_stores() {
        assert_eq!(excerpt(b""), None);
        assert_eq!(excerpt(b"ok\0").as_deref(), Some("ok\u{fffd}"));
        for body in [vec![0_u8; 5_000], vec![0xff; 5_000], "ü".repeat(3_000).into_bytes(), b"a".repeat(1_025)] {
            let text = excerpt(&body).expect("not empty");
            assert!(text.len() <= ANSWER_BYTES_KEPT && text.len() > ANSWER_BYTES_KEPT - 3, "{}", text.len());
            assert!(!text.contains('\0'));
        }
    }
}

//! Rows of `app.signing_key`, accessed with the database role `waymark_service`. Invariant: the newest row signs. Rows
//! that no longer verify are not read.

use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;
use uuid::Uuid;

pub(super) struct SigningKeyRow {
    pub(super) key_id: Uuid,
    pub(super) public_key: Vec<u8>,
    pub(super) sealed: Vec<u8>,
    pub(super) created_at: OffsetDateTime,
}

/// Locks out other gateways until the transaction ends.
pub(super) async fn lock(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('app.signing_key', 0))").execute(conn).await?;
    Ok(())
}

/// Reads the keys that verify now, newest first.
pub(super) async fn read_all(conn: &mut PgConnection) -> Result<Vec<SigningKeyRow>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT key_id, public_key, sealed, created_at FROM app.signing_key
         WHERE verifies_until IS NULL OR verifies_until > now() ORDER BY created_at DESC, key_id DESC",
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(SigningKeyRow {
                key_id: row.try_get("key_id")?,
                public_key: row.try_get("public_key")?,
                sealed: row.try_get("sealed")?,
                created_at: row.try_get("created_at")?,
            })
        })
        .collect()
}

/// Ends the validity of every key in at most `grace_s` seconds, and deletes those that have expired.
pub(super) async fn retire_all(conn: &mut PgConnection, grace_s: u64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE app.signing_key SET verifies_until =
             least(coalesce(verifies_until, 'infinity'), now() + make_interval(secs => $1))",
    )
    .bind(f64::from(u32::try_from(grace_s).unwrap_or(u32::MAX)))
    .execute(&mut *conn)
    .await?;
    sqlx::query("DELETE FROM app.signing_key WHERE verifies_until <= now()").execute(conn).await?;
    Ok(())
}

/// Inserts a new signing key.
pub(super) async fn insert(
    conn: &mut PgConnection,
    key_id: Uuid,
    public_key: &[u8],
    sealed: &[u8],
) -> Result<(), sqlx::Error> {
    // The time of the statement, not of the transaction: two replacements in one transaction must differ in age.
    sqlx::query(
        "INSERT INTO app.signing_key (key_id, public_key, sealed, created_at) VALUES ($1, $2, $3, clock_timestamp())",
    )
    .bind(key_id)
    .bind(public_key)
    .bind(sealed)
    .execute(conn)
    .await?;
    Ok(())
}

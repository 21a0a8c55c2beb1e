//! SQL on `app.subscription`. Invariant: every statement names the tenant, but the one that lists what is to be
//! delivered. What a delivery changes is changed only while its number is the current one, so two gateways that take
//! over from each other settle it once.

use super::{
    request::{NewSubscription, ScheduleRequest},
    unknown_subscription,
};
use crate::{
    error::ApiError,
    provenance::{
        code,
        gs1_header::{AnswerForm, FormNames},
    },
    tenant_id::TenantId,
};
use chain_types::{Height, ShardId};
use indexer::provenance::EventPosition;
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use standards_epcis::{
    query::{EventQuery, parse_body},
    timestamp::Timestamp,
};
use time::OffsetDateTime;
use uuid::Uuid;

/// The most subscriptions of a tenant.
pub const SUBSCRIPTIONS_MAX: u32 = 20;

/// A subscription as it is stored.
#[derive(Clone, Debug)]
pub(in crate::slice::provenance) struct Stored {
    pub(in crate::slice::provenance) id: Uuid,
    pub(in crate::slice::provenance) query_name: String,
    pub(in crate::slice::provenance) dest: String,
    /// Sealed.
    pub(super) token: Option<Vec<u8>>,
    /// The form of its events.
    pub(in crate::slice::provenance) form: AnswerForm,
    pub(in crate::slice::provenance) schedule: Option<ScheduleRequest>,
    pub(in crate::slice::provenance) report_if_empty: bool,
    pub(in crate::slice::provenance) initial_record_time: Option<String>,
    pub(in crate::slice::provenance) created_at: OffsetDateTime,
    /// Every event up to here is settled.
    pub(in crate::slice::provenance) read_to: EventPosition,
    /// The number of the next delivery.
    pub(super) delivery: i64,
    /// The events of that delivery, once it has begun.
    pub(super) pending: Option<u32>,
    /// The failed attempts of that delivery.
    pub(in crate::slice::provenance) failed: u32,
    pub(in crate::slice::provenance) last_error: Option<String>,
    pub(in crate::slice::provenance) next_at: Option<OffsetDateTime>,
    /// The last time of the schedule that is settled, in seconds since 1970.
    pub(super) ran_s: i64,
    pub(in crate::slice::provenance) last_notified_at: Option<OffsetDateTime>,
    /// Why and since when nothing is delivered any more.
    pub(in crate::slice::provenance) paused: Option<(String, OffsetDateTime)>,
}

const COLUMNS: &str = "subscription_id, query_name, dest, token, media, epcis_version, cbv_version, epc_format,
    cbv_format, schedule, report_if_empty, initial_record_time, created_at, read_time_ms, read_shard, read_height,
    read_record, delivery, pending, failed, last_error, next_at, ran_s, last_notified_at, paused, paused_at";

fn from_row(row: &PgRow) -> Result<Stored, sqlx::Error> {
    let schedule: Option<&str> = row.try_get("schedule")?;
    let schedule = schedule.map(serde_json::from_str).transpose();
    let paused: Option<String> = row.try_get("paused")?;
    let paused_at: Option<OffsetDateTime> = row.try_get("paused_at")?;
    let pending: Option<i32> = row.try_get("pending")?;
    let form = AnswerForm::of_names(FormNames {
        media: row.try_get("media")?,
        epcis_version: row.try_get("epcis_version")?,
        cbv_version: row.try_get("cbv_version")?,
        epc_format: row.try_get("epc_format")?,
        cbv_format: row.try_get("cbv_format")?,
    });
    Ok(Stored {
        id: row.try_get("subscription_id")?,
        query_name: row.try_get("query_name")?,
        dest: row.try_get("dest")?,
        token: row.try_get("token")?,
        form: form.ok_or_else(|| sqlx::Error::Decode("the form of a subscription is not known".into()))?,
        schedule: schedule.map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        report_if_empty: row.try_get("report_if_empty")?,
        initial_record_time: row.try_get("initial_record_time")?,
        created_at: row.try_get("created_at")?,
        read_to: EventPosition {
            time: Timestamp::from_unix_ms(row.try_get("read_time_ms")?),
            shard: ShardId(number("read_shard", row.try_get::<i16, _>("read_shard")?)?),
            height: Height(number("read_height", row.try_get::<i64, _>("read_height")?)?),
            record_index: number("read_record", row.try_get::<i64, _>("read_record")?)?,
        },
        delivery: row.try_get("delivery")?,
        pending: pending.map(|count| number("pending", count)).transpose()?,
        failed: number("failed", row.try_get::<i32, _>("failed")?)?,
        last_error: row.try_get("last_error")?,
        next_at: row.try_get("next_at")?,
        ran_s: row.try_get("ran_s")?,
        last_notified_at: row.try_get("last_notified_at")?,
        paused: paused.zip(paused_at),
    })
}

fn number<S, T>(column: &str, stored: S) -> Result<T, sqlx::Error>
where
    T: TryFrom<S, Error: std::error::Error + Send + Sync + 'static>,
{
    T::try_from(stored).map_err(|error| sqlx::Error::ColumnDecode { index: column.to_owned(), source: Box::new(error) })
}

/// The numbers of a position as they are stored.
fn position_of(position: &EventPosition) -> (i64, i16, i64, i64) {
    (
        position.time.unix_ms(),
        i16::try_from(position.shard.0).unwrap_or(i16::MAX),
        i64::try_from(position.height.0).unwrap_or(i64::MAX),
        position.record_index.into(),
    )
}

/// A subscription to store.
#[derive(Debug)]
pub(in crate::slice::provenance) struct NewRow {
    pub(in crate::slice::provenance) id: Uuid,
    pub(in crate::slice::provenance) query_name: String,
    pub(in crate::slice::provenance) new: NewSubscription,
    /// Sealed.
    pub(in crate::slice::provenance) token: Option<Vec<u8>>,
    pub(in crate::slice::provenance) form: AnswerForm,
    pub(in crate::slice::provenance) made_by: Uuid,
    /// The position after which it begins.
    pub(in crate::slice::provenance) after: EventPosition,
    /// The current time in seconds since 1970.
    pub(in crate::slice::provenance) now_s: i64,
}

/// Stores a subscription.
///
/// # Errors
/// `provenance.unknown_query`, `provenance.too_many_subscriptions`, failures of the database.
pub(in crate::slice::provenance) async fn insert(
    conn: &mut PgConnection,
    tenant: TenantId,
    row: &NewRow,
) -> Result<Stored, ApiError> {
    // The count stays valid until the commit.
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('subscription:' || $1::text, 0))")
        .bind(tenant)
        .execute(&mut *conn)
        .await?;
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM app.subscription WHERE tenant_id = $1")
        .bind(tenant)
        .fetch_one(&mut *conn)
        .await?;
    if count >= i64::from(SUBSCRIPTIONS_MAX) {
        let detail = format!("A tenant has at most {SUBSCRIPTIONS_MAX} subscriptions; delete one first.");
        return Err(ApiError::new(&code::TOO_MANY_SUBSCRIPTIONS, detail));
    }
    let schedule = row.new.schedule.as_ref().map(serde_json::to_string).transpose();
    let (time_ms, shard, height, record) = position_of(&row.after);
    let form = row.form.names();
    // The query is looked up in the same statement: it may have been deleted since it was read.
    let statement = format!(
        "INSERT INTO app.subscription (tenant_id, subscription_id, query_name, dest, token, schedule, report_if_empty,
             initial_record_time, made_by, read_time_ms, read_shard, read_height, read_record, ran_s, media,
             epcis_version, cbv_version, epc_format, cbv_format)
         SELECT q.tenant_id, $2, q.name, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19
         FROM app.named_query q WHERE q.tenant_id = $1 AND q.name = $3
         RETURNING {COLUMNS}"
    );
    let inserted = sqlx::query(sqlx::AssertSqlSafe(statement))
        .bind(tenant)
        .bind(row.id)
        .bind(&row.query_name)
        .bind(&row.new.dest)
        .bind(&row.token)
        .bind(schedule.map_err(|error| ApiError::internal(&error))?)
        .bind(row.new.report_if_empty)
        .bind(row.new.initial_record_time.as_ref().map(|(text, _)| text))
        .bind(row.made_by)
        .bind(time_ms)
        .bind(shard)
        .bind(height)
        .bind(record)
        .bind(row.now_s)
        .bind(form.media)
        .bind(form.epcis_version)
        .bind(form.cbv_version)
        .bind(form.epc_format)
        .bind(form.cbv_format)
        .fetch_optional(conn)
        .await?;
    let inserted = inserted.ok_or_else(super::super::named_query::unknown_query)?;
    Ok(from_row(&inserted)?)
}

/// Lists at most `rows` subscriptions to a query after an id, the oldest first.
pub(in crate::slice::provenance) async fn list(
    conn: &mut PgConnection,
    tenant: TenantId,
    query_name: &str,
    after: Option<Uuid>,
    rows: u32,
) -> Result<Vec<Stored>, sqlx::Error> {
    let statement = format!(
        "SELECT {COLUMNS} FROM app.subscription
         WHERE tenant_id = $1 AND query_name = $2 AND ($3::uuid IS NULL OR subscription_id > $3)
         ORDER BY subscription_id LIMIT $4"
    );
    let found = sqlx::query(sqlx::AssertSqlSafe(statement))
        .bind(tenant)
        .bind(query_name)
        .bind(after)
        .bind(i64::from(rows))
        .fetch_all(conn)
        .await?;
    found.iter().map(from_row).collect()
}

/// Finds a subscription to a query.
///
/// # Errors
/// `provenance.unknown_subscription`, failures of the database.
pub(in crate::slice::provenance) async fn find(
    conn: &mut PgConnection,
    tenant: TenantId,
    query_name: &str,
    id: Uuid,
) -> Result<Stored, ApiError> {
    let statement = format!(
        "SELECT {COLUMNS} FROM app.subscription WHERE tenant_id = $1 AND subscription_id = $2 AND query_name = $3"
    );
    let found =
        sqlx::query(sqlx::AssertSqlSafe(statement)).bind(tenant).bind(id).bind(query_name).fetch_optional(conn).await?;
    Ok(from_row(&found.ok_or_else(unknown_subscription)?)?)
}

/// Deletes a subscription to a query; false when there is none.
pub(in crate::slice::provenance) async fn delete(
    conn: &mut PgConnection,
    tenant: TenantId,
    query_name: &str,
    id: Uuid,
) -> Result<bool, sqlx::Error> {
    let statement = "DELETE FROM app.subscription WHERE tenant_id = $1 AND subscription_id = $2 AND query_name = $3";
    let deleted = sqlx::query(statement).bind(tenant).bind(id).bind(query_name).execute(conn).await?;
    Ok(deleted.rows_affected() > 0)
}

/// A subscription with something to deliver, now or later.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Active {
    pub(super) tenant: TenantId,
    pub(super) id: Uuid,
    /// Whether the tenant is a sandbox.
    pub(super) is_test: bool,
}

/// Lists the subscriptions of all tenants that are neither paused nor of a suspended tenant, in the role of the
/// service.
pub(super) async fn active(conn: &mut PgConnection) -> Result<Vec<Active>, sqlx::Error> {
    let found = sqlx::query(
        "SELECT s.tenant_id, s.subscription_id, t.mode = 'test' AS is_test
         FROM app.subscription s JOIN app.tenant t USING (tenant_id)
         WHERE s.paused IS NULL AND t.suspended_at IS NULL",
    );
    let read = |row: &PgRow| {
        let (tenant, id) = (row.try_get("tenant_id")?, row.try_get("subscription_id")?);
        Ok(Active { tenant, id, is_test: row.try_get("is_test")? })
    };
    found.fetch_all(conn).await?.iter().map(read).collect()
}

/// A subscription that is not paused, with its query; `None` without one.
pub(super) async fn open(
    conn: &mut PgConnection,
    tenant: TenantId,
    id: Uuid,
) -> Result<Option<(Stored, Option<EventQuery>)>, sqlx::Error> {
    let columns = COLUMNS.replace("created_at", "s.created_at");
    let statement = format!(
        "SELECT {columns}, q.query FROM app.subscription s
         JOIN app.named_query q ON q.tenant_id = s.tenant_id AND q.name = s.query_name
         WHERE s.tenant_id = $1 AND s.subscription_id = $2 AND s.paused IS NULL"
    );
    let found = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(tenant).bind(id).fetch_optional(conn).await?;
    let Some(row) = found else { return Ok(None) };
    let text: &str = row.try_get("query")?;
    Ok(Some((from_row(&row)?, parse_body(text.as_bytes()).ok())))
}

/// Which delivery of which subscription a change is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Current {
    pub(super) tenant: TenantId,
    pub(super) id: Uuid,
    pub(super) delivery: i64,
}

/// What becomes of a delivery.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// It begins with as many events.
    Begun { events: u32 },
    /// The receiver wants fewer events at once: another delivery with as many takes its place.
    Replaced { events: u32 },
    /// Nothing is to be delivered after all.
    Dropped,
    /// The receiver has it: everything up to `read_to` is settled, and the times of the schedule up to `ran_s`.
    Settled { read_to: EventPosition, ran_s: i64, is_notified: bool },
    /// An attempt failed.
    Failed { error: String, next_at: OffsetDateTime },
    /// Nothing more is delivered.
    Paused { reason: &'static str, error: String },
}

/// Changes a delivery; false when it is not the current one any more, or the subscription is gone.
pub(super) async fn change(conn: &mut PgConnection, of: Current, change: Change) -> Result<bool, sqlx::Error> {
    const HEAD: &str = "UPDATE app.subscription SET ";
    const TAIL: &str = " WHERE tenant_id = $1 AND subscription_id = $2 AND delivery = $3 AND paused IS NULL";
    macro_rules! statement {
        ($set:literal) => {
            sqlx::query(sqlx::AssertSqlSafe(format!("{HEAD}{}{TAIL}", $set)))
                .bind(of.tenant)
                .bind(of.id)
                .bind(of.delivery)
        };
    }
    let statement = match change {
        Change::Begun { events } => statement!("pending = $4").bind(i64::from(events)),
        Change::Replaced { events } => statement!("pending = $4, delivery = delivery + 1").bind(i64::from(events)),
        Change::Dropped => statement!("pending = NULL, failed = 0, next_at = NULL"),
        Change::Settled { read_to, ran_s, is_notified } => {
            let (time_ms, shard, height, record) = position_of(&read_to);
            statement!(
                "read_time_ms = $4, read_shard = $5, read_height = $6, read_record = $7, ran_s = $8,
                 delivery = delivery + $9, pending = NULL, failed = 0, next_at = NULL, last_error = NULL,
                 last_notified_at = CASE WHEN $9 = 1 THEN now() ELSE last_notified_at END"
            )
            .bind(time_ms)
            .bind(shard)
            .bind(height)
            .bind(record)
            .bind(ran_s)
            .bind(i32::from(is_notified))
        }
        Change::Failed { error, next_at } => {
            statement!("failed = failed + 1, last_error = $4, next_at = $5").bind(error).bind(next_at)
        }
        Change::Paused { reason, error } => {
            statement!("failed = failed + 1, paused = $4, paused_at = now(), last_error = $5, next_at = NULL")
                .bind(reason)
                .bind(error)
        }
    };
    Ok(statement.execute(conn).await?.rows_affected() > 0)
}

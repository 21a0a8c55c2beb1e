//! SQL on `app.operation`. Invariant: every statement of a tenant filters by tenant, in addition to row-level security.
//! Only the relay's statement reads the rows of all tenants.

use super::{CommandOutcome, Decision, OperationId, OperationRecord, Refused, Status};
use crate::tenant_id::TenantId;
use chain_types::{Digest, Height, ShardId, TxId};
use sqlx::{FromRow, PgConnection, Row as _, postgres::PgRow};
use std::borrow::Cow;
use uuid::Uuid;

struct OperationRow {
    tenant_id: TenantId,
    operation_id: Uuid,
    kind: String,
    subject: String,
    status: i16,
    atomic: bool,
    command_count: i32,
    pointer: String,
    trace_id: Option<String>,
    refused: Option<String>,
    tx_id: Vec<u8>,
    shard: i16,
    valid_until_ms: i64,
    height: Option<i64>,
    first_record: Option<i32>,
    accepted_at_us: i64,
    signed_at_us: i64,
    ordered_at_us: Option<i64>,
    executed_at_us: Option<i64>,
    indexed_at_us: Option<i64>,
    outcomes: Option<String>,
}

impl FromRow<'_, PgRow> for OperationRow {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            tenant_id: row.try_get("tenant_id")?,
            operation_id: row.try_get("operation_id")?,
            kind: row.try_get("kind")?,
            subject: row.try_get("subject")?,
            status: row.try_get("status")?,
            atomic: row.try_get("atomic")?,
            command_count: row.try_get("command_count")?,
            pointer: row.try_get("pointer")?,
            trace_id: row.try_get("trace_id")?,
            refused: row.try_get("refused")?,
            tx_id: row.try_get("tx_id")?,
            shard: row.try_get("shard")?,
            valid_until_ms: row.try_get("valid_until_ms")?,
            height: row.try_get("height")?,
            first_record: row.try_get("first_record")?,
            accepted_at_us: row.try_get("accepted_at_us")?,
            signed_at_us: row.try_get("signed_at_us")?,
            ordered_at_us: row.try_get("ordered_at_us")?,
            executed_at_us: row.try_get("executed_at_us")?,
            indexed_at_us: row.try_get("indexed_at_us")?,
            outcomes: row.try_get("outcomes")?,
        })
    }
}

macro_rules! columns {
    () => {
        concat!(
            "tenant_id, operation_id, kind, subject, status, atomic, command_count, pointer, trace_id, refused, tx_id, ",
            "shard, valid_until_ms, height, first_record, accepted_at_us, signed_at_us, ordered_at_us, ",
            "executed_at_us, indexed_at_us, outcomes"
        )
    };
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", columns!(), " FROM app.operation ", $rest)
    };
}

/// The maximum number of commands and refused parts of all operations on one page. A page stops before it exceeds this,
/// and the next page continues.
pub const COMMANDS_PER_PAGE_MAX: u32 = 10_000;

/// A page of operations.
#[derive(Clone, Debug)]
pub struct Found {
    /// The newest first.
    pub records: Vec<OperationRecord>,
    /// Whether there are older ones.
    pub has_more: bool,
}

/// Finds one operation of a tenant.
///
/// # Errors
/// The errors of the database.
pub async fn find(
    conn: &mut PgConnection,
    tenant: TenantId,
    id: OperationId,
) -> Result<Option<OperationRecord>, sqlx::Error> {
    let row: Option<OperationRow> = sqlx::query_as(select!("WHERE tenant_id = $1 AND operation_id = $2"))
        .bind(tenant)
        .bind(id.0)
        .fetch_optional(conn)
        .await?;
    row.map(read).transpose()
}

/// Lists the newest operations of a tenant that are older than `before`, of one kind or of all kinds: at most `limit`,
/// and at most [`COMMANDS_PER_PAGE_MAX`] commands.
///
/// # Errors
/// The errors of the database.
pub async fn list(
    conn: &mut PgConnection,
    tenant: TenantId,
    kind: Option<&str>,
    before: Option<OperationId>,
    limit: u32,
) -> Result<Found, sqlx::Error> {
    // One additional row shows whether there are more. Outcomes beyond the commands of the page are not read.
    let rows = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        ", matched FROM (SELECT o.*, count(*) OVER () AS matched,
             row_number() OVER (ORDER BY operation_id DESC) AS place,
             sum(command_count + refused_count) OVER (ORDER BY operation_id DESC ROWS UNBOUNDED PRECEDING) AS commands
         FROM (SELECT * FROM app.operation
             WHERE tenant_id = $1 AND ($2::text IS NULL OR kind = $2) AND ($3::uuid IS NULL OR operation_id < $3)
             ORDER BY operation_id DESC LIMIT $4) AS o) AS o
         WHERE place <= $5 AND (place = 1 OR commands <= $6) ORDER BY operation_id DESC"
    ))
    .bind(tenant)
    .bind(kind)
    .bind(before.map(|id| id.0))
    .bind(i64::from(limit) + 1)
    .bind(i64::from(limit))
    .bind(i64::from(COMMANDS_PER_PAGE_MAX))
    .fetch_all(conn)
    .await?;
    let matched: i64 = rows.first().map_or(Ok(0), |row| row.try_get("matched"))?;
    let records = rows.iter().map(|row| read(OperationRow::from_row(row)?)).collect::<Result<Vec<_>, _>>()?;
    Ok(Found { has_more: usize::try_from(matched).is_ok_and(|matched| matched > records.len()), records })
}

/// Inserts an accepted operation. One without commands is decided already.
///
/// # Errors
/// The errors of the database.
pub async fn insert(conn: &mut PgConnection, record: &OperationRecord) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO app.operation (tenant_id, operation_id, kind, subject, atomic, command_count, pointer, trace_id,
         tx_id, shard, valid_until_ms, accepted_at_us, signed_at_us, refused, refused_count, status, executed_at_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    )
    .bind(record.tenant)
    .bind(record.id.0)
    .bind(&*record.kind)
    .bind(&record.subject)
    .bind(record.atomic)
    .bind(stored::<_, i32>(record.command_count)?)
    .bind(&*record.pointer)
    .bind(record.trace_id.as_deref())
    .bind(record.tx_id.0.as_bytes().as_slice())
    .bind(stored::<_, i16>(record.shard.0)?)
    .bind(stored::<_, i64>(record.valid_until_ms)?)
    .bind(record.accepted_at_us)
    .bind(record.signed_at_us)
    .bind(refused_text(&record.refused)?)
    .bind(stored::<_, i32>(record.refused.len())?)
    .bind(record.status().number())
    .bind(record.decision.as_ref().map(|decision| decision.executed_at_us))
    .execute(conn)
    .await?;
    Ok(())
}

/// Lists undecided operations of all tenants that have an outbox row, in key order after `after`. Runs in the relay's
/// database role.
///
/// # Errors
/// The errors of the database.
pub(crate) async fn list_undecided(
    conn: &mut PgConnection,
    after: Option<(TenantId, OperationId)>,
    limit: u32,
) -> Result<Vec<OperationRecord>, sqlx::Error> {
    let (tenant, operation) = after.unwrap_or((TenantId::SYSTEM, OperationId(Uuid::nil())));
    let rows: Vec<OperationRow> = sqlx::query_as(select!(
        "JOIN app.outbox USING (tenant_id, operation_id) WHERE (tenant_id, operation_id) > ($1, $2) \
         ORDER BY tenant_id, operation_id LIMIT $3"
    ))
    .bind(tenant)
    .bind(operation.0)
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(read).collect()
}

/// Converts a number to the type of its column. A number that does not fit is an internal failure of the statement.
pub(crate) fn stored<N, S: TryFrom<N>>(number: N) -> Result<S, sqlx::Error>
where
    S::Error: std::error::Error + Send + Sync + 'static,
{
    S::try_from(number).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}

fn refused_text(refused: &[Refused]) -> Result<Option<String>, sqlx::Error> {
    if refused.is_empty() {
        return Ok(None);
    }
    serde_json::to_string(refused).map(Some).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}

/// Converts a row. An impossible value is a decoding error.
fn read(row: OperationRow) -> Result<OperationRecord, sqlx::Error> {
    let impossible =
        |what: &'static str| sqlx::Error::Decode(format!("operation row with an impossible {what}").into());
    let status = Status::from_number(row.status).ok_or_else(|| impossible("status"))?;
    let outcomes: Vec<CommandOutcome> = match &row.outcomes {
        Some(text) => serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        None => Vec::new(),
    };
    let refused: Vec<Refused> = match &row.refused {
        Some(text) => serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        None => Vec::new(),
    };
    let decision = (status.number() != Status::Accepted.number()).then(|| Decision {
        status,
        height: row.height.and_then(|height| u64::try_from(height).ok()).map(Height),
        first_record: row.first_record.and_then(|first| u32::try_from(first).ok()),
        ordered_at_us: row.ordered_at_us,
        executed_at_us: row.executed_at_us.unwrap_or(row.signed_at_us),
        outcomes,
    });
    Ok(OperationRecord {
        tenant: row.tenant_id,
        id: OperationId(row.operation_id),
        kind: Cow::Owned(row.kind),
        subject: row.subject,
        atomic: row.atomic,
        command_count: u32::try_from(row.command_count).map_err(|_| impossible("count"))?,
        pointer: Cow::Owned(row.pointer),
        trace_id: row.trace_id,
        refused,
        tx_id: TxId(Digest(row.tx_id.try_into().map_err(|_| impossible("transaction id"))?)),
        shard: ShardId(u16::try_from(row.shard).map_err(|_| impossible("shard"))?),
        valid_until_ms: u64::try_from(row.valid_until_ms).map_err(|_| impossible("expiry"))?,
        accepted_at_us: row.accepted_at_us,
        signed_at_us: row.signed_at_us,
        decision,
        promised: None,
        indexed_at_us: row.indexed_at_us,
    })
}

//! Lists operations. Invariant: a page has a limit of operations and of their commands.

use super::{OperationRow, columns, read};
use crate::{
    operation::{OperationId, OperationRecord},
    tenant_id::TenantId,
};
use sqlx::{FromRow as _, PgConnection, Row as _};

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

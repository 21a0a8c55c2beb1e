//! The numbers of a tenant's events. Invariant: they are kept while events are written, never counted.

use crate::{column, tenant};
use chain_types::TenantId;
use sqlx::PgConnection;

/// The numbers of a tenant's events.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals {
    /// All events, including error declarations.
    pub events: u64,
    /// Error declarations only.
    pub error_declarations: u64,
}

/// Reads a tenant's totals without counting; zero for a tenant without events.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn read_totals(connection: &mut PgConnection, tenant: TenantId) -> Result<Totals, sqlx::Error> {
    const TOTALS: &str = "SELECT coalesce(sum(events), 0)::bigint AS events,
            coalesce(sum(error_declarations), 0)::bigint AS error_declarations
        FROM index.provenance_total WHERE tenant_id = $1";
    let row = sqlx::query(TOTALS).bind(tenant::uuid(tenant)).fetch_one(connection).await?;
    Ok(Totals { events: column::get(&row, "events")?, error_declarations: column::get(&row, "error_declarations")? })
}

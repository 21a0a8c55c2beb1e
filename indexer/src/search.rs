//! Bounds statements that may read much of the index. Invariant: a bounded statement ends in time, and reads no whole
//! table, whose size depends on other tenants.

use sqlx::PgConnection;

/// The time limit of one search, in milliseconds: shorter than that of other statements, so that searches cannot hold
/// the connections that writes need.
pub const SEARCH_MS_MAX: u32 = 3_000;

/// Sets the time limit of searches, and excludes scans of whole tables, until the end of the transaction. With few
/// distinct values the server would take such a scan for the cheapest, and its time would depend on the rows of others.
pub(crate) async fn limit_search(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let set = "SELECT set_config('statement_timeout', $1, true), set_config('enable_seqscan', 'off', true)";
    sqlx::query(set).bind(SEARCH_MS_MAX.to_string()).execute(connection).await.map(drop)
}

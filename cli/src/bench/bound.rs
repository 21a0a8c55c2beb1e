//! The upper bound of capture: Postgres stores the same rows again, with indexes, without other load. Invariant: only
//! the temporary schema `bound` is written.

use super::statistics::per_second;
use crate::running::Running;
use anyhow::Context as _;
use sqlx::{Connection as _, Executor as _, Row as _};
use std::{path::Path, time::Instant};

/// Copies the index's rows of events, patterns and streams within the instance's database. Returns events a second.
pub async fn measure(data: &Path) -> anyhow::Result<f64> {
    let running = Running::find(data).await.context("the instance runs")?;
    let mut connection = indexer::connection::connect(&running.database_url).await?;
    connection
        .execute(
            "create schema bound; \
             create table bound.event (like index.provenance_event including all); \
             create table bound.pattern (like index.provenance_pattern including all); \
             create table bound.stream (like index.provenance_stream including all); \
             grant usage on schema bound to waymark_indexer; \
             grant insert on all tables in schema bound to waymark_indexer; \
             set role waymark_indexer",
        )
        .await?;
    let started = Instant::now();
    connection
        .execute(
            "insert into bound.event select * from index.provenance_event; \
             insert into bound.pattern select * from index.provenance_pattern; \
             insert into bound.stream select * from index.provenance_stream",
        )
        .await?;
    let elapsed = started.elapsed();
    let row = connection.fetch_one("select count(*) from index.provenance_event").await?;
    let events = usize::try_from(row.get::<i64, _>(0))?;
    connection.execute("reset role; drop schema bound cascade").await?;
    connection.close().await?;
    Ok(per_second(events, elapsed))
}

//! `waymark migrate`: brings the schemas of a database to this version, once. Invariant: it is the only command for a
//! given database that needs the login that owns the tables, besides `waymark indexer rebuild`.

use crate::{database::DatabaseArguments, terminal::print_line};
use anyhow::Context as _;
use std::process::ExitCode;

/// Flags of `waymark migrate`.
#[derive(clap::Args, Clone, Debug)]
pub struct MigrateArguments {
    #[command(flatten)]
    database: DatabaseArguments,
}

/// Migrates and ends.
pub async fn run(arguments: MigrateArguments) -> anyhow::Result<ExitCode> {
    let url = arguments.database.required_url()?;
    indexer::migrate::migrate(&url).await.context("migrating the database")?;
    print_line("The schemas are in place");
    Ok(crate::exit::SUCCESS.into())
}

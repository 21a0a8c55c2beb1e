//! The copy's schema: a comparison reads it, a rebuild puts it in the place of the live one. Invariant: until
//! [`switch`] commits, the live tables are unchanged. After it, readers see complete tables only, with the live tables'
//! constraints, indexes, policies and grants, under the same names.

use crate::{apply::notify, connection, ledger::Cursor, slice::tables};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

/// The schema of the copy; the live tables are in schema `index`.
const COPY_SCHEMA: &str = "index_rebuild";
/// The schema of the tables that a rebuild has replaced, until they are dropped.
const REPLACED_SCHEMA: &str = "index_replaced";
/// The time that dropping the replaced tables waits for their last readers, in milliseconds. The next rebuild or start
/// drops what is left.
const DROP_WAIT_MS_MAX: u64 = 30_000;

/// Recreates the copy's schema with empty tables like the live ones, without the indexes that no constraint needs.
pub(super) async fn create(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let create =
        |name| format!("CREATE TABLE {COPY_SCHEMA}.{name} (LIKE index.{name} INCLUDING ALL EXCLUDING INDEXES);");
    let tables: String = tables().map(|table| create(table.name)).collect();
    let statements = format!(
        "BEGIN; DROP SCHEMA IF EXISTS {COPY_SCHEMA} CASCADE; CREATE SCHEMA {COPY_SCHEMA}; {tables}
         GRANT USAGE ON SCHEMA {COPY_SCHEMA} TO waymark_indexer;
         GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA {COPY_SCHEMA} TO waymark_indexer;"
    );
    execute(connection, statements).await?;
    run_generated(connection, CONSTRAINTS).await?;
    execute(connection, "COMMIT".to_owned()).await
}

/// The keys and the other constraints that have an index.
const CONSTRAINTS: &str = "
    SELECT format('ALTER TABLE index_rebuild.%I ADD CONSTRAINT %I %s',
        t.relname, c.conname, pg_get_constraintdef(c.oid))
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
    WHERE t.relnamespace = 'index'::regnamespace AND c.contype IN ('p', 'u', 'x') ORDER BY t.relname, c.conname";

/// The other indexes. They are built once the tables are full, which is faster than keeping them up to date.
const INDEXES: &str = "
    SELECT regexp_replace(pg_get_indexdef(i.indexrelid), ' ON (ONLY )?index\\.', ' ON \\1index_rebuild.')
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
    WHERE t.relnamespace = 'index'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
    ORDER BY x.relname";

/// Row-level security, its policies, and the rights of roles, as the live schema has them.
const ACCESS: &str = "
    SELECT statement FROM (
      SELECT 1 AS step, relname AS name,
        format('ALTER TABLE index_rebuild.%I ENABLE ROW LEVEL SECURITY', relname) AS statement
      FROM pg_class WHERE relnamespace = 'index'::regnamespace AND relkind = 'r' AND relrowsecurity
      UNION ALL
      SELECT 2, relname, format('ALTER TABLE index_rebuild.%I FORCE ROW LEVEL SECURITY', relname)
      FROM pg_class WHERE relnamespace = 'index'::regnamespace AND relkind = 'r' AND relforcerowsecurity
      UNION ALL
      SELECT 3, tablename || policyname, format('CREATE POLICY %I ON index_rebuild.%I AS %s FOR %s TO %s',
          policyname, tablename, permissive, cmd,
          (SELECT string_agg(CASE role WHEN 'public' THEN 'PUBLIC' ELSE quote_ident(role) END, ', ')
              FROM unnest(roles) AS role))
        || coalesce(' USING (' || qual || ')', '') || coalesce(' WITH CHECK (' || with_check || ')', '')
      FROM pg_policies WHERE schemaname = 'index'
      UNION ALL
      SELECT 4, relname, format('REVOKE ALL ON index_rebuild.%I FROM waymark_indexer', relname)
      FROM pg_class WHERE relnamespace = 'index'::regnamespace AND relkind = 'r'
      UNION ALL
      SELECT 5, relname || a.grantee || a.privilege_type, format('GRANT %s ON index_rebuild.%I TO %s', a.privilege_type,
          relname, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
      FROM pg_class, aclexplode(relacl) a
      WHERE relnamespace = 'index'::regnamespace AND relkind = 'r' AND a.grantee <> relowner
      UNION ALL
      SELECT 6, relname || attname, format('GRANT %s (%I) ON index_rebuild.%I TO %s',
          a.privilege_type, attname, relname,
          CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
      FROM pg_attribute JOIN pg_class t ON t.oid = attrelid, aclexplode(attacl) a
      WHERE relnamespace = 'index'::regnamespace AND relkind = 'r' AND NOT attisdropped AND a.grantee <> relowner
      UNION ALL
      SELECT 7, a.grantee || a.privilege_type, format('GRANT %s ON SCHEMA index_rebuild TO %s', a.privilege_type,
          CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
      FROM pg_namespace, aclexplode(nspacl) a WHERE nspname = 'index' AND a.grantee <> nspowner
    ) AS statements ORDER BY step, name";

/// Completes the filled copy and puts it in the place of the live tables, in one transaction. `cursors` are those of
/// the copy; listeners hear of them. A reader waits for nothing: renaming a schema locks no table.
pub(super) async fn switch(connection: &mut PgConnection, cursors: &[Cursor]) -> Result<(), sqlx::Error> {
    run_generated(connection, INDEXES).await?;
    run_generated(connection, ACCESS).await?;
    // Without statistics the first queries after the switch would be planned as if the tables were empty.
    let analyze = tables().map(|table| format!("ANALYZE {COPY_SCHEMA}.{};", table.name)).collect::<Vec<_>>().concat();
    execute(connection, analyze).await?;
    let mut transaction = connection.begin().await?;
    let rename = format!("ALTER SCHEMA index RENAME TO {REPLACED_SCHEMA}; ALTER SCHEMA {COPY_SCHEMA} RENAME TO index;");
    execute(&mut transaction, rename).await?;
    for cursor in cursors {
        notify(&mut transaction, cursor).await?;
    }
    transaction.commit().await
}

/// Runs the statements that a query returns, in order. The query consists of this crate's constants only, and quotes
/// every name that it takes from the catalog.
async fn run_generated(connection: &mut PgConnection, query: &'static str) -> Result<(), sqlx::Error> {
    let statements: Vec<String> = sqlx::query_scalar(query).fetch_all(&mut *connection).await?;
    for statement in statements {
        execute(connection, statement).await?;
    }
    Ok(())
}

/// Drops the copy and the tables that an earlier rebuild replaced. The caller holds the lock of the copy.
pub(super) async fn drop_leftovers(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let drop = format!(
        "SET lock_timeout = {DROP_WAIT_MS_MAX}; DROP SCHEMA IF EXISTS {COPY_SCHEMA} CASCADE;
         DROP SCHEMA IF EXISTS {REPLACED_SCHEMA} CASCADE; RESET lock_timeout"
    );
    execute(connection, drop).await
}

/// Takes the advisory lock of the copy's schema for a session, if it is free.
pub(super) async fn try_lock(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let lock = sqlx::query_scalar("SELECT pg_try_advisory_lock(hashtext($1))");
    lock.bind(COPY_SCHEMA).fetch_one(connection).await
}

/// Releases all advisory locks of a session: that of the copy, and the shards' leases. The end of the session would
/// release them too, but only a moment after the client left.
pub(super) async fn unlock(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    execute(connection, "SELECT pg_advisory_unlock_all()".to_owned()).await
}

/// Opens a session of the owner of the tables.
pub(super) async fn owner_session(url: &str) -> Result<PgConnection, sqlx::Error> {
    let options = connection::options(url)?.options([("client_min_messages", "error")]);
    PgConnection::connect_with(&options).await
}

/// Lets the owner's session write the copy as the indexer does: its role, and unqualified tables in the copy.
pub(super) async fn enter_copy(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let enter = format!("SET ROLE waymark_indexer; SET search_path = {COPY_SCHEMA}; SET synchronous_commit = off");
    execute(connection, enter).await
}

/// Makes the session the owner's again.
pub(super) async fn leave_copy(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    execute(connection, "RESET ROLE; RESET search_path; RESET synchronous_commit".to_owned()).await
}

/// Opens a session of the indexer that reads a snapshot of the live tables.
pub(super) async fn live_snapshot(url: &str) -> Result<PgConnection, sqlx::Error> {
    let options = connection::options(url)?.options([("role", "waymark_indexer"), ("search_path", "index")]);
    let mut connection = PgConnection::connect_with(&options).await?;
    let begin = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
    sqlx::raw_sql(begin).execute(&mut connection).await?;
    Ok(connection)
}

/// Runs statements. They consist of this crate's constants and of names that the database quoted.
async fn execute(connection: &mut PgConnection, statements: String) -> Result<(), sqlx::Error> {
    connection.execute(sqlx::raw_sql(AssertSqlSafe(statements))).await.map(drop)
}

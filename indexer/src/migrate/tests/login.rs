//! What each login of a deployment may do, on a server of its own: the grants are those of a table, and what is not in
//! it is refused.

use crate::{
    connection,
    local_postgres::{Durability, LocalPostgres, LocalPostgresConfig},
    migrate::{SchemaError, check, migrate},
    pool::{app_pool, indexer_pool},
};
use sqlx::{AssertSqlSafe, Executor as _, PgConnection};
use std::{fs, os::unix::fs::PermissionsExt as _};
use tempfile::TempDir;

const MIGRATOR: &str = "waymark_migrator_login";
const GATEWAY: &str = "waymark_gateway_login";
const INDEXER: &str = "waymark_indexer_login";

/// Every grant on a table to another role than its owner, as `role schema.table privileges`: the first letters of
/// select, insert, update and delete.
const GRANTS: &[&str] = &[
    "waymark_app app.api_key siu",
    "waymark_app app.console_code sid",
    "waymark_app app.idempotency siud",
    "waymark_app app.link siud",
    "waymark_app app.link_total siu",
    "waymark_app app.member siud",
    "waymark_app app.named_query sid",
    "waymark_app app.operation si",
    "waymark_app app.outbox si",
    "waymark_app app.subscription siud",
    "waymark_app app.tenant si",
    "waymark_app app.tenant_key siu",
    "waymark_app app.transaction_key sid",
    "waymark_app app.webhook siud",
    "waymark_app app.webhook_attempt sid",
    "waymark_app app.webhook_notice siud",
    "waymark_app app.webhook_pending siud",
    "waymark_app app.webhook_replay siud",
    "waymark_app app.webhook_secret siud",
    "waymark_app index.block s",
    "waymark_app index.conviction s",
    "waymark_app index.cursor s",
    "waymark_app index.event_content s",
    "waymark_app index.event_name s",
    "waymark_app index.event_run s",
    "waymark_app index.provenance_event s",
    "waymark_app index.provenance_master_data s",
    "waymark_app index.provenance_pattern s",
    "waymark_app index.provenance_stream s",
    "waymark_app index.provenance_term s",
    "waymark_app index.provenance_total s",
    "waymark_app index.provenance_value s",
    "waymark_app index.transaction s",
    "waymark_app public._sqlx_migrations s",
    "waymark_indexer app.tenant_key s",
    "waymark_indexer app.transaction_key s",
    "waymark_indexer index.block siud",
    "waymark_indexer index.conviction siud",
    "waymark_indexer index.cursor siud",
    "waymark_indexer index.event_content siud",
    "waymark_indexer index.event_name siud",
    "waymark_indexer index.event_run siud",
    "waymark_indexer index.provenance_event siud",
    "waymark_indexer index.provenance_master_data siud",
    "waymark_indexer index.provenance_pattern siud",
    "waymark_indexer index.provenance_stream siud",
    "waymark_indexer index.provenance_term siud",
    "waymark_indexer index.provenance_total siud",
    "waymark_indexer index.provenance_value siud",
    "waymark_indexer index.transaction siud",
    "waymark_indexer public._sqlx_migrations s",
    "waymark_service app.idempotency s",
    "waymark_service app.operation su",
    "waymark_service app.operator_event si",
    "waymark_service app.outbox sd",
    "waymark_service app.service_secret si",
    "waymark_service app.signing_key siud",
    "waymark_service app.subscription s",
    "waymark_service app.tenant s",
    "waymark_service app.tenant_key su",
    "waymark_service app.webhook_secret s",
    "waymark_service index.block s",
    "waymark_service index.conviction s",
    "waymark_service index.cursor s",
];

/// Every grant on a single column, as `role schema.table.column PRIVILEGE`.
const COLUMN_GRANTS: &[&str] = &[
    "waymark_service app.idempotency.body UPDATE",
    "waymark_service app.service_secret.sealed UPDATE",
    "waymark_service app.subscription.token UPDATE",
    "waymark_service app.tenant.suspended_at UPDATE",
    "waymark_service app.webhook.state SELECT",
    "waymark_service app.webhook.tenant_id SELECT",
    "waymark_service app.webhook.version SELECT",
    "waymark_service app.webhook.webhook_id SELECT",
    "waymark_service app.webhook_secret.sealed UPDATE",
    "waymark_service index.event_run.height SELECT",
    "waymark_service index.event_run.shard SELECT",
    "waymark_service index.event_run.tenant_id SELECT",
];

/// Lists the grants in the form of [`COLUMN_GRANTS`].
const LIST_COLUMNS: &str = "
    SELECT format('%s %s.%s.%s %s', coalesce(r.rolname, 'everybody'), n.nspname, c.relname, t.attname, a.privilege_type)
    FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN aclexplode(t.attacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE n.nspname IN ('app', 'index', 'public') ORDER BY 1";

/// Lists the grants in the form of [`GRANTS`]; a privilege that is none of the four appears with its name.
const LIST: &str = "
    SELECT format('%s %s.%s %s', coalesce(r.rolname, 'everybody'), n.nspname, c.relname, string_agg(
        CASE WHEN a.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
          THEN lower(left(a.privilege_type, 1)) ELSE a.privilege_type END,
        '' ORDER BY position(left(a.privilege_type, 1) IN 'SIUD')))
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE n.nspname IN ('app', 'index', 'public') AND a.grantee <> c.relowner
    GROUP BY r.rolname, n.nspname, c.relname ORDER BY 1";

/// A server with a migrated database.
async fn deployment() -> (TempDir, LocalPostgres) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o711)).expect("ours");
    let config = LocalPostgresConfig { data_dir: folder.path().to_owned(), durability: Durability::None };
    let local = LocalPostgres::start(config).await.expect("a server");
    (folder, local)
}

async fn texts(session: &mut PgConnection, query: &'static str) -> Vec<String> {
    sqlx::query_scalar(query).fetch_all(session).await.expect("the catalog can be read")
}

#[tokio::test]
async fn each_login_may_do_what_the_table_says_and_nothing_else() {
    let (_folder, local) = deployment().await;
    let urls = local.urls();
    let unmigrated = check(&app_pool(&urls.gateway).await.expect("a pool")).await.expect_err("there is no table yet");
    assert!(matches!(unmigrated, SchemaError::Behind(_)), "{unmigrated}");
    migrate(&urls.migrator).await.expect("the migrations run without a superuser");
    for pool in [app_pool(&urls.gateway).await, indexer_pool(&urls.indexer).await] {
        check(&pool.expect("a pool")).await.expect("the schema is this version's");
    }

    let mut administrator = connection::connect(local.administrator_url()).await.expect("the server answers");
    assert_eq!(texts(&mut administrator, LIST).await, GRANTS);
    assert_eq!(texts(&mut administrator, LIST_COLUMNS).await, COLUMN_GRANTS);
    let attributes = "SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'waymark\\_%'
        AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication
          OR rolcanlogin <> (rolname LIKE '%\\_login') OR rolcanlogin AND rolinherit)";
    assert_eq!(texts(&mut administrator, attributes).await, Vec::<String>::new());
    let memberships = "SELECT format('%s %s%s', m.rolname, g.rolname, CASE WHEN a.admin_option THEN ' admin' END)
        FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member JOIN pg_roles g ON g.oid = a.roleid
        WHERE m.rolname LIKE 'waymark%' ORDER BY 1";
    let expected = [
        format!("{GATEWAY} waymark_app"),
        format!("{GATEWAY} waymark_service"),
        format!("{INDEXER} waymark_indexer"),
        format!("{MIGRATOR} waymark_indexer"),
    ];
    assert_eq!(texts(&mut administrator, memberships).await, expected);
    let owners = "SELECT DISTINCT pg_get_userbyid(owner)::text FROM (
        SELECT nspowner FROM pg_namespace WHERE nspname IN ('app', 'index') UNION ALL
        SELECT relowner FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname IN ('app', 'index')) AS owned (owner)";
    assert_eq!(texts(&mut administrator, owners).await, [MIGRATOR]);

    for (url, statements) in [
        (
            &urls.gateway,
            &[
                "SELECT FROM app.tenant",
                "SET ROLE waymark_indexer",
                "SET ROLE waymark_migrator_login",
                "SET ROLE waymark",
                "CREATE TABLE public.mine (id int)",
                "CREATE TEMPORARY TABLE mine (id int)",
                "CREATE SCHEMA mine",
                "SET ROLE waymark_app; INSERT INTO index.block DEFAULT VALUES",
                "SET ROLE waymark_app; UPDATE index.cursor SET height = 0",
                "SET ROLE waymark_service; DELETE FROM index.block",
                "SET ROLE waymark_app; DROP TABLE app.outbox",
                "SET ROLE waymark_app; ALTER TABLE app.tenant DISABLE ROW LEVEL SECURITY",
                "COPY (SELECT 1) TO PROGRAM 'true'",
            ][..],
        ),
        (
            &urls.indexer,
            &[
                "SELECT FROM index.block",
                "SET ROLE waymark_app",
                "SET ROLE waymark_service",
                "SET ROLE waymark_indexer; SELECT FROM app.tenant",
                "SET ROLE waymark_indexer; SELECT FROM app.api_key",
                "SET ROLE waymark_indexer; SELECT FROM app.signing_key",
                "SET ROLE waymark_indexer; SELECT FROM app.outbox",
                "SET ROLE waymark_indexer; DELETE FROM app.transaction_key",
                "SET ROLE waymark_indexer; TRUNCATE index.block",
                "CREATE SCHEMA mine",
            ][..],
        ),
        (&urls.migrator, &["SET ROLE waymark_app", "SET ROLE waymark", "CREATE ROLE mine", "CREATE DATABASE mine"][..]),
    ] {
        for statement in statements {
            let mut session = connection::connect(url).await.expect("it logs in");
            let refused = session.execute(sqlx::raw_sql(AssertSqlSafe(*statement))).await.expect_err(statement);
            let code = refused.as_database_error().and_then(|error| error.code().map(std::borrow::Cow::into_owned));
            assert_eq!(code.as_deref(), Some("42501"), "{statement}: {refused}");
        }
    }
    local.stop().await.expect("it stops");
}

/// A database that another role migrated, as every one before there were logins.
#[tokio::test]
async fn the_tables_of_an_older_database_get_their_owner() {
    let (folder, local) = deployment().await;
    migrate(local.administrator_url()).await.expect("the superuser migrates");
    local.stop().await.expect("it stops");
    let config = LocalPostgresConfig { data_dir: folder.path().to_owned(), durability: Durability::None };
    let local = LocalPostgres::start(config).await.expect("the next start");
    let mut administrator = connection::connect(local.administrator_url()).await.expect("the server answers");
    let others = "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('app', 'index', 'public') AND c.relkind IN ('r', 'p', 'v', 'S')
          AND c.relowner <> 'waymark_migrator_login'::regrole";
    assert_eq!(texts(&mut administrator, others).await, Vec::<String>::new());
    migrate(&local.urls().migrator).await.expect("the migrator reads what has run");
    check(&app_pool(&local.urls().gateway).await.expect("a pool")).await.expect("the schema is this version's");

    for (change, expected) in [
        ("UPDATE public._sqlx_migrations SET checksum = 'x' WHERE version = 20260101000100", "is not the one"),
        ("INSERT INTO public._sqlx_migrations VALUES (99990101000000, 'later', now(), true, 'x', 1)", "a newer build"),
        ("DELETE FROM public._sqlx_migrations WHERE version = 20260101000200", "waymark migrate"),
    ] {
        administrator.execute("BEGIN").await.expect("a transaction");
        administrator.execute(change).await.expect("changed");
        let applied = "SELECT version, checksum FROM public._sqlx_migrations WHERE success";
        let applied = sqlx::query_as(applied).fetch_all(&mut administrator).await.expect("the rows");
        administrator.execute("ROLLBACK").await.expect("undone");
        let error = crate::migrate::compare(applied).expect_err(change).to_string();
        assert!(error.contains(expected), "{error}");
    }
    local.stop().await.expect("it stops");
}

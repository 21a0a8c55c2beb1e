//! Checks the catalog after all migrations of both schemas: no table, index, view, function or grant lets one tenant
//! see, change or notice another tenant's rows. Each rule was found violated in the catalog of a real system.

mod login;

use crate::{
    follow::{Indexer, IndexerConfig},
    migrate::migrate,
    pool::{app_pool, indexer_pool},
    provenance::read_totals,
    rebuild, tenant,
    testing::{
        TestDatabase,
        chain::{Draw, TestChain},
    },
};
use chain_types::{Height, ShardId, TenantId};
use sqlx::{AssertSqlSafe, PgConnection};

/// SQL that finds violations in the catalog, with the rule in words.
const RULES: [(&str, &str); 13] = [
    (
        "a table with tenant_id forces row-level security, also on its owner",
        "SELECT c.oid::regclass::text FROM tenant_table c WHERE NOT (c.relrowsecurity AND c.relforcerowsecurity)",
    ),
    (
        "a table with tenant_id has a policy",
        "SELECT c.oid::regclass::text FROM tenant_table c
         WHERE NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)",
    ),
    (
        "what waymark_app sees is compared with the setting directly, in the form that fails when it is not set",
        "SELECT p.polrelid::regclass::text FROM pg_policy p
         WHERE (p.polroles = '{0}' OR 'waymark_app'::regrole = ANY (p.polroles))
           AND (pg_get_expr(p.polqual, p.polrelid) IS DISTINCT FROM
                '(tenant_id = (current_setting(''app.tenant_id''::text))::uuid)'
                AND NOT (p.polcmd = 'a' AND p.polqual IS NULL)
             OR coalesce(pg_get_expr(p.polwithcheck, p.polrelid),
                '(tenant_id = (current_setting(''app.tenant_id''::text))::uuid)') <>
                '(tenant_id = (current_setting(''app.tenant_id''::text))::uuid)')",
    ),
    (
        "tenant_id leads every primary and unique key",
        "SELECT i.indexrelid::regclass::text FROM pg_index i JOIN tenant_table c ON c.oid = i.indrelid
         WHERE i.indisunique AND i.indkey[0] <> (SELECT attnum FROM pg_attribute
           WHERE attrelid = c.oid AND attname = 'tenant_id')",
    ),
    (
        "tenant_id leads every other index: one tenant's rows must not slow down the look-ups of another; only the gateway
         itself looks up by block, and only the tenants of a limited number of blocks",
        "SELECT i.indexrelid::regclass::text FROM pg_index i JOIN tenant_table c ON c.oid = i.indrelid
         WHERE NOT i.indisunique AND i.indexrelid::regclass::text <> 'index.event_run_block' AND i.indkey[0] <> (SELECT attnum FROM pg_attribute
           WHERE attrelid = c.oid AND attname = 'tenant_id')",
    ),
    (
        "tenant_id leads every foreign key from a table that has it",
        "SELECT k.conname::text FROM pg_constraint k JOIN tenant_table c ON c.oid = k.conrelid
         WHERE k.contype = 'f' AND k.conkey[1] <> (SELECT attnum FROM pg_attribute
           WHERE attrelid = c.oid AND attname = 'tenant_id')",
    ),
    (
        "tenant_id is a uuid and never null",
        "SELECT a.attrelid::regclass::text FROM pg_attribute a JOIN tenant_table c ON c.oid = a.attrelid
         WHERE a.attname = 'tenant_id' AND NOT (a.atttypid = 'uuid'::regtype AND a.attnotnull)",
    ),
    (
        "no function runs with its owner's rights",
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN own_schema s ON s.oid = p.pronamespace WHERE p.prosecdef",
    ),
    (
        "no materialized view: it would show every tenant's rows",
        "SELECT c.oid::regclass::text FROM pg_class c JOIN own_schema s ON s.oid = c.relnamespace WHERE c.relkind = 'm'",
    ),
    (
        "a view has its reader's rights",
        "SELECT c.oid::regclass::text FROM pg_class c JOIN own_schema s ON s.oid = c.relnamespace
         WHERE c.relkind = 'v' AND NOT coalesce(c.reloptions @> '{security_invoker=true}', FALSE)",
    ),
    (
        "nobody but the owner may truncate, and nobody may reach a partition past its parent's policy",
        "SELECT c.oid::regclass::text FROM pg_class c JOIN own_schema s ON s.oid = c.relnamespace
         CROSS JOIN role r WHERE c.relkind IN ('r', 'p') AND (has_table_privilege(r.oid, c.oid, 'TRUNCATE')
           OR c.relispartition AND has_table_privilege(r.oid, c.oid, 'SELECT'))",
    ),
    (
        "our roles bypass nothing, own nothing and cannot log in",
        "SELECT r.rolname::text FROM pg_roles r JOIN role USING (oid) WHERE r.rolsuper OR r.rolbypassrls OR r.rolcanlogin
           OR r.rolcreaterole OR r.rolcreatedb
           OR EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid)",
    ),
    (
        "waymark_app reads the index and never writes it",
        "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relnamespace = 'index'::regnamespace AND c.relkind = 'r'
           AND (has_table_privilege('waymark_app', c.oid, 'INSERT, UPDATE, DELETE')
             OR NOT has_table_privilege('waymark_app', c.oid, 'SELECT'))",
    ),
];

const WITH: &str = "WITH own_schema AS (SELECT oid FROM pg_namespace WHERE nspname IN ('index', 'app', 'public')),
    role AS (SELECT oid FROM pg_roles WHERE rolname IN ('waymark_app', 'waymark_indexer', 'waymark_service')),
    tenant_table AS (SELECT c.* FROM pg_class c JOIN own_schema s ON s.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND EXISTS (SELECT FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped))";

async fn violations(owner: &mut PgConnection, rule: &str) -> Vec<String> {
    let statement = format!("{WITH} {rule}");
    sqlx::query_scalar(AssertSqlSafe(statement)).fetch_all(owner).await.expect("a rule is valid SQL")
}

#[tokio::test]
async fn the_catalog_obeys_every_rule() {
    let database = TestDatabase::create().await;
    let mut owner = database.owner().await;
    for (words, rule) in RULES {
        assert_eq!(violations(&mut owner, rule).await, Vec::<String>::new(), "{words}");
    }
}

#[tokio::test]
async fn every_rule_detects_a_violation() {
    let database = TestDatabase::create().await;
    let mut owner = database.owner().await;
    let broken = "
        CREATE TABLE app.bare (tenant_id text, id int UNIQUE, other uuid REFERENCES app.bare_key (id));
        CREATE POLICY loose ON app.bare TO waymark_app USING (TRUE);
        CREATE TABLE app.no_policy (tenant_id uuid NOT NULL, id int);
        CREATE INDEX across_tenants ON app.no_policy (id);
        CREATE FUNCTION app.definer() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
        CREATE MATERIALIZED VIEW app.material AS SELECT 1 AS one;
        CREATE VIEW app.view AS SELECT 1 AS one;
        GRANT TRUNCATE ON app.no_policy TO waymark_service;
        GRANT INSERT ON index.block TO waymark_app";
    sqlx::raw_sql("CREATE TABLE app.bare_key (id uuid PRIMARY KEY)").execute(&mut owner).await.expect("a table");
    sqlx::raw_sql(broken).execute(&mut owner).await.expect("statements");
    for (words, rule) in RULES {
        // Roles belong to the whole server, so they are not changed.
        if !words.starts_with("our roles") {
            assert_ne!(violations(&mut owner, rule).await, Vec::<String>::new(), "{words}");
        }
    }
}

#[tokio::test]
async fn migrating_again_and_by_two_processes_at_once_changes_nothing() {
    let database = TestDatabase::create().await;
    let url = database.url();
    let (one, other) = tokio::join!(migrate(&url), migrate(&url));
    one.expect("there is nothing to migrate");
    other.expect("there is nothing to migrate");
}

/// As on a managed server, the owner of the tables is no superuser, so the policies apply to it too.
#[tokio::test]
async fn an_owner_without_special_rights_is_enough() {
    let database = TestDatabase::create().await;
    let mut superuser = database.owner().await;
    let name: String = sqlx::query_scalar("SELECT current_database()").fetch_one(&mut superuser).await.expect("a name");
    let (owner, own) = (format!("owner_of_{name}"), format!("{name}_own"));
    for statement in [
        format!("CREATE ROLE {owner} LOGIN CREATEROLE"),
        format!("GRANT waymark_app, waymark_indexer, waymark_service TO {owner}"),
        format!("CREATE DATABASE {own} OWNER {owner}"),
    ] {
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut superuser)
            .await
            .expect("the superuser's statement succeeds");
    }
    let url =
        database.url().replace("waymark@", &format!("{owner}@")).replace(&format!("/{name}?"), &format!("/{own}?"));
    migrate(&url).await.expect("the migrations run");

    let (a, chain) = (TenantId([1; 16]), TestChain::new(1));
    let event = r#"{"type":"ObjectEvent","eventTime":"2026-01-01T00:00:00Z","action":"ADD","epcList":["urn:ex:1"]}"#;
    chain.capture(0, 1_000, a, &[Draw::event(event)]);
    let pool = indexer_pool(&url).await.expect("a pool");
    let indexer = Indexer::start(IndexerConfig::default(), &pool, &chain.source(), &chain.vault());
    indexer.progress().wait_for(ShardId(0), Height(1)).await.expect("the chain has the shard");
    indexer.stop().await.expect("no failure");
    let compared = rebuild::compare(&url, &chain.source(), &chain.vault()).await.expect("the comparison succeeds");
    assert!(compared.is_identical(), "{compared:#?}");
    rebuild::rebuild(&url, &chain.source(), &chain.vault()).await.expect("a rebuild");
    let app = app_pool(&url).await.expect("a pool");
    let mut tx = tenant::begin(&app, a).await.expect("the transaction begins");
    assert_eq!(read_totals(&mut tx, a).await.expect("totals").events, 1);

    drop((tx, app, pool));
    for statement in [format!("DROP DATABASE {own} WITH (FORCE)"), format!("DROP ROLE {owner}")] {
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut superuser)
            .await
            .expect("the superuser's statement succeeds");
    }
}

//! Tests that no index mixes tenants: what one tenant stores must not slow down, or show in the times of, another's
//! look-ups.

use indexer::testing::TestDatabase;
use sqlx::Row as _;

/// Indexes of tables with tenants that do not begin with the tenant, and why.
const ACROSS_TENANTS: &[(&str, &str)] =
    &[("index.event_run_block", "the gateway itself learns which tenants a block concerns, once for all of them")];

#[tokio::test]
async fn every_index_of_a_table_with_tenants_begins_with_the_tenant() {
    let database = TestDatabase::create().await;
    let mut owner = database.owner().await;
    let rows = sqlx::query(
        "SELECT n.nspname || '.' || i.relname AS name, a.attname AS first, c.relname AS of
         FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
             JOIN pg_namespace n ON n.oid = c.relnamespace
             LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0]
         WHERE n.nspname IN ('app', 'index') AND EXISTS (
             SELECT FROM pg_attribute t WHERE t.attrelid = c.oid AND t.attname = 'tenant_id' AND NOT t.attisdropped)
         ORDER BY 1",
    )
    .fetch_all(&mut owner)
    .await
    .expect("indexes");
    assert!(rows.len() >= 12, "{}", rows.len());
    let mut across = Vec::new();
    for row in rows {
        let (name, first): (String, Option<String>) = (row.get("name"), row.get("first"));
        if first.as_deref() != Some("tenant_id") {
            across.push(name);
        }
    }
    let justified: Vec<_> = ACROSS_TENANTS.iter().map(|(name, _)| *name).collect();
    assert_eq!(across, justified);
}

#[tokio::test]
async fn every_table_with_tenants_forces_row_level_security() {
    let database = TestDatabase::create().await;
    let mut owner = database.owner().await;
    let open: Vec<String> = sqlx::query_scalar(
        "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname IN ('app', 'index') AND c.relkind = 'r' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
             AND EXISTS (SELECT FROM pg_attribute t
                 WHERE t.attrelid = c.oid AND t.attname = 'tenant_id' AND NOT t.attisdropped)",
    )
    .fetch_all(&mut owner)
    .await
    .expect("tables");
    assert_eq!(open, Vec::<String>::new());
}

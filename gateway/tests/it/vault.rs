//! Tests the replacement of the key-encryption key while requests are served. Everything stays readable, and afterwards
//! the old key is not needed.

use crate::stack::{KEK, Stack, document, event, segment};
use gateway::vault::{Keyring, Resealed, Vault};
use http::StatusCode;

const NEW: &str = "2222222222222222222222222222222222222222222222222222222222222222";

#[tokio::test(flavor = "multi_thread")]
async fn the_key_encryption_key_changes_while_serving() {
    let stack = Stack::start().await;
    assert_eq!(stack.capture(document(&[event("urn:uuid:1", "")]).as_bytes()).await.status, StatusCode::OK);
    stack.vault.replace_keyring(Keyring::parse(&format!("{NEW}\n{KEK}")).expect("keys"));
    assert_eq!(stack.capture(document(&[event("urn:uuid:2", "")]).as_bytes()).await.status, StatusCode::OK);
    let done = stack.vault.reseal_tenant_keys(&stack.gateway.pool).await.expect("resealed");
    assert_eq!(done, Resealed { seen: 1, resealed: 1 });
    let again = stack.vault.reseal_tenant_keys(&stack.gateway.pool).await.expect("nothing to do");
    assert_eq!(again, Resealed { seen: 1, resealed: 0 });

    // A process with only the new key opens everything; one with only the old key opens nothing.
    let tenant = stack.tenant.tenant;
    for (key, opens) in [(NEW, true), (KEK, false)] {
        let fresh = std::sync::Arc::new(Vault::new(Keyring::parse(key).expect("a key")));
        let keys = gateway::db::run(&stack.gateway.pool, tenant, move |conn| {
            Box::pin(async move { Ok(fresh.tenant_keys(conn, tenant).await?) })
        });
        assert_eq!(keys.await.is_ok(), opens, "{key}");
    }
    stack.vault.replace_keyring(Keyring::parse(NEW).expect("a key"));
    let evidence = stack.get(&format!("/v1/provenance/events/{}/evidence", segment("urn:uuid:1"))).await;
    assert_eq!(evidence.status, StatusCode::OK, "{}", evidence.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_is_stored_unencrypted() {
    let stack = Stack::start().await;
    assert_eq!(stack.capture(document(&[event("urn:uuid:1", "")]).as_bytes()).await.status, StatusCode::OK);
    let tenant = stack.tenant.tenant;
    let keys = stack.vault.cached_tenant_keys(tenant).expect("open");
    let mut owner = stack.database.owner().await;
    let sealed: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT sealed FROM app.tenant_key UNION ALL SELECT sealed FROM app.transaction_key")
            .fetch_all(&mut owner)
            .await
            .expect("rows");
    assert_eq!(sealed.len(), 4);
    let secret = keys.subject.as_bytes();
    assert!(sealed.iter().all(|sealed| !sealed.windows(32).any(|window| window == secret)));
}

//! Tests that keys are stored only in sealed form.

use crate::stack::{Stack, document, event};
use http::StatusCode;

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

//! Tests captures of a tenant whose registration the ledger has not decided yet.

use crate::{
    harness::{World, request},
    stack::{document, event},
};
use gateway::{db, submit::Submission, tenant::operate, tenant_id::TenantId};
use http::Method;
use std::{sync::Arc, time::Duration};

/// Stores a new tenant and its registration, which the caller launches: a gateway under load may take long to do that.
async fn store(world: &World, tenant: TenantId) -> Submission {
    let submitter = Arc::clone(&world.gateway.submitter);
    let stored = db::run(&world.gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            sqlx::query("INSERT INTO app.tenant (tenant_id, name, mode) VALUES ($1, 'Farm', 'test')")
                .bind(tenant)
                .execute(&mut *conn)
                .await?;
            submitter.register_tenant(conn, tenant, "a test").await
        })
    });
    stored.await.expect("stored")
}

#[tokio::test]
async fn a_capture_waits_for_the_registration_of_its_tenant() {
    let world = World::start().await;
    let tenant = TenantId::random();
    let registration = store(&world, tenant).await;
    let secret = operate::recover(&world.gateway, tenant).await.expect("a key").client_secret;
    let mut capture = request(Method::POST, "/epcis/capture", Some(&secret), None);
    capture.headers_mut().insert("content-type", "application/json".parse().expect("a value"));
    capture.headers_mut().insert("prefer", "wait=2".parse().expect("a value"));
    *capture.body_mut() = document(&[event("urn:uuid:1", "")]).into();
    let captured = world.send(capture).await;
    assert!(captured.status.is_success(), "{}", captured.text());

    world.gateway.submitter.launch(registration);
    let decided = async {
        loop {
            let job = world.get(captured.header("location"), &secret).await.json();
            if job["running"] == false {
                return job;
            }
        }
    };
    let job = tokio::time::timeout(Duration::from_secs(30), decided).await.expect("decided in time");
    assert_eq!(job["success"], true, "{job}");
}

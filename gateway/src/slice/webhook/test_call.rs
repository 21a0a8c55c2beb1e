//! The test of an endpoint: one call at once, outside of the order of events. Invariant: it is signed and sent as an
//! event is, and never repeated.

use super::{
    field,
    id::{AttemptId, WebhookId},
    model::AttemptOutcome,
    notice::About,
    signed::signed,
    store::{
        attempt::{self, StoredAttempt},
        endpoint, secret,
    },
};
use crate::{db, error::ApiError, state::Gateway, tenant_id::TenantId};
use std::sync::Arc;
use time::OffsetDateTime;
use tokio::time::Instant;

/// Sends a test, also to an endpoint that is disabled, and returns what came of it.
///
/// # Errors
/// `webhook.unknown`, `webhook.invalid_url` when the URL is no longer allowed, failures of the database.
pub(super) async fn run(gateway: &Arc<Gateway>, tenant: TenantId, id: WebhookId) -> Result<StoredAttempt, ApiError> {
    let vault = Arc::clone(&gateway.vault);
    let (url, secrets) = db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            let endpoint = endpoint::find(conn, tenant, id).await?.ok_or_else(super::code::unknown)?;
            Ok((endpoint.url, secret::valid(conn, &vault, tenant, id).await?))
        })
    })
    .await?;
    let target = field::target(&gateway.outgoing, &url)?;
    // The database keeps microseconds.
    let (attempt_id, at) = (AttemptId::new(), OffsetDateTime::now_utc().truncate_to_microsecond());
    let timestamp_s = u64::try_from(at.unix_timestamp()).unwrap_or(0);
    let at_us = i64::try_from(at.unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX);
    let about = About { chain: gateway.node.chain_id(), tenant, webhook: id, at_us };
    let body = about.test(attempt_id.to_string());
    let secrets: Vec<_> = secrets.into_iter().map(|(secret, _)| secret).collect();
    let call = signed(&format!("test_{}", attempt_id.0.simple()), timestamp_s, body, &secrets)?;
    let begun = Instant::now();
    let called = gateway.outgoing.post(tenant, &target, call).await;
    let duration_ms = u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX);
    let (status, error, answer) = match &called {
        Ok(answer) => (Some(answer.status), None, attempt::excerpt(&answer.excerpt)),
        Err(error) => (None, Some(error.code().to_owned()), None),
    };
    let outcome = AttemptOutcome::Test;
    let made =
        StoredAttempt { id: attempt_id, sequence: None, number: 1, at, duration_ms, status, error, answer, outcome };
    let row = made.clone();
    db::run(&gateway.pool, tenant, move |conn| {
        Box::pin(async move {
            // It may have been deleted meanwhile.
            endpoint::lock(conn, tenant, id).await?;
            attempt::insert(conn, tenant, id, &[row]).await?;
            Ok(attempt::drop_old(conn, tenant, id).await?)
        })
    })
    .await?;
    Ok(made)
}

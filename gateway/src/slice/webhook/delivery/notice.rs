//! Tells a tenant's other endpoints that one was disabled. Invariant: a notice has no number, as it is no event of the
//! ledger: it is sent to those who are there now, and not kept for others.

use super::{
    Shared,
    call::{Meaning, Receiver, now_ms},
    endpoint::Key,
};
use crate::{
    db,
    error::ApiError,
    outgoing::Kept,
    webhook::{
        model::{DisabledReason, WebhookState},
        notice::About,
        store::{endpoint as stored, secret},
    },
};
use bytes::Bytes;
use futures::future::join_all;
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// The time between the two attempts of a notice, in milliseconds.
const AGAIN_MS: u64 = 5_000;

/// Sends the notice. What fails twice is left out; the state of the endpoint says the same.
pub(super) async fn send(shared: &Arc<Shared>, key: Key, reason: DisabledReason) {
    let receivers = match others(shared, key).await {
        Ok(receivers) => receivers,
        Err(error) => return tracing::warn!(code = error.code().name, "webhooks: a notice could not be sent"),
    };
    let now_ms = now_ms();
    let id = format!("{}_disabled_{now_ms}", key.1);
    let body = body(shared, key, reason, &id, now_ms);
    join_all(receivers.iter().map(|receiver| deliver(shared, receiver, &id, body.clone()))).await;
}

async fn deliver(shared: &Shared, receiver: &Receiver, id: &str, body: Bytes) {
    for pause in [None, Some(Duration::from_millis(AGAIN_MS))] {
        if let Some(pause) = pause {
            sleep(pause).await;
        }
        let Ok(_place) = shared.calls.try_acquire(crate::budget::Sharer::SERVICE, 1) else { continue };
        let called = receiver.call(&shared.gateway.outgoing, id, body.clone()).await;
        if called.is_ok_and(|called| called.meaning() == Meaning::Delivered) {
            return;
        }
    }
}

/// The other endpoints of the tenant that are enabled.
async fn others(shared: &Shared, (tenant, id): Key) -> Result<Vec<Receiver>, ApiError> {
    let vault = Arc::clone(&shared.gateway.vault);
    let _turn = shared.statements.acquire().await;
    let found = db::run(&shared.pool, tenant, move |conn| {
        Box::pin(async move {
            let mut found = Vec::new();
            let all = stored::list(conn, tenant, None, crate::webhook::bounds::WEBHOOKS_MAX).await?;
            for endpoint in all.into_iter().filter(|it| it.id != id && it.state == WebhookState::Enabled) {
                let secrets = secret::valid(conn, &vault, tenant, endpoint.id).await?;
                found.push(Receiver { tenant, endpoint, secrets, kept: Kept::default() });
            }
            Ok(found)
        })
    });
    found.await
}

fn body(shared: &Shared, (tenant, webhook): Key, reason: DisabledReason, id: &str, now_ms: u64) -> Bytes {
    let at_us = i64::try_from(now_ms.saturating_mul(1_000)).unwrap_or(i64::MAX);
    About { chain: shared.gateway.node.chain_id(), tenant, webhook, at_us }.disabled(id.to_owned(), reason)
}

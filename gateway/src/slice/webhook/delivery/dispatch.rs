//! Runs a task for each endpoint that is enabled. Invariant: an endpoint has one task at most; all tasks end before the
//! dispatcher does.

use super::{Shared, endpoint};
use crate::{
    changes, db,
    error::ApiError,
    tenant_id::TenantId,
    webhook::{
        id::WebhookId,
        store::endpoint::{self as stored, EndpointVersion},
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

type Key = (TenantId, WebhookId);

/// The task of an endpoint.
struct Running {
    /// The version that requests last gave the endpoint. Dropped when the endpoint is disabled or deleted.
    version: watch::Sender<i64>,
    task: AbortOnDropHandle<()>,
}

/// Delivers until `stopping`; then what is known is stored. When it is dropped, all calls end at once.
pub(super) async fn run(shared: Arc<Shared>, stopping: CancellationToken) {
    let mut running: BTreeMap<Key, Running> = BTreeMap::new();
    let mut ending: Vec<AbortOnDropHandle<()>> = Vec::new();
    let mut changes = shared.gateway.webhook_changes.subscribe();
    while !stopping.is_cancelled() {
        match enabled(&shared).await {
            Ok(enabled) => update(&shared, &stopping, &mut running, &mut ending, &enabled),
            Err(error) => tracing::warn!(code = error.code().name, "webhooks: the endpoints could not be read"),
        }
        ending.retain(|task| !task.is_finished());
        #[expect(clippy::cast_precision_loss, reason = "Prometheus counts in floats; there are far fewer than 2^53")]
        metrics::gauge!("waymark_webhook_endpoints").set(running.len() as f64);
        tokio::select! {
            () = stopping.cancelled() => {}
            () = changes::wait(&mut changes, shared.settings.poll) => {}
        }
    }
    let tasks = running.into_values().map(|running| running.task);
    for task in tasks.chain(ending) {
        // It fails only after a panic, which the runtime has reported.
        let _ = task.await;
    }
}

async fn enabled(shared: &Shared) -> Result<Vec<EndpointVersion>, ApiError> {
    db::run_service(&shared.pool, |conn| Box::pin(async move { Ok(stored::enabled(conn).await?) })).await
}

/// Starts tasks, tells those whose endpoints changed, and lets those end whose endpoints are not enabled.
fn update(
    shared: &Arc<Shared>,
    stopping: &CancellationToken,
    running: &mut BTreeMap<Key, Running>,
    ending: &mut Vec<AbortOnDropHandle<()>>,
    enabled: &[EndpointVersion],
) {
    let keys: BTreeSet<Key> = enabled.iter().map(|endpoint| (endpoint.tenant, endpoint.id)).collect();
    let gone: Vec<Key> = running.keys().filter(|key| !keys.contains(key)).copied().collect();
    ending.extend(gone.into_iter().filter_map(|key| running.remove(&key)).map(|running| running.task));
    for EndpointVersion { tenant, id, version } in enabled {
        if let Some(known) = running.get(&(*tenant, *id)).filter(|running| !running.task.is_finished()) {
            known.version.send_if_modified(|known| std::mem::replace(known, *version) != *version);
        } else {
            let (sender, receiver) = watch::channel(*version);
            let task = endpoint::run(Arc::clone(shared), (*tenant, *id), receiver, stopping.clone());
            let task = AbortOnDropHandle::new(tokio::spawn(task));
            running.insert((*tenant, *id), Running { version: sender, task });
        }
    }
}

//! The task of an endpoint: reads, calls and stores until the endpoint is disabled or deleted, or the deliverer stops.
//! Invariant: what a call came to reaches the queue before another call for the same subjects is made, and the queue
//! waits when it cannot be stored.

mod outcome;
mod running;
mod work;

use super::{
    Shared,
    call::Receiver,
    pace::Pace,
    queue::{EventKey, Queue, Replay, Row},
    read::Wanted,
    store::ms_of,
};
use crate::{
    auth::credential::Mode,
    budget::Sharer,
    db,
    error::ApiError,
    outgoing::Kept,
    tenant_id::TenantId,
    webhook::{
        bounds::PENDING_MAX,
        id::WebhookId,
        model::WebhookState,
        store::{
            endpoint::{self as stored, Endpoint},
            notice::{self, NoticeRow},
            pending::{self, PendingRow},
            replay::{self, StoredReplay},
            secret,
        },
    },
};
use running::Work;
use standards_webhooks::secret::Secret;
use std::{sync::Arc, time::Duration};
use time::OffsetDateTime;
use tokio::{sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;

/// An endpoint, by its tenant and id.
pub(super) type Key = (TenantId, WebhookId);

/// The time until an endpoint that could not be read is read again, in milliseconds.
const AGAIN_MS: u64 = 1_000;

/// What is stored of an endpoint.
struct Opened {
    endpoint: Endpoint,
    secrets: Vec<(Secret, Option<OffsetDateTime>)>,
    waiting: Vec<PendingRow>,
    /// Dead letters above the position, which are read again.
    dead: Vec<EventKey>,
    replay: Option<StoredReplay>,
    notices: Vec<NoticeRow>,
    sharer: Sharer,
}

/// Works for an endpoint until it is disabled or deleted, or `stopping`.
pub(super) async fn run(shared: Arc<Shared>, key: Key, mut version: watch::Receiver<i64>, stopping: CancellationToken) {
    let opened = loop {
        version.mark_unchanged();
        match open(&shared, key).await {
            Ok(Some(opened)) => break opened,
            Ok(None) => return,
            Err(error) => tracing::warn!(code = error.code().name, "webhooks: an endpoint could not be read"),
        }
        let pause = sleep(Duration::from_millis(AGAIN_MS));
        if stopping.run_until_cancelled(pause).await.is_none() || version.has_changed().is_err() {
            return;
        }
    };
    let mut work = match Work::new(Arc::clone(&shared), key, opened).await {
        Ok(work) => work,
        // The dispatcher starts it again.
        Err(error) => return tracing::warn!(code = error.code().name, "webhooks: an endpoint could not be read"),
    };
    if let Some(reason) = work.run(&mut version, &stopping).await {
        metrics::counter!("waymark_webhook_disabled_total", "reason" => reason.as_str()).increment(1);
        tracing::info!(webhook = %key.1, reason = reason.as_str(), "webhooks: an endpoint was disabled");
        // The other endpoints of the tenant have a notice each.
        shared.gateway.webhook_changes.send_replace(());
    }
}

/// Reads an endpoint; `None` when it is disabled or deleted.
async fn open(shared: &Shared, key: Key) -> Result<Option<Opened>, ApiError> {
    let (tenant, id) = key;
    let vault = Arc::clone(&shared.gateway.vault);
    let _turn = shared.statements.acquire().await;
    let opened = db::run(&shared.pool, tenant, move |conn| {
        Box::pin(async move {
            let found = stored::find(conn, tenant, id).await?;
            let Some(endpoint) = found.filter(|endpoint| endpoint.state == WebhookState::Enabled) else {
                return Ok(None);
            };
            let secrets = secret::valid(conn, &vault, tenant, id).await?;
            let waiting = pending::waiting(conn, tenant, id).await?;
            let dead: Vec<(i64, i64)> = sqlx::query_as(
                "SELECT p.replay_id, p.sequence FROM app.webhook_pending p
                     LEFT JOIN app.webhook_replay r ON r.tenant_id = p.tenant_id AND r.webhook_id = p.webhook_id
                         AND r.replay_id = p.replay_id
                 WHERE p.tenant_id = $1 AND p.webhook_id = $2 AND p.state = 'dead'
                     AND (p.replay_id = 0 AND p.sequence > $3 OR p.sequence >= r.next)",
            )
            .bind(tenant)
            .bind(id.0)
            .bind(i64::try_from(endpoint.read_to).unwrap_or(i64::MAX))
            .fetch_all(&mut *conn)
            .await?;
            let replay = replay::find(conn, tenant, id).await?;
            let notices = notice::waiting(conn, tenant, id).await?;
            let mode: String = sqlx::query_scalar("SELECT mode FROM app.tenant WHERE tenant_id = $1")
                .bind(tenant)
                .fetch_one(conn)
                .await?;
            let dead = dead.into_iter().map(|(replay, sequence)| EventKey {
                replay: replay.unsigned_abs(),
                sequence: sequence.unsigned_abs(),
            });
            let sharer = Sharer::tenant(tenant, Mode::from_stored(&mode));
            Ok(Some(Opened { endpoint, secrets, waiting, dead: dead.collect(), replay, notices, sharer }))
        })
    });
    opened.await
}

impl Opened {
    /// Adds what is stored to a queue, which may have some of it already. Returns whether rows were left out.
    fn fill(&mut self, queue: &mut Queue, now_ms: u64) -> bool {
        let is_cut = self.waiting.len() >= usize::try_from(PENDING_MAX).unwrap_or(usize::MAX);
        for row in self.waiting.drain(..) {
            let key = EventKey { replay: row.replay_id, sequence: row.sequence };
            let subjects = row.subjects.iter().map(|hash| hash.cast_unsigned()).collect();
            let next_at_ms = row.next_at.map(ms_of);
            let (attempts, is_dead) = (row.attempts, false);
            queue.restore(Row { key, subjects, attempts, next_at_ms, is_dead, error: None }, now_ms);
        }
        if let Some(StoredReplay { replay_id, next, until, .. }) = self.replay.take() {
            queue.begin_replay(Replay { id: replay_id, next, until });
        }
        is_cut
    }
}

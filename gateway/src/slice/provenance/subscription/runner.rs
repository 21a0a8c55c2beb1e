//! Lets one gateway of a database deliver for all subscriptions. Invariant: a gateway delivers only while its session
//! holds the lease; when the session ends, all deliveries of the gateway end, and another gateway delivers.

use super::{
    follower,
    store::{self, Active},
};
use crate::{db, error::ApiError, state::Gateway};
use sqlx::{Connection as _, PgConnection, PgPool};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock, Weak},
    time::Duration,
};
use tokio::sync::Notify;
use tokio_util::task::AbortOnDropHandle;

/// The lease, as Postgres knows it.
const LEASE: &str = "waymark subscriptions";
/// The time in milliseconds between two looks for a lease that another gateway holds, for the session of the own one,
/// and for subscriptions that another gateway made.
const LOOK_MS: u64 = 2_000;
/// The time in milliseconds within which the database answers, or the lease counts as lost.
const ANSWER_MS_MAX: u64 = 5_000;

/// The deliveries of a gateway. They end when it is dropped.
#[derive(Debug, Default)]
pub struct Subscriptions {
    changed: Arc<Notify>,
    task: OnceLock<AbortOnDropHandle<()>>,
}

impl Subscriptions {
    /// Begins to deliver; only the first call has an effect.
    pub fn start(&self, gateway: &Arc<Gateway>) {
        let (pool, weak) = (gateway.pool.clone(), Arc::downgrade(gateway));
        let changed = Arc::clone(&self.changed);
        self.task.get_or_init(|| AbortOnDropHandle::new(tokio::spawn(run(pool, weak, changed))));
    }

    /// Notices a change of the subscriptions at once.
    pub(in crate::slice::provenance) fn notice(&self) {
        self.changed.notify_one();
    }
}

async fn run(pool: PgPool, gateway: Weak<Gateway>, changed: Arc<Notify>) {
    while gateway.strong_count() > 0 {
        let ended = match take_lease(&pool).await {
            Ok(Some(session)) => lead(session, &pool, &gateway, &changed).await,
            Ok(None) => Ok(()),
            Err(error) => Err(error.into()),
        };
        if let Err(error) = ended {
            tracing::warn!(code = error.code().name, "subscriptions wait for the database");
        }
        tokio::time::sleep(Duration::from_millis(LOOK_MS)).await;
    }
}

/// A session with the lease; `None` while another session has it.
async fn take_lease(pool: &PgPool) -> Result<Option<PgConnection>, sqlx::Error> {
    let mut session = PgConnection::connect_with(&pool.connect_options()).await?;
    let taken = sqlx::query_scalar("SELECT pg_try_advisory_lock(hashtextextended($1, 0))");
    let is_taken: bool = taken.bind(LEASE).fetch_one(&mut session).await?;
    Ok(is_taken.then_some(session))
}

/// Runs a follower for each subscription until the session ends.
async fn lead(
    mut session: PgConnection,
    pool: &PgPool,
    gateway: &Weak<Gateway>,
    changed: &Notify,
) -> Result<(), ApiError> {
    let mut running: BTreeMap<Active, AbortOnDropHandle<()>> = BTreeMap::new();
    loop {
        let answer = tokio::time::timeout(Duration::from_millis(ANSWER_MS_MAX), session.ping()).await;
        answer.map_err(|elapsed| ApiError::internal(&elapsed))??;
        let active: BTreeSet<Active> =
            db::run_service(pool, |conn| Box::pin(async move { Ok(store::active(conn).await?.into_iter().collect()) }))
                .await?;
        // A follower that ended although its subscription is active begins again.
        running.retain(|one, task| active.contains(one) && !task.is_finished());
        for one in active {
            running
                .entry(one)
                .or_insert_with(|| AbortOnDropHandle::new(tokio::spawn(follower::run(gateway.clone(), one))));
        }
        let _ = tokio::time::timeout(Duration::from_millis(LOOK_MS), changed.notified()).await;
    }
}

//! Delivers for all subscriptions of a database. Invariant: one gateway does so at a time, with a task for each active
//! subscription.

use super::{
    follower,
    store::{self, Active},
};
use crate::{changes, db, error::ApiError, lease, state::Gateway};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

/// The name of the lease.
const LEASE: &str = "subscriptions";
/// How often the subscriptions are read, in milliseconds, to notice those that requests to any gateway changed.
const POLL_MS: u64 = 1_000;

/// The deliveries of a gateway to subscribers. They end when it is dropped; what is not settled is sent again later.
#[derive(Debug)]
pub struct Subscriptions {
    _task: AbortOnDropHandle<()>,
}

impl Subscriptions {
    /// Starts to wait for the lease, and then to deliver.
    pub fn start(gateway: &Arc<Gateway>) -> Self {
        let gateway = Arc::clone(gateway);
        let work = async move {
            // A delivery is settled in the database, so dropping the task is a clean end.
            let never = CancellationToken::new();
            lease::hold(LEASE, &gateway.pool, &never, || run(Arc::clone(&gateway))).await;
        };
        Self { _task: AbortOnDropHandle::new(tokio::spawn(work)) }
    }
}

/// Runs a follower for each subscription that is active.
async fn run(gateway: Arc<Gateway>) {
    let mut running: BTreeMap<Active, AbortOnDropHandle<()>> = BTreeMap::new();
    let mut changes = gateway.subscription_changes.subscribe();
    loop {
        match active(&gateway).await {
            Ok(active) => update(&gateway, &mut running, active),
            Err(error) => tracing::warn!(code = error.code().name, "the subscriptions could not be read"),
        }
        changes::wait(&mut changes, Duration::from_millis(POLL_MS)).await;
    }
}

async fn active(gateway: &Gateway) -> Result<BTreeSet<Active>, ApiError> {
    db::run_service(&gateway.pool, |conn| Box::pin(async move { Ok(store::active(conn).await?.into_iter().collect()) }))
        .await
}

fn update(gateway: &Arc<Gateway>, running: &mut BTreeMap<Active, AbortOnDropHandle<()>>, active: BTreeSet<Active>) {
    // A follower that ended although its subscription is active begins again.
    running.retain(|one, task| active.contains(one) && !task.is_finished());
    for one in active {
        running
            .entry(one)
            .or_insert_with(|| AbortOnDropHandle::new(tokio::spawn(follower::run(Arc::clone(gateway), one))));
    }
}

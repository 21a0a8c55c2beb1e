//! Sends the events of tenants to their endpoints. Invariant: an event that an endpoint wants is sent until it is
//! delivered or given up, in the order of its subjects, and always with the same id; after a crash it is sent again
//! rather than lost.
//!
//! One gateway of a database delivers: it holds a [`lease`]. It runs a task for each enabled endpoint
//! ([`endpoint`]), which reads the index ([`read`]), orders what it read ([`queue`]), calls the receiver ([`call`]) as
//! fast as it takes ([`pace`]), and stores what became of it ([`store`]).

mod call;
mod dispatch;
mod endpoint;
mod notice;
pub mod pace;
pub mod queue;
mod read;
mod settings;
mod store;

pub use settings::{
    CALLS_MAX, DISABLE_AFTER_MS, DeliverySettings, FIRST_CALLS_MAX, POLL_MS, STATEMENTS_MAX, STOP_MS_MAX,
    STORE_CALLS_MAX, STORE_MS,
};

use crate::{
    budget::{Fair, Limits},
    lease,
    state::Gateway,
};
use sqlx::PgPool;
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

/// The name of the lease.
const LEASE: &str = "webhooks";

/// The deliverer of a process. When it is dropped, all calls end, and what is not stored yet is sent again later.
#[derive(Debug)]
pub struct Deliverer {
    stopping: CancellationToken,
    task: AbortOnDropHandle<()>,
}

/// What the tasks of all endpoints share.
struct Shared {
    gateway: Arc<Gateway>,
    pool: PgPool,
    settings: DeliverySettings,
    /// The statements that may run at once.
    statements: Semaphore,
    /// The first call of each endpoint.
    first_calls: Fair,
    /// All further ones.
    calls: Fair,
}

impl Deliverer {
    /// Starts to wait for the lease, and then to deliver. `pool` has the application's database role; requests must not
    /// use it.
    pub fn start(gateway: Arc<Gateway>, pool: PgPool, settings: DeliverySettings) -> Self {
        let stopping = CancellationToken::new();
        let limits = |total| Limits::of(total, Duration::ZERO);
        let shared = Arc::new(Shared {
            gateway,
            pool,
            settings,
            statements: Semaphore::new(STATEMENTS_MAX),
            first_calls: Fair::new("first calls of webhooks", limits(FIRST_CALLS_MAX)),
            calls: Fair::new("calls of webhooks", limits(CALLS_MAX)),
        });
        let stop = stopping.clone();
        let work = async move {
            lease::hold(LEASE, &shared.pool, &stop, || dispatch::run(Arc::clone(&shared), stop.clone())).await;
        };
        Self { stopping, task: AbortOnDropHandle::new(tokio::spawn(work)) }
    }

    /// Stops. What is known of events is stored; calls that do not end soon are made again by the next process.
    pub async fn stop(self) {
        self.stopping.cancel();
        // It fails only after a panic, which the runtime has reported.
        let _ = self.task.await;
    }
}

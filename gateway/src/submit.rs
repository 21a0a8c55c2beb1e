//! Submission to the ledger: a signed transaction is stored in an outbox, then submitted until the ledger has decided.
//!
//! Invariant: nothing is submitted before its outbox row is committed. A committed operation is submitted, with the
//! same signed bytes, until it is final, rejected or expired. Another process continues after a crash.

mod check;
mod clock;
pub mod code;
mod drive;
mod finality;
mod live;
mod pace;
mod register;
mod relay;
mod settle;
mod store;
mod submission;
mod write_mark;

#[cfg(test)]
mod tests;

pub use check::check_size;
pub use clock::now_us;
pub use finality::FinalitySummary;
pub use live::{Progress, Ticket};
pub use pace::{INDEX_PACE_MS_MAX, PACE_WAIT_MS_MAX, SHARED_FOR_MS, SHARED_RECORDS_MAX};
pub use register::REGISTER_TENANT;
pub use submission::{Request, Submission};

use crate::{
    budget::{self, Fair, Limits, Permit, Refused},
    error::ApiError,
    operation::OperationId,
    tenant_id::TenantId,
    vault::Vault,
};
use chain_node::NodeHandle;
use chain_types::{Height, SecretKey, ShardId};
use finality::FinalityMeter;
use indexer::progress::IndexProgress;
use live::Live;
use pace::Pace;
use sqlx::PgPool;
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use write_mark::WriteMarks;

/// The maximum total size of undecided transactions in this process, in KiB of encoded bytes; more are rejected with
/// 503.
pub const IN_FLIGHT_KIB_MAX: u32 = 64 * 1_024;

/// The time that an adopted operation waits for memory before it is tried again.
const ADOPT_WAIT: Duration = Duration::from_secs(1);

/// The time in milliseconds for which a signed transaction may wait for a block. Far below the ledger's own limit, so
/// that clocks may differ.
pub const VALIDITY_MS: u64 = 60_000;

/// The parts of a [`Submitter`].
pub struct SubmitterConfig {
    /// Connections with the application's database role. Requests must not use the same pool: they could occupy it.
    pub pool: PgPool,
    /// The node of this process.
    pub node: NodeHandle,
    /// The indexed heights.
    pub index: IndexProgress,
    /// The keys under envelope encryption.
    pub vault: Arc<Vault>,
    /// The chain operator's key, which registers tenants. A gateway without it cannot create tenants.
    pub operator: Option<SecretKey>,
}

/// Submits transactions and tracks them until they are decided.
pub struct Submitter {
    pool: PgPool,
    node: NodeHandle,
    index: IndexProgress,
    vault: Arc<Vault>,
    operator: Option<SecretKey>,
    live: Live,
    marks: WriteMarks,
    pace: Pace,
    finality: FinalityMeter,
    in_flight: Fair,
    decided: mpsc::Sender<settle::Decided>,
    tasks: TaskTracker,
    stopping: CancellationToken,
    settled: CancellationToken,
}

impl std::fmt::Debug for Submitter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Submitter(..)")
    }
}

impl Submitter {
    /// Starts the relay, which first adopts the operations that an earlier process left undecided, and the settler.
    pub fn start(config: SubmitterConfig) -> Arc<Self> {
        let (decided, decisions) = mpsc::channel(settle::QUEUE_MAX);
        let submitter = Arc::new(Self {
            pool: config.pool,
            node: config.node,
            index: config.index,
            vault: config.vault,
            operator: config.operator,
            live: Live::default(),
            marks: WriteMarks::default(),
            pace: Pace::default(),
            finality: FinalityMeter::default(),
            in_flight: Fair::new("undecided writes", Limits::of(IN_FLIGHT_KIB_MAX, ADOPT_WAIT)),
            decided,
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
            settled: CancellationToken::new(),
        });
        tokio::spawn(settle::run(Arc::clone(&submitter), decisions));
        submitter.tasks.spawn(relay::run(Arc::clone(&submitter)));
        submitter
    }

    /// Stops. Operations in flight are left to the relay of the next process; decisions already known are stored.
    pub async fn stop(&self) {
        self.stopping.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.settled.cancelled().await;
    }

    /// Reserves memory for a transaction of `bytes` encoded bytes, for the current request's tenant.
    ///
    /// # Errors
    /// `limit.share` when the tenant has its share, `ledger.busy` when this process is at its limit.
    fn reserve(&self, bytes: usize) -> Result<Permit, ApiError> {
        let kib = u32::try_from(bytes.div_ceil(1_024)).unwrap_or(u32::MAX);
        self.in_flight.try_acquire(budget::current_sharer(), kib).map_err(|refused| match refused {
            Refused::Share(_) => refused.into(),
            Refused::Full(_) => {
                let detail = "Too many writes wait for the ledger; nothing was stored. Send it again.";
                ApiError::new(&code::BUSY, detail).retry_after_s(1)
            }
        })
    }

    /// Submits what was stored and committed. Returns at once; the ticket reports the progress.
    pub fn launch(self: &Arc<Self>, submission: Submission) -> Ticket {
        if let Some(key) = submission.transaction_key() {
            self.vault.cache_transaction_key(submission.record().tx_id, key);
        }
        let (record, transaction, bytes, permit) = submission.into_parts();
        let (ticket, sender) = self.live.open(record);
        let submitter = Arc::clone(self);
        let record = ticket.record_shared();
        self.tasks.spawn(async move {
            drive::drive(&submitter, record, Some(transaction), bytes, &sender).await;
            drop(permit);
        });
        ticket
    }

    /// The ticket of an operation that this process is working on, or whose decision it has not stored yet.
    pub fn ticket(&self, tenant: TenantId, id: OperationId) -> Option<Ticket> {
        self.live.ticket(tenant, id)
    }

    /// The newest block with a write of the tenant that became final through this process.
    pub fn newest_write(&self, tenant: TenantId) -> Option<(ShardId, Height)> {
        self.marks.get(tenant)
    }

    /// Checks that the database answers, over a connection that requests do not use.
    ///
    /// # Errors
    /// A failure of the database.
    pub async fn ping(&self) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(&self.pool).await.map(drop)
    }

    /// Statistics of the time from acceptance to finality; `None` before the first operation.
    pub fn finality(&self) -> Option<FinalitySummary> {
        self.finality.summary()
    }
}

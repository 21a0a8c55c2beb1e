//! Budgets: what all requests of a gateway share, divided fairly. Invariant: one sharer holds at most a part of a
//! budget, and those who wait for a budget are served in turn, however many requests each of them sends.
//!
//! The budgets are room for requests, bytes of bodies and answers, processors, database connections, searches, proofs
//! by the ledger, and waits for new blocks. A [`Sharer`] is a tenant, all sandboxes together, or all callers without
//! credentials together.

mod charge;
mod fair;
mod held;
mod request;
mod sharer;

pub use charge::{Charge, Uncharged};
pub use fair::{Fair, Limits, Permit, Refused, Share};
pub(crate) use held::hold;
pub use request::RequestBudget;
pub(crate) use request::{count_for, current, current_sharer, enter, enter_public};
pub use sharer::{Group, Kind, Member, Sharer};

use crate::config::GatewayConfig;
use std::{num::NonZero, thread, time::Duration};

/// The size of all bodies and answers in memory, in KiB.
pub const BODY_KIB_MAX: u32 = 128 * 1024;
/// The number of requests that one sharer may have waiting for one budget.
pub const WAITING_PER_MEMBER_MAX: usize = 512;
/// The number of requests that wait for one budget, over all sharers.
pub const WAITING_MAX: usize = 4_096;
/// The time in milliseconds that a request waits for room.
pub const ROOM_WAIT_MS_MAX: u64 = 2_000;
/// The time in milliseconds that a body or an answer waits for memory.
pub const BODY_WAIT_MS_MAX: u64 = 5_000;
/// The time in milliseconds that work waits for a processor.
pub const PROCESSOR_WAIT_MS_MAX: u64 = 20_000;
/// The time in milliseconds that work waits for a database connection.
pub const DATABASE_WAIT_MS_MAX: u64 = 5_000;
/// The number of proofs that the ledger's threads are asked for at the same time. These threads also decide blocks.
pub const PROOFS_MAX: u32 = 2;
/// The number of requests that may wait for new blocks at the same time.
pub const WAITS_MAX: u32 = 512;
/// The number of streams of events that read the index at the same time. Each takes the memory of a part, a search and
/// a connection, so streams that one event wakes leave most of these budgets to requests.
pub const STREAM_READS_MAX: u32 = 16;
/// The time in milliseconds that a stream of events waits for its turn to read, before it asks again.
pub const STREAM_TURN_MS_MAX: u64 = 30_000;
/// The number of tests of webhooks that may run at the same time. Each waits for a receiver.
pub const WEBHOOK_TESTS_MAX: u32 = 32;

/// All budgets of one gateway.
#[derive(Clone, Debug)]
pub struct Budgets {
    /// Requests with credentials.
    pub room: Fair,
    /// Requests without credentials.
    pub public_room: Fair,
    /// Bodies and answers in memory, in KiB.
    pub bytes: Fair,
    /// Work that keeps a processor busy.
    pub processors: Fair,
    /// Database connections.
    pub database: Fair,
    /// Statements that search the index. Each keeps a processor of the database busy.
    pub searches: Fair,
    /// Proofs of the ledger's state.
    pub proofs: Fair,
    /// Requests that wait for new blocks.
    pub waits: Fair,
    /// Streams of events.
    pub streams: Fair,
    /// Streams of events that read.
    pub stream_reads: Fair,
    /// Tests of webhooks.
    pub webhook_tests: Fair,
}

impl Budgets {
    /// Creates the budgets; `connections` is the size of the database pool.
    pub fn new(config: &GatewayConfig, connections: u32) -> Self {
        let room = Limits::of(config.concurrency_max, Duration::from_millis(ROOM_WAIT_MS_MAX));
        let strangers = config.public_concurrency_max;
        let public_room = Limits {
            public: Share { group_max: strangers.max(1), member_max: (strangers / 2).max(1) },
            ..Limits::of(strangers, Duration::from_millis(ROOM_WAIT_MS_MAX))
        };
        Self {
            room: Fair::new("requests at once", room),
            public_room: Fair::new("requests without credentials at once", public_room),
            bytes: Fair::new("memory for bodies and answers", Limits::of(config.body_kib_max, BODY_WAIT)),
            processors: Fair::new("processors", processors()),
            database: Fair::new(
                "database connections",
                Limits::of(connections, Duration::from_millis(DATABASE_WAIT_MS_MAX)),
            ),
            searches: Fair::new("searches at once", searches()),
            proofs: Fair::new("proofs of the ledger", Limits::of(PROOFS_MAX, PROCESSOR_WAIT)),
            waits: Fair::new("waits for new blocks", Limits::of(WAITS_MAX, Duration::ZERO)),
            streams: Fair::new("streams of events", Limits::of(config.streams_max, Duration::ZERO)),
            stream_reads: Fair::new("reads of streams at once", stream_reads()),
            webhook_tests: Fair::new("tests of webhooks", Limits::of(WEBHOOK_TESTS_MAX, Duration::ZERO)),
        }
    }
}

const BODY_WAIT: Duration = Duration::from_millis(BODY_WAIT_MS_MAX);
const PROCESSOR_WAIT: Duration = Duration::from_millis(PROCESSOR_WAIT_MS_MAX);

/// The database does not know tenants, so it divides its time among statements, and a tenant with twelve of them would
/// slow down another's one twelvefold. So one sharer's searches leave half of the processors to others. Sandboxes have
/// one search more than one of them may have, so that a long one of a sandbox makes no other wait, and tenants in
/// production have as many beyond that.
fn searches() -> Limits {
    let half = (processor_count() / 2).max(1);
    let group_max = half.saturating_add(1);
    Limits {
        tenant_max: half,
        sandboxes: Share { group_max, member_max: half },
        leaves_as_much: false,
        ..Limits::of(group_max.saturating_mul(2), Duration::from_millis(DATABASE_WAIT_MS_MAX))
    }
}

/// One sharer may use every processor. The operating system divides them among the tasks beyond that number, so another
/// sharer's task always starts at once. Sandboxes may have one task more than there are processors, and tenants in
/// production have as many beyond that.
fn processors() -> Limits {
    let count = processor_count();
    let half = count.saturating_add(1);
    Limits {
        tenant_max: count,
        sandboxes: Share { group_max: half, member_max: count },
        public: Share { group_max: (half / 2).max(1), member_max: (half / 2).max(1) },
        leaves_as_much: false,
        ..Limits::of(half.saturating_mul(2), PROCESSOR_WAIT)
    }
}

/// Each stream waits for one turn, so the number of streams limits those who wait.
fn stream_reads() -> Limits {
    Limits {
        waiting_max: usize::MAX,
        waiting_per_member_max: usize::MAX,
        ..Limits::of(STREAM_READS_MAX, Duration::from_millis(STREAM_TURN_MS_MAX))
    }
}

fn processor_count() -> u32 {
    u32::try_from(thread::available_parallelism().map_or(1, NonZero::get)).unwrap_or(1)
}

#[cfg(test)]
mod tests;

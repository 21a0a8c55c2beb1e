//! The replica of one shard as a state machine that leaves effects to its host. Invariant: [`Replica::step`] writes
//! nothing and sends nothing. Its only I/O is reading leaves of the state through [`chain_state::LeafReader`]. The host
//! performs the effects strictly in order, so a message follows the write that it depends on.
#![deny(clippy::arithmetic_side_effects, clippy::float_arithmetic, clippy::indexing_slicing)]

mod adopt;
mod bodies;
mod clock;
mod decide;
mod effect;
mod epoch;
mod input;
mod join;
mod lane;
mod ledger;
mod mempool;
mod message;
mod observe;
mod peers;
mod promise;
mod receive;
mod recovery;
mod replica;
mod sender;
mod snapshot;
mod stopwatch;
mod submission;
mod sync;
mod tip;
mod voting;

pub use bodies::{BODIES_MAX, TRANSACTIONS_BYTES_MAX};
pub use chain_types::Timing;
pub use effect::{Adoption, Alarm, Commit, Effect, Effects, Finalised, HeldBlock, PromiseRequest, Refused};
pub use input::{Input, Source};
pub use join::{JOIN_BEHIND_BLOCKS, JOIN_PATIENCE_MS, JOIN_ROUNDS_MAX, JOIN_WAIT_MS};
pub use ledger::{CLOCK_AHEAD_MS_MAX, CLOCK_BEHIND_MS_MAX, FLUSH_BLOCKS};
pub use mempool::{MEMPOOL_BYTES_MAX, MEMPOOL_TRANSACTIONS_MAX, SHARED_BLOCK_ENTRIES_MAX};
pub use message::{FINAL_BLOCKS_MAX, FINAL_BYTES_MAX, Fetched, IDS_MAX, Message, WRITE_SETS_BYTES_MAX};
pub use observe::Load;
pub use peers::{FETCH_MS, PATIENCE_MS, SPREAD_MS, STATUS_MS};
pub use promise::{CONFIRMATIONS_MAX, Owed};
pub use recovery::{Memory, Recovered, RecoveryError, SeenBlock};
pub use replica::{Replica, Role};
pub use snapshot::{HAND_OVERS_PER_PART_MAX, SNAPSHOT_PART_BYTES_MAX, SnapshotAsk, SnapshotPart, unexpired};
pub use stopwatch::Stopwatch;
pub use submission::JUDGED_MAX;
pub use sync::{EXPIRY_GRACE_MS, SPREAD_MAX};
pub use tip::Totals;
pub use voting::{EARLY_PROPOSAL_BYTES_MAX, EARLY_PROPOSALS_MAX, EARLY_VOTES_BYTES_MAX, early_bytes_max};

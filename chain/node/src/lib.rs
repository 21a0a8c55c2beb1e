//! A node: performs the replicas' effects on real threads, disks and sockets. Invariant: one named thread owns each
//! shard, a vote is durable in the journal before it leaves, and a block is durable in the store before it is
//! announced.

mod allow_list;
mod answer;
mod budget;
mod candidacy;
mod clock;
mod config;
mod disk;
mod duty;
mod error;
mod folder;
mod format;
mod handle;
mod journal;
mod launch;
mod node;
mod persist;
mod promise;
mod pruning;
mod recover;
mod relay;
mod reply;
mod request;
mod seed;
mod serving;
mod shard;
mod takeover;
mod upkeep;
mod verifier;
mod wire;

pub use answer::{Final, ShardStatus, StateProofs, StreamProofParts, Tip};
pub use budget::{IN_FLIGHT_BYTES_MAX, REQUESTS_BYTES_MAX};
pub use candidacy::{Account, CATCH_UP_WAIT, Candidacy, CandidacyError, admit, schedule_version};
pub use chain_network::{Peer, PeerStatus};
pub use chain_replica::{JOIN_BEHIND_BLOCKS, Timing};
pub use config::{History, Links, NodeConfig};
pub use disk::FREE_PERMILLE_MIN;
pub use error::{NodeError, SubmitError};
pub use folder::store_folder;
pub use format::check_format;
pub use handle::NodeHandle;
pub use node::Node;
pub use pruning::{KEEP_BLOCKS_MIN, PRUNED_PER_BLOCK_MAX};
pub use relay::{RELAY_TASKS_MAX, Relay, RelayConfig};
pub use seed::{beacon_secrets, randomness_key};
pub use upkeep::{UPKEEP_VALIDITY_MS, upkeep};
pub use verifier::{VERIFY_BATCH_MAX, VERIFY_QUEUE_MAX};

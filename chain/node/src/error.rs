//! Failures of a node. Invariant: a shard whose disk failed stops for good and reports that to every caller.

use chain_replica::RecoveryError;
use chain_store::StoreError;
use chain_types::{Height, ShardId, genesis::GenesisError};
use std::path::PathBuf;

/// Why a node does not start or does not answer.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// The genesis document is not one that a chain may start from.
    #[error("the genesis document is not valid")]
    Genesis(#[from] GenesisError),
    /// The genesis document's beacon is not one that a chain may start with.
    #[error("the genesis document's beacon is not valid")]
    GenesisBeacon(#[from] chain_ledger::genesis::GenesisFault),
    /// Without links to peers, a node's key must be the one of the genesis document's only validator.
    #[error("a node without peers must hold the key of the genesis document's only validator")]
    ForeignKey,
    /// The network does not start.
    #[error("the network does not start")]
    Network(#[source] chain_network::NetworkError),
    /// Another process uses the folder.
    #[error("another process uses {}", folder.display())]
    Locked {
        /// The folder.
        folder: PathBuf,
    },
    /// An earlier protocol wrote the folder.
    #[error(
        "{} was written by protocol 1, and this build cannot read its ledger: start a new one with `waymark up --data DIR` \
         in an empty folder, or use the build that wrote it",
        folder.display()
    )]
    OlderFormat {
        /// The folder.
        folder: PathBuf,
    },
    /// A later build wrote the folder.
    #[error("{} has format {format} and this build reads {known}: install the newer build that wrote it", folder.display())]
    NewerFormat {
        /// The folder.
        folder: PathBuf,
        /// Its format.
        format: u16,
        /// What this build reads.
        known: u16,
    },
    /// A file cannot be read or written.
    #[error("{doing} failed")]
    File {
        /// The action that failed.
        doing: &'static str,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// The store failed.
    #[error("the store of shard {shard} failed")]
    Store {
        /// Which shard.
        shard: ShardId,
        /// How.
        #[source]
        source: StoreError,
    },
    /// The shard cannot be recovered from its store.
    #[error("shard {shard} cannot be recovered")]
    Recovery {
        /// Which shard.
        shard: ShardId,
        /// Why.
        #[source]
        source: RecoveryError,
    },
    /// The store does not hold what the validator signed: starting would risk signing a second history.
    #[error(
        "shard {shard} holds block {tip}, but its journal says that block {voted} was signed: the store lost \
         data or was restored from an older copy"
    )]
    LostBlocks {
        /// Which shard.
        shard: ShardId,
        /// The last block of the store.
        tip: Height,
        /// The last block that was voted for.
        voted: Height,
    },
    /// The block is final, and this node does not have it.
    #[error(
        "block {height} of shard {shard} is not here: this node has the blocks from {first} on, since it joined from a \
         snapshot or keeps no older ones"
    )]
    AbsentBlock {
        /// Which shard.
        shard: ShardId,
        /// The block.
        height: Height,
        /// The first block that it has.
        first: Height,
    },
    /// The shard has stopped.
    #[error("shard {shard} has stopped")]
    Stopped {
        /// Which shard.
        shard: ShardId,
    },
    /// There is no such shard.
    #[error("there is no shard {shard}")]
    UnknownShard {
        /// Which was asked for.
        shard: ShardId,
    },
}

/// Why a submitted transaction is not final.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SubmitError {
    /// A queue is full, or the disk nearly is. The transaction was not accepted; try again later.
    #[error("the ledger is busy")]
    Busy,
    /// Its expiry passed before it reached a block.
    #[error("the transaction expired before it reached a block")]
    Expired,
    /// It can never be on the chain.
    #[error("the transaction is refused: {detail}")]
    Refused {
        /// A stable code.
        code: &'static str,
        /// A sentence for people.
        detail: String,
    },
    /// The shard has stopped; the outcome is unknown until the node runs again.
    #[error("the shard has stopped")]
    Stopped,
}

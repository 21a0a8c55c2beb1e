//! The errors of a node. Invariant: a shard whose disk failed stops until the node restarts, and every later call to it
//! returns an error. A shard whose disk is full waits for space.

use crate::HOLD_MAX;
use chain_replica::RecoveryError;
use chain_store::StoreError;
use chain_types::{Height, ShardId, genesis::GenesisError};
use std::path::PathBuf;

/// Why a node does not start or does not answer.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// No chain may start from this genesis document.
    #[error("the genesis document is not valid")]
    Genesis(#[from] GenesisError),
    /// No chain may start with the beacon of this genesis document.
    #[error("the genesis document's beacon is not valid")]
    GenesisBeacon(#[from] chain_ledger::genesis::GenesisFault),
    /// Without links to peers, a node's key must be that of the genesis document's only validator.
    #[error("a node without peers must hold the key of the genesis document's only validator")]
    ForeignKey,
    #[error("the network does not start")]
    Network(#[source] chain_network::NetworkError),
    #[error("another process uses {}", folder.display())]
    Locked { folder: PathBuf },
    /// An earlier protocol wrote the folder.
    #[error(
        "{} was written by protocol 1, and this build cannot read its ledger: start a new one with `waymark up --data DIR` \
         in an empty folder, or use the build that wrote it",
        folder.display()
    )]
    OlderFormat { folder: PathBuf },
    /// A later build wrote the folder.
    #[error("{} has format {format} and this build reads {known}: install the newer build that wrote it", folder.display())]
    NewerFormat {
        folder: PathBuf,
        /// The folder's format.
        format: u16,
        /// The format that this build reads.
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
    #[error("the store of shard {shard} failed")]
    Store {
        shard: ShardId,
        #[source]
        source: StoreError,
    },
    /// The shard cannot be recovered from its store.
    #[error("shard {shard} cannot be recovered")]
    Recovery {
        shard: ShardId,
        #[source]
        source: RecoveryError,
    },
    /// The store lacks blocks that the validator has signed. Starting would risk a conflicting second history.
    #[error(
        "shard {shard} holds block {tip}, but its journal says that block {voted} was signed: the store lost \
         data or was restored from an older copy"
    )]
    LostBlocks {
        shard: ShardId,
        /// The height of the store's last block.
        tip: Height,
        /// The last height that was voted for.
        voted: Height,
    },
    /// A checkpoint took so long that the shards continued.
    #[error("copying the stores took more than {} s, so the copies are not of one moment; try again", HOLD_MAX.as_secs())]
    HeldTooLong,
    /// The block is final, but this node does not have it.
    #[error(
        "block {height} of shard {shard} is not here: this node has the blocks from {first} on, since it joined from a \
         snapshot or keeps no older ones"
    )]
    AbsentBlock {
        shard: ShardId,
        height: Height,
        /// The first block that this node has.
        first: Height,
    },
    #[error("shard {shard} has stopped")]
    Stopped { shard: ShardId },
    /// The disk has no space for the next write. The shard repeats the write until there is space; no restart is
    /// needed.
    #[error("the disk of shard {shard} is full")]
    Full { shard: ShardId },
    #[error("there is no shard {shard}")]
    UnknownShard { shard: ShardId },
}

/// Why a submitted transaction is not final.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SubmitError {
    /// A queue is full, or the disk nearly is. The transaction was not accepted; try again later.
    #[error("the ledger is busy")]
    Busy,
    /// It expired before it reached a block.
    #[error("the transaction expired before it reached a block")]
    Expired,
    /// It can never be on the chain.
    #[error("the transaction is refused: {detail}")]
    Refused {
        /// The stable code.
        code: &'static str,
        /// The reason, in one sentence.
        detail: String,
    },
    /// The shard has stopped. The outcome is unknown until the node runs again.
    #[error("the shard has stopped")]
    Stopped,
}

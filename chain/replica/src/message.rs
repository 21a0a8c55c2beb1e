//! The messages between replicas of one shard, and their encoding. Invariant: the content of a received message is an
//! unverified claim until the receiver has checked it.

use crate::{SnapshotAsk, SnapshotPart};
use borsh::{BorshDeserialize, BorshSerialize, io};
use chain_types::{
    BlockHeader, Certificate, Digest, FinalBlock, Height, SignedVote, Transaction, TxId, View,
    beacon::{BrokenPromise, PromiseBatch},
    codec,
};

/// Ids of one block's transactions, at most: each has at least one entry.
pub const IDS_MAX: usize = chain_types::limit::ENTRIES_PER_BLOCK_MAX;
/// Final blocks in one answer, at most.
pub const FINAL_BLOCKS_MAX: usize = 256;
/// Bytes of final blocks in one answer, at most; a single larger block is still sent.
pub const FINAL_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Bytes of final blocks with their write-sets in one answer, at most; a single larger block is sent without its
/// write-set.
pub const WRITE_SETS_BYTES_MAX: usize = 8 * 1024 * 1024;

/// A final block as a peer sends it to a follower.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Fetched {
    pub block: FinalBlock,
    /// The encoded write-set, while the peer still has it [P8, state and write-set].
    pub write_set: Option<Vec<u8>>,
}

/// A message between replicas of one shard.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Message {
    /// A leader's signed proposal. Its transactions were sent before; a replica requests missing ones.
    Proposal {
        /// The leader's vote for the step `Propose`.
        vote: SignedVote,
        header: Box<BlockHeader>,
        /// The block's transactions, in order.
        #[borsh(deserialize_with = "block_ids")]
        ids: Vec<TxId>,
    },
    Vote(SignedVote),
    Certificate(Certificate),
    /// The sender's last final block, and its view at the next height.
    Status {
        /// The height of the last final block.
        height: Height,
        view: View,
    },
    /// Requests a block that is not final yet.
    FetchBlock {
        /// Its digest.
        block: Digest,
    },
    /// Answers [`Message::FetchBlock`].
    Block {
        header: Box<BlockHeader>,
        /// Its transactions, in order.
        #[borsh(deserialize_with = "block_ids")]
        ids: Vec<TxId>,
    },
    /// Requests transactions of a block that is not final yet.
    FetchTransactions {
        /// The block's digest.
        block: Digest,
        /// The missing transactions.
        #[borsh(deserialize_with = "block_ids")]
        ids: Vec<TxId>,
    },
    /// Transactions, new or requested. Their signatures are checked like those of a client.
    Transactions(Vec<Transaction>),
    /// Requests final blocks.
    FetchFinal {
        /// The first height.
        from: Height,
    },
    /// Answers [`Message::FetchFinal`] with consecutive blocks; empty when the peer has none.
    Final(Vec<FinalBlock>),
    /// Requests final blocks with their write-sets.
    FetchWriteSets {
        /// The first height.
        from: Height,
    },
    /// Answers [`Message::FetchWriteSets`] with consecutive blocks; empty when the peer has none.
    WriteSets(Vec<Fetched>),
    /// Requests a part of a snapshot.
    FetchSnapshot(SnapshotAsk),
    /// Answers [`Message::FetchSnapshot`].
    Snapshot(Box<SnapshotPart>),
    /// A leader's promise, for the submitters of its transactions.
    Promised(Box<PromiseBatch>),
    /// Evidence that a leader broke a promise.
    Broken(Box<BrokenPromise>),
}

/// Decodes the ids of one block's transactions: at least one, since no block is empty, and at most [`IDS_MAX`].
fn block_ids(reader: &mut impl io::Read) -> io::Result<Vec<TxId>> {
    let count = u32::deserialize_reader(reader)?;
    let is_of_block = usize::try_from(count).is_ok_and(|count| (1..=IDS_MAX).contains(&count));
    if !is_of_block {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("no block has {count} transactions")));
    }
    (0..count).map(|_| TxId::deserialize_reader(reader)).collect()
}

impl Message {
    /// The height that a consensus message is about; `None` for all others.
    pub(crate) const fn height(&self) -> Option<Height> {
        match self {
            Self::Proposal { vote, .. } | Self::Vote(vote) => Some(vote.vote.height),
            Self::Certificate(certificate) => Some(certificate.vote.height),
            _ => None,
        }
    }

    /// Whether it requests final blocks or a snapshot.
    pub(crate) const fn asks_for_blocks(&self) -> bool {
        matches!(self, Self::FetchFinal { .. } | Self::FetchWriteSets { .. } | Self::FetchSnapshot(_))
    }

    /// The canonical (Borsh) encoding of the message.
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Decodes a message.
    ///
    /// # Errors
    /// [`codec::CodecError`] when the bytes are not the canonical encoding of a message.
    pub fn decode(bytes: &[u8]) -> Result<Self, codec::CodecError> {
        codec::decode("a message", bytes)
    }
}

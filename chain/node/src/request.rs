//! Requests to a shard's thread. Invariant: every request that waits for an answer carries the channel for it, so a
//! request that is dropped is an answer too.

use crate::{ShardStatus, StateProofs, SubmitError, budget::Token, reply::Origin};
use chain_network::Share;
use chain_replica::Message;
use chain_types::{PublicKey, VerifiedTransaction, state::StateKey};
use tokio::sync::oneshot;

/// Requests that may wait for a shard; a submission request holds a whole batch.
pub(crate) const REQUESTS_MAX: usize = 256;

/// Asks for proofs of keys of the state.
pub(crate) struct Question {
    pub(crate) keys: Vec<StateKey>,
    pub(crate) sender: oneshot::Sender<Option<StateProofs>>,
}

/// Asks for the values of keys, without proof.
pub(crate) struct Read {
    pub(crate) keys: Vec<StateKey>,
    pub(crate) sender: oneshot::Sender<Option<Vec<Option<Vec<u8>>>>>,
}

/// A request to a shard.
pub(crate) enum Request {
    Submit(Vec<(VerifiedTransaction, Origin)>),
    Peer {
        from: PublicKey,
        message: Box<Message>,
        /// The memory that the message occupies until it is handled. This node's own messages occupy none.
        held: Option<(Token, Share)>,
    },
    Prove(Question),
    Read(Read),
    Status(oneshot::Sender<ShardStatus>),
    /// See [`chain_replica::Input::Cover`].
    Cover(u64),
    Stop,
}

impl Request {
    /// Answers a request that no shard will serve.
    pub(crate) fn refuse(self) {
        if let Self::Submit(batch) = self {
            for (_, origin) in batch {
                origin.refuse(SubmitError::Stopped);
            }
        }
    }
}

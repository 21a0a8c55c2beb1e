//! The requests to a shard's thread. Invariant: a request that waits for an answer carries its reply channel. Dropping
//! the request therefore also answers it.

use crate::{ShardStatus, StateProofs, SubmitError, budget::Token, checkpoint::Hold, reply::Origin};
use chain_network::Share;
use chain_replica::Message;
use chain_types::{Digest, PublicKey, VerifiedTransaction, state::StateKey};
use std::collections::BTreeSet;
use tokio::sync::oneshot;

/// Requests that can wait for a shard. One submission request holds a whole batch.
pub(crate) const REQUESTS_MAX: usize = 256;

/// Asks for proofs of state keys.
pub(crate) struct Question {
    pub(crate) keys: Vec<StateKey>,
    pub(crate) sender: oneshot::Sender<Option<StateProofs>>,
}

/// Asks for the values of state keys, without proof.
pub(crate) struct Read {
    pub(crate) keys: Vec<StateKey>,
    pub(crate) sender: oneshot::Sender<Option<Vec<Option<Vec<u8>>>>>,
}

pub(crate) enum Request {
    Submit(Vec<(VerifiedTransaction, Origin)>),
    Peer {
        from: PublicKey,
        message: Box<Message>,
        /// The memory that the message occupies until it is handled; `None` for this node's own messages.
        held: Option<(Token, Share)>,
    },
    Prove(Question),
    Read(Read),
    Status(oneshot::Sender<ShardStatus>),
    /// See [`chain_replica::Input::Cover`].
    Cover(u64),
    Hold(Hold),
    /// Drops the accusations with these digests.
    DropSettled(BTreeSet<Digest>),
    Stop,
}

impl Request {
    /// Answers a request that no shard will handle while its disk is full. A client may send its transaction again.
    pub(crate) fn refuse_while_full(self) {
        if let Self::Submit(batch) = self {
            for (_, origin) in batch {
                origin.refuse(SubmitError::Busy);
            }
        }
    }

    /// Answers a request that no shard will handle.
    pub(crate) fn refuse(self) {
        if let Self::Submit(batch) = self {
            for (_, origin) in batch {
                origin.refuse(SubmitError::Stopped);
            }
        }
    }
}

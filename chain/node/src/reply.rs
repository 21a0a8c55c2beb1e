//! Pending submissions and their reply channels. Invariant: every submission gets exactly one answer. A dropped reply
//! channel counts as the answer `Stopped`.

use crate::{Final, SubmitError, budget::Token};
use chain_network::Gossip;
use chain_types::{PublicKey, TxId, beacon::PromiseBatch};
use foldhash::fast::RandomState;
use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::sync::oneshot;

pub(crate) type Answer = Result<Final, SubmitError>;

/// The reply channel of a submission, with the memory budget that its transaction holds.
pub(crate) struct Reply {
    pub(crate) sender: oneshot::Sender<Answer>,
    /// The channel for a promise, which may arrive before the answer.
    pub(crate) promised: Option<oneshot::Sender<Arc<PromiseBatch>>>,
    pub(crate) token: Token,
}

impl Reply {
    pub(crate) fn send(self, answer: Answer) {
        drop(self.token);
        let _ = self.sender.send(answer);
    }
}

/// The source of a transaction.
pub(crate) enum Origin {
    /// A client of this node, which waits for the answer.
    Client(Reply),
    /// A peer, with the verdict on the gossip batch that carried it, if any.
    Peer {
        #[expect(dead_code, reason = "held for its drop: the bytes count until the shard has the transaction")]
        token: Token,
        /// The member that submitted it first, or that sent it on request.
        submitter: PublicKey,
        verdict: Option<Arc<Verdict>>,
    },
}

impl Origin {
    /// Reports that the transaction was refused.
    pub(crate) fn refuse(self, why: SubmitError) {
        match self {
            Self::Client(reply) => reply.send(Err(why)),
            Self::Peer { verdict: Some(verdict), .. } if matches!(why, SubmitError::Refused { .. }) => {
                verdict.mark_invalid();
            }
            Self::Peer { .. } => {}
        }
    }
}

/// The verdict on a gossip batch. It is given once its last transaction was checked.
pub(crate) struct Verdict {
    gossip: Option<Gossip>,
    is_invalid: AtomicBool,
}

impl Verdict {
    pub(crate) const fn new(gossip: Gossip) -> Self {
        Self { gossip: Some(gossip), is_invalid: AtomicBool::new(false) }
    }

    /// Marks the batch as invalid: it has an invalid transaction, and the peer that forwarded it could check that.
    pub(crate) fn mark_invalid(&self) {
        self.is_invalid.store(true, Ordering::Release);
    }
}

impl Drop for Verdict {
    fn drop(&mut self) {
        let Some(gossip) = self.gossip.take() else { return };
        if self.is_invalid.load(Ordering::Acquire) { gossip.reject() } else { gossip.accept() }
    }
}

/// Pending submissions by transaction. The same transaction may be submitted more than once.
#[derive(Default)]
pub(crate) struct PendingReplies(HashMap<TxId, Vec<Reply>, RandomState>);

impl PendingReplies {
    pub(crate) fn add(&mut self, id: TxId, reply: Reply) {
        match self.0.entry(id) {
            Entry::Occupied(mut entry) => entry.get_mut().push(reply),
            Entry::Vacant(entry) => {
                entry.insert(vec![reply]);
            }
        }
    }

    pub(crate) fn take(&mut self, id: &TxId) -> Vec<Reply> {
        self.0.remove(id).unwrap_or_default()
    }

    /// Passes a leader's promise to the clients that wait for its transaction. Only the first promise is passed on.
    pub(crate) fn promised(&mut self, id: &TxId, promise: &Arc<PromiseBatch>) {
        for reply in self.0.get_mut(id).into_iter().flatten() {
            if let Some(promised) = reply.promised.take() {
                let _ = promised.send(Arc::clone(promise));
            }
        }
    }

    pub(crate) fn answer_all(&mut self, answer: &Answer) {
        for reply in self.0.drain().flat_map(|(_, replies)| replies) {
            reply.send(answer.clone());
        }
    }

    pub(crate) fn answer(&mut self, id: &TxId, answer: &Answer) {
        for reply in self.take(id) {
            reply.send(answer.clone());
        }
    }
}

//! Who waits for which transaction. Invariant: every submission gets exactly one answer.

use crate::{Final, SubmitError, budget::Token};
use chain_types::TxId;
use foldhash::fast::RandomState;
use std::collections::{HashMap, hash_map::Entry};
use tokio::sync::oneshot;

pub(crate) type Answer = Result<Final, SubmitError>;

/// Where an answer goes, with the memory that its transaction holds.
pub(crate) struct Reply {
    pub(crate) sender: oneshot::Sender<Answer>,
    pub(crate) token: Token,
}

impl Reply {
    pub(crate) fn send(self, answer: Answer) {
        drop(self.token);
        let _ = self.sender.send(answer);
    }
}

/// Waiting submissions by transaction; the same transaction may be submitted more than once.
#[derive(Default)]
pub(crate) struct Waiting(HashMap<TxId, Vec<Reply>, RandomState>);

impl Waiting {
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

    pub(crate) fn answer(&mut self, id: &TxId, answer: &Answer) {
        for reply in self.take(id) {
            reply.send(answer.clone());
        }
    }
}

//! Checks which peer may send which kind of message. Invariant: only members of the committee may send consensus
//! messages. A vote or proposal is accepted only from its own signer.

use crate::{Message, replica::Replica};
use chain_state::LeafReader;
use chain_types::{PublicKey, mutant};

impl<R: LeafReader> Replica<R> {
    /// Whether this sender may send this message. A peer outside the committee may send its height, request final
    /// blocks and snapshots and answer such requests, send transactions, and forward a leader's promise or a broken
    /// one: both are signed by the leader.
    pub(crate) fn may_send(&self, from: &PublicKey, message: &Message) -> bool {
        let seat = || self.voting.committee().index_of(from);
        let may = match message {
            Message::Proposal { vote, .. } | Message::Vote(vote) => seat() == Some(vote.signer),
            Message::Certificate(_)
            | Message::FetchBlock { .. }
            | Message::Block { .. }
            | Message::FetchTransactions { .. } => seat().is_some(),
            Message::Status { .. }
            | Message::Transactions(_)
            | Message::FetchFinal { .. }
            | Message::Final(_)
            | Message::FetchWriteSets { .. }
            | Message::WriteSets(_)
            | Message::FetchSnapshot(_)
            | Message::Snapshot(_)
            | Message::Promised(_)
            | Message::Broken(_) => true,
        };
        // A deliberately broken variant; the simulator must detect it.
        may || mutant::is(mutant::TRUST_SENDERS)
    }
}

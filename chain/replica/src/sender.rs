//! Who may say what. Invariant: of what is said about a decision, nothing is looked at or kept unless the transport proved
//! that a member of the committee sent it, and a vote only when it is that member's own.

use crate::{Message, replica::Replica};
use chain_state::LeafReader;
use chain_types::{PublicKey, mutant};

impl<R: LeafReader> Replica<R> {
    /// Whether this sender may say this. Whoever is no member may tell how far it is, ask for final blocks and snapshots,
    /// answer with them, and show what a leader promised or that it broke a promise: both are signed by the leader.
    pub(crate) fn may_say(&self, from: &PublicKey, message: &Message) -> bool {
        let seat = || self.committee.index_of(from);
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
        may || mutant::is(mutant::TRUST_SENDERS)
    }
}

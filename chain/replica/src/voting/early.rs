//! Consensus messages for the next heights, kept until those heights begin. Invariant: a vote or proposal is kept only
//! with a valid signature of a committee member. A certificate is kept only with a quorum. Each member has one slot
//! per kind of message, so memory is bounded.

use crate::{Message, message::IDS_MAX};
use chain_consensus::{Committee, VIEWS_AHEAD_MAX};
use chain_types::{Height, View, certificate::Step, mutant};
use std::collections::BTreeMap;

/// Bytes of one member's early votes, at most: one for each of three steps.
pub const EARLY_VOTES_BYTES_MAX: usize = 3 * 512;
/// Bytes of one leader's early proposal, at most.
pub const EARLY_PROPOSAL_BYTES_MAX: usize = IDS_MAX * 32 + 1_024;
/// Early proposals, at most: one of each leader of the first views.
pub const EARLY_PROPOSALS_MAX: usize = 8;

/// The kind of a message. Of two messages of one kind, the one of the later height and view is kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Slot {
    /// A proposal, by its signer.
    Proposal(u16),
    /// A vote, by its signer and step.
    Vote(u16, Step),
    /// A certificate, by its step, from any sender.
    Certificate(Step),
}

/// The kept messages, one per slot.
#[derive(Default)]
pub(super) struct Early {
    kept: BTreeMap<Slot, ((Height, View), Message)>,
    /// Messages that a mutant (a deliberately broken variant for tests) keeps without the sender check.
    unchecked: Vec<Message>,
}

impl Early {
    /// Bytes of the kept messages.
    pub(super) fn bytes(&self) -> usize {
        let messages = self.kept.values().map(|(_, message)| message).chain(&self.unchecked);
        messages.map(|message| message.encode().len()).fold(0, usize::saturating_add)
    }

    /// All kept messages: proposals, then votes, then certificates.
    pub(super) fn into_messages(self) -> impl Iterator<Item = Message> {
        self.kept.into_values().map(|(_, message)| message).chain(self.unchecked)
    }

    /// Keeps a member's message about a height that has not begun here, if that is `next` or the one after it.
    pub(super) fn keep(&mut self, committee: &Committee, next: Height, height: Height, mut message: Message) {
        if height < next || height > next.next() || committee.me.is_none() {
            return;
        }
        // A deliberately broken variant; the simulator must detect it.
        if mutant::is(mutant::TRUST_SENDERS) {
            self.unchecked.push(message);
            return;
        }
        let (slot, view) = match &message {
            Message::Proposal { vote, .. } => (Slot::Proposal(vote.signer), vote.vote.view),
            Message::Vote(vote) => (Slot::Vote(vote.signer, vote.vote.step), vote.vote.view),
            Message::Certificate(certificate) => (Slot::Certificate(certificate.vote.step), certificate.vote.view),
            _ => return,
        };
        let position = (height, view);
        let is_later = self.kept.get(&slot).is_none_or(|(kept, _)| position > *kept);
        if is_later && is_signed(committee, height, view, &mut message) {
            self.kept.insert(slot, (position, message));
        }
    }
}

/// Bytes that a committee of this size can occupy here, at most: the members' votes, the first leaders' proposals, and
/// a certificate of each step.
pub const fn early_bytes_max(members: usize) -> usize {
    let votes = members.saturating_mul(EARLY_VOTES_BYTES_MAX);
    let certificates = members.saturating_mul(128).saturating_add(512).saturating_mul(3);
    votes.saturating_add(certificates).saturating_add(EARLY_PROPOSALS_MAX.saturating_mul(EARLY_PROPOSAL_BYTES_MAX))
}

/// Whether the named member signed the message, and its view is the first or soon after it. A certificate needs a
/// quorum.
fn is_signed(committee: &Committee, height: Height, view: View, message: &mut Message) -> bool {
    match message {
        Message::Proposal { vote, header, .. } => {
            let views = u64::try_from(EARLY_PROPOSALS_MAX).unwrap_or(u64::MAX);
            vote.vote.step == Step::Propose
                && view.0 < views
                && vote.signer == committee.leader(height, view)
                && header.digest() == vote.vote.block
                && committee.is_about(&vote.vote, height)
                && vote.check(&committee.validators)
        }
        Message::Vote(vote) => {
            vote.vote.step != Step::Propose
                && view.0 < VIEWS_AHEAD_MAX
                && committee.is_about(&vote.vote, height)
                && vote.check(&committee.validators)
        }
        Message::Certificate(certificate) => committee.certifies(certificate, height),
        _ => false,
    }
}

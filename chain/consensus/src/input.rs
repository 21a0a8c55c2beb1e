//! The events that drive the consensus state machine. Invariant: a peer's vote or certificate counts only after its
//! signatures were checked.

use chain_types::{Certificate, Digest, Moment, SignedVote, View};

/// An event that consensus reacts to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Input {
    /// Time passed.
    Tick(Moment),
    /// Transactions are pending, so there is something to decide. The first one starts the view's clock.
    Work,
    /// No transaction is pending any more. The view's clock stops unless a validator voted for a block of this height.
    Rest,
    /// Answers [`crate::Effect::Propose`] with the block, which is already executed here.
    Proposed { view: View, block: Digest },
    /// A leader's proposal arrived; its vote has the step `Propose`.
    Proposal {
        /// The leader's signed vote.
        vote: SignedVote,
        /// The view in the block's own header: earlier than the vote's when the block is proposed again.
        born: View,
    },
    /// Answers [`crate::Effect::Examine`]: the block was executed and its header matches the result.
    Valid(Digest),
    /// Answers [`crate::Effect::Sign`]: the vote is durable and signed.
    Signed(SignedVote),
    /// Another validator's vote.
    Vote(SignedVote),
    /// A certificate, from any sender.
    Certificate(Certificate),
    /// Another validator is in this view of this height. A validator in a later view sends it the certificates it
    /// lacks.
    Status { from: u16, view: View },
}

//! The inputs of the decision. Invariant: all that decides arrives here, and a vote's signature is checked on arrival.

use chain_types::{Certificate, Digest, Moment, SignedVote, View};

/// An event for the decision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Input {
    /// Time passed.
    Tick(Moment),
    /// Transactions are pending, so there is something to decide. The first one starts the view's clock.
    Work,
    /// No transaction is pending any more. Unless a validator voted for a block of this height, the view's clock stops.
    Rest,
    /// Answers [`crate::Effect::Propose`]: this is the block, already executed here.
    Proposed {
        /// The view.
        view: View,
        /// The block.
        block: Digest,
    },
    /// A leader's proposal arrived; its vote has the step `Propose`.
    Proposal {
        /// The leader's signed vote.
        vote: SignedVote,
        /// The view in the block's own header: earlier than the vote's when the block is proposed again.
        born: View,
    },
    /// Answers [`crate::Effect::Examine`]: the block was executed and its header matches the result.
    Valid(Digest),
    /// Answers [`crate::Effect::Sign`]: the vote is durable, and signed.
    Signed(SignedVote),
    /// Another validator's vote.
    Vote(SignedVote),
    /// A certificate, from any sender.
    Certificate(Certificate),
    /// Another validator is in this view of this height. A validator in a later view sends it certificates.
    Status {
        /// The validator's index.
        from: u16,
        /// Its view.
        view: View,
    },
}

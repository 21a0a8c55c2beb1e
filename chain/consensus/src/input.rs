//! What the decision hears. Invariant: everything that decides arrives here; a vote's signature is checked on arrival.

use chain_types::{Certificate, Digest, Moment, SignedVote, View};

/// Something that happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Input {
    /// Time passed.
    Tick(Moment),
    /// There is something to decide: transactions wait. The first one starts the view's clock.
    Work,
    /// No transaction waits any more. Unless somebody voted for a block of this height, the view's clock stops.
    Rest,
    /// Answers [`crate::Effect::Propose`]: this is the block, already executed here.
    Proposed {
        /// In which view.
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
    /// Answers [`crate::Effect::Examine`]: the block was executed and everything its header says is so.
    Valid(Digest),
    /// Answers [`crate::Effect::Sign`]: the vote is durable, and signed.
    Signed(SignedVote),
    /// Another validator's vote.
    Vote(SignedVote),
    /// A certificate, from anyone.
    Certificate(Certificate),
    /// Another validator has come to this view of this height; whoever knows more tells it.
    Status {
        /// Who says so.
        from: u16,
        /// Its view.
        view: View,
    },
}

//! The effects that consensus requests and the replica performs. Invariant: the replica performs effects in the order
//! of the list.

use chain_types::{Certificate, Digest, SignedVote, View, Vote, certificate::Equivocation};

/// A list of effects, in order.
pub type Effects = Vec<Effect>;

/// An action that the replica performs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Build a block, or propose the notarised block `again` of an earlier view. The replica answers with
    /// [`crate::Input::Proposed`], or not at all when it has nothing to build or lacks the block.
    Propose {
        view: View,
        /// The block to propose again.
        again: Option<Digest>,
    },
    /// Fetch the block if it is missing, execute it, and answer with [`crate::Input::Valid`] when its header matches
    /// the result.
    Examine { block: Digest },
    /// Make the block durable, because a vote for it follows.
    Hold(Digest),
    /// Make the vote durable, sign it, and answer with [`crate::Input::Signed`].
    Sign(Vote),
    /// Store a certificate; it must be durable before the next vote is signed.
    Log(Certificate),
    /// Send the leader's signed proposal with its block's header to all validators.
    Announce(SignedVote),
    /// Send a vote to all validators.
    Vote(SignedVote),
    /// Send a certificate to all validators.
    Certificate(Certificate),
    /// Send a certificate to one validator.
    CertificateTo(u16, Certificate),
    /// Tell all validators this validator's view, or the first earlier view whose certificate it lacks.
    Status(View),
    /// The height is decided.
    Decided(Certificate),
    /// A validator signed two conflicting votes.
    Accuse(Equivocation),
}

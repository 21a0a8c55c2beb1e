//! The effects of the decision. Invariant: effects are performed strictly in order.

use chain_types::{Certificate, Digest, SignedVote, View, Vote, certificate::Equivocation};

/// A list of effects, in order.
pub type Effects = Vec<Effect>;

/// An action for the replica.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Build a block, or propose `again` a block that was notarised in an earlier view; answer with
    /// [`crate::Input::Proposed`], or not at all when there is nothing to build or the block is not here.
    Propose {
        /// The view.
        view: View,
        /// The block to propose again.
        again: Option<Digest>,
    },
    /// Get the block if it is not here, execute it, and answer with [`crate::Input::Valid`] when its header matches the
    /// result.
    Examine {
        /// The block.
        block: Digest,
    },
    /// Make the block durable: a vote for it follows.
    Hold(Digest),
    /// Make the vote durable, sign it, answer with [`crate::Input::Signed`].
    Sign(Vote),
    /// Remember a certificate, durably before the next vote is signed.
    Log(Certificate),
    /// Send the leader's signed proposal with its block's header to all validators.
    Announce(SignedVote),
    /// Send a vote to all validators.
    Vote(SignedVote),
    /// Send a certificate to all validators.
    Certificate(Certificate),
    /// Send a certificate to one validator.
    CertificateTo(u16, Certificate),
    /// Tell all validators the view of this one, or the first earlier view whose certificate it lacks.
    Status(View),
    /// The height is decided.
    Decided(Certificate),
    /// A validator contradicted itself.
    Accuse(Equivocation),
}

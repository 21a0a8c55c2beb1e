//! The votes of one consensus step in one view. Invariant: only a validator's first vote counts. A different second
//! vote is returned as evidence of equivocation.

use crate::Committee;
use chain_types::{Certificate, SignedVote, Vote, mutant};
use std::collections::BTreeMap;

/// The counted votes, by signer.
#[derive(Clone, Default, Debug)]
pub(crate) struct VoteSet {
    votes: BTreeMap<u16, SignedVote>,
}

/// The result of adding a vote.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Added {
    /// The vote counts.
    New,
    /// The vote is known already.
    Known,
    /// The vote contradicts this earlier vote of its signer and does not count.
    Contradicts(SignedVote),
}

impl VoteSet {
    /// Adds a vote whose signature was checked.
    pub(crate) fn add(&mut self, vote: SignedVote) -> Added {
        match self.votes.get(&vote.signer) {
            None => {
                self.votes.insert(vote.signer, vote);
                Added::New
            }
            Some(known) if known.vote == vote.vote => Added::Known,
            // A deliberately broken variant; the simulator must detect it.
            Some(_) if mutant::is(mutant::COUNT_SECOND_VOTES) => {
                self.votes.insert(vote.signer, vote);
                Added::New
            }
            Some(known) => Added::Contradicts(known.clone()),
        }
    }

    /// The counted vote of a validator.
    pub(crate) fn by_signer(&self, signer: u16) -> Option<&SignedVote> {
        self.votes.get(&signer)
    }

    /// The certificate for a vote, once its signers are a quorum.
    pub(crate) fn certificate(&self, committee: &Committee, vote: &Vote) -> Option<Certificate> {
        let is_same_vote = |signed: &&SignedVote| signed.vote == *vote;
        let weight = self
            .votes
            .values()
            .filter(is_same_vote)
            .fold(0_u128, |sum, signed| sum.saturating_add(committee.weight(signed.signer)));
        let signatures =
            || self.votes.values().filter(is_same_vote).map(|signed| (signed.signer, signed.signature)).collect();
        committee.is_quorum(weight).then(|| Certificate { vote: vote.clone(), signatures: signatures() })
    }

    pub(crate) fn signers(&self) -> impl Iterator<Item = u16> {
        self.votes.keys().copied()
    }
}

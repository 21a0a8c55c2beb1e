//! The votes of one step of one view. Invariant: the first vote of each validator counts; a second one for another
//! block is evidence.

use crate::Committee;
use chain_types::{Certificate, SignedVote, Vote, mutant};
use std::collections::BTreeMap;

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
    /// The signer voted for something else before, by this vote.
    Contradicts(SignedVote),
}

impl VoteSet {
    pub(crate) fn add(&mut self, vote: SignedVote) -> Added {
        match self.votes.get(&vote.signer) {
            None => {
                self.votes.insert(vote.signer, vote);
                Added::New
            }
            Some(known) if known.vote == vote.vote => Added::Known,
            Some(_) if mutant::is(mutant::COUNT_SECOND_VOTES) => {
                self.votes.insert(vote.signer, vote);
                Added::New
            }
            Some(known) => Added::Contradicts(known.clone()),
        }
    }

    pub(crate) fn of(&self, signer: u16) -> Option<&SignedVote> {
        self.votes.get(&signer)
    }

    /// The certificate for a vote, once its signers are a quorum.
    pub(crate) fn certificate(&self, committee: &Committee, vote: &Vote) -> Option<Certificate> {
        let is_for = |signed: &&SignedVote| signed.vote == *vote;
        let weight = self
            .votes
            .values()
            .filter(is_for)
            .fold(0_u128, |sum, signed| sum.saturating_add(committee.weight(signed.signer)));
        let signatures =
            || self.votes.values().filter(is_for).map(|signed| (signed.signer, signed.signature)).collect();
        committee.is_quorum(weight).then(|| Certificate { vote: vote.clone(), signatures: signatures() })
    }

    pub(crate) fn signers(&self) -> impl Iterator<Item = u16> {
        self.votes.keys().copied()
    }
}

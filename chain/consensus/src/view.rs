//! The state of one view. Invariant: this validator's votes in the view never contradict each other: it notarises one
//! block at most, and never both nullifies and finalises [P11].

use crate::vote_set::VoteSet;
use chain_types::{Certificate, Digest, SignedVote, View, certificate::Step};

/// One view of a height.
#[derive(Clone, Default, Debug)]
pub(crate) struct ViewState {
    /// The leader's proposal and the view that its block was born in.
    pub(crate) proposal: Option<(SignedVote, View)>,
    pub(crate) notarise: VoteSet,
    pub(crate) nullify: VoteSet,
    pub(crate) finalise: VoteSet,
    pub(crate) notarisation: Option<Certificate>,
    pub(crate) nullification: Option<Certificate>,
    /// It was nullified, and the certificate is forgotten.
    pub(crate) was_nullified: bool,
    pub(crate) said: Said,
}

/// Votes that this validator asked to sign in a view. A requested vote binds like a sent one.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Said {
    pub(crate) propose: Option<Digest>,
    pub(crate) notarise: Option<Digest>,
    pub(crate) nullify: bool,
    pub(crate) finalise: Option<Digest>,
}

impl ViewState {
    pub(crate) const fn votes(&mut self, step: Step) -> Option<&mut VoteSet> {
        match step {
            Step::Notarise => Some(&mut self.notarise),
            Step::Nullify => Some(&mut self.nullify),
            Step::Finalise => Some(&mut self.finalise),
            Step::Propose => None,
        }
    }

    /// The block that this view notarised.
    pub(crate) fn notarised(&self) -> Option<Digest> {
        self.notarisation.as_ref().map(|certificate| certificate.vote.block)
    }

    pub(crate) const fn is_nullified(&self) -> bool {
        self.was_nullified || self.nullification.is_some()
    }

    /// Records a vote that binds this validator.
    pub(crate) const fn bind(&mut self, step: Step, block: Digest) {
        match step {
            Step::Propose => self.said.propose = Some(block),
            Step::Notarise => self.said.notarise = Some(block),
            Step::Nullify => self.said.nullify = true,
            Step::Finalise => self.said.finalise = Some(block),
        }
    }

    /// This validator's votes, to be sent again.
    pub(crate) fn own(&self, me: u16) -> Vec<SignedVote> {
        [&self.notarise, &self.nullify, &self.finalise].into_iter().filter_map(|set| set.of(me).cloned()).collect()
    }
}

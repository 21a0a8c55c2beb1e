//! The state of one view. Invariant: a requested vote binds this validator like a sent one [P11, no signature before
//! its record].

use crate::vote_set::VoteSet;
use chain_types::{Certificate, Digest, SignedVote, View, certificate::Step};

/// One view of a height.
#[derive(Clone, Default, Debug)]
pub(crate) struct ViewState {
    /// The leader's proposal, and the view in which its block was built.
    pub(crate) proposal: Option<(SignedVote, View)>,
    pub(crate) notarise: VoteSet,
    pub(crate) nullify: VoteSet,
    pub(crate) finalise: VoteSet,
    pub(crate) notarisation: Option<Certificate>,
    pub(crate) nullification: Option<Certificate>,
    /// The view was nullified, and its certificate has been removed.
    pub(crate) was_nullified: bool,
    pub(crate) requested: Requested,
}

/// The votes that this validator requested to sign in a view. A requested vote binds like a sent one.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Requested {
    pub(crate) propose: Option<Digest>,
    pub(crate) notarise: Option<Digest>,
    pub(crate) nullify: bool,
    pub(crate) finalise: Option<Digest>,
}

impl ViewState {
    /// The votes of a step; `None` for proposals, which are kept separately.
    pub(crate) const fn votes(&mut self, step: Step) -> Option<&mut VoteSet> {
        match step {
            Step::Notarise => Some(&mut self.notarise),
            Step::Nullify => Some(&mut self.nullify),
            Step::Finalise => Some(&mut self.finalise),
            Step::Propose => None,
        }
    }

    /// The block that was notarised in this view.
    pub(crate) fn notarised(&self) -> Option<Digest> {
        self.notarisation.as_ref().map(|certificate| certificate.vote.block)
    }

    pub(crate) const fn is_nullified(&self) -> bool {
        self.was_nullified || self.nullification.is_some()
    }

    /// Records a vote that binds this validator.
    pub(crate) const fn bind(&mut self, step: Step, block: Digest) {
        match step {
            Step::Propose => self.requested.propose = Some(block),
            Step::Notarise => self.requested.notarise = Some(block),
            Step::Nullify => self.requested.nullify = true,
            Step::Finalise => self.requested.finalise = Some(block),
        }
    }

    /// This validator's own votes, for sending them again.
    pub(crate) fn own(&self, me: u16) -> Vec<SignedVote> {
        [&self.notarise, &self.nullify, &self.finalise]
            .into_iter()
            .filter_map(|set| set.by_signer(me).cloned())
            .collect()
    }
}

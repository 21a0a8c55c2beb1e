//! A validator's durable record of an unfinished height. Invariant: removing settled views does not change which
//! proposals are justified. This validator casts no vote in a settled view, which is one whose certificate is known.

use chain_types::{Certificate, Digest, SignedVote, View, certificate::Step};
use std::collections::BTreeSet;

/// The number of views before the present one of which a validator keeps every vote and certificate. A peer that is
/// further behind receives only the height's final block.
pub const VIEWS_KEPT: u64 = 1_024;

/// A validator's durable record of a height that was unfinished when it stopped.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Memory {
    /// Views below this one are settled. Those of them without a certificate here were nullified.
    pub below: View,
    /// Every vote that the validator signed at this height, except in settled views.
    pub votes: Vec<SignedVote>,
    /// The certificates that ended views of this height.
    pub certificates: Vec<Certificate>,
    /// The blocks of this height that it made durable, with the views in their headers.
    pub held: Vec<(Digest, View)>,
}

impl Memory {
    /// Removes what settled views no longer need, except in the newest `kept` views.
    pub fn settle(&mut self, kept: u64) {
        let newest = self.certificates.iter().map(|certificate| certificate.vote.view).max().unwrap_or_default();
        let views = |step| {
            let of_step = self.certificates.iter().filter(move |certificate| certificate.vote.step == step);
            of_step.map(|certificate| certificate.vote.view).collect::<BTreeSet<_>>()
        };
        let (notarised, nullified) = (views(Step::Notarise), views(Step::Nullify));
        let until = View(newest.next().0.saturating_sub(kept));
        let below = reach(self.below, until, |view| notarised.contains(&view) || nullified.contains(&view));
        let of_settled =
            self.certificates.iter().filter(|one| one.vote.step == Step::Notarise && one.vote.view < below);
        let mut of_settled: Vec<_> =
            of_settled.map(|one| (one.vote.view, one.vote.block, nullified.contains(&one.vote.view))).collect();
        of_settled.sort_unstable_by(|left, right| right.cmp(left));
        let needed = needed(of_settled.into_iter());
        self.certificates.retain(|one| one.vote.view >= below || needed.contains(&one.vote.view));
        self.votes.retain(|signed| signed.vote.view >= below);
        self.below = below;
    }
}

/// The first view at or after `below` that is not settled, but at most `until`.
pub(crate) fn reach(below: View, until: View, is_settled: impl Fn(View) -> bool) -> View {
    (below.0..until.0).map(View).find(|view| !is_settled(*view)).unwrap_or_else(|| below.max(until))
}

/// The notarised views among settled ones that a later proposal may rest on. The input is ordered from the newest view,
/// each with its block and whether it was nullified as well. The result has the newest view of each block, down to the
/// first view that was not nullified.
pub(crate) fn needed(notarised: impl Iterator<Item = (View, Digest, bool)>) -> BTreeSet<View> {
    let (mut views, mut blocks) = (BTreeSet::new(), BTreeSet::new());
    for (view, block, is_nullified) in notarised {
        if blocks.insert(block) || !is_nullified {
            views.insert(view);
        }
        if !is_nullified {
            break;
        }
    }
    views
}

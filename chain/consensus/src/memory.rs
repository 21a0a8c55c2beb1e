//! A validator's durable record of a height, and the part of it that settled views still need. A view is settled when
//! this validator knows the certificate by which it was left. Invariant: forgetting settled views justifies no other
//! proposals than before, and no vote is given in any of them.

use chain_types::{Certificate, Digest, SignedVote, View, certificate::Step};
use std::collections::BTreeSet;

/// The number of views before the present one of which a validator keeps every vote and certificate. A validator that
/// is further behind gets nothing but the height's final block from it.
pub const VIEWS_KEPT: u64 = 1_024;

/// A validator's durable record of a height that it had not finished when it stopped.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Memory {
    /// Views below this one are settled. Those of them without a certificate here were nullified.
    pub below: View,
    /// Every vote that it signed at this height in other views.
    pub votes: Vec<SignedVote>,
    /// Certificates by which it left views of this height.
    pub certificates: Vec<Certificate>,
    /// Blocks of this height that it holds, with the views in their headers.
    pub held: Vec<(Digest, View)>,
}

impl Memory {
    /// Forgets what settled views do not need any more, except in the newest `kept` views.
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

/// The first view from `below` on that is not settled, and at most `until`.
pub(crate) fn reach(below: View, until: View, is_settled: impl Fn(View) -> bool) -> View {
    (below.0..until.0).map(View).find(|view| !is_settled(*view)).unwrap_or_else(|| below.max(until))
}

/// Which notarised views among settled ones a later proposal may rest on. They come from the newest on, each with its
/// block and whether it was nullified as well: of every block the newest, down to the first that was not.
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

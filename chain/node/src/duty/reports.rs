//! Which pieces of evidence a validator has submitted. Invariant: a piece is submitted again until the ledger or the
//! node has an answer that another attempt would not change.

use crate::{SubmitError, accusations::digest};
use chain_types::{Digest, beacon::Evidence};
use std::collections::BTreeSet;

/// The digests of the submitted evidence that the shards still keep.
#[derive(Default)]
pub(super) struct Reports(BTreeSet<Digest>);

/// A shard's evidence, sorted by what is to be done.
#[derive(Default)]
pub(super) struct Sorted {
    /// Evidence to submit, with its digest.
    pub(super) due: Vec<(Evidence, Digest)>,
    /// Digests of evidence that can no longer convict anybody.
    pub(super) settled: BTreeSet<Digest>,
    /// Digests of all other evidence.
    pub(super) open: BTreeSet<Digest>,
}

impl Reports {
    pub(super) fn sort(&self, accusations: Vec<Evidence>, is_settled: impl Fn(&Evidence) -> bool) -> Sorted {
        let mut sorted = Sorted::default();
        for evidence in accusations {
            let digest = digest(&evidence);
            if is_settled(&evidence) {
                sorted.settled.insert(digest);
                continue;
            }
            sorted.open.insert(digest);
            if !self.0.contains(&digest) {
                sorted.due.push((evidence, digest));
            }
        }
        sorted
    }

    /// Notes the outcome of a submission.
    ///
    /// # Errors
    /// That of the outcome, when the evidence is due again: the node is busy or stopped, or the transaction expired.
    pub(super) fn note(&mut self, digest: Digest, outcome: Result<(), SubmitError>) -> Result<(), SubmitError> {
        match outcome {
            Ok(()) | Err(SubmitError::Refused { .. }) => {
                self.0.insert(digest);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Forgets all evidence but this.
    pub(super) fn keep(&mut self, open: &BTreeSet<Digest>) {
        self.0.retain(|digest| open.contains(digest));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accusations::tests::equivocation;

    #[test]
    fn evidence_is_due_until_its_submission_has_an_outcome() {
        let mut reports = Reports::default();
        let evidence = || vec![equivocation(0, 0, 1), equivocation(1, 0, 1)];
        let due = |reports: &Reports| reports.sort(evidence(), |_| false).due;
        assert_eq!(due(&reports).len(), 2);
        let first = digest(&evidence()[0]);
        for error in [SubmitError::Busy, SubmitError::Expired, SubmitError::Stopped] {
            assert_eq!(reports.note(first, Err(error.clone())), Err(error));
            assert_eq!(due(&reports).len(), 2, "it is submitted again");
        }
        reports.note(first, Ok(())).expect("the ledger has it");
        assert_eq!(due(&reports), [(evidence()[1].clone(), digest(&evidence()[1]))]);
        let refused = SubmitError::Refused { code: "ledger.too_large", detail: String::new() };
        reports.note(digest(&evidence()[1]), Err(refused)).expect("another attempt would be refused again");
        assert!(due(&reports).is_empty());
    }

    #[test]
    fn settled_evidence_is_named_and_forgotten() {
        let mut reports = Reports::default();
        let (first, second) = (equivocation(0, 0, 1), equivocation(1, 0, 1));
        for one in [&first, &second] {
            reports.note(digest(one), Ok(())).expect("submitted");
        }
        let sorted = reports.sort(vec![first.clone(), second.clone()], |evidence| *evidence == first);
        assert!(sorted.due.is_empty());
        assert_eq!((sorted.settled, sorted.open.clone()), ([digest(&first)].into(), [digest(&second)].into()));
        reports.keep(&sorted.open);
        assert_eq!(reports.0, [digest(&second)].into(), "the memory of submitted evidence does not grow");
    }
}

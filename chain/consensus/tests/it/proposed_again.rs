//! A block is notarised, and then the votes that would make it final are lost. The next leader proposes the same block
//! again, and it becomes final in the later view, under a certificate of its own.

use crate::fixture::{Table, block_of};
use chain_consensus::Input;
use chain_types::{View, certificate::Step};

#[test]
fn a_notarised_block_is_never_passed_over() {
    let mut table = Table::new(&[1; 4]);
    table.is_lost =
        |input, _| matches!(input, Input::Vote(vote) if vote.vote.step == Step::Finalise && vote.vote.view == View(0));
    table.work();
    assert_eq!(table.decision(), None);
    table.wait(400);
    let (block, view) = table.decision().expect("the block is proposed again");
    assert_eq!(block, block_of(View(0)), "the same block");
    assert!(view > View(0), "in a later view");
    for member in &table.members {
        let certificate = member.decided.as_ref().expect("decided");
        assert_eq!(certificate.check(&member.committee.validators), Ok(()));
    }
}

#[test]
fn a_validator_that_missed_the_notarisation_is_told() {
    let mut table = Table::new(&[1; 4]);
    // The last one hears no votes of the first view, so it gives that view up, alone.
    table.is_lost = |input, to| {
        let of_first = matches!(input, Input::Vote(vote) if vote.vote.view == View(0));
        let is_final = matches!(input, Input::Vote(vote) if vote.vote.step == Step::Finalise);
        of_first && (to == 3 || is_final)
    };
    table.work();
    table.wait(1_000);
    assert_eq!(table.decision().map(|(block, _)| block), Some(block_of(View(0))));
    let gave_up: Vec<_> = table.members[3].said(Step::Nullify).iter().map(|vote| vote.view).collect();
    assert!(table.members[3].said(Step::Finalise).iter().all(|vote| !gave_up.contains(&vote.view)));
}

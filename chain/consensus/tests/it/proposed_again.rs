//! A block is notarised, and then the votes that would make it final are lost. The next leader proposes the same block
//! again, and it becomes final in the later view, under its own certificate.

use crate::fixture::{Network, block_of};
use chain_consensus::Input;
use chain_types::{View, certificate::Step};

#[test]
fn a_notarised_block_is_never_skipped() {
    let mut network = Network::new(&[1; 4]);
    network.is_lost =
        |input, _| matches!(input, Input::Vote(vote) if vote.vote.step == Step::Finalise && vote.vote.view == View(0));
    network.work();
    assert_eq!(network.decision(), None);
    network.wait(400);
    let (block, view) = network.decision().expect("the block is proposed again");
    assert_eq!(block, block_of(View(0)), "the same block");
    assert!(view > View(0), "in a later view");
    for member in &network.members {
        let certificate = member.decided.as_ref().expect("the height is decided");
        assert_eq!(certificate.check(&member.committee.validators), Ok(()));
    }
}

#[test]
fn a_validator_that_missed_the_notarisation_receives_it() {
    let mut network = Network::new(&[1; 4]);
    // Validator 3 receives no votes of the first view, so it alone nullifies that view.
    network.is_lost = |input, to| {
        let of_first = matches!(input, Input::Vote(vote) if vote.vote.view == View(0));
        let is_final = matches!(input, Input::Vote(vote) if vote.vote.step == Step::Finalise);
        of_first && (to == 3 || is_final)
    };
    network.work();
    network.wait(1_000);
    assert_eq!(network.decision().map(|(block, _)| block), Some(block_of(View(0))));
    let gave_up: Vec<_> = network.members[3].votes(Step::Nullify).iter().map(|vote| vote.view).collect();
    assert!(network.members[3].votes(Step::Finalise).iter().all(|vote| !gave_up.contains(&vote.view)));
}

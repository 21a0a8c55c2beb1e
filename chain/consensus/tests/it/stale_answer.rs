//! The disk is slow: it answers a vote of an earlier height after that height was decided without the vote. The answer
//! counts for nothing at this height, and this validator's own vote of it stays its own.

use crate::fixture::{Table, block_of, key};
use chain_consensus::Input;
use chain_types::{Height, SignedVote, View, certificate::Step, signature::Namespace};

#[test]
fn a_vote_of_another_height_is_not_said_here() {
    let mut table = Table::new(&[1; 4]);
    let vote = table.members[3].committee.vote(Height(0), View(0), Step::Notarise, block_of(View(5)));
    let signature = key(3).sign(Namespace::VOTE, &vote.digest());
    let mut effects = Vec::new();
    table.members[3].simplex.step(Input::Signed(SignedVote { vote, signer: 3, signature }), &mut effects);
    assert!(effects.is_empty(), "{effects:?}");
    table.work();
    assert_eq!(table.decision(), Some((block_of(View(0)), View(0))));
    assert!(table.members[3].accused.is_empty(), "it does not accuse itself");
}

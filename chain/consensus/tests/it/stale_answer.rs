//! A slow disk answers a vote of an earlier height after that height was decided without it. The answer is ignored at
//! this height, and the validator does not accuse itself.

use crate::fixture::{Network, block_of, key};
use chain_consensus::Input;
use chain_types::{Height, SignedVote, View, certificate::Step, signature::Namespace};

#[test]
fn a_vote_of_another_height_is_not_sent() {
    let mut network = Network::new(&[1; 4]);
    let vote = network.members[3].committee.vote(Height(0), View(0), Step::Notarise, block_of(View(5)));
    let signature = key(3).sign(Namespace::VOTE, &vote.digest());
    let mut effects = Vec::new();
    network.members[3].simplex.step(Input::Signed(SignedVote { vote, signer: 3, signature }), &mut effects);
    assert!(effects.is_empty(), "{effects:?}");
    network.work();
    assert_eq!(network.decision(), Some((block_of(View(0)), View(0))));
    assert!(network.members[3].accused.is_empty(), "the validator does not accuse itself");
}

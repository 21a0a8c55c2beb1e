//! A validator votes for two blocks. Its second vote does not count, and the two votes together convict it: the
//! evidence checks by itself. An honest validator is never convicted.

use crate::fixture::{Table, block_of, sign};
use chain_consensus::Input;
use chain_types::{Digest, View, certificate::Step};

const OTHER: Digest = Digest([9; 32]);

#[test]
fn two_proposals_of_a_leader_convict_it() {
    let mut table = Table::new(&[1; 4]);
    let (leader, hearer) = (table.leader(0), table.leader(1));
    table.absent.insert(leader);
    for block in [block_of(View(0)), OTHER] {
        let vote = sign(&table.members[hearer].committee, leader, View(0), Step::Propose, block);
        table.tell(hearer, Input::Proposal { vote, born: View(0) });
    }
    let member = &table.members[hearer];
    let [evidence] = &member.accused[..] else { panic!("one contradiction, one report") };
    assert_eq!(usize::from(evidence.first.signer), leader);
    assert!(evidence.check(&member.committee.validators));
    let notarised: Vec<_> = member.said(Step::Notarise).iter().map(|vote| vote.block).collect();
    assert_eq!(notarised, [block_of(View(0))], "the first one counts");
}

#[test]
fn each_kind_of_contradiction_is_reported() {
    let cases = [
        ((Step::Notarise, OTHER), (Step::Notarise, block_of(View(0)))),
        ((Step::Finalise, OTHER), (Step::Finalise, block_of(View(0)))),
        ((Step::Nullify, Digest::ZERO), (Step::Finalise, OTHER)),
        ((Step::Finalise, OTHER), (Step::Nullify, Digest::ZERO)),
    ];
    for (first, second) in cases {
        let mut table = Table::new(&[1; 4]);
        table.absent.extend([0, 1, 2]);
        for (step, block) in [first, second] {
            let vote = sign(&table.members[3].committee, 2, View(0), step, block);
            table.tell(3, Input::Vote(vote));
        }
        let member = &table.members[3];
        assert!(member.accused.iter().all(|evidence| evidence.check(&member.committee.validators)));
        assert_eq!(member.accused.len(), 1, "{first:?} then {second:?}");
    }
}

#[test]
fn what_does_not_contradict_convicts_nobody() {
    let mut table = Table::new(&[1; 4]);
    table.absent.extend([0, 1, 2]);
    let said = [
        (View(0), Step::Notarise, OTHER),
        (View(0), Step::Notarise, OTHER),
        (View(0), Step::Nullify, Digest::ZERO),
        (View(1), Step::Notarise, block_of(View(1))),
        (View(1), Step::Finalise, block_of(View(1))),
    ];
    for (view, step, block) in said {
        let vote = sign(&table.members[3].committee, 2, view, step, block);
        table.tell(3, Input::Vote(vote));
    }
    assert!(table.members[3].accused.is_empty());
}

#[test]
fn a_vote_in_anothers_name_convicts_nobody() {
    let mut table = Table::new(&[1; 4]);
    table.absent.extend([0, 1, 2]);
    for block in [OTHER, block_of(View(0))] {
        let mut vote = sign(&table.members[3].committee, 2, View(0), Step::Notarise, block);
        vote.signer = 1;
        table.tell(3, Input::Vote(vote));
    }
    assert!(table.members[3].accused.is_empty());
}

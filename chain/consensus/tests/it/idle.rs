//! Without work no view passes and nothing is signed, whatever a single validator sends. When work comes, the
//! height goes on, from wherever its members stand.

use crate::fixture::{TIMING, Table, block_of, sign};
use chain_consensus::Input;
use chain_types::{Digest, View, certificate::Step};

/// Longer than any number of views.
const LONG_MS: u64 = 20_000;

fn signed(table: &Table) -> usize {
    table.members.iter().map(|member| member.signed.len()).sum()
}

/// Everyone has work, no leader gets through, and then nobody has any.
fn after_some_views() -> Table {
    let mut table = Table::new(&[1; 4]);
    table.is_lost = |input, _| matches!(input, Input::Proposal { .. });
    table.builds = false;
    table.work();
    table.wait(3 * TIMING.view_ms_max);
    table.rest();
    table.wait(3 * TIMING.view_ms_max);
    table.is_lost = |_, _| false;
    table
}

#[test]
fn without_work_no_view_passes() {
    let mut table = after_some_views();
    let (before, views) = (signed(&table), table.members.iter().map(|one| one.simplex.view()).collect::<Vec<_>>());
    assert!(views.iter().all(|view| *view > View(0)), "views passed while there was work");
    table.wait(LONG_MS);
    assert_eq!(signed(&table), before);
    assert!(table.members.iter().all(|one| !one.simplex.is_active()));
}

#[test]
fn one_nullify_vote_wakes_nobody() {
    let mut table = Table::new(&[1; 4]);
    for view in 0..8 {
        let vote = sign(&table.members[0].committee, 3, View(view), Step::Nullify, Digest::ZERO);
        for member in 0..3 {
            table.tell(member, Input::Vote(vote.clone()));
        }
    }
    table.wait(LONG_MS);
    assert_eq!(signed(&table), 0);
}

#[test]
fn work_after_a_rest_is_decided_at_once() {
    let mut table = after_some_views();
    table.builds = true;
    let view = table.members.iter().map(|one| one.simplex.view()).max().expect("four");
    table.work();
    table.wait(TIMING.view_ms - 10);
    assert_eq!(table.decision(), Some((block_of(view), view)), "the views before cost no patience");
}

/// Two have given a view up, so one of them is honest: the others help, though they have nothing to decide.
#[test]
fn a_third_that_gives_a_view_up_is_helped() {
    let mut table = Table::new(&[1; 4]);
    let leader = table.leader(0);
    table.absent.insert(leader);
    let [first, second] = [table.leader(1), table.leader(2)];
    for member in [first, second] {
        table.tell(member, Input::Work);
    }
    table.wait(LONG_MS);
    assert_eq!(table.decision(), Some((block_of(View(1)), View(1))));
}

/// A vote for a block may be a step to its finality, so it is work at its height until that is decided.
#[test]
fn a_vote_for_a_block_is_work() {
    let mut table = Table::new(&[1; 4]);
    let vote = sign(&table.members[0].committee, 3, View(0), Step::Notarise, block_of(View(0)));
    table.tell(0, Input::Vote(vote));
    table.tell(0, Input::Rest);
    table.wait(TIMING.view_ms);
    assert_eq!(table.members[0].said(Step::Nullify).len(), 1);
}

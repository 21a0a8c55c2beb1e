//! A leader is away. The others give its view up, and the next leader's block is final; while two of four are away
//! nothing is decided, and when one comes back it is.

use crate::fixture::{TIMING, Table, block_of};
use chain_types::{View, certificate::Step};

#[test]
fn the_next_leader_takes_over() {
    let mut table = Table::new(&[1; 4]);
    let leader = table.leader(0);
    table.absent.insert(leader);
    table.work();
    table.wait(TIMING.view_ms - 10);
    assert_eq!(table.decision(), None, "its time is not over");
    table.wait(20);
    assert_eq!(table.decision(), Some((block_of(View(1)), View(1))));
}

#[test]
fn several_leaders_in_a_row_are_nullified() {
    let mut table = Table::new(&[1; 7]);
    let away = [table.leader(0), table.leader(1)];
    table.absent.extend(away);
    table.work();
    table.wait(1_000);
    assert_eq!(table.decision(), Some((block_of(View(2)), View(2))));
}

#[test]
fn half_of_the_validators_decide_nothing_until_a_third_one_returns() {
    let mut table = Table::new(&[1; 4]);
    let away = [table.leader(0), table.leader(1)];
    table.absent.extend(away);
    table.work();
    table.wait(5_000);
    assert!(table.members.iter().all(|member| member.decided.is_none()));
    table.absent.remove(&away[0]);
    table.wait(5_000);
    assert!(table.decision().is_some(), "what was said is said again");
}

#[test]
fn who_gave_a_view_up_does_not_finalise_it() {
    let mut table = Table::new(&[1; 4]);
    let leader = table.leader(0);
    table.absent.insert(leader);
    table.work();
    table.wait(500);
    for member in &table.members {
        let nullified: Vec<_> = member.said(Step::Nullify).iter().map(|vote| vote.view).collect();
        assert!(member.said(Step::Finalise).iter().all(|vote| !nullified.contains(&vote.view)));
    }
}

//! Transactions with much work. A block holds no more work than the chain's parameters allow, whichever validator
//! builds it, and less on a slow machine. What does not fit waits for the next block.

use crate::{
    fixture::{Machine, capture, event},
    group::{FOLLOWER, Group, VALIDATORS, key},
};
use chain_replica::{Effect, Message, Refused};
use chain_types::{
    BlockHeader, Entry, Height, SignedVote, Subject, Transaction, View, Vote, WorkParameters, block::transactions_root,
    certificate::Step, limit::SUBJECTS_PER_RECORD_MAX, signature::Namespace,
};
use std::sync::atomic::{AtomicU64, Ordering};

fn parameters() -> WorkParameters {
    crate::fixture::parameters().work
}

/// A capture about as many subjects as a record may have.
pub(crate) fn heavy(id: &str) -> Entry {
    let mut entry = capture(id);
    let more = (1..SUBJECTS_PER_RECORD_MAX).map(|number| event(&format!("{id} {number}")));
    entry.core.subjects.extend(more.collect::<Vec<Subject>>());
    entry.core.subjects.sort_unstable();
    entry
}

pub(crate) fn work(transaction: &Transaction) -> u64 {
    parameters().of(&transaction.clone().check().expect("the transaction is well formed"))
}

#[test]
fn a_block_stops_at_the_limit() {
    let mut machine = Machine::with_tenant();
    // More than one block's work, and less than two.
    let transactions: Vec<_> = (0..150).map(|number| machine.sign(vec![heavy(&number.to_string())])).collect();
    let each = work(&transactions[0]);
    let most = usize::try_from(parameters().block_work_max / each).expect("few");
    assert!(most > 0 && most < transactions.len());
    for transaction in transactions {
        assert!(machine.submit(transaction).is_empty());
    }
    for expected in [most, 150 - most] {
        let finalised = machine.finalise().expect("a block");
        assert_eq!(finalised.transactions.len(), expected);
    }
}

#[test]
fn a_transaction_above_the_limit_is_refused_at_once() {
    let mut machine = Machine::with_tenant();
    let entries = |count: usize| (0..count).map(|number| heavy(&number.to_string())).collect::<Vec<_>>();
    let most =
        (1..1_000).find(|count| work(&machine.sign(entries(count + 1))) > parameters().block_work_max).expect("some");
    let (fits, above) = (machine.sign(entries(most)), machine.sign(entries(most + 1)));
    assert!(machine.submit(fits).is_empty());
    let effects = machine.submit(above);
    let reason = Refused::NotAdmitted(chain_ledger::Refusal::Work);
    assert!(matches!(effects[..], [Effect::Refuse { reason: why, .. }] if why == reason));
    assert_eq!(machine.replica.waiting(), 1);
}

#[test]
fn a_proposal_above_the_limit_is_not_executed() {
    // 130 heavy transactions fit into a block's work, and 150 exceed it.
    for (count, is_executed) in [(130, true), (150, false)] {
        let mut group = Group::start();
        for _ in 0..50 {
            group.pass();
        }
        group.spreads = false;
        let leader = group.next_leader();
        let member = (leader + 1) % VALIDATORS;
        let transactions: Vec<_> = (0..count).map(|number| group.heavy(heavy(&number.to_string()))).collect();
        assert_eq!(transactions.iter().map(work).sum::<u64>() <= parameters().block_work_max, is_executed);
        for transaction in &transactions {
            group.deliver(member, transaction, FOLLOWER);
        }
        let ids: Vec<_> = transactions.iter().map(|one| one.header.id()).collect();
        let (tip, certificate) = group.replica(member).tip().cloned().expect("a block");
        let proposer = u16::try_from(leader).expect("few");
        let header = BlockHeader {
            height: Height(tip.height.0 + 1),
            view: View(0),
            parent: group.replica(member).tip_digest(),
            transactions_root: transactions_root(ids.iter().copied()),
            proposer,
            ..tip
        };
        let vote = Vote {
            height: header.height,
            view: View(0),
            step: Step::Propose,
            block: header.digest(),
            ..certificate.vote
        };
        let signature = key(leader).sign(Namespace::VOTE, &vote.digest());
        let vote = SignedVote { vote, signer: proposer, signature };
        let before = group.replica(member).executed_work();
        group.deliver_message(member, leader, Message::Proposal { vote, header: Box::new(header), ids });
        assert_eq!(group.replica(member).executed_work() > before, is_executed, "{count} transactions");
    }
}

#[test]
fn a_slow_machine_builds_smaller_blocks() {
    static NOW_US: AtomicU64 = AtomicU64::new(0);
    let mut machine = Machine::with_tenant();
    // A quarter of the first view is 150 ms, and each reading of this clock takes 60 ms.
    machine.replica.time_building(Box::new(|| NOW_US.fetch_add(60_000, Ordering::Relaxed)));
    for number in 0..5 {
        let transaction = machine.capture(&number.to_string());
        assert!(machine.submit(transaction).is_empty());
    }
    let sizes = [(); 2].map(|()| machine.finalise().expect("a block").transactions.len());
    assert_eq!(sizes, [3, 2]);
}

#[cfg(waymark_mutants)]
#[test]
#[should_panic(expected = "assertion")]
fn a_block_without_limit_is_detected() {
    chain_types::mutant::activate(Some(chain_types::mutant::UNMETERED));
    a_block_stops_at_the_limit();
}

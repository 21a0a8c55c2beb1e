//! A leader promises a transaction before it is in a block [P15]. It keeps its word, also after a restart and with a full
//! block's worth of others before it; whoever submitted the transaction hears of it, and convicts a leader that does not.

use crate::group::{FOLLOWER, Group, VALIDATORS, genesis, key};
use chain_beacon::evidence::breaks_word;
use chain_replica::CONFIRMATIONS_MAX;
use chain_types::{
    Epoch, Height, Transaction, TxId,
    beacon::{Evidence, MicroReceipt, Promise, promised_root},
};

/// A promise of a validator for these transactions, whether it means it or not.
fn promise(leader: usize, by: Height, ids: Vec<TxId>) -> Promise {
    let receipt = MicroReceipt {
        chain_id: genesis().chain_id(),
        shard: crate::fixture::SHARD,
        epoch: Epoch(0),
        leader: u16::try_from(leader).expect("few"),
        by,
        promised: promised_root(&ids),
    };
    Promise { signed: receipt.sign(&key(leader)), ids }
}

#[test]
fn whoever_leads_next_promises_what_comes_in_and_keeps_it() {
    let mut group = Group::start();
    let (leader, height) = (group.next_leader(), group.height(0).next());
    let transaction = group.capture("a");
    let id = transaction.header.id();
    group.submit(FOLLOWER, &transaction);
    group.pass_until_height(height);
    let [(promiser, pledge)] = &group.pledges[..] else { panic!("one leads, and promises once") };
    assert_eq!((*promiser, &pledge.ids), (leader, &vec![id]));
    assert_eq!(pledge.submitters, [key(FOLLOWER).public_key()], "they are told, and nobody else");
    assert_eq!((pledge.receipt.by, usize::from(pledge.receipt.leader)), (height, leader));
    assert_eq!(group.block(height), (leader, vec![id]));
    assert_eq!(group.kept, [(leader, id)]);
}

/// What comes in after the leader proposed is promised for its next block, not for this one.
#[test]
fn a_promise_never_binds_a_block_that_is_proposed_already() {
    let mut group = Group::start();
    let (leader, height) = (group.next_leader(), group.height(0).next());
    let (early, late) = (group.capture("early"), group.capture("late"));
    group.spreads = false;
    group.tell(leader, &early, FOLLOWER);
    group.pass();
    assert_eq!(group.height(0), height, "the others ask the leader for what they lack, and the block is final");
    let leads_again = Height(height.0 + 4);
    group.pledges.clear();
    for number in 0..3 {
        let filler = group.capture(&format!("filler-{number}"));
        let next = group.next_leader();
        group.tell(next, &filler, FOLLOWER);
        group.pass_until_height(Height(height.0 + 1 + number));
    }
    group.pledges.clear();
    group.tell(leader, &late, FOLLOWER);
    group.pass_until_height(leads_again);
    assert_eq!(group.pledges[0].1.receipt.by, leads_again);
    assert_eq!(group.block(leads_again), (leader, vec![late.header.id()]));
}

#[test]
fn a_leader_that_starts_again_still_owes_what_it_promised() {
    let mut group = Group::start();
    let (leader, first) = (group.next_leader(), group.height(0).next());
    let owed = group.capture("owed");
    let id = owed.header.id();
    // The others never hear of it: the promise is all that brings it onto the chain.
    group.spreads = false;
    group.restart(leader, vec![(Epoch(0), owed.clone())]);
    group.pass_until_height(first);
    assert_eq!(group.block(first), (leader, vec![id]));
    assert_eq!(group.kept, [(leader, id)]);
    // What is on the chain is owed no more, and what was promised in another epoch never is.
    let other = group.capture("of another epoch");
    group.restart(leader, vec![(Epoch(0), owed), (Epoch(7), other)]);
    let filler = group.capture("filler");
    for at in 0..VALIDATORS {
        group.tell(at, &filler, FOLLOWER);
    }
    group.pass_until_height(first.next());
    assert_eq!(group.block(first.next()).1, [filler.header.id()]);
}

/// More waits than one block takes. The leader promised half a block of it, and last of all a small one: its block holds
/// all that it promised, before what waited longer.
#[test]
fn what_is_owed_comes_before_what_waited_longer() {
    let mut group = Group::start();
    let (leader, height) = (group.next_leader(), group.height(0).next());
    group.spreads = false;
    let crowd: Vec<Transaction> = (0..21).map(|number| group.large(&format!("crowd-{number}"))).collect();
    let small = group.capture("small");
    for one in crowd.iter().chain([&small]) {
        group.tell(leader, one, FOLLOWER);
    }
    group.pass_until_height(height);
    let [(_, pledge)] = &group.pledges[..] else { panic!("one promise for all") };
    assert_eq!(pledge.ids.len(), 11, "half a block of large ones, and the small one");
    assert_eq!(pledge.ids.last(), Some(&small.header.id()));
    let (proposer, ids) = group.block(height);
    assert_eq!(proposer, leader);
    assert!(pledge.ids.iter().all(|id| ids.contains(id)));
    assert!(crowd.iter().any(|one| !ids.contains(&one.header.id())), "not everything fits");
}

#[test]
fn a_promise_is_passed_to_whoever_submitted_and_only_if_its_signer_may_give_it() {
    let mut group = Group::start();
    group.spreads = false;
    let transaction = group.capture("a");
    let id = transaction.header.id();
    group.submit(FOLLOWER, &transaction);
    let good = promise(2, Height(9), vec![TxId(chain_types::Digest([1; 32])), id]);
    let mut altered = good.clone();
    altered.signed.receipt.by = Height(10);
    let mut extended = good.clone();
    extended.ids.push(id);
    let mut foreign = good.clone();
    foreign.signed.receipt.epoch = Epoch(1);
    foreign.signed = foreign.signed.receipt.sign(&key(2));
    let mut of_nobody = good.clone();
    of_nobody.signed.receipt.leader = 4;
    of_nobody.signed = of_nobody.signed.receipt.sign(&key(4));
    for bad in [altered, extended, foreign, of_nobody] {
        group.say(FOLLOWER, 2, bad);
        assert_eq!(group.promised, []);
    }
    group.say(0, 2, good.clone());
    assert_eq!(group.promised, [], "nobody submitted it there");
    group.say(FOLLOWER, 2, good);
    assert_eq!(group.promised, [(FOLLOWER, id)]);
}

/// The leader signed that its blocks from 1 on hold the transaction, and its next one does not.
#[test]
fn a_leader_that_breaks_its_word_is_accused_with_proof() {
    let mut group = Group::start();
    group.spreads = false;
    let transaction = group.capture("promised");
    group.submit(FOLLOWER, &transaction);
    let liar = (group.next_leader() + 1) % VALIDATORS;
    group.say(FOLLOWER, liar, promise(liar, Height(1), vec![transaction.header.id()]));
    let height = group.height(0).next();
    for (number, is_of_liar) in [(0, false), (1, true)] {
        let filler = group.capture(&format!("filler-{number}"));
        for at in 0..VALIDATORS {
            group.tell(at, &filler, 0);
        }
        group.pass_until_height(Height(height.0 + number));
        group.pass();
        assert_eq!(group.block(Height(height.0 + number)).0 == liar, is_of_liar);
        assert_eq!(!group.accused.is_empty(), is_of_liar, "another's block breaks no promise of the liar");
    }
    let accusers: Vec<_> = group.accused.iter().map(|(at, _)| *at).collect();
    assert_eq!(accusers, [FOLLOWER, 0, 1, 2, 3], "whoever saw it shows it to the validators");
    for (_, evidence) in &group.accused {
        let Evidence::BrokenReceipt(broken) = evidence else { panic!("a broken promise") };
        let convicted = breaks_word(genesis().chain_id(), &genesis().validators, broken);
        assert_eq!(convicted, Some(key(liar).public_key()));
    }
}

/// A promise that was kept in time, or whose transaction expired, accuses nobody.
#[test]
fn a_leader_that_kept_its_word_is_not_accused() {
    let mut group = Group::start();
    let transaction = group.capture("promised");
    let leader = group.next_leader();
    let height = group.height(0).next();
    group.submit(FOLLOWER, &transaction);
    group.say(FOLLOWER, leader, promise(leader, height, vec![transaction.header.id()]));
    group.pass_until_height(height);
    for number in 0..4 {
        let filler = group.capture(&format!("filler-{number}"));
        group.submit(FOLLOWER, &filler);
        group.pass_until_height(Height(height.0 + 1 + number));
    }
    assert!(group.accused.is_empty());
}

/// A member that is flooded with promises holds leaders to so many and no more; it passes them on all the same.
#[test]
fn promises_are_remembered_up_to_a_limit() {
    let mut group = Group::start();
    group.spreads = false;
    let transaction = group.capture("a");
    let id = transaction.header.id();
    group.submit(FOLLOWER, &transaction);
    let promise = promise(2, Height(9), vec![id]);
    for _ in 0..=CONFIRMATIONS_MAX {
        group.say(FOLLOWER, 2, promise.clone());
    }
    assert_eq!(group.promised.len(), CONFIRMATIONS_MAX + 1);
}

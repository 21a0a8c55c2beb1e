//! A leader promises a transaction before it is in a block [P15]. It keeps its word, also after a restart and with a
//! full block's worth of others before it; whoever submitted the transaction hears of it, and convicts a leader that
//! does not.

use crate::{
    fixture::{author, entry},
    group::{FOLLOWER, Group, VALIDATORS, genesis, key},
    work::{heavy, work},
};
use chain_beacon::evidence::breaks_word;
use chain_replica::CONFIRMATIONS_MAX;
use chain_types::{
    Command, Entry, Epoch, Height, SecretKey, Transaction, TxId, account,
    beacon::{Evidence, Promise, PromiseBatch, promised_root},
};
use std::sync::atomic::{AtomicU64, Ordering};

/// A promise of a validator for these transactions, given at the height before, whether it means it or not.
fn promise(leader: usize, by: Height, ids: Vec<TxId>) -> PromiseBatch {
    given_at(Height(by.0 - 1), leader, by, ids)
}

/// A promise that was given when this height was the last final one.
fn given_at(given: Height, leader: usize, by: Height, ids: Vec<TxId>) -> PromiseBatch {
    let promise = Promise {
        chain_id: genesis().chain_id(),
        shard: crate::fixture::SHARD,
        epoch: Epoch(0),
        leader: u16::try_from(leader).expect("few"),
        given,
        by,
        promised: promised_root(&ids),
    };
    PromiseBatch { signed: promise.sign(&key(leader)), ids }
}

#[test]
fn whoever_leads_next_promises_what_comes_in_and_keeps_it() {
    let mut group = Group::start();
    let (leader, height) = (group.next_leader(), group.height(0).next());
    let transaction = group.capture("a");
    let id = transaction.header.id();
    group.submit(FOLLOWER, &transaction);
    group.pass_until_height(height);
    let [(promiser, request)] = &group.promise_requests[..] else { panic!("one leads, and promises once") };
    assert_eq!((*promiser, &request.ids), (leader, &vec![id]));
    assert_eq!(request.submitters, [key(FOLLOWER).public_key()], "they are told, and nobody else");
    assert_eq!((request.promise.by, usize::from(request.promise.leader)), (height, leader));
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
    group.promise_requests.clear();
    for number in 0..3 {
        let filler = group.capture(&format!("filler-{number}"));
        let next = group.next_leader();
        group.tell(next, &filler, FOLLOWER);
        group.pass_until_height(Height(height.0 + 1 + number));
    }
    group.promise_requests.clear();
    group.tell(leader, &late, FOLLOWER);
    group.pass_until_height(leads_again);
    assert_eq!(group.promise_requests[0].1.promise.by, leads_again);
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

/// More waits than one block takes. The leader promised half a block of it, and last of all a small one: its block
/// holds all that it promised, before what waited longer.
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
    let [(_, request)] = &group.promise_requests[..] else { panic!("one promise for all") };
    assert_eq!(request.ids.len(), 11, "half a block of large ones, and the small one");
    assert_eq!(request.ids.last(), Some(&small.header.id()));
    let (proposer, ids) = group.block(height);
    assert_eq!(proposer, leader);
    assert!(request.ids.iter().all(|id| ids.contains(id)));
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
    altered.signed.promise.by = Height(10);
    let mut extended = good.clone();
    extended.ids.push(id);
    let mut foreign = good.clone();
    foreign.signed.promise.epoch = Epoch(1);
    foreign.signed = foreign.signed.promise.sign(&key(2));
    let mut of_nobody = good.clone();
    of_nobody.signed.promise.leader = 4;
    of_nobody.signed = of_nobody.signed.promise.sign(&key(4));
    for bad in [altered, extended, foreign, of_nobody] {
        group.say(FOLLOWER, 2, bad);
        assert_eq!(group.promised, []);
    }
    group.say(0, 2, good.clone());
    assert_eq!(group.promised, [], "nobody submitted it there");
    group.say(FOLLOWER, 2, good);
    assert_eq!(group.promised, [(FOLLOWER, id)]);
}

/// The leader signed that its blocks from 2 on hold the transaction, and its next one does not.
#[test]
fn a_leader_that_breaks_its_word_is_accused_with_proof() {
    let mut group = Group::start();
    group.spreads = false;
    let transaction = group.capture("promised");
    group.submit(FOLLOWER, &transaction);
    let liar = (group.next_leader() + 1) % VALIDATORS;
    group.say(FOLLOWER, liar, promise(liar, Height(2), vec![transaction.header.id()]));
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
        let Evidence::BrokenPromise(broken) = evidence else { panic!("a broken promise") };
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

fn second_author() -> SecretKey {
    SecretKey::from_seed(&[0x02; 32])
}

fn add(author: &SecretKey) -> Entry {
    entry(Command::Account(account::Command::AddAuthor(account::AddAuthor { author: author.public_key() })))
}

fn remove(author: &SecretKey) -> Entry {
    entry(Command::Account(account::Command::RemoveAuthor(account::RemoveAuthor { author: author.public_key() })))
}

/// A group whose tenant has two authors.
fn group_with_two_authors() -> Group {
    let mut group = Group::start();
    let addition = group.sign(&author(), vec![add(&second_author())]);
    group.submit(FOLLOWER, &addition);
    let height = group.height(0).next();
    group.pass_until_height(height);
    group.promise_requests.clear();
    group
}

/// The second author removes the first and adds it again, and between the two the first sends something: the leader
/// promises all three in good faith, and no block could hold what stands in between.
#[test]
fn a_leader_that_kept_every_rule_is_not_accused_when_an_author_leaves_and_comes_back_within_one_block() {
    let mut group = group_with_two_authors();
    let removal = group.sign(&second_author(), vec![remove(&author())]);
    let between = group.capture("between");
    let addition = group.sign(&second_author(), vec![add(&author())]);
    let (leader, height) = (group.next_leader(), group.height(0).next());
    let ids: Vec<_> = [&removal, &between, &addition].map(|one| one.header.id()).into();
    for one in [&removal, &between, &addition] {
        group.submit(FOLLOWER, one);
    }
    group.say(FOLLOWER, leader, promise(leader, height, ids.clone()));
    assert_eq!(group.promised.len(), 3, "in good faith");
    group.pass_until_height(height);
    assert_eq!(group.promise_requests[0].1.ids, ids, "the leader meant it");
    assert_eq!(group.block(height), (leader, vec![ids[0], ids[2]]));
    assert!(group.accused.is_empty(), "the author might not sign all the time");
}

/// The same across blocks: another leader's block removes the author, and the block that is due adds it again.
#[test]
fn a_leader_that_kept_every_rule_is_not_accused_when_an_author_leaves_and_comes_back_across_blocks() {
    let mut group = group_with_two_authors();
    group.spreads = false;
    let removal = group.sign(&second_author(), vec![remove(&author())]);
    let between = group.capture("between");
    let addition = group.sign(&second_author(), vec![add(&author())]);
    let (given, first) = (group.height(0), group.next_leader());
    let second = (first + 1) % VALIDATORS;
    let due = Height(given.0 + 2);
    group.submit(FOLLOWER, &between);
    group.say(FOLLOWER, second, given_at(given, second, due, vec![between.header.id()]));
    assert_eq!(group.promised.len(), 1);
    group.tell(first, &removal, FOLLOWER);
    group.pass_until_height(given.next());
    group.tell(second, &between, FOLLOWER);
    group.tell(second, &addition, FOLLOWER);
    group.pass_until_height(due);
    assert_eq!(group.block(due), (second, vec![addition.header.id()]));
    assert!(group.accused.is_empty(), "the author might not sign all the time");
}

/// A promise that names a height at which the author might not sign yet could convict nobody, so nobody is told of it.
#[test]
fn a_promise_from_before_its_author_might_sign_is_no_soft_confirmation() {
    let mut group = group_with_two_authors();
    group.spreads = false;
    let late = group.sign(&second_author(), vec![crate::fixture::capture("late")]);
    let (added, id) = (group.height(0), late.header.id());
    group.submit(FOLLOWER, &late);
    let by = added.next();
    group.say(FOLLOWER, 2, given_at(Height(added.0 - 1), 2, by, vec![id]));
    assert_eq!(group.promised, []);
    group.say(FOLLOWER, 2, given_at(added, 2, by, vec![id]));
    assert_eq!(group.promised, [(FOLLOWER, id)]);
}

/// The leader's clock reads tomorrow's date for a while, by which what it promised has expired. By the clock of the
/// blocks it has not, so the leader owes it still, and its next block holds it.
#[test]
fn a_clock_that_was_wrong_for_a_while_breaks_no_promise() {
    let mut group = Group::start();
    group.spreads = false;
    let owed = group.capture("owed");
    let (leader, height, id) = (group.next_leader(), group.height(0).next(), owed.header.id());
    group.submit(FOLLOWER, &owed);
    group.tell(leader, &owed, FOLLOWER);
    group.say(FOLLOWER, leader, promise(leader, height, vec![id]));
    group.clocks[leader] = 86_400_000;
    group.pass_ms(5_000);
    assert_eq!(group.replica(leader).load().waiting, 0, "by its clock nothing waits");
    group.clocks[leader] = 0;
    let mut proposers = Vec::new();
    while !proposers.contains(&leader) {
        let next = group.height(0).next();
        let filler = group.capture(&format!("filler-{}", next.0));
        for at in 0..VALIDATORS {
            group.tell(at, &filler, FOLLOWER);
        }
        group.pass_until_height(next);
        let (proposer, ids) = group.block(next);
        assert_eq!(ids.contains(&id), proposer == leader);
        proposers.push(proposer);
    }
    assert!(group.accused.is_empty());
}

/// More heavy transactions wait than one block takes, and the leader's machine is slow. It promises half a block's
/// work, and its block holds all of that, however long it takes.
#[test]
fn work_and_time_break_no_promise() {
    static NOW_US: AtomicU64 = AtomicU64::new(0);
    let mut group = Group::start();
    group.spreads = false;
    let (leader, height) = (group.next_leader(), group.height(0).next());
    group.time_building(leader, Box::new(|| NOW_US.fetch_add(1_000_000, Ordering::Relaxed)));
    let crowd: Vec<_> = (0..150).map(|number| group.heavy(heavy(&number.to_string()))).collect();
    for one in &crowd {
        group.tell(leader, one, FOLLOWER);
    }
    group.pass_until_height(height);
    let [(_, request)] = &group.promise_requests[..] else { panic!("one promise for all") };
    let half = crate::fixture::parameters().work.block_work_max / 2;
    assert_eq!(request.ids.len(), usize::try_from(half / work(&crowd[0])).expect("few"));
    assert_eq!(group.block(height), (leader, request.ids.clone()), "the promised ones, and time for no other");
}

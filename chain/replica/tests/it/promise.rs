//! A leader promises a transaction before it is in a block [P15, promises]. The leader keeps its promise, also after a
//! restart and with a full block of other transactions pending. The submitter gets the promise, and can convict a
//! leader that breaks it.

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

/// A promise of a validator for these transactions, given at the height before `by`, whether or not it will be kept.
fn promise(leader: usize, by: Height, ids: Vec<TxId>) -> PromiseBatch {
    given_at(Height(by.0 - 1), leader, by, ids)
}

/// A promise that was given when `given` was the last final height.
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
fn the_next_leader_promises_submitted_transactions_and_keeps_it() {
    let mut group = Group::start();
    let (leader, height) = (group.next_leader(), group.height(0).next());
    let transaction = group.capture("a");
    let id = transaction.header.id();
    group.submit(FOLLOWER, &transaction);
    group.pass_until_height(height);
    let [(promiser, request)] = &group.promise_requests[..] else { panic!("the leader promises once") };
    assert_eq!((*promiser, &request.ids), (leader, &vec![id]));
    assert_eq!(request.submitters, [key(FOLLOWER).public_key()], "only the submitters are told");
    assert_eq!((request.promise.by, usize::from(request.promise.leader)), (height, leader));
    assert_eq!(group.block(height), (leader, vec![id]));
    assert_eq!(group.kept, [(leader, id)]);
}

/// A transaction that arrives after the leader proposed is promised for the leader's next block.
#[test]
fn a_promise_never_binds_an_already_proposed_block() {
    let mut group = Group::start();
    let (leader, height) = (group.next_leader(), group.height(0).next());
    let (early, late) = (group.capture("early"), group.capture("late"));
    group.spreads = false;
    group.deliver(leader, &early, FOLLOWER);
    group.pass();
    assert_eq!(group.height(0), height, "the others request the missing transaction from the leader");
    let leads_again = Height(height.0 + 4);
    group.promise_requests.clear();
    for number in 0..3 {
        let filler = group.capture(&format!("filler-{number}"));
        let next = group.next_leader();
        group.deliver(next, &filler, FOLLOWER);
        group.pass_until_height(Height(height.0 + 1 + number));
    }
    group.promise_requests.clear();
    group.deliver(leader, &late, FOLLOWER);
    group.pass_until_height(leads_again);
    assert_eq!(group.promise_requests[0].1.promise.by, leads_again);
    assert_eq!(group.block(leads_again), (leader, vec![late.header.id()]));
}

#[test]
fn a_restarted_leader_still_keeps_its_promises() {
    let mut group = Group::start();
    let (leader, first) = (group.next_leader(), group.height(0).next());
    let owed = group.capture("owed");
    let id = owed.header.id();
    // No other member gets the transaction, so only the promise brings it onto the chain.
    group.spreads = false;
    group.restart(leader, vec![(Epoch(0), owed.clone())]);
    group.pass_until_height(first);
    assert_eq!(group.block(first), (leader, vec![id]));
    assert_eq!(group.kept, [(leader, id)]);
    // A promise is closed once its transaction is on the chain, and a promise of another epoch never counts.
    let other = group.capture("of another epoch");
    group.restart(leader, vec![(Epoch(0), owed), (Epoch(7), other)]);
    let filler = group.capture("filler");
    for at in 0..VALIDATORS {
        group.deliver(at, &filler, FOLLOWER);
    }
    group.pass_until_height(first.next());
    assert_eq!(group.block(first.next()).1, [filler.header.id()]);
}

/// More transactions are pending than fit into one block. The leader promised half a block of them, the last one small.
/// Its block holds all promised ones before older pending ones.
#[test]
fn promised_transactions_come_before_older_ones() {
    let mut group = Group::start();
    let (leader, height) = (group.next_leader(), group.height(0).next());
    group.spreads = false;
    // A block holds 20 large transactions: one more than fits.
    let crowd: Vec<Transaction> = (0..21).map(|number| group.large(&format!("crowd-{number}"))).collect();
    let small = group.capture("small");
    for one in crowd.iter().chain([&small]) {
        group.deliver(leader, one, FOLLOWER);
    }
    group.pass_until_height(height);
    let [(_, request)] = &group.promise_requests[..] else { panic!("one promise for all") };
    assert_eq!(request.ids.len(), 11, "half a block of large transactions, and the small one");
    assert_eq!(request.ids.last(), Some(&small.header.id()));
    let (proposer, ids) = group.block(height);
    assert_eq!(proposer, leader);
    assert!(request.ids.iter().all(|id| ids.contains(id)));
    assert!(crowd.iter().any(|one| !ids.contains(&one.header.id())), "not everything fits");
}

#[test]
fn only_a_valid_promise_is_passed_to_the_submitter() {
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
        group.deliver_promise(FOLLOWER, 2, bad);
        assert_eq!(group.promised, []);
    }
    group.deliver_promise(0, 2, good.clone());
    assert_eq!(group.promised, [], "the transaction was not submitted there");
    group.deliver_promise(FOLLOWER, 2, good);
    assert_eq!(group.promised, [(FOLLOWER, id)]);
}

/// The leader signed that its blocks from 2 on hold the transaction, and its next block does not.
#[test]
fn a_leader_that_breaks_a_promise_is_accused_with_evidence() {
    let mut group = Group::start();
    group.spreads = false;
    let transaction = group.capture("promised");
    group.submit(FOLLOWER, &transaction);
    let faulty = (group.next_leader() + 1) % VALIDATORS;
    group.deliver_promise(FOLLOWER, faulty, promise(faulty, Height(2), vec![transaction.header.id()]));
    let height = group.height(0).next();
    for (number, is_of_faulty) in [(0, false), (1, true)] {
        let filler = group.capture(&format!("filler-{number}"));
        for at in 0..VALIDATORS {
            group.deliver(at, &filler, 0);
        }
        group.pass_until_height(Height(height.0 + number));
        group.pass();
        assert_eq!(group.block(Height(height.0 + number)).0 == faulty, is_of_faulty);
        assert_eq!(!group.accused.is_empty(), is_of_faulty, "another leader's block breaks no promise of this one");
    }
    let accusers: Vec<_> = group.accused.iter().map(|(at, _)| *at).collect();
    assert_eq!(accusers, [FOLLOWER, 0, 1, 2, 3], "the follower sends the evidence to the validators");
    for (_, evidence) in &group.accused {
        let Evidence::BrokenPromise(broken) = evidence else { panic!("the evidence is a broken promise") };
        let convicted = breaks_word(genesis().chain_id(), &genesis().validators, broken);
        assert_eq!(convicted, Some(key(faulty).public_key()));
    }
}

/// A promise that was kept in time, or whose transaction expired, leads to no accusation.
#[test]
fn a_leader_that_kept_its_promise_is_not_accused() {
    let mut group = Group::start();
    let transaction = group.capture("promised");
    let leader = group.next_leader();
    let height = group.height(0).next();
    group.submit(FOLLOWER, &transaction);
    group.deliver_promise(FOLLOWER, leader, promise(leader, height, vec![transaction.header.id()]));
    group.pass_until_height(height);
    for number in 0..4 {
        let filler = group.capture(&format!("filler-{number}"));
        group.submit(FOLLOWER, &filler);
        group.pass_until_height(Height(height.0 + 1 + number));
    }
    assert!(group.accused.is_empty());
}

/// A member that gets too many promises checks only a bounded number of them, but reports all of them to its clients.
#[test]
fn the_number_of_checked_promises_is_limited() {
    let mut group = Group::start();
    group.spreads = false;
    let transaction = group.capture("a");
    let id = transaction.header.id();
    group.submit(FOLLOWER, &transaction);
    let promise = promise(2, Height(9), vec![id]);
    for _ in 0..=CONFIRMATIONS_MAX {
        group.deliver_promise(FOLLOWER, 2, promise.clone());
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

/// The second author removes the first and adds it again. Between the two, the first author submits a transaction. The
/// leader promises all three in good faith, but no block can hold the one in between.
#[test]
fn an_author_removed_and_added_within_one_block_leads_to_no_accusation() {
    let mut group = group_with_two_authors();
    let removal = group.sign(&second_author(), vec![remove(&author())]);
    let between = group.capture("between");
    let addition = group.sign(&second_author(), vec![add(&author())]);
    let (leader, height) = (group.next_leader(), group.height(0).next());
    let ids: Vec<_> = [&removal, &between, &addition].map(|one| one.header.id()).into();
    for one in [&removal, &between, &addition] {
        group.submit(FOLLOWER, one);
    }
    group.deliver_promise(FOLLOWER, leader, promise(leader, height, ids.clone()));
    assert_eq!(group.promised.len(), 3, "all three promises are reported");
    group.pass_until_height(height);
    assert_eq!(group.promise_requests[0].1.ids, ids, "the leader itself makes the same promise");
    assert_eq!(group.block(height), (leader, vec![ids[0], ids[2]]));
    assert!(group.accused.is_empty(), "the author was not always allowed to sign");
}

/// The same across blocks: another leader's block removes the author, and the block that is due adds it again.
#[test]
fn an_author_removed_and_added_across_blocks_leads_to_no_accusation() {
    let mut group = group_with_two_authors();
    group.spreads = false;
    let removal = group.sign(&second_author(), vec![remove(&author())]);
    let between = group.capture("between");
    let addition = group.sign(&second_author(), vec![add(&author())]);
    let (given, first) = (group.height(0), group.next_leader());
    let second = (first + 1) % VALIDATORS;
    let due = Height(given.0 + 2);
    group.submit(FOLLOWER, &between);
    group.deliver_promise(FOLLOWER, second, given_at(given, second, due, vec![between.header.id()]));
    assert_eq!(group.promised.len(), 1);
    group.deliver(first, &removal, FOLLOWER);
    group.pass_until_height(given.next());
    group.deliver(second, &between, FOLLOWER);
    group.deliver(second, &addition, FOLLOWER);
    group.pass_until_height(due);
    assert_eq!(group.block(due), (second, vec![addition.header.id()]));
    assert!(group.accused.is_empty(), "the author was not always allowed to sign");
}

/// A promise that was given before the author was allowed to sign could convict no leader, so it is not reported.
#[test]
fn a_promise_given_before_its_author_may_sign_is_no_soft_confirmation() {
    let mut group = group_with_two_authors();
    group.spreads = false;
    let late = group.sign(&second_author(), vec![crate::fixture::capture("late")]);
    let (added, id) = (group.height(0), late.header.id());
    group.submit(FOLLOWER, &late);
    let by = added.next();
    group.deliver_promise(FOLLOWER, 2, given_at(Height(added.0 - 1), 2, by, vec![id]));
    assert_eq!(group.promised, []);
    group.deliver_promise(FOLLOWER, 2, given_at(added, 2, by, vec![id]));
    assert_eq!(group.promised, [(FOLLOWER, id)]);
}

/// The leader's clock is a day ahead for a while, so a promised transaction has expired by it. By block time it has
/// not, so the leader must still keep the promise, and its next block holds the transaction.
#[test]
fn a_temporarily_wrong_clock_breaks_no_promise() {
    let mut group = Group::start();
    group.spreads = false;
    let owed = group.capture("owed");
    let (leader, height, id) = (group.next_leader(), group.height(0).next(), owed.header.id());
    group.submit(FOLLOWER, &owed);
    group.deliver(leader, &owed, FOLLOWER);
    group.deliver_promise(FOLLOWER, leader, promise(leader, height, vec![id]));
    // One day, in milliseconds.
    group.clocks[leader] = 86_400_000;
    group.pass_ms(5_000);
    assert_eq!(group.replica(leader).load().waiting, 0, "by its clock nothing is pending");
    group.clocks[leader] = 0;
    let mut proposers = Vec::new();
    while !proposers.contains(&leader) {
        let next = group.height(0).next();
        let filler = group.capture(&format!("filler-{}", next.0));
        for at in 0..VALIDATORS {
            group.deliver(at, &filler, FOLLOWER);
        }
        group.pass_until_height(next);
        let (proposer, ids) = group.block(next);
        assert_eq!(ids.contains(&id), proposer == leader);
        proposers.push(proposer);
    }
    assert!(group.accused.is_empty());
}

/// More heavy transactions are pending than fit into one block, and the leader's machine is slow. It promises half a
/// block's work, and its block holds all of that, however long it takes.
#[test]
fn work_and_time_limits_break_no_promise() {
    static NOW_US: AtomicU64 = AtomicU64::new(0);
    let mut group = Group::start();
    group.spreads = false;
    let (leader, height) = (group.next_leader(), group.height(0).next());
    // Each reading of this clock takes a second, so the time for building is over at once.
    group.time_building(leader, Box::new(|| NOW_US.fetch_add(1_000_000, Ordering::Relaxed)));
    let crowd: Vec<_> = (0..150).map(|number| group.heavy(heavy(&number.to_string()))).collect();
    for one in &crowd {
        group.deliver(leader, one, FOLLOWER);
    }
    group.pass_until_height(height);
    let [(_, request)] = &group.promise_requests[..] else { panic!("one promise for all") };
    let half = crate::fixture::parameters().work.block_work_max / 2;
    assert_eq!(request.ids.len(), usize::try_from(half / work(&crowd[0])).expect("few"));
    assert_eq!(group.block(height), (leader, request.ids.clone()), "only the promised ones fit into the time");
}

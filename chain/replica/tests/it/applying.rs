//! A follower without a vote applies the write-sets that a quorum certified, and reaches the same state without
//! executing. A false write-set from a peer costs it one execution and nothing else. A replica with a vote always
//! executes.

use crate::{
    fixture::{Disk, Machine, SHARD, TENANT, capture, event, genesis, validator},
    group::{self, Group},
    joiner::{Joiner, peer},
};
use chain_ledger::{decode_delta, delta_root, encode_delta};
use chain_replica::{Commit, Effect, FETCH_MS, Fetched, Input, JOIN_WAIT_MS, Message};
use chain_state::{State, Write};
use chain_types::{
    BlockHeader, Certificate, Digest, FinalBlock, Height, Signature, TimestampMs,
    signature::Namespace,
    state::{StreamKey, TypedKey},
};

/// A chain of a few blocks with their write-sets.
fn chain() -> Vec<Fetched> {
    let mut machine = Machine::with_tenant();
    for number in 0..3 {
        let transaction = machine.sign((0..5).map(|item| capture(&format!("{number} {item}"))).collect());
        machine.submit(transaction);
        machine.finalise().expect("a block");
    }
    let mut fetched = Vec::new();
    machine.disk.change(|held| {
        assert_eq!(held.blocks.len(), held.deltas.len(), "nothing was flushed yet");
        let pairs = held.blocks.iter().zip(&held.deltas);
        let pair = |(block, delta): (&std::sync::Arc<FinalBlock>, &Vec<u8>)| Fetched {
            block: FinalBlock::clone(block),
            write_set: Some(delta.clone()),
        };
        fetched.extend(pairs.map(pair));
    });
    fetched
}

/// A follower that requests blocks, and its request.
fn follower(applies: bool) -> (Joiner, Message) {
    let mut follower = Joiner::on(genesis(), SHARD, u64::MAX);
    if applies {
        follower.replica.apply_write_sets();
    }
    follower.claim(peer(1), 4);
    follower.pass(JOIN_WAIT_MS);
    let (_, asked) = follower.next_message().expect("it asks");
    (follower, asked)
}

/// The commits that a follower persists when it receives these blocks.
fn take(follower: &mut Joiner, blocks: Vec<Fetched>) -> Vec<Commit> {
    // The follower repeats its request for missing blocks.
    follower.pass(FETCH_MS);
    follower.receive(peer(1), Message::WriteSets(blocks));
    let mut commits = Vec::new();
    while let Some(effect) = follower.effects.pop_front() {
        if let Effect::Persist(commit) = effect {
            follower.disk.write(&commit);
            commits.push(*commit);
            follower.step(Input::Persisted);
        }
    }
    commits
}

/// The blocks, write-sets and numbers of transactions of commits.
fn outcomes(follower: &Joiner, commits: &[Commit]) -> Vec<(FinalBlock, Vec<u8>, usize)> {
    assert_eq!(follower.replica.tip().map(|(header, _)| header), commits.last().map(|commit| &commit.block.header));
    let outcomes = commits.iter().map(|one| (FinalBlock::clone(&one.block), one.delta.clone(), one.seen.len()));
    outcomes.collect()
}

/// Changes a block's header and certifies it.
fn certify(block: &mut FinalBlock, change: impl FnOnce(&mut BlockHeader)) {
    change(&mut block.header);
    let vote = block.header.finalise_vote();
    let signatures = vec![(0, validator().sign(Namespace::VOTE, &vote.digest()))];
    block.certificate = Certificate { vote, signatures };
}

/// The chain's second block with a write that no rule allows, certified.
fn unlawful(chain: &[Fetched]) -> Fetched {
    let writes = |at: usize| {
        let write_set = chain[at].write_set.as_deref().expect("the write-set is there");
        decode_delta(write_set).expect("the write-set decodes")
    };
    let mut second = writes(1);
    let invented = StreamKey(TENANT, event("invented")).path();
    second.push(Write { path: invented, value: Some(Box::from(&b"anything"[..])) });
    second.sort_by_key(|write| write.path);
    let write_set = encode_delta(&second);
    let mut state = State::restore(Disk::default(), []);
    state.apply(writes(0)).expect("an empty disk reads");
    state.apply(second).expect("an empty disk reads");
    let mut block = chain[1].block.clone();
    certify(&mut block, |header| (header.delta_root, header.state_root) = (delta_root(&write_set), state.root()));
    Fetched { block, write_set: Some(write_set) }
}

#[test]
fn applying_and_executing_lead_to_the_same_state() {
    let chain = chain();
    let (mut executing, asked) = follower(false);
    assert_eq!(asked, Message::FetchFinal { from: Height(1) });
    let executed = take(&mut executing, chain.clone());
    let (mut applying, asked) = follower(true);
    assert_eq!(asked, Message::FetchWriteSets { from: Height(1) });
    let applied = take(&mut applying, chain.clone());
    assert_eq!(applied.len(), chain.len());
    assert_eq!(outcomes(&applying, &applied), outcomes(&executing, &executed));
    assert_eq!(applying.replica.totals(), executing.replica.totals());
    let known = chain[2].block.block.transactions[0].clone();
    applying.step(crate::fixture::submission(crate::fixture::verify(vec![known]).remove(0)));
    let is_known = |effect: &Effect| matches!(effect, Effect::AlreadyFinal { height: Height(3), .. });
    assert!(applying.effects.iter().any(is_known), "a final transaction is not accepted again");
}

/// A change that a faulty peer makes to a block.
type Alteration = fn(&mut Fetched);

const ALTERATIONS: [(&str, Alteration); 6] = [
    ("the write-set is gone", |fetched| fetched.write_set = None),
    ("a value is changed", |fetched| {
        if let Some(last) = fetched.write_set.as_mut().and_then(|bytes| bytes.last_mut()) {
            *last ^= 1;
        }
    }),
    ("a write is missing", |fetched| {
        let mut writes = decode_delta(fetched.write_set.as_deref().unwrap_or_default()).expect("the write-set decodes");
        writes.pop();
        fetched.write_set = Some(encode_delta(&writes));
    }),
    ("it is no write-set", |fetched| fetched.write_set = Some(vec![7; 100])),
    ("it is empty", |fetched| fetched.write_set = Some(Vec::new())),
    ("the receipts are others", |fetched| {
        fetched.block.block.receipts.pop();
    }),
];

#[test]
fn a_false_write_set_costs_one_execution_and_no_more() {
    let chain = chain();
    let (mut honest, _) = follower(true);
    let honest = {
        let commits = take(&mut honest, chain.clone());
        outcomes(&honest, &commits)
    };
    for (what, alter) in ALTERATIONS {
        let mut given = chain.clone();
        alter(&mut given[1]);
        let (mut follower, _) = follower(true);
        let commits = take(&mut follower, given);
        assert_eq!(outcomes(&follower, &commits), honest, "{what}");
    }
}

#[test]
fn a_forged_author_signature_is_detected() {
    let chain = chain();
    let mut given = chain.clone();
    let Signature::Ed25519(bytes) = &mut given[1].block.block.transactions[0].signature;
    bytes[0] ^= 1;
    let (mut follower, _) = follower(true);
    assert_eq!(take(&mut follower, given).len(), 1, "only the first block is taken");
    assert_eq!(take(&mut follower, chain).len(), 3, "the rest is taken from an honest peer");
}

#[test]
fn a_write_set_that_does_not_lead_to_the_headers_state_changes_nothing() {
    let chain = chain();
    let changes: [fn(&mut BlockHeader); 3] = [
        |header| header.state_root = Digest([7; 32]),
        |header| header.parent = Digest([7; 32]),
        |header| header.timestamp_ms = TimestampMs(1),
    ];
    for change in changes {
        let mut given = chain.clone();
        certify(&mut given[1].block, change);
        let (mut follower, _) = follower(true);
        assert_eq!(take(&mut follower, given).len(), 1, "only the first block is taken");
        let rest = take(&mut follower, chain.clone());
        assert_eq!(outcomes(&follower, &rest).len(), 3, "the valid blocks fit the unchanged state");
    }
}

#[test]
fn only_an_applying_follower_trusts_a_quorum() {
    let chain = chain();
    let given = || vec![chain[0].clone(), unlawful(&chain)];
    let (mut applying, _) = follower(true);
    assert_eq!(take(&mut applying, given()).len(), 2, "an applying follower trusts the certificate");
    let (mut executing, _) = follower(false);
    assert_eq!(take(&mut executing, given()).len(), 1);
}

#[test]
fn a_replica_with_a_vote_always_executes() {
    let group = Group::start();
    let (block, write_set) = (group.blocks(0).remove(0), Some(group.write_set(0)));
    let mut member = Joiner::with_key(group::genesis(), SHARD, u64::MAX, group::key(0).public_key());
    member.replica.apply_write_sets();
    for other in 1..group::VALIDATORS {
        member.claim(group::key(other).public_key(), 1);
    }
    member.pass(JOIN_WAIT_MS);
    let (to, asked) = member.next_message().expect("it asks for the block");
    assert!(matches!(asked, Message::FetchFinal { .. }), "it requests no write-sets");
    member.receive(to, Message::WriteSets(vec![Fetched { block, write_set }]));
    assert!(member.effects.iter().any(|effect| matches!(effect, Effect::Persist(_))));
    assert!(member.replica.executed_work() > 0, "it executed the block");
}

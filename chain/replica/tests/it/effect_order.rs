//! A block passes through four steps, each of which waits for the interpreter: propose, sign, persist, announce.
//! Nothing is announced before it is durable, and unexpected answers change nothing.

use crate::fixture::{Machine, TENANT, event, genesis, sign};
use chain_replica::{Effect, Input};
use chain_types::{
    Height, PROTOCOL_VERSION, TimestampMs, View,
    block::transactions_root,
    state::{StreamKey, TypedKey},
};

#[test]
fn signed_then_persisted_then_announced() {
    let mut machine = Machine::with_tenant();
    let transaction = machine.capture("e1");
    machine.submit(transaction);
    let tip = machine.replica.tip_digest();

    let effects = machine.propose();
    let [Effect::Sign(vote)] = &effects[..] else { panic!("a proposal only asks for a signature") };
    assert_eq!((vote.height, vote.view), (Height(2), View(0)));
    let effects = machine.step(sign(vote.clone()));
    let [Effect::Persist(commit)] = &effects[..] else { panic!("a certified block is written before it is announced") };
    assert_eq!(commit.digest, vote.block);
    assert_eq!(machine.replica.tip_digest(), tip, "not final before it is durable");
    let effects = machine.step(Input::Persisted);
    let [Effect::Finalised(finalised)] = &effects[..] else { panic!("a durable block is announced") };
    assert_eq!(finalised.digest, vote.block);
    assert_eq!(machine.replica.tip_digest(), vote.block);
    assert_eq!(finalised.block.check(genesis().chain_id(), &genesis().validators, &tip), Ok(()));
}

#[test]
fn a_block_continues_its_parent_and_commits_to_its_contents() {
    let mut machine = Machine::with_tenant();
    let transaction = machine.capture("e1");
    machine.submit(transaction);
    machine.now = TimestampMs(machine.now.0 + 5);
    let (parent, parent_digest) = (machine.replica.tip().cloned(), machine.replica.tip_digest());
    let finalised = machine.finalise().expect("a block");
    let header = &finalised.block.header;
    let parent = parent.expect("the registration's block").0;
    assert_eq!((header.height, header.parent), (parent.height.next(), parent_digest));
    assert_eq!(header.timestamp_ms, machine.now);
    let ids = finalised.block.block.transactions.iter().map(|one| one.header.id());
    assert_eq!(header.transactions_root, transactions_root(ids));
    assert_eq!((header.version, header.proposer), (PROTOCOL_VERSION, 0));
    assert_eq!(header.validator_set_hash, genesis().validators.digest());
}

#[test]
fn one_block_at_a_time() {
    let mut machine = Machine::with_tenant();
    let (first, second) = (machine.capture("e1"), machine.capture("e2"));
    machine.submit(first);
    let effects = machine.propose();
    let Some(Effect::Sign(vote)) = effects.into_iter().next() else { panic!("a proposal asks for a signature") };
    machine.submit(second);
    assert!(machine.propose().is_empty(), "a block waits for its certificate");
    let effects = machine.step(sign(vote));
    assert!(matches!(effects[..], [Effect::Persist(_)]));
    assert!(machine.propose().is_empty(), "a block waits for the disk");
    machine.step(Input::Persisted);
    assert!(matches!(machine.propose()[..], [Effect::Sign(_)]));
}

#[test]
fn unexpected_answers_change_nothing() {
    let mut machine = Machine::with_tenant();
    assert!(machine.propose().is_empty(), "nothing is pending");
    assert!(machine.step(Input::Persisted).is_empty());
    let transaction = machine.capture("e1");
    machine.submit(transaction);
    let effects = machine.propose();
    let Some(Effect::Sign(vote)) = effects.into_iter().next() else { panic!("a proposal asks for a signature") };
    let mut other = vote.clone();
    other.height = Height(1);
    assert!(machine.step(sign(other)).is_empty(), "a vote of a height that is decided");
    assert!(machine.step(Input::Persisted).is_empty(), "nothing is being written");
    assert!(matches!(machine.step(sign(vote))[..], [Effect::Persist(_)]));
}

#[test]
fn reads_and_proofs_are_of_the_tip_and_not_of_the_block_being_decided() {
    let mut machine = Machine::with_tenant();
    let keys: Vec<_> = ["e1", "e2", "e3"].map(|id| StreamKey(TENANT, event(id)).state_key()).into();
    let transaction = machine.capture("e1");
    machine.submit(transaction);
    machine.finalise().expect("a block");
    let transaction = machine.capture("e2");
    machine.submit(transaction);
    let before = machine.replica.read(&keys).expect("the disk reads").expect("no block is being written");
    assert_eq!(before.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, false]);
    let Some(Effect::Sign(vote)) = machine.propose().into_iter().next() else { panic!("a block") };
    let root = machine.replica.tip().map(|(header, _)| header.state_root);
    for _ in 0..2 {
        assert_eq!(machine.replica.read(&keys).expect("the disk reads").as_ref(), Some(&before));
        let proofs = machine.replica.prove(&keys).expect("the disk reads").expect("the block is undone for the proofs");
        for ((proof, key), value) in proofs.iter().zip(&keys).zip(&before) {
            assert_eq!((proof.root(&key.path()), proof.value()), (root, value.as_deref()));
        }
    }
    machine.step(sign(vote));
    assert_eq!(machine.replica.read(&keys).expect("the disk reads"), None, "the state is ahead of the tip");
    machine.step(Input::Persisted);
    let after = machine.replica.read(&keys).expect("the disk reads").expect("the block is durable");
    assert_eq!(after.iter().map(Option::is_some).collect::<Vec<_>>(), [true, true, false]);
}

#[test]
fn proofs_are_given_unless_a_block_is_being_written() {
    let mut machine = Machine::with_tenant();
    let transaction = machine.capture("e1");
    machine.submit(transaction);
    let Some(Effect::Sign(vote)) = machine.propose().into_iter().next() else { panic!("a block") };
    let mut ask = |input: Option<Input>| {
        if let Some(input) = input {
            machine.step(input);
        }
        machine.replica.prove_stream(TENANT, event("e1")).expect("the disk reads").is_some()
    };
    assert!(ask(None), "a block that is not final yet is undone for the proof");
    assert!(!ask(Some(sign(vote))), "the state is ahead of the tip");
    assert!(ask(Some(Input::Persisted)));
}

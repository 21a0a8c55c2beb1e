//! A peer adds a forged signature of another validator to the certificate of a block that it serves. The block is
//! accepted, since a quorum signed it. The forged signature is dropped and has no effect on that validator.

use crate::{
    fixture::SHARD,
    group::{Group, genesis, key},
    joiner::Joiner,
};
use chain_replica::{Effect, Input, JOIN_WAIT_MS, Message};
use chain_types::{FinalBlock, Signature};

fn signers(block: &FinalBlock) -> Vec<u16> {
    block.certificate.signatures.iter().map(|(signer, _)| *signer).collect()
}

#[test]
fn a_forged_signature_is_dropped_and_mutes_no_validator() {
    let block = Group::start().blocks(0).remove(0);
    let victim = (0..4).find(|at| !signers(&block).contains(at)).expect("a certificate holds the first three votes");
    let mut given = block.clone();
    given.certificate.signatures.push((victim, Signature::Ed25519([7; 64])));
    given.certificate.signatures.sort_by_key(|(signer, _)| *signer);

    let mut member = Joiner::with_key(genesis(), SHARD, u64::MAX, key(usize::from(victim)).public_key());
    for other in (0..4).filter(|other| *other != victim) {
        member.claim(key(usize::from(other)).public_key(), 1);
    }
    member.pass(JOIN_WAIT_MS);
    let (asked, _) = member.next_message().expect("it asks for the block");
    member.receive(asked, Message::Final(vec![given]));
    let mut written = None;
    while let Some(effect) = member.effects.pop_front() {
        match effect {
            Effect::Persist(commit) => {
                written = Some(FinalBlock::clone(&commit.block));
                member.step(Input::Persisted);
            }
            Effect::Alarm(alarm) => panic!("{alarm}"),
            _ => {}
        }
    }
    assert_eq!(written, Some(block));
}

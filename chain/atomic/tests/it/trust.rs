//! A certificate counts in its own epoch and the next one. Later its validators may have withdrawn their bonds, so it
//! proves nothing. Epochs are never entered backwards.

use crate::fixture::{HERE, THERE, certified, certify, trust, validators};
use chain_atomic::Rejection;
use chain_types::{Digest, Epoch, PROTOCOL_VERSION, beacon::HandOver, limit};

#[test]
fn a_certificate_counts_for_two_epochs() {
    let mut trust = trust();
    for epoch in 0..5_u64 {
        trust.enter(HandOver::first(PROTOCOL_VERSION, validators(epoch)));
        assert_eq!(trust.epoch(), Epoch(epoch));
        for signed_in in 0..7_u64 {
            let counts = signed_in <= epoch && signed_in + 2 > epoch;
            assert_eq!(limit::PROOF_EPOCHS, 2);
            let found = trust.check(&certified(HERE, signed_in, Digest::ZERO), HERE);
            assert_eq!(found, if counts { Ok(()) } else { Err(Rejection::UnknownEpoch) }, "of {signed_in} in {epoch}");
            assert_eq!(trust.validator_set(Epoch(signed_in), HERE).is_some(), counts);
        }
    }
}

#[test]
fn an_earlier_epoch_is_not_entered_again() {
    let mut trust = trust();
    trust.enter(HandOver::first(PROTOCOL_VERSION, validators(3)));
    trust.enter(HandOver::first(PROTOCOL_VERSION, validators(2)));
    let mut other = validators(3);
    other.validators.clear();
    trust.enter(HandOver::first(PROTOCOL_VERSION, other));
    assert_eq!(trust.epoch(), Epoch(3));
    assert_eq!(trust.validator_set(Epoch(3), HERE), Some(&validators(3)));
}

#[test]
fn a_header_of_another_shard_is_rejected() {
    assert_eq!(trust().check(&certified(THERE, 0, Digest::ZERO), HERE), Err(Rejection::WrongShard));
}

#[test]
fn the_same_validators_on_another_chain_prove_nothing_here() {
    let mut header = certified(HERE, 0, Digest::ZERO).header;
    header.chain_id.0 = Digest([8; 32]);
    assert_eq!(trust().check(&certify(header, 0), HERE), Err(Rejection::WrongChain));
}

#[test]
fn a_header_names_the_set_that_certifies_it() {
    let mut header = certified(HERE, 0, Digest::ZERO).header;
    header.validator_set_hash = validators(1).digest();
    assert_eq!(trust().check(&certify(header, 0), HERE), Err(Rejection::Uncertified));
}

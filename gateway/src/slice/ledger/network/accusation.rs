//! Formats equivocations (contradicting votes of one validator) for the API. Invariant: the output contains the whole
//! evidence. A reader can verify the accusation without this gateway.

use super::model::{Accusation, AccusedVote};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chain_types::{
    certificate::{Equivocation, SignedVote, Step},
    codec,
    validator::ValidatorSet,
};

/// Formats an equivocation; `None` when its signer is not in the set.
pub(super) fn accusation(equivocation: &Equivocation, validators: &ValidatorSet) -> Option<Accusation> {
    let validator = equivocation.first.signer;
    let accused = validators.validators.get(usize::from(validator))?;
    Some(Accusation {
        shard: equivocation.first.vote.shard.0,
        validator,
        key: accused.key.to_string(),
        first: accused_vote(&equivocation.first),
        second: accused_vote(&equivocation.second),
        evidence: STANDARD.encode(codec::encode(equivocation)),
    })
}

fn accused_vote(signed: &SignedVote) -> AccusedVote {
    let vote = &signed.vote;
    AccusedVote {
        epoch: vote.epoch.0,
        height: vote.height.0,
        view: vote.view.0,
        step: step(vote.step).to_owned(),
        block: vote.block.to_string(),
        vote: STANDARD.encode(codec::encode(vote)),
        digest: vote.digest().to_string(),
        signature: STANDARD.encode(codec::encode(&signed.signature)),
    }
}

const fn step(step: Step) -> &'static str {
    match step {
        Step::Propose => "propose",
        Step::Notarise => "notarise",
        Step::Nullify => "nullify",
        Step::Finalise => "finalise",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chain_types::{
        ChainId, Digest, Epoch, Height, PublicKey, SecretKey, ShardId, Signature, View,
        certificate::Vote,
        signature::{Claim, Namespace, verify},
        validator::Validator,
    };

    const VECTOR: &str = include_str!("../../../../vectors/accusation.json");

    fn signed(key: &SecretKey, step: Step, block: u8) -> SignedVote {
        let vote = Vote {
            chain_id: ChainId(Digest([7; 32])),
            shard: ShardId(1),
            epoch: Epoch(0),
            height: Height(12),
            view: View(3),
            step,
            block: Digest([block; 32]),
        };
        let signature = key.sign(Namespace::VOTE, &vote.digest());
        SignedVote { vote, signer: 0, signature }
    }

    fn bytes(text: &str) -> Vec<u8> {
        STANDARD.decode(text).expect("base64")
    }

    #[test]
    fn an_accusation_alone_is_enough_to_verify_it() {
        let key = SecretKey::from_seed(&[1; 32]);
        let validators =
            ValidatorSet { epoch: Epoch(0), validators: vec![Validator { key: key.public_key(), weight: 1 }] };
        let equivocation =
            Equivocation { first: signed(&key, Step::Notarise, 1), second: signed(&key, Step::Notarise, 2) };
        let shown = accusation(&equivocation, &validators).expect("the validator is in the set");
        // The console's test checks the same vector.
        let vector: Accusation = serde_json::from_str(VECTOR).expect("an accusation");
        assert_eq!(shown, vector);
        let whole: Equivocation = codec::decode("an equivocation", &bytes(&shown.evidence)).expect("canonical");
        assert!(whole.check(&validators));
        assert_eq!((shown.first.step.as_str(), shown.first.height, shown.first.view), ("notarise", 12, 3));
        assert_ne!(shown.first.block, shown.second.block);
        let key: PublicKey = shown.key.parse().expect("a key");
        for part in [shown.first, shown.second] {
            let vote: Vote = codec::decode("a vote", &bytes(&part.vote)).expect("canonical");
            let signature: Signature = codec::decode("a signature", &bytes(&part.signature)).expect("canonical");
            let claim = Claim { key, digest: vote.digest(), signature };
            assert!(verify(Namespace::VOTE, &claim));
            assert_eq!(vote.digest().to_string(), part.digest);
        }
    }

    #[test]
    fn a_signer_outside_the_set_is_not_accused() {
        let key = SecretKey::from_seed(&[1; 32]);
        let empty = ValidatorSet { epoch: Epoch(0), validators: Vec::new() };
        let equivocation =
            Equivocation { first: signed(&key, Step::Nullify, 0), second: signed(&key, Step::Finalise, 2) };
        assert_eq!(accusation(&equivocation, &empty), None);
    }
}

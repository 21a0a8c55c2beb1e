//! An oracle: the quorum certificates that honest processes sent. Invariants checked: the signers are distinct members
//! of the committee. Each signature is valid. The signers hold more than two thirds of the weight.

use super::committee::Committees;
use chain_types::{
    Certificate, ChainId, Digest,
    certificate::Step,
    codec::encode,
    signature::{Claim, Namespace, verify},
};
use std::collections::{BTreeMap, BTreeSet};

/// The results of signature checks, so that each signature is checked once.
#[derive(Default)]
pub(super) struct Certificates(BTreeMap<(Digest, u16, Vec<u8>), bool>);

impl Certificates {
    pub(super) fn check(
        &mut self,
        chain_id: ChainId,
        committees: &Committees,
        certificate: &Certificate,
    ) -> Result<(), String> {
        let vote = &certificate.vote;
        let place = format!("shard {} height {} view {} {:?}", vote.shard, vote.height, vote.view, vote.step);
        let Some(set) = committees.set(vote.epoch).map(|set| &set.validators) else {
            return Err(format!("certificates: {place}: epoch {} never began", vote.epoch));
        };
        let digest = vote.digest();
        let mut signers = BTreeSet::new();
        let mut weight = 0_u128;
        for (signer, signature) in &certificate.signatures {
            let Some(validator) = set.get(usize::from(*signer)) else {
                return Err(format!("certificates: {place}: signer {signer} is not in the set"));
            };
            if !signers.insert(*signer) {
                return Err(format!("certificates: {place}: signer {signer} counts twice"));
            }
            let check = || verify(Namespace::VOTE, &Claim { key: validator.key, digest, signature: *signature });
            if !*self.0.entry((digest, *signer, encode(signature))).or_insert_with(check) {
                return Err(format!("certificates: {place}: the signature of signer {signer} is invalid"));
            }
            weight += u128::from(validator.weight);
        }
        let all: u128 = set.iter().map(|validator| u128::from(validator.weight)).sum();
        if weight <= all * 2 / 3 {
            return Err(format!("certificates: {place}: weight {weight} of {all} is no quorum"));
        }
        if vote.chain_id != chain_id || vote.step == Step::Propose {
            return Err(format!("certificates: {place}: it is of another chain, or certifies a proposal"));
        }
        Ok(())
    }
}

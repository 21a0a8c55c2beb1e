//! An oracle: evidence of equivocation (two conflicting votes of one validator).
//!
//! Invariants checked:
//! - Soundness: reported evidence proves the fault of a Byzantine validator.
//! - Completeness: two conflicting votes that one honest process received while deciding their height are reported.

use super::committee::Committees;
use chain_replica::Message;
use chain_types::{
    Digest, Epoch, Height, SignedVote, View,
    certificate::Step,
    signature::{Claim, Namespace, verify},
};
use std::collections::{BTreeMap, BTreeSet};

/// A validator with the shard, height and view of its equivocation.
type Case = (u16, u16, u64, u64);

/// The received votes and the reported cases.
pub(super) struct Evidence {
    liars: Vec<u16>,
    received: BTreeMap<((usize, u32), Case, Step), Digest>,
    seen: BTreeSet<((usize, u32), Case)>,
    reported: BTreeSet<Case>,
}

impl Evidence {
    pub(super) const fn new(liars: Vec<u16>) -> Self {
        Self { liars, received: BTreeMap::new(), seen: BTreeSet::new(), reported: BTreeSet::new() }
    }

    pub(super) fn accused(
        &mut self,
        committees: &Committees,
        case: &chain_types::certificate::Equivocation,
    ) -> Result<(), String> {
        let (first, second) = (&case.first, &case.second);
        let signer = committees.machine(first.vote.epoch, first.signer);
        let place = |signed: &SignedVote| {
            let vote = &signed.vote;
            (signed.signer, vote.chain_id, vote.shard, vote.epoch, vote.height, vote.view)
        };
        let steps = [first.vote.step, second.vote.step];
        let contradicts = match steps {
            [Step::Nullify, Step::Finalise] | [Step::Finalise, Step::Nullify] => true,
            [left, right] => left == right && first.vote.block != second.vote.block,
        };
        if place(first) != place(second)
            || !contradicts
            || !is_signed(committees, first)
            || !is_signed(committees, second)
        {
            return Err(format!("evidence: the report against validator {signer} proves nothing"));
        }
        self.is_liar(signer)?;
        self.reported.insert((signer, first.vote.shard.0, first.vote.height.0, first.vote.view.0));
        Ok(())
    }

    /// Checks that a validator which would be convicted is Byzantine.
    pub(super) fn is_liar(&self, validator: u16) -> Result<(), String> {
        if self.liars.contains(&validator) {
            Ok(())
        } else {
            Err(format!("evidence: validator {validator} is convicted and is honest"))
        }
    }

    pub(super) fn received(
        &mut self,
        committees: &Committees,
        process: (usize, u32),
        (epoch, height): (Epoch, Height),
        message: &Message,
    ) {
        match message {
            Message::Vote(signed) => self.received_vote(committees, process, (epoch, height), signed),
            // A replica looks only into certificates with a quorum.
            Message::Certificate(certificate) if committees.is_certified(epoch, certificate) => {
                for (signer, signature) in &certificate.signatures {
                    let vote = certificate.vote.clone();
                    let signed = SignedVote { vote, signer: *signer, signature: *signature };
                    self.received_vote(committees, process, (epoch, height), &signed);
                }
            }
            _ => {}
        }
    }

    fn received_vote(
        &mut self,
        committees: &Committees,
        process: (usize, u32),
        (epoch, height): (Epoch, Height),
        signed: &SignedVote,
    ) {
        let vote = &signed.vote;
        // Replicas drop votes that are far ahead, and handle a proposal only together with its complete header.
        let counts = vote.height == height && vote.epoch == epoch && vote.step != Step::Propose && vote.view < View(8);
        // A Byzantine validator may also use the index of another Byzantine validator.
        let signer = committees.machine(epoch, signed.signer);
        if !counts || !self.liars.contains(&signer) || !is_signed(committees, signed) {
            return;
        }
        let case = (signer, vote.shard.0, vote.height.0, vote.view.0);
        let first = *self.received.entry((process, case, vote.step)).or_insert(vote.block);
        if first != vote.block {
            self.seen.insert((process, case));
        }
    }

    /// Checks that every case was reported. Only processes in the same life count: a stopped process may have been
    /// about to report.
    pub(super) fn end(&self, lives: &[u32]) -> Result<(), String> {
        let is_alive = |(process, life): (usize, u32)| lives.get(process) == Some(&life);
        let is_hidden = |(life, case): &&((usize, u32), Case)| is_alive(*life) && !self.reported.contains(case);
        match self.seen.iter().find(is_hidden) {
            None => Ok(()),
            Some((_, (signer, shard, height, view))) => Err(format!(
                "evidence: validator {signer} contradicted itself at shard {shard} height {height} view {view} to one honest process, and no report followed"
            )),
        }
    }
}

/// Whether a vote's signature is valid.
fn is_signed(committees: &Committees, signed: &SignedVote) -> bool {
    let key = committees.key(signed.vote.epoch, signed.signer);
    let digest = signed.vote.digest();
    let claim = key.map(|key| Claim { key, digest, signature: signed.signature });
    claim.is_some_and(|claim| verify(Namespace::VOTE, &claim))
}

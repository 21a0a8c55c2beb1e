//! Performs a replica's effects. Invariant: effects are performed strictly in order. A message that follows a write is
//! therefore sent only after that write is durable.

use super::{Halt, Shard, answer::refusal};
use crate::SubmitError;
use chain_consensus::Committee;
use chain_replica::{
    Effect, Effects, FINAL_BLOCKS_MAX, FINAL_BYTES_MAX, Fetched, Input, Message, WRITE_SETS_BYTES_MAX,
};
use chain_types::{Height, PublicKey, Vote, beacon::Evidence, certificate::Equivocation, version::Outdated};

impl Shard {
    /// Performs effects, including those that they lead to, until none is left.
    pub(super) fn perform(&mut self, effects: &mut Effects) -> Result<(), Halt> {
        while !effects.is_empty() {
            for effect in std::mem::take(effects) {
                self.perform_one(effect, effects)?;
            }
        }
        Ok(())
    }

    fn perform_one(&mut self, effect: Effect, effects: &mut Effects) -> Result<(), Halt> {
        match effect {
            Effect::Log(certificate) => self.journal.log(certificate),
            Effect::Hold(held) => self.hold(&held)?,
            Effect::Sign(vote) => self.sign(&vote, effects)?,
            Effect::Persist(commit) => {
                self.persist(&commit)?;
                self.replica.step(Input::Persisted, effects)?;
            }
            Effect::Finalised(finalised) => self.announce(&finalised),
            Effect::Refuse { tx_id, reason } => self.pending.answer(&tx_id, &Err(refusal(reason))),
            Effect::AlreadyFinal { tx_id, height } => self.answer_again(&tx_id, height)?,
            Effect::Send { to, message } => {
                if let Some(wire) = &self.wire {
                    wire.send(to.as_ref(), &message);
                }
            }
            Effect::SendFinal { to, from } => self.send_final(&to, from)?,
            Effect::SendWriteSets { to, from } => self.send_write_sets(&to, from)?,
            Effect::SendSnapshot { to, ask } => {
                if let Some(snapshots) = &self.snapshots {
                    snapshots.answer(to, ask);
                }
            }
            Effect::TakeOverState(part) => self.write(|shard| Ok(shard.store.take_over_leaves(&part)?))?,
            Effect::TakeOverSeen(blocks) => self.write(|shard| Ok(shard.store.take_over_seen(&blocks)?))?,
            Effect::TakeOverHandOvers(proofs) => {
                self.write(|shard| Ok(shard.store.take_over_hand_overs(&proofs)?))?;
            }
            Effect::DropTakeover => self.write(|shard| Ok(shard.store.clear_unfinished()?))?,
            Effect::Adopt(adoption) => self.adopt(&adoption, effects)?,
            Effect::Spread(transaction) => {
                if let Some(wire) = &mut self.wire {
                    wire.spread(transaction.transaction());
                }
            }
            Effect::Promise(request) => {
                if let Some(promises) = self.promises.as_ref().filter(|_| !self.only_follows) {
                    promises.request(request);
                }
            }
            Effect::Kept(ids) => {
                if let Some(promises) = &self.promises {
                    promises.forget(ids, self.tip.borrow().timestamp_ms);
                }
            }
            Effect::Promised { tx_id, promise } => self.pending.promised(&tx_id, &promise),
            Effect::EnterEpoch(committee) => self.enter_epoch(&committee),
            Effect::Accuse(evidence) => self.accuse(*evidence),
            Effect::Alarm(alarm) => tracing::error!(shard = self.id.0, "{alarm}"),
            Effect::Outdated(outdated) => self.end_at(outdated),
        }
        Ok(())
    }

    /// Signs a vote through the journal. The replica gets the signed vote once it is durable. The journal does not sign
    /// a vote in a settled view.
    fn sign(&mut self, vote: &Vote, effects: &mut Effects) -> Result<(), Halt> {
        let Some(index) = self.index.filter(|_| !self.only_follows) else { return Ok(()) };
        let signed =
            self.write(|shard| shard.journal.record(vote.clone(), index, &shard.key).map_err(Halt::Journal))?;
        if let Some(signed) = signed {
            self.replica.step(Input::Signed(signed), effects)?;
        }
        Ok(())
    }

    fn send_final(&self, to: &PublicKey, from: Height) -> Result<(), Halt> {
        let Some(wire) = &self.wire else { return Ok(()) };
        let blocks = self.store.blocks(from, FINAL_BLOCKS_MAX, FINAL_BYTES_MAX)?;
        wire.send(Some(to), &Message::Final(blocks));
        Ok(())
    }

    fn send_write_sets(&self, to: &PublicKey, from: Height) -> Result<(), Halt> {
        let Some(wire) = &self.wire else { return Ok(()) };
        let blocks = self.store.blocks_with_write_sets(from, FINAL_BLOCKS_MAX, WRITE_SETS_BYTES_MAX)?;
        let blocks = blocks.into_iter().map(|(block, write_set)| Fetched { block, write_set });
        wire.send(Some(to), &Message::WriteSets(blocks.collect()));
        Ok(())
    }

    /// Signs and sends as the new committee requires.
    pub(crate) fn enter_epoch(&mut self, committee: &Committee) {
        self.index = committee.me;
        if let Some(wire) = &mut self.wire {
            wire.seat(committee);
        }
        tracing::info!(shard = self.id.0, epoch = committee.epoch().0, index = self.index, "epoch entered");
    }

    /// Refuses all pending submissions: the last block that this build can follow is final.
    fn end_at(&mut self, outdated: Outdated) {
        tracing::error!(shard = self.id.0, "{outdated}");
        self.outdated = Some(outdated);
        self.pending.answer_all(&Err(SubmitError::Stopped));
    }

    /// Logs evidence and keeps it for the status.
    fn accuse(&mut self, evidence: Evidence) {
        match &evidence {
            Evidence::Equivocation(Equivocation { first, .. }) => {
                let (signer, height) = (first.signer, first.vote.height.0);
                tracing::warn!(shard = self.id.0, signer, height, "equivocation by a validator");
            }
            Evidence::BrokenPromise(broken) => {
                let (signer, height) = (broken.promise.signed.promise.leader, broken.header.height.0);
                tracing::warn!(shard = self.id.0, signer, height, "a leader broke its promise");
            }
            Evidence::BadDeal(_) | Evidence::ForeignVote(_) => {}
        }
        self.accusations.add(evidence);
    }
}

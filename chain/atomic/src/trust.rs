//! Whose word counts across shards. Invariant: a proof counts only under a header that a quorum of its own epoch's
//! validators certified as final, for the shard and the key that the step names, and only while that epoch is recent:
//! older validators have no bond to lose [P19].

use crate::Refusal;
use chain_types::{
    ChainId, Digest, Epoch, ShardId,
    atomic::{CertifiedHeader, Proof},
    beacon::HandOver,
    limit,
    state::{StateKey, StateProof},
    validator::ValidatorSet,
};

/// The hand-overs whose certificates count: the present epoch's and those shortly before.
#[derive(Clone, Debug)]
pub struct Trust {
    chain_id: ChainId,
    epochs: Vec<HandOver>,
}

impl Trust {
    /// Trust in who decides in one epoch.
    pub fn new(chain_id: ChainId, first: HandOver) -> Self {
        Self { chain_id, epochs: vec![first] }
    }

    /// Moves on to the next epoch; of those before, [`limit::PROOF_EPOCHS`] in all stay. An epoch that is not later changes
    /// nothing.
    pub fn enter(&mut self, next: HandOver) {
        if next.epoch() <= self.epoch() {
            return;
        }
        self.epochs.push(next);
        let surplus = self.epochs.len().saturating_sub(limit::PROOF_EPOCHS);
        self.epochs.drain(..surplus);
    }

    /// The chain.
    pub const fn chain_id(&self) -> ChainId {
        self.chain_id
    }

    /// The present epoch.
    pub fn epoch(&self) -> Epoch {
        self.epochs.last().map_or(Epoch(0), HandOver::epoch)
    }

    /// Who signs a shard in an epoch, while its certificates count.
    pub fn validator_set(&self, epoch: Epoch, shard: ShardId) -> Option<&ValidatorSet> {
        self.epochs.iter().find(|one| one.epoch() == epoch).map(|one| one.validators(shard))
    }

    /// Checks that a header is final on a shard.
    ///
    /// # Errors
    /// [`Refusal::WrongChain`], [`Refusal::WrongShard`], [`Refusal::UnknownEpoch`], [`Refusal::Uncertified`].
    pub fn check(&self, block: &CertifiedHeader, shard: ShardId) -> Result<(), Refusal> {
        let header = &block.header;
        if header.chain_id != self.chain_id {
            return Err(Refusal::WrongChain);
        }
        if header.shard != shard {
            return Err(Refusal::WrongShard);
        }
        let set = self.validator_set(header.epoch, shard).ok_or(Refusal::UnknownEpoch)?;
        let is_certified = header.validator_set_hash == set.digest()
            && header.is_finalised_by(&block.certificate.vote)
            && block.certificate.check(set).is_ok();
        if is_certified { Ok(()) } else { Err(Refusal::Uncertified) }
    }

    /// Checks that a shard's state held a value at a key.
    ///
    /// # Errors
    /// As [`Self::check`], and [`Refusal::ProofMismatch`].
    pub fn check_present(&self, proof: &Proof, shard: ShardId, key: &StateKey, value: &[u8]) -> Result<(), Refusal> {
        if proof.state.value() != Some(value) {
            return Err(Refusal::ProofMismatch);
        }
        self.check_state(&proof.block, &proof.state, shard, key)
    }

    /// Checks that a shard's state held nothing at a key.
    ///
    /// # Errors
    /// As [`Self::check`], and [`Refusal::ProofMismatch`].
    pub fn check_absent(&self, proof: &Proof, shard: ShardId, key: &StateKey) -> Result<(), Refusal> {
        if proof.state.value().is_some() {
            return Err(Refusal::ProofMismatch);
        }
        self.check_state(&proof.block, &proof.state, shard, key)
    }

    /// The root before the signatures: a hash path is cheaper to refuse than a quorum of signatures.
    fn check_state(
        &self,
        block: &CertifiedHeader,
        state: &StateProof,
        shard: ShardId,
        key: &StateKey,
    ) -> Result<(), Refusal> {
        if !leads_to(state, key, &block.header.state_root) {
            return Err(Refusal::ProofMismatch);
        }
        self.check(block, shard)
    }
}

/// Whether a state proof is about a key and leads to a root.
pub(crate) fn leads_to(state: &StateProof, key: &StateKey, root: &Digest) -> bool {
    state.root(&key.path()).as_ref() == Some(root)
}

/// Where a step is taken, and whose word counts there.
#[derive(Clone, Copy, Debug)]
pub struct Place<'t> {
    /// Whose word counts.
    pub trust: &'t Trust,
    /// The shard that executes the step.
    pub shard: ShardId,
    /// How many shards the chain has.
    pub shards: u16,
}

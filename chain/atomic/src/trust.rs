//! The validator sets whose certificates prove the state of other shards. Invariant: a proof counts only under a final
//! header with a quorum of its own epoch's validators. The epoch must be recent: validators of older epochs have no
//! bond to lose [P19, epochs].

use crate::Rejection;
use chain_types::{
    ChainId, Epoch, ShardId,
    atomic::{CertifiedHeader, Proof},
    beacon::HandOver,
    limit,
    state::{StateProof, TypedKey},
    validator::ValidatorSet,
};

/// The hand-overs of the present epoch and of the few before it whose certificates still count.
#[derive(Clone, Debug)]
pub struct Trust {
    chain_id: ChainId,
    epochs: Vec<HandOver>,
}

impl Trust {
    /// Trusts the validators of one epoch.
    pub fn new(chain_id: ChainId, first: HandOver) -> Self {
        Self { chain_id, epochs: vec![first] }
    }

    /// Enters the next epoch and keeps the latest [`limit::PROOF_EPOCHS`] epochs. An epoch that is not later changes
    /// nothing.
    pub fn enter(&mut self, next: HandOver) {
        if next.epoch() <= self.epoch() {
            return;
        }
        self.epochs.push(next);
        let surplus = self.epochs.len().saturating_sub(limit::PROOF_EPOCHS);
        self.epochs.drain(..surplus);
    }

    pub const fn chain_id(&self) -> ChainId {
        self.chain_id
    }

    /// The newest epoch that was entered.
    pub fn epoch(&self) -> Epoch {
        self.epochs.last().map_or(Epoch(0), HandOver::epoch)
    }

    /// The validators of a shard in an epoch; `None` when that epoch's certificates do not count.
    pub fn validator_set(&self, epoch: Epoch, shard: ShardId) -> Option<&ValidatorSet> {
        self.hand_over(epoch).map(|one| one.validators(shard))
    }

    fn hand_over(&self, epoch: Epoch) -> Option<&HandOver> {
        self.epochs.iter().find(|one| one.epoch() == epoch)
    }

    /// Checks that a header is final on a shard.
    ///
    /// # Errors
    /// [`Rejection::WrongChain`], [`Rejection::WrongShard`], [`Rejection::UnknownEpoch`], [`Rejection::Uncertified`].
    pub fn check(&self, block: &CertifiedHeader, shard: ShardId) -> Result<(), Rejection> {
        let header = &block.header;
        if header.chain_id != self.chain_id {
            return Err(Rejection::WrongChain);
        }
        if header.shard != shard {
            return Err(Rejection::WrongShard);
        }
        let hand_over = self.hand_over(header.epoch).ok_or(Rejection::UnknownEpoch)?;
        let set = hand_over.validators(shard);
        let is_certified = header.version == hand_over.version
            && header.validator_set_hash == set.digest()
            && header.is_finalised_by(&block.certificate.vote)
            && block.certificate.signers_once(set).is_ok();
        if is_certified { Ok(()) } else { Err(Rejection::Uncertified) }
    }

    /// Checks that a shard's state held a value at a key. The root is checked before the signatures, because hashing a
    /// path is cheaper than verifying a quorum of signatures.
    ///
    /// # Errors
    /// As [`Self::check`], and [`Rejection::ProofMismatch`].
    pub fn check_present(
        &self,
        proof: &Proof,
        shard: ShardId,
        key: &impl TypedKey,
        value: &[u8],
    ) -> Result<(), Rejection> {
        let root = &proof.block.header.state_root;
        if proof.state.value() != Some(value) || proof.state.root(&key.path()).as_ref() != Some(root) {
            return Err(Rejection::ProofMismatch);
        }
        self.check(&proof.block, shard)
    }
}

/// The value of a key that a proof claims. Neither its root nor its certificate is checked here.
pub(crate) fn claimed<'p, K: TypedKey>(state: &'p StateProof, key: &K) -> Result<(&'p [u8], K::Value), Rejection> {
    let bytes = state.value().ok_or(Rejection::ProofMismatch)?;
    Ok((bytes, key.decode(bytes).map_err(|_| Rejection::ProofMismatch)?))
}

/// The shard that executes a step, with what it needs to check proofs.
#[derive(Clone, Copy, Debug)]
pub struct Place<'t> {
    pub trust: &'t Trust,
    /// The shard that executes the step.
    pub shard: ShardId,
    /// The number of shards of the chain.
    pub shards: u16,
}

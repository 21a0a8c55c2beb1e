//! An oracle: the committees of all epochs, as final blocks define them. Invariants checked: shard 0 ends the epochs
//! one after the other. Every other shard enters the same epochs in the same order.

use chain_types::{
    Certificate, Digest, Epoch, Genesis, PublicKey, ShardId,
    atomic::BEACON_SHARD,
    beacon::{HandOver, HandOverProof},
    signature::{Claim, Namespace, verify},
    validator::ValidatorSet,
};
use std::collections::BTreeMap;

/// The committees of all epochs that have begun.
pub struct Committees {
    /// The keys by machine.
    keys: Vec<PublicKey>,
    hand_overs: BTreeMap<Epoch, HandOver>,
    present: BTreeMap<ShardId, Epoch>,
}

impl Committees {
    /// Starts with the committee of the first epoch.
    pub fn new(genesis: &Genesis, keys: Vec<PublicKey>) -> Self {
        Self { keys, hand_overs: BTreeMap::from([(Epoch(0), genesis.hand_over())]), present: BTreeMap::new() }
    }

    /// The validators that certify in an epoch; `None` if the epoch has not begun.
    pub fn set(&self, epoch: Epoch) -> Option<&ValidatorSet> {
        self.hand_overs.get(&epoch).map(|hand_over| &hand_over.committee)
    }

    /// The hand-over that began an epoch.
    pub fn hand_over(&self, epoch: Epoch) -> Option<&HandOver> {
        self.hand_overs.get(&epoch)
    }

    /// The epoch of a shard's next block.
    pub fn present(&self, shard: ShardId) -> Epoch {
        self.present.get(&shard).copied().unwrap_or_default()
    }

    /// The key of a seat in an epoch.
    pub fn key(&self, epoch: Epoch, seat: u16) -> Option<PublicKey> {
        self.set(epoch)?.validators.get(usize::from(seat)).map(|one| one.key)
    }

    /// The machine of a seat in an epoch. For an unknown epoch or key it returns the number of the seat.
    pub fn machine(&self, epoch: Epoch, seat: u16) -> u16 {
        let machine = |key| self.keys.iter().position(|one| *one == key).and_then(|at| u16::try_from(at).ok());
        self.key(epoch, seat).and_then(machine).unwrap_or(seat)
    }

    /// The seat of a key in an epoch.
    pub fn seat(&self, epoch: Epoch, key: PublicKey) -> Option<u16> {
        let mut seats = (0_u16..).zip(&self.set(epoch)?.validators);
        seats.find(|(_, one)| one.key == key).map(|(seat, _)| seat)
    }

    /// Shard 0 ended an epoch.
    pub(super) fn ended(&mut self, hand_over: &HandOver) -> Result<(), String> {
        self.begin(BEACON_SHARD, hand_over)
    }

    /// Another shard entered an epoch with this proof.
    pub(super) fn entered(
        &mut self,
        shard: ShardId,
        hand_over: &HandOver,
        proof: &HandOverProof,
    ) -> Result<(), String> {
        let next = hand_over.epoch();
        self.begin(shard, hand_over)?;
        let (header, certificate) = (&proof.block.header, &proof.block.certificate);
        let before = Epoch(next.0 - 1);
        let is_of_block = certificate.vote.block == header.digest() && header.epoch == before;
        if proof.hand_over != *hand_over || !is_of_block || !self.is_certified(before, certificate) {
            return Err(format!(
                "epochs: shard {shard} enters epoch {next} without a certificate of the previous committee"
            ));
        }
        Ok(())
    }

    fn begin(&mut self, shard: ShardId, hand_over: &HandOver) -> Result<(), String> {
        let (present, next) = (self.present(shard), hand_over.epoch());
        if next.0 != present.0 + 1 {
            return Err(format!("epochs: shard {shard} goes from epoch {present} to epoch {next}"));
        }
        let known = self.hand_overs.entry(next).or_insert_with(|| hand_over.clone());
        if known != hand_over {
            return Err(format!("epochs: shard {shard} begins epoch {next} with another hand-over"));
        }
        self.present.insert(shard, next);
        Ok(())
    }

    /// Whether distinct members of an epoch's committee with more than two thirds of its weight signed.
    pub(super) fn is_certified(&self, epoch: Epoch, certificate: &Certificate) -> bool {
        let Some(set) = self.set(epoch) else { return false };
        let digest: Digest = certificate.vote.digest();
        let mut signers: BTreeMap<u16, u128> = BTreeMap::new();
        for (signer, signature) in &certificate.signatures {
            let Some(one) = set.validators.get(usize::from(*signer)) else { return false };
            if !verify(Namespace::VOTE, &Claim { key: one.key, digest, signature: *signature }) {
                return false;
            }
            signers.insert(*signer, u128::from(one.weight));
        }
        let all: u128 = set.validators.iter().map(|one| u128::from(one.weight)).sum();
        signers.values().sum::<u128>() * 3 > all * 2
    }
}

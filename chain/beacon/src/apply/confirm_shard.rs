//! `confirm_shard`: records a proof that another shard entered the present epoch. Invariant: an epoch does not end
//! before every shard has entered it. The validators that sign a shard are therefore always bonded.

use crate::{rejection::Rejection, state::BeaconState};
use chain_types::{
    Epoch,
    atomic::{BEACON_SHARD, Proof},
    beacon::{Event, HandOverKey},
    state::TypedKey,
};

impl BeaconState {
    /// Checks the cheap conditions before the certificate.
    pub(super) fn confirm_shard(&mut self, proof: &Proof) -> Result<Event, Rejection> {
        let (header, certificate) = (&proof.block.header, &proof.block.certificate);
        let (shard, epoch) = (header.shard, self.epoch());
        if header.chain_id != self.chain_id {
            return Err(Rejection::WrongChain);
        }
        if shard == BEACON_SHARD || shard.0 >= self.parameters.shards {
            return Err(Rejection::ShardUnproved);
        }
        if !self.unconfirmed().contains(&shard) {
            return Err(Rejection::ShardKnown);
        }
        // The block that enters an epoch still belongs to the epoch before.
        if header.epoch != epoch && Some(header.epoch) != epoch.0.checked_sub(1).map(Epoch) {
            return Err(Rejection::StaleEpoch);
        }
        let holds =
            proof.state.value().is_some() && proof.state.root(&HandOverKey(epoch).path()) == Some(header.state_root);
        let (committee, assignment) = self.seats_of(header.epoch).ok_or(Rejection::StaleEpoch)?;
        let set = Self::signers(committee, assignment, shard);
        let is_certified = holds
            && header.validator_set_hash == set.digest()
            && header.is_finalised_by(&certificate.vote)
            && certificate.check(&set).is_ok();
        if !is_certified {
            return Err(Rejection::ShardUnproved);
        }
        self.confirmed.push(shard);
        Ok(Event::ShardConfirmed { shard, epoch })
    }
}

//! `enter_epoch`: a shard goes on to the epoch that the beacon's shard began [P19].

use super::{Error, applied};
use crate::{
    block::{Context, Verdict},
    mutant,
    overlay::Overlay,
};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    Epoch,
    atomic::BEACON_SHARD,
    beacon::{Event, HandOverProof},
    state::StateKey,
};

pub(super) fn execute<R: LeafReader>(
    context: &Context<'_>,
    proof: &HandOverProof,
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    let (present, next) = (context.law.epoch(), proof.hand_over.epoch());
    let path = StateKey::HandOver(next).path();
    let is_next = next.0 == present.0.saturating_add(1) && !overlay.contains(&path)?;
    let is_again = mutant::is(mutant::ENTER_TWICE) && next == present;
    if !is_next && !is_again {
        return Ok(Err(Error::StaleEpoch.into()));
    }
    let committee = context.law.validator_set(Epoch(next.0.saturating_sub(1)), BEACON_SHARD);
    let is_certified = committee.is_some_and(|set| proof.is_certified_by(context.law.chain_id, set));
    if !is_certified && !mutant::is(mutant::TRUST_HAND_OVER) {
        return Ok(Err(Error::HandOverUnproved.into()));
    }
    overlay.write(&path, &proof.hand_over);
    Ok(Ok(applied(Event::EpochEntered(Box::new(proof.hand_over.clone())))))
}

//! `enter_epoch`: a shard goes on to the epoch that the beacon's shard began [P19].

use super::{Error, applied};
use crate::{
    block::{Context, Verdict},
    overlay::Overlay,
};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
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
    if next.0 != present.0.saturating_add(1) || overlay.contains(&path)? {
        return Ok(Err(Error::StaleEpoch.into()));
    }
    let committee = context.law.validator_set(present, BEACON_SHARD);
    if !committee.is_some_and(|set| proof.is_certified_by(context.law.chain_id, set)) {
        return Ok(Err(Error::HandOverUnproved.into()));
    }
    overlay.write(&path, &proof.hand_over);
    Ok(Ok(applied(Event::EpochEntered(Box::new(proof.hand_over.clone())))))
}

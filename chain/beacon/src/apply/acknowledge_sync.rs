//! `acknowledge_sync`: a planned joiner confirms that it holds the state [P19, epochs]. Invariant: only a joiner of the
//! next epoch can acknowledge, and only once.

use crate::{randomness::Phase, rejection::Rejection, state::BeaconState};
use chain_types::{
    Epoch, PublicKey,
    beacon::{AssignmentMode, Event},
};

pub(super) fn apply(state: &mut BeaconState, epoch: Epoch, signer: PublicKey) -> Result<Event, Rejection> {
    if epoch != state.plan.epoch {
        return Err(Rejection::StaleEpoch);
    }
    // In sampled mode the candidates are fixed together with the deals. A later acknowledgement could be timed by the
    // random number, to choose the shards that validators sign.
    let is_sampled = matches!(state.parameters.assignment, AssignmentMode::Sampled { .. });
    if is_sampled && !matches!(state.round.phase(), Phase::Dealing { .. }) {
        return Err(Rejection::Phase);
    }
    let validator = state.registry.by_key(signer).ok_or(Rejection::UnknownValidator)?.id;
    let joiner = state.plan.joiner_mut(validator).ok_or(Rejection::NotJoining)?;
    if joiner.is_ready {
        return Err(Rejection::Acknowledged);
    }
    joiner.is_ready = true;
    Ok(Event::SyncAcknowledged { validator, epoch })
}

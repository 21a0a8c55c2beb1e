//! `acknowledge_sync`: a planned joiner says that it holds the state [P19].

use crate::{rejection::Error, state::BeaconState};
use chain_types::{Epoch, PublicKey, beacon::Event};

pub(super) fn apply(state: &mut BeaconState, epoch: Epoch, signer: PublicKey) -> Result<Event, Error> {
    if epoch != state.plan.epoch {
        return Err(Error::StaleEpoch);
    }
    let validator = state.registry.by_key(signer).ok_or(Error::UnknownValidator)?.id;
    let joiner = state.plan.joiner_mut(validator).ok_or(Error::NotJoining)?;
    if joiner.is_ready {
        return Err(Error::Acknowledged);
    }
    joiner.is_ready = true;
    Ok(Event::SyncAcknowledged { validator, epoch })
}

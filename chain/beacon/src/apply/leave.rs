//! `leave`: a validator asks to give up its seat and get its bond back. Invariant: the command changes only the
//! validator's standing.

use crate::{registry::Standing, rejection::Rejection, state::BeaconState};
use chain_types::{PublicKey, beacon::Event};

pub(super) fn apply(state: &mut BeaconState, signer: PublicKey) -> Result<Event, Rejection> {
    let validator = state.registry.by_key_mut(signer).ok_or(Rejection::UnknownValidator)?;
    match validator.standing {
        Standing::Willing | Standing::Benched => {
            validator.standing = Standing::Leaving;
            Ok(Event::LeaveAnnounced { validator: validator.id })
        }
        Standing::Leaving | Standing::Jailed => Err(Rejection::Leaving),
    }
}

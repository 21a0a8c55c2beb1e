//! `return`: makes a benched validator available again. Invariant: the command changes only the validator's standing
//! and its count of inactive epochs.

use crate::{registry::Standing, rejection::Rejection, state::BeaconState};
use chain_types::{PublicKey, beacon::Event};

pub(super) fn apply(state: &mut BeaconState, signer: PublicKey) -> Result<Event, Rejection> {
    let validator = state.registry.by_key_mut(signer).ok_or(Rejection::UnknownValidator)?;
    if validator.standing != Standing::Benched {
        return Err(Rejection::NotBenched);
    }
    validator.standing = Standing::Willing;
    validator.inactive_epochs = 0;
    Ok(Event::Returned { validator: validator.id })
}

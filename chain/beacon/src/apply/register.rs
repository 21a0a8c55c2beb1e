//! `register`: a validator stakes a bond and waits for a seat. Invariant: the registrant knows the secrets of its
//! voting key and its randomness key. The operator is the transaction's tenant.

use super::Context;
use crate::{
    randomness::is_possessed,
    rejection::Rejection,
    state::{BeaconState, check_registration},
};
use chain_types::beacon::{Event, Registration};

pub(super) fn apply(
    state: &mut BeaconState,
    registration: &Registration,
    context: &Context,
) -> Result<Event, Rejection> {
    if registration.key != context.signer {
        return Err(Rejection::NotOwnKey);
    }
    check_registration(registration, &state.parameters)?;
    let Registration { key, randomness_key, possession, bond, .. } = registration;
    if !is_possessed(state.chain_id, *key, randomness_key, possession) {
        return Err(Rejection::WeakKey);
    }
    if state.treasury.deposited.checked_add(*bond).is_none() {
        return Err(Rejection::BondTotal);
    }
    let validator = state.registry.add(context.tenant, registration, state.committee.epoch)?;
    state.treasury.deposit(*bond)?;
    Ok(Event::Registered { validator, bond: *bond })
}

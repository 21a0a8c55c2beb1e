//! The slice's part of the state: the beacon as one value. Invariant: before its first transaction it is what the genesis
//! document says.

use crate::{law::Law, overlay::Overlay};
use chain_beacon::BeaconState;
use chain_state::{LeafReader, ReadFailure};
use chain_types::state::StateKey;

pub(super) fn read<R: LeafReader>(law: &Law, overlay: &mut Overlay<'_, R>) -> Result<Option<BeaconState>, ReadFailure> {
    let Some(first) = &law.beacon else { return Ok(None) };
    Ok(Some(overlay.read(&StateKey::Beacon.path())?.unwrap_or_else(|| BeaconState::clone(first))))
}

pub(super) fn write<R: LeafReader>(beacon: &BeaconState, overlay: &mut Overlay<'_, R>) {
    overlay.write(&StateKey::Beacon.path(), beacon);
}

//! Reads and writes the beacon state, one value under one key. Invariant: before the first write, the beacon state is
//! that of the genesis document.

use crate::{law::Law, overlay::Overlay};
use chain_beacon::{BeaconKey, BeaconState};
use chain_state::ReadFailure;
use chain_types::state::TypedKey;

pub(super) fn read(law: &Law, overlay: &mut Overlay<'_>) -> Result<Option<BeaconState>, ReadFailure> {
    let Some(first) = &law.beacon else { return Ok(None) };
    Ok(Some(overlay.read(&BeaconKey.slot())?.unwrap_or_else(|| BeaconState::clone(first))))
}

pub(super) fn write(beacon: &BeaconState, overlay: &mut Overlay<'_>) {
    overlay.write(&BeaconKey.slot(), beacon);
}

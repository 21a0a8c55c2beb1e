//! Builds the beacon from a genesis document. Invariant: an invalid document is refused before the chain's first block.

use chain_beacon::{BeaconState, GenesisError};
use chain_types::Genesis;

/// The reason why no chain may start with the beacon of a genesis document.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum GenesisFault {
    /// The beacon's parameters or validators are invalid.
    #[error(transparent)]
    Beacon(#[from] GenesisError),
    /// The validators' weights differ from their capped bonds.
    #[error("the validators' weights are not their capped bonds")]
    Weights,
}

/// The beacon of a genesis document; `None` when the document has no beacon.
///
/// # Errors
/// [`GenesisFault`] when no chain may start with the document.
pub fn beacon(genesis: &Genesis) -> Result<Option<BeaconState>, GenesisFault> {
    let Some(beacon) = &genesis.beacon else { return Ok(None) };
    let state = BeaconState::genesis(
        genesis.chain_id(),
        genesis.version,
        beacon.parameters.clone(),
        &beacon.validators,
        genesis.timestamp_ms,
    )?;
    if state.committee().validator_set() == genesis.validators { Ok(Some(state)) } else { Err(GenesisFault::Weights) }
}

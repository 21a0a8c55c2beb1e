//! The beacon clock of a shard [P21]: the greatest height of the beacon shard that was shown to it. Invariant: it never
//! goes back, so a step that was refused for its deadline stays refused on that shard.

use crate::{Place, Refusal};
use chain_types::{
    Height,
    atomic::{BEACON_SHARD, CertifiedHeader},
};

/// The clock after seeing a certified header of the beacon shard.
///
/// # Errors
/// [`Refusal::BeaconNotNewer`], or why the header proves nothing.
pub fn observe(place: Place<'_>, clock: Height, block: &CertifiedHeader) -> Result<Height, Refusal> {
    if block.header.height <= clock {
        return Err(Refusal::BeaconNotNewer);
    }
    place.trust.check(block, BEACON_SHARD)?;
    Ok(block.header.height)
}

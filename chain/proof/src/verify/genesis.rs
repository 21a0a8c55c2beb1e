//! Step `genesis`: checks that the genesis document is valid and that its digest is the chain's id.

use super::fault::{Fault, require};
use crate::Bundle;

pub(super) fn check(bundle: &Bundle) -> Result<(), Fault> {
    let is_named = bundle.genesis.chain_id().0 == bundle.chain_id;
    require(is_named, "the genesis document is not the one that the chain id names")?;
    bundle.genesis.check().map_err(|error| Fault::tampered(error.to_string()))
}

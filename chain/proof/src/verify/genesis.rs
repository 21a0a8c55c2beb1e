//! Step `genesis`: the document is the one that the chain's id names, and a chain may start from it.

use super::fault::{Fault, require};
use crate::Bundle;

pub(super) fn check(bundle: &Bundle) -> Result<(), Fault> {
    let named = bundle.genesis.chain_id().0 == bundle.chain_id;
    require(named, "the genesis document is not the one that the chain id names")?;
    bundle.genesis.check().map_err(|error| Fault::tampered(error.to_string()))
}

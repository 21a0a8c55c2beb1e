//! Step `genesis`: the chain's id is the digest of the genesis document, and the document is a valid start of a chain.

use super::fault::{Fault, require};
use crate::Bundle;

pub(super) fn check(bundle: &Bundle) -> Result<(), Fault> {
    let named = bundle.genesis.chain_id().0 == bundle.chain_id;
    require(named, "the genesis document is not the one that the chain id names")?;
    bundle.genesis.check().map_err(|error| Fault::tampered(error.to_string()))
}

//! Step `certificate`: a quorum of the chain's validators made the block final [P12].

use super::fault::{Fault, require};
use crate::{Bundle, bundle::BlockPart};

/// Answers the signers' weight.
pub(super) fn check(bundle: &Bundle, block: &BlockPart) -> Result<u128, Fault> {
    let BlockPart { header, certificate } = block;
    let validators = &bundle.genesis.validators;
    require(header.chain_id.0 == bundle.chain_id, "the block is of another chain")?;
    require(header.is_finalised_by(&certificate.vote), "the certificate is for another block")?;
    require(header.validator_set_hash == validators.digest(), "the block names another validator set")?;
    certificate.check(validators).map_err(|error| Fault::tampered(error.to_string()))?;
    let signers = certificate.signatures.iter();
    let weights = signers.filter_map(|(index, _)| validators.validators.get(usize::from(*index)));
    Ok(weights.fold(0, |sum: u128, validator| sum.saturating_add(u128::from(validator.weight))))
}

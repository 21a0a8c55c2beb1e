//! Step `certificate`: checks that a quorum of the block's epoch finalised the block [P12, certificates]. Invariant:
//! only signatures of trusted validators count.

use super::{
    fault::{Fault, require},
    trusted::Trusted,
};
use chain_types::{BlockHeader, Certificate, validator::ValidatorSet};

/// Returns the weight of the validators whose signatures are valid, and the total weight.
///
/// An unchanged validator set needs no hand-over. The block may be of a later epoch than the last hand-over before it,
/// as long as its header names the same validators under its own epoch.
pub(super) fn check(
    header: &BlockHeader,
    certificate: &Certificate,
    trusted: &Trusted<'_>,
) -> Result<(u128, u128), Fault> {
    require(header.chain_id == trusted.chain_id(), "the block is of another chain")?;
    require(header.is_finalised_by(&certificate.vote), "the certificate is for another block")?;
    let since = trusted.in_force_at(header.epoch);
    if header.version != since.version {
        require(header.epoch > since.epoch(), "the block follows another protocol than its epoch")?;
        let detail = format!("no hand-over leads to protocol {} in epoch {}", header.version, header.epoch);
        return Err(Fault::incomplete(detail));
    }
    let validators = since.validators(header.shard).validators.clone();
    let set = ValidatorSet { epoch: header.epoch, validators };
    if header.validator_set_hash != set.digest() {
        // Within the hand-over's own epoch only its validators are possible. In a later epoch a missing hand-over may
        // explain the difference.
        require(header.epoch > since.epoch(), "the block names another validator set")?;
        let detail = format!("no hand-over leads to the validators of epoch {}", header.epoch);
        return Err(Fault::incomplete(detail));
    }
    let signers = certificate.signers(&set).map_err(|error| Fault::tampered(error.to_string()))?;
    let weights = signers.iter().filter_map(|index| set.validators.get(usize::from(*index)));
    let weight = weights.fold(0, |sum: u128, validator| sum.saturating_add(u128::from(validator.weight)));
    Ok((weight, set.weight()))
}

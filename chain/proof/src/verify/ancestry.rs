//! Step `certificate` for a record's block without its own certificate: checks its ancestry [P7, blocks]. Invariant: a
//! quorum finalised a later block of the same shard. The record's block is an ancestor of that block.

use super::{
    certificate,
    fault::{Fault, require},
    trusted::Trusted,
};
use crate::bundle::{AncestryPart, StreamPart};
use chain_types::{BlockHeader, state::StateKey};

/// Returns the weight of the later block's valid signers and the total weight.
pub(super) fn check(
    header: &BlockHeader,
    part: &AncestryPart,
    stream: Option<&StreamPart>,
    trusted: &Trusted<'_>,
) -> Result<(u128, u128), Fault> {
    let Some(StreamPart { block: later, .. }) = stream else {
        return Err(Fault::incomplete("the record's block comes without a certificate, and without a later block"));
    };
    let weights = certificate::check(&later.header, &later.certificate, trusted)?;
    require(header.chain_id == trusted.chain_id(), "the block is of another chain")?;
    require(header.shard == later.header.shard, "the later block is of another shard")?;
    require(header.version <= later.header.version, "the later block follows an earlier protocol")?;
    let root = part.state_proof().root(&StateKey::Ancestry.path());
    let is_held = root == Some(later.header.state_root) && part.peaks.count() == later.header.height.0;
    require(is_held, "the later block's state does not hold these headers")?;
    let is_ancestor = part.peaks.contains(header.height.0, &header.digest(), &part.path);
    require(is_ancestor, "the block is not an ancestor of the later one")?;
    Ok(weights)
}

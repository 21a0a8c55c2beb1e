//! Step `inclusion`: checks that the block's header commits to the record.

use super::fault::{Fault, require};
use crate::bundle::InclusionPart;
use chain_types::{
    BlockHeader, Digest,
    merkle::{Path, leaf_hash},
    record::count_root,
};

/// `leaf` is the record's leaf, `header` that of its block.
pub(super) fn check(leaf: Digest, inclusion: &InclusionPart, header: &BlockHeader) -> Result<(), Fault> {
    let path = Path { index: inclusion.index, size: inclusion.size, siblings: inclusion.path.clone() };
    let root = path.root(leaf_hash(&leaf.0)).map(|root| count_root(inclusion.size, &root));
    require(root.is_some(), "the record's path does not fit its index and the block's size")?;
    require(root == Some(header.records_root), "the record is not in the block")
}

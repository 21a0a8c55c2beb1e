//! Blocks that the node does not have. Invariant: a block before the snapshot that the node joined from is told apart from
//! one that cannot be read.

use super::code;
use crate::error::ApiError;
use chain_node::NodeError;

/// The problem of a block that cannot be had from the node.
pub(crate) fn unreadable(error: &NodeError) -> ApiError {
    match error {
        NodeError::AbsentBlock { height, first, .. } => {
            let detail = format!(
                "Block {height} is final, but this gateway joined from a snapshot and has the blocks from {first} on. Ask a \
                 gateway that has the whole history."
            );
            ApiError::new(&code::BLOCK_ABSENT, detail)
        }
        other => ApiError::internal(other),
    }
}

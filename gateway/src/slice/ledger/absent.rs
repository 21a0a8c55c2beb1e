//! Blocks that the node does not have. Invariant: a block that the node pruned, or that precedes the snapshot from
//! which it joined, gets another error than one that cannot be read.

use super::code;
use crate::error::ApiError;
use chain_node::NodeError;

/// The problem of a block that the node cannot return.
pub(crate) fn unreadable(error: &NodeError) -> ApiError {
    match error {
        NodeError::AbsentBlock { height, first, .. } => {
            let detail = format!(
                "Block {height} is final, but this gateway has only the blocks from {first} on. Ask a gateway that has the whole \
                 history."
            );
            ApiError::new(&code::BLOCK_ABSENT, detail)
        }
        other => ApiError::internal(other),
    }
}

//! The error for a block that the node cannot return. Invariant: a pruned block, or one before the node's snapshot,
//! gets another error than an unreadable block. A node that waits for space on its disk is no failure of ours.

use super::code;
use crate::{error::ApiError, storage};
use chain_node::NodeError;

/// The problem of a block, or of a part of the state, that the node cannot return.
pub(crate) fn unreadable(error: &NodeError) -> ApiError {
    match error {
        NodeError::AbsentBlock { height, first, .. } => {
            let detail = format!(
                "Block {height} is final, but this gateway has only the blocks from {first} on. Ask a gateway that has the whole \
                 history."
            );
            ApiError::new(&code::BLOCK_ABSENT, detail)
        }
        NodeError::Full { .. } => storage::full(),
        other => ApiError::internal(other),
    }
}

//! Step `command`: checks that the transaction's header commits to the command and its body's digest.

use super::fault::{Fault, require};
use crate::bundle::RecordPart;
use chain_types::{Digest, codec, merkle::Path, transaction::entry_leaf};

/// Returns the body's digest.
pub(super) fn check(record: &RecordPart) -> Result<Digest, Fault> {
    let body = record.body.seal().digest();
    let leaf = entry_leaf(&codec::encode(&record.core), &body);
    let path = Path {
        index: u64::from(record.command.index),
        size: u64::from(record.transaction.entry_count),
        siblings: record.command.path.clone(),
    };
    let root = path.root(leaf);
    require(root.is_some(), "the command's path does not fit its index and the transaction's count of commands")?;
    require(root == Some(record.transaction.entries_root), "the transaction does not commit to this command and body")?;
    Ok(body)
}

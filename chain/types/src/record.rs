//! Records [P4]: a command, its body's digest and its receipt, as one leaf of a block's tree. Invariant: a record's
//! leaf is computable from the record alone, without its ciphertext and without its neighbours.

use crate::{
    body::BodySeal,
    digest::{Digest, Tag, hash},
    receipt::Receipt,
    transaction::{CommandCore, TxId},
};

/// A record, opened far enough to compute its leaf.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// The transaction that carried the command.
    pub tx_id: TxId,
    /// The command's index within it, from 0.
    pub index: u32,
    /// The command.
    pub core: CommandCore,
    /// The body, without its bytes.
    pub seal: BodySeal,
    /// What execution decided.
    pub receipt: Receipt,
}

/// A record's leaf: `H(tx id, index, len(core), core, body digest, receipt)`.
pub fn record_leaf(tx_id: TxId, index: u32, core: &[u8], body: &Digest, receipt: &[u8]) -> Digest {
    let length = u32::try_from(core.len()).unwrap_or(u32::MAX);
    hash(Tag::RECORD, &[&tx_id.0.0, &index.to_le_bytes(), &length.to_le_bytes(), core, &body.0, receipt])
}

impl Record {
    /// The record's leaf, as streams and the block's tree hold it.
    pub fn leaf(&self) -> Digest {
        record_leaf(
            self.tx_id,
            self.index,
            &crate::codec::encode(&self.core),
            &self.seal.digest(),
            &crate::codec::encode(&self.receipt),
        )
    }
}

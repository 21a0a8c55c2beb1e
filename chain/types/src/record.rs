//! Records: command, body digest and receipt, as one leaf of a block's Merkle tree [P4, records]. Invariant: a record's
//! leaf is a function of the record alone. Neither the ciphertext nor another record is needed.

use crate::{
    body::BodySeal,
    digest::{Digest, Tag, hash},
    merkle,
    receipt::Receipt,
    transaction::{EntryCore, TxId},
};

/// A record with all that its leaf is computed from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// The id of the transaction that carried the command.
    pub tx_id: TxId,
    /// The command's index within the transaction, from 0.
    pub index: u32,
    /// The command with its subjects.
    pub core: EntryCore,
    /// The body's digests.
    pub seal: BodySeal,
    pub receipt: Receipt,
}

/// A record's leaf: `H(tx id, index, len(core), core, body digest, receipt)`.
pub fn record_leaf(tx_id: TxId, index: u32, core: &[u8], body: &Digest, receipt: &[u8]) -> Digest {
    let length = u32::try_from(core.len()).unwrap_or(u32::MAX);
    hash(Tag::RECORD, &[&tx_id.0.0, &index.to_le_bytes(), &length.to_le_bytes(), core, &body.0, receipt])
}

/// The header's commitment to a block's records: `H(count, root over the records' leaves)`. It includes the count, so a
/// record's proof also proves its index and the number of records.
pub fn records_root(leaves: &[Digest]) -> Digest {
    let hashes: Vec<_> = leaves.iter().map(|leaf| merkle::leaf_hash(&leaf.0)).collect();
    count_root(u64::try_from(leaves.len()).unwrap_or(u64::MAX), &merkle::root(&hashes))
}

/// [`records_root`], given the number of records and the root over them.
pub fn count_root(count: u64, root: &Digest) -> Digest {
    hash(Tag::RECORDS, &[&count.to_le_bytes(), &root.0])
}

impl Record {
    /// The record's leaf in the block's tree and in streams.
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

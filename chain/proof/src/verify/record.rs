//! Step `record`: computes the leaf of command, body and receipt, as blocks and streams hold it [P4, records].
//! Invariant: the step cannot fail. Step `inclusion` checks that the block holds the leaf.

use crate::bundle::RecordPart;
use chain_types::{Digest, TxId, codec, record::record_leaf};

pub(super) fn leaf(record: &RecordPart, tx_id: TxId, body: &Digest) -> Digest {
    record_leaf(tx_id, record.command.index, &codec::encode(&record.core), body, &codec::encode(&record.receipt))
}

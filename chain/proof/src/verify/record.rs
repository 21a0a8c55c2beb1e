//! Step `record`: the leaf that stands for command, body and receipt in blocks and streams [P4]. Computing it cannot
//! fail; the next step shows whether the chain knows it.

use crate::bundle::RecordPart;
use chain_types::{Digest, TxId, codec, record::record_leaf};

pub(super) fn leaf(record: &RecordPart, tx_id: TxId, body: &Digest) -> Digest {
    record_leaf(tx_id, record.command.index, &codec::encode(&record.core), body, &codec::encode(&record.receipt))
}

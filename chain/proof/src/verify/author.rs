//! Step `author`: checks the author's signature of the transaction and the transaction's chain. Invariant: this step
//! does not check whether the author may sign for the tenant. The validators applied that rule before they certified
//! the record.

use super::fault::{Fault, require};
use crate::bundle::RecordPart;
use chain_types::{
    Digest, TxId,
    signature::{Claim, Namespace, verify},
};

/// Returns the transaction's id.
pub(super) fn check(record: &RecordPart, chain_id: Digest) -> Result<TxId, Fault> {
    let header = &record.transaction;
    require(header.chain_id.0 == chain_id, "the transaction is for another chain")?;
    let tx_id = header.id();
    let claim = Claim { key: header.author, digest: tx_id.0, signature: record.signature };
    require(verify(Namespace::TRANSACTION, &claim), "the author's signature of the transaction is not valid")?;
    Ok(tx_id)
}

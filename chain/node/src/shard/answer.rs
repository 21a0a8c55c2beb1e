//! A shard's answers to clients and to the node. Invariant: a transaction is reported final only after its block is
//! durable.

use super::{Halt, Shard};
use crate::{Final, ShardStatus, StateProofs, SubmitError, Tip, request::Question};
use chain_replica::{Finalised, Refused};
use chain_types::{FinalBlock, Height, ShardId, TxId, atomic::CertifiedHeader};
use std::sync::Arc;

impl Shard {
    /// Updates the tip and answers the submissions of a final block's transactions.
    pub(super) fn announce(&mut self, finalised: &Finalised) {
        let header = &finalised.block.header;
        let view = finalised.block.certificate.vote.view;
        self.views_skipped = self.views_skipped.saturating_add(view.0);
        self.tip.send_replace(Tip {
            height: header.height,
            digest: finalised.digest,
            timestamp_ms: header.timestamp_ms,
            records: finalised.totals.records,
            transactions: finalised.totals.transactions,
        });
        for (tx_id, first, count) in &finalised.transactions {
            for reply in self.pending.take(tx_id) {
                reply.send(Ok(Final {
                    shard: self.id,
                    height: header.height,
                    timestamp_ms: header.timestamp_ms,
                    tx_id: *tx_id,
                    first_record: *first,
                    receipts: finalised.receipts(*first, *count),
                }));
            }
        }
    }

    /// Answers the submissions of a transaction that was final before, with its first outcome.
    pub(super) fn answer_again(&mut self, tx_id: &TxId, height: Height) -> Result<(), Halt> {
        let replies = self.pending.take(tx_id);
        if replies.is_empty() {
            return Ok(());
        }
        let found = self.store.block(height)?.and_then(|block| outcome(self.id, &block, tx_id));
        let absent = SubmitError::Refused {
            code: "ledger.block_absent",
            detail: format!("the transaction is final in block {height}, which this node does not have"),
        };
        for reply in replies {
            reply.send(found.clone().ok_or_else(|| absent.clone()));
        }
        Ok(())
    }

    pub(super) fn status(&self) -> ShardStatus {
        ShardStatus {
            shard: self.id,
            index: self.index,
            committee: Arc::clone(self.replica.committee()),
            tip: *self.tip.borrow(),
            known: *self.known.borrow(),
            view: self.replica.view(),
            views_skipped: self.views_skipped,
            waiting: self.replica.waiting(),
            certificate: self.replica.tip().map(|(_, certificate)| certificate.clone()),
            accusations: self.accusations.all(),
            outdated: self.outdated,
        }
    }

    /// Answers all proof requests of a round together, so the block that is being decided is undone only once.
    pub(super) fn prove(&mut self, questions: Vec<Question>) -> Result<(), Halt> {
        if questions.is_empty() {
            return Ok(());
        }
        let keys: Vec<_> = questions.iter().flat_map(|question| question.keys.iter().cloned()).collect();
        let mut proofs = self.replica.prove(&keys)?.map(Vec::into_iter);
        for Question { keys, sender } in questions {
            let proved = proofs.as_mut().map(|proofs| proofs.take(keys.len()).collect());
            let answer = proved.zip(self.replica.tip().cloned()).map(|(proofs, (header, certificate))| StateProofs {
                block: CertifiedHeader { header, certificate },
                proofs,
            });
            let _ = sender.send(answer);
        }
        Ok(())
    }
}

/// Converts the replica's reason into the client's error.
pub(super) fn refusal(reason: Refused) -> SubmitError {
    match reason {
        Refused::Busy => SubmitError::Busy,
        Refused::Expired => SubmitError::Expired,
        Refused::NotAdmitted(why) => SubmitError::Refused { code: why.code(), detail: why.detail().to_owned() },
    }
}

/// The outcome of a transaction in a block.
fn outcome(shard: ShardId, block: &FinalBlock, tx_id: &TxId) -> Option<Final> {
    let mut first = 0;
    for transaction in &block.block.transactions {
        let count = transaction.entries.len();
        if transaction.header.id() == *tx_id {
            return Some(Final {
                shard,
                height: block.header.height,
                timestamp_ms: block.header.timestamp_ms,
                tx_id: *tx_id,
                first_record: u32::try_from(first).ok()?,
                receipts: block.block.receipts.get(first..first + count)?.to_vec(),
            });
        }
        first += count;
    }
    None
}

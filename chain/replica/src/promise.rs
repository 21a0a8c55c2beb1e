//! Soft confirmations: a leader promises to include transactions, and submitters check the leader's blocks [P15,
//! promises]. Invariant: an open promise survives restarts. A full mempool never evicts a promised transaction.

mod given;
mod received;

use crate::{
    Message,
    effect::{Effect, Effects, PromiseRequest},
    input::Source,
    lane::Lane,
    replica::Replica,
};
use chain_beacon::{
    evidence,
    promise::{Load, PROMISES_MAX},
};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    Epoch, TransactionHeader, TxId,
    account::AuthorKey,
    beacon::{BrokenPromise, Evidence, Promise, PromiseBatch, promised_root},
    mutant,
    state::{SeenKey, TypedKey},
    transaction::CheckedTransaction,
};
use std::sync::Arc;

pub(crate) use given::GivenPromises;
pub use received::CONFIRMATIONS_MAX;
pub(crate) use received::ReceivedPromises;

/// A promise as stored on disk: its epoch and the transaction.
pub type Owed = (Epoch, chain_types::Transaction);

impl<R: LeafReader> Replica<R> {
    /// Adds a promise of a pending transaction, if this validator leads and its limits allow it.
    pub(crate) fn add_promise(&mut self, transaction: &Arc<CheckedTransaction>, source: Source) {
        let submitter = match source {
            Source::Client => self.voting.key(),
            Source::Peer(submitter) => submitter,
        };
        let is_over = transaction.transaction().header.valid_until_ms <= self.ledger.block_time(self.clock.now());
        if is_over || !self.voting.leads(self.next_height()) {
            return;
        }
        let work = &self.ledger.law().work;
        let Some(load) = Load::of(transaction, work.of(transaction)) else { return };
        self.given.add(transaction, submitter, load, work.block_work_max);
    }

    /// Promises everything added since the last time, with one signature for all.
    pub(crate) fn sign_promises(&mut self, effects: &mut Effects) {
        let fresh = self.given.take_fresh();
        let committee = self.voting.committee();
        let Some(leader) = committee.me.filter(|_| !fresh.is_empty()) else { return };
        let ids: Vec<_> = fresh.iter().map(|(transaction, _)| transaction.id()).collect();
        let promise = Promise {
            chain_id: committee.chain_id,
            shard: committee.shard,
            epoch: committee.epoch(),
            leader,
            given: self.tip_height(),
            by: self.given.binding_height(self.next_height()),
            promised: promised_root(&ids),
        };
        let (transactions, mut submitters): (Vec<_>, Vec<_>) = fresh.into_iter().unzip();
        submitters.sort_unstable();
        submitters.dedup();
        effects.push(Effect::Promise(PromiseRequest { promise, ids, transactions, submitters }));
    }

    /// Takes over the promises from before a restart.
    pub(crate) fn restore_promises(&mut self, owed: Vec<Owed>) {
        for (epoch, transaction) in owed {
            let Ok(transaction) = transaction.check() else { continue };
            let (tx_id, work) = (transaction.id(), self.ledger.law().work.of(&transaction));
            if epoch == self.voting.committee().epoch()
                && self.ledger.seen().height(&tx_id).is_none()
                // A deliberately broken variant; the simulator must detect it.
                && !mutant::is(mutant::FORGET_PROMISES)
                && let Some(load) = Load::of(&transaction, work)
            {
                let lane = Lane::of(&transaction.transaction().header);
                self.mempool.offer(Arc::new(transaction), lane, work, false, &self.given);
                self.given.reopen(tx_id, load);
            }
        }
    }

    /// Settles promises after a final block: closes those that it kept or that no block can keep any more, and checks
    /// what its leader had promised.
    pub(crate) fn settle_promises(
        &mut self,
        ids: impl Iterator<Item = TxId>,
        effects: &mut Effects,
    ) -> Result<(), ReadFailure> {
        let Some(header) = self.ledger.tip().header().cloned() else { return Ok(()) };
        let (mut closed, expired) = self.given.settle(ids, header.timestamp_ms);
        self.mempool.forget(expired.iter().copied());
        closed.extend(expired);
        if !closed.is_empty() {
            effects.push(Effect::Kept(closed));
        }
        for (tx_id, promise) in self.received.take_due(header.proposer, header.height) {
            let pending = self.mempool.get(&tx_id).map(|pending| pending.transaction().header.clone());
            if let Some(transaction) = pending.filter(|one| one.valid_until_ms > header.timestamp_ms)
                && let Some(broken) = self.prove_broken(&promise, transaction)?
            {
                let broken = Box::new(broken);
                effects.push(Effect::Send { to: None, message: Box::new(Message::Broken(broken.clone())) });
                effects.push(Effect::Accuse(Box::new(Evidence::BrokenPromise(broken))));
            }
        }
        Ok(())
    }

    /// Drops the promises of an epoch that is over: they bind no leader.
    pub(crate) fn drop_promises(&mut self, effects: &mut Effects) {
        let closed = self.given.close_all();
        self.received.clear();
        if !closed.is_empty() {
            effects.push(Effect::Kept(closed));
        }
    }

    /// Handles a leader's promise, and reports it to the local clients whose transactions it names.
    pub(crate) fn receive_promise(&mut self, batch: PromiseBatch, effects: &mut Effects) -> Result<(), ReadFailure> {
        if !self.is_for_clients(&batch) {
            return Ok(());
        }
        let batch = Arc::new(batch);
        for tx_id in &batch.ids {
            if !self.mempool.is_local(tx_id) || !self.is_bound(&batch.signed.promise, tx_id)? {
                continue;
            }
            self.received.add(*tx_id, &batch, |tx_id| self.mempool.is_local(tx_id));
            effects.push(Effect::Promised { tx_id: *tx_id, promise: Arc::clone(&batch) });
        }
        Ok(())
    }

    /// Whether a batch is signed by its leader in this epoch and names a transaction of a local client.
    fn is_for_clients(&self, batch: &PromiseBatch) -> bool {
        let promise = &batch.signed.promise;
        let committee = self.voting.committee();
        let signer = committee.validators.validators.get(usize::from(promise.leader)).map(|one| one.key);
        promise.chain_id == committee.chain_id
            && promise.shard == committee.shard
            && promise.epoch == committee.epoch()
            && batch.ids.len() <= PROMISES_MAX
            // Checked before the signature, which costs more: most batches are for other replicas.
            && batch.ids.iter().any(|tx_id| self.mempool.is_local(tx_id))
            && signer.is_some_and(|key| batch.signed.is_signed_by(key))
            && batch.is_whole()
    }

    /// Whether a promise could convict its leader, as far as the last final block shows: the transaction's author was
    /// allowed to sign when the promise was given. A promise that could not is no soft confirmation.
    fn is_bound(&mut self, promise: &Promise, tx_id: &TxId) -> Result<bool, ReadFailure> {
        let Some(pending) = self.mempool.get(tx_id) else { return Ok(false) };
        let header = &pending.transaction().header;
        let since = self.ledger.author_since(AuthorKey(header.tenant, header.author))?;
        Ok(since.is_some_and(|since| since <= promise.given))
    }

    /// Handles another member's evidence that a leader broke a promise. Only evidence that convicts is reported.
    pub(crate) fn receive_broken_promise(&self, broken: Box<BrokenPromise>, effects: &mut Effects) {
        let law = self.ledger.law();
        let set = law.validator_set(broken.promise.signed.promise.epoch, law.shard);
        if set.is_some_and(|set| evidence::breaks_word(law.chain_id, set, &broken).is_some()) {
            effects.push(Effect::Accuse(Box::new(Evidence::BrokenPromise(broken))));
        }
    }

    /// The evidence that the last final block lacks a transaction that its own leader had promised.
    fn prove_broken(
        &mut self,
        promise: &PromiseBatch,
        transaction: TransactionHeader,
    ) -> Result<Option<BrokenPromise>, ReadFailure> {
        let bucket = SeenKey::of(&transaction.id(), transaction.valid_until_ms);
        let author = AuthorKey(transaction.tenant, transaction.author).state_key();
        let Some(proofs) = self.ledger.prove(&[bucket.state_key(), author])? else { return Ok(None) };
        let (Ok([in_bucket, author]), Some((header, certificate)), Some(confirmation)) =
            (<[_; 2]>::try_from(proofs), self.ledger.tip().block().cloned(), promise.confirmation(&transaction.id()))
        else {
            return Ok(None);
        };
        let seen = self.ledger.seen().by_block(bucket);
        let evidence =
            BrokenPromise { promise: confirmation, transaction, header, certificate, bucket: in_bucket, seen, author };
        let committee = self.voting.committee();
        let convicts = evidence::breaks_word(committee.chain_id, &committee.validators, &evidence).is_some();
        Ok(convicts.then_some(evidence))
    }
}

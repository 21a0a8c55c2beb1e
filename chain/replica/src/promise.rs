//! Soft confirmations [P15]. A leader gives them: from the moment it means to promise a transaction, every block that it
//! builds holds it, so what it says is true whenever it is said. Whoever submitted a transaction takes them, and holds
//! the leader to them. Invariant: a promise stays owed until its transaction is final, no block may hold it any more, or
//! its epoch is over; neither a restart nor a full mempool forgets it.

use crate::{
    Message,
    effect::{Effect, Effects, PromiseRequest},
    input::Source,
    lane::Lane,
    replica::Replica,
};
use chain_beacon::{
    evidence,
    promise::{Load, PROMISES_MAX, Promises},
};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    Epoch, Height, PublicKey, TimestampMs, TransactionHeader, TxId,
    account::AuthorKey,
    beacon::{BrokenPromise, Evidence, Promise, PromiseBatch, promised_root},
    mutant,
    state::{SeenKey, TypedKey},
    transaction::CheckedTransaction,
};
use std::{collections::BTreeMap, sync::Arc};

/// Soft confirmations of other leaders that a replica holds them to, at most. Those above it are passed on all the same.
pub const CONFIRMATIONS_MAX: usize = PROMISES_MAX;

/// A promise as the disk holds it: its epoch, and the transaction.
pub type Owed = (Epoch, chain_types::Transaction);

/// What this validator promised.
#[derive(Default)]
pub(crate) struct Given {
    open: Promises,
    /// Promises that are not asked for yet, with who submitted the transactions.
    fresh: Vec<(Arc<CheckedTransaction>, PublicKey)>,
    /// What is promised and expired by this replica's clock. By the clock of the blocks it may be owed still, and this one
    /// may be wrong: it waits here, with the work of each, instead of in the mempool, where there would be something to do.
    parked: Vec<(Arc<CheckedTransaction>, u64)>,
    /// The native value that the open promises may move.
    pub(crate) cover: u64,
    /// The last height at which this validator may have proposed a block.
    proposed: Height,
}

impl Given {
    /// For a validator that proposed nothing above this height.
    pub(crate) fn after(proposed: Height) -> Self {
        Self { proposed, ..Self::default() }
    }

    pub(crate) fn is_owed(&self, tx_id: &TxId) -> bool {
        self.open.is_owed(tx_id)
    }

    /// What expired by this replica's clock waits aside when it is owed.
    pub(crate) fn park(&mut self, transaction: &Arc<CheckedTransaction>, work: u64) {
        if self.is_owed(&transaction.id()) {
            self.parked.push((Arc::clone(transaction), work));
        }
    }

    /// What waits aside and may be in a block after all.
    pub(crate) fn parked(&self, time: TimestampMs) -> impl Iterator<Item = (&Arc<CheckedTransaction>, u64)> {
        let waiting = self.parked.iter().filter(move |(one, _)| one.transaction().header.valid_until_ms > time);
        waiting.map(|(one, work)| (one, *work))
    }

    pub(crate) const fn open(&self) -> &Promises {
        &self.open
    }

    /// A block of this height is about to be proposed.
    pub(crate) fn propose(&mut self, height: Height) {
        self.proposed = self.proposed.max(height);
    }
}

/// What other leaders promised for transactions that came in here, by leader.
#[derive(Default)]
pub(crate) struct Taken {
    due: BTreeMap<u16, Vec<(TxId, Arc<PromiseBatch>)>>,
    count: usize,
}

impl Taken {
    /// Forgets what is not waited for any more.
    fn keep(&mut self, is_waited_for: impl Fn(&TxId) -> bool) {
        for due in self.due.values_mut() {
            due.retain(|(tx_id, _)| is_waited_for(tx_id));
        }
        self.count = self.due.values().map(Vec::len).fold(0, usize::saturating_add);
    }
}

impl<R: LeafReader> Replica<R> {
    /// Whether the next block is this validator's to propose, as far as it knows.
    fn leads(&self) -> bool {
        let leader = || self.committee.leader(self.next_height(), self.present_view());
        !self.committee.is_sole() && self.simplex.is_some() && self.committee.me == Some(leader())
    }

    /// Means to promise a transaction that a block could hold and that waits, if this validator leads and may.
    pub(crate) fn mean_to_promise(&mut self, transaction: &Arc<CheckedTransaction>, source: Source) {
        let submitter = match source {
            Source::Client => self.key,
            Source::Peer(submitter) => submitter,
        };
        let is_over = transaction.transaction().header.valid_until_ms <= self.block_time();
        if is_over || !self.leads() {
            return;
        }
        let work = &self.law.work;
        let Some(load) = Load::of(transaction, work.of(transaction)) else { return };
        let opened = self.given.open.open(transaction.id(), load, self.given.cover, work.block_work_max);
        if opened.is_ok() {
            self.given.fresh.push((Arc::clone(transaction), submitter));
        }
    }

    /// Promises what was submitted since the last time, all with one signature.
    pub(crate) fn promise(&mut self, effects: &mut Effects) {
        let fresh = std::mem::take(&mut self.given.fresh);
        let Some(leader) = self.committee.me.filter(|_| !fresh.is_empty()) else { return };
        let next = self.next_height();
        let by = if self.given.proposed < next { next } else { self.given.proposed.next() };
        let ids: Vec<_> = fresh.iter().map(|(transaction, _)| transaction.id()).collect();
        let promise = Promise {
            chain_id: self.law.chain_id,
            shard: self.shard,
            epoch: self.committee.epoch(),
            leader,
            given: self.tip_height(),
            by,
            promised: promised_root(&ids),
        };
        let (transactions, mut submitters): (Vec<_>, Vec<_>) = fresh.into_iter().unzip();
        submitters.sort_unstable();
        submitters.dedup();
        effects.push(Effect::Promise(PromiseRequest { promise, ids, transactions, submitters }));
    }

    /// Takes up what was promised before a restart.
    pub(crate) fn owe(&mut self, owed: Vec<Owed>) {
        for (epoch, transaction) in owed {
            let Ok(transaction) = transaction.check() else { continue };
            let (tx_id, load) = (transaction.id(), Load::of(&transaction, self.law.work.of(&transaction)));
            if epoch == self.committee.epoch()
                && self.seen.height(&tx_id).is_none()
                && !mutant::is(mutant::FORGET_PROMISES)
                && let Some(load) = load
            {
                let (lane, work) = (Lane::of(&transaction.transaction().header), self.law.work.of(&transaction));
                self.mempool.offer(Arc::new(transaction), lane, work, false, &self.given);
                self.given.open.reopen(tx_id, load);
            }
        }
    }

    /// After a block is final: closes what was kept or can be kept no more, and holds its leader to what it promised.
    pub(crate) fn settle_promises(
        &mut self,
        ids: impl Iterator<Item = TxId>,
        effects: &mut Effects,
    ) -> Result<(), ReadFailure> {
        let Some(header) = self.tip.as_ref().map(|(header, _)| header.clone()) else { return Ok(()) };
        let mut closed: Vec<_> = ids.filter(|tx_id| self.given.open.close(tx_id)).collect();
        let expired = self.given.open.expire(header.timestamp_ms);
        self.mempool.forget(expired.iter().copied());
        closed.extend(expired);
        let open = &self.given.open;
        self.given.parked.retain(|(one, _)| open.is_owed(&one.id()));
        if !closed.is_empty() {
            effects.push(Effect::Kept(closed));
        }
        let Some(due) = self.taken.due.get_mut(&header.proposer) else { return Ok(()) };
        let is_due = |(_, promise): &mut (TxId, Arc<PromiseBatch>)| promise.signed.promise.by <= header.height;
        let due: Vec<_> = due.extract_if(.., is_due).collect();
        self.taken.count = self.taken.count.saturating_sub(due.len());
        for (tx_id, promise) in due {
            let waiting = self.mempool.get(&tx_id).map(|waiting| waiting.transaction().header.clone());
            if let Some(transaction) = waiting.filter(|one| one.valid_until_ms > header.timestamp_ms)
                && let Some(broken) = self.broken(&promise, transaction)?
            {
                let broken = Box::new(broken);
                effects.push(Effect::Send { to: None, message: Box::new(Message::Broken(broken.clone())) });
                effects.push(Effect::Accuse(Box::new(Evidence::BrokenPromise(broken))));
            }
        }
        Ok(())
    }

    /// Promises of an epoch that is over bind nobody.
    pub(crate) fn drop_promises(&mut self, effects: &mut Effects) {
        let closed = self.given.open.clear();
        self.given.fresh.clear();
        self.given.parked.clear();
        self.taken = Taken::default();
        if !closed.is_empty() {
            effects.push(Effect::Kept(closed));
        }
    }

    /// A leader's promise: whatever of it came in here is told to whoever waits for it.
    pub(crate) fn promised(&mut self, batch: PromiseBatch, effects: &mut Effects) -> Result<(), ReadFailure> {
        let promise = batch.signed.promise;
        let signer = self.committee.validators.validators.get(usize::from(promise.leader)).map(|one| one.key);
        let is_ours = promise.chain_id == self.law.chain_id
            && promise.shard == self.shard
            && promise.epoch == self.committee.epoch()
            && batch.ids.len() <= PROMISES_MAX
            // Nobody waits for the others, and a signature costs more to check than this.
            && batch.ids.iter().any(|tx_id| self.mempool.is_local(tx_id))
            && signer.is_some_and(|key| batch.signed.is_signed_by(key))
            && batch.is_whole();
        if !is_ours {
            return Ok(());
        }
        let batch = Arc::new(batch);
        for tx_id in &batch.ids {
            if !self.mempool.is_local(tx_id) || !self.is_bound(&promise, tx_id)? {
                continue;
            }
            if self.taken.count >= CONFIRMATIONS_MAX {
                self.taken.keep(|tx_id| self.mempool.is_local(tx_id));
            }
            if self.taken.count < CONFIRMATIONS_MAX {
                self.taken.due.entry(promise.leader).or_default().push((*tx_id, Arc::clone(&batch)));
                self.taken.count = self.taken.count.saturating_add(1);
            }
            effects.push(Effect::Promised { tx_id: *tx_id, promise: Arc::clone(&batch) });
        }
        Ok(())
    }

    /// Whether a promise could convict its leader, as far as the last final block tells: the transaction's author might
    /// sign when it was given. What binds nobody is no soft confirmation.
    fn is_bound(&mut self, promise: &Promise, tx_id: &TxId) -> Result<bool, ReadFailure> {
        let Some(waiting) = self.mempool.get(tx_id) else { return Ok(false) };
        let header = &waiting.transaction().header;
        let author = AuthorKey(header.tenant, header.author);
        let known = self.state.get(&author.path())?.map(|value| author.decode(value));
        Ok(known.is_some_and(|known| known.is_ok_and(|known| known.since <= promise.given)))
    }

    /// Another member shows that a leader broke its word. Only what convicts is passed on.
    pub(crate) fn shown_broken(&self, broken: Box<BrokenPromise>, effects: &mut Effects) {
        let set = self.law.validator_set(broken.promise.signed.promise.epoch, self.shard);
        if set.is_some_and(|set| evidence::breaks_word(self.law.chain_id, set, &broken).is_some()) {
            effects.push(Effect::Accuse(Box::new(Evidence::BrokenPromise(broken))));
        }
    }

    /// The evidence that the last final block, its leader's own, lacks what that leader promised.
    fn broken(
        &mut self,
        promise: &PromiseBatch,
        transaction: TransactionHeader,
    ) -> Result<Option<BrokenPromise>, ReadFailure> {
        let bucket = SeenKey::of(&transaction.id(), transaction.valid_until_ms);
        let author = AuthorKey(transaction.tenant, transaction.author).state_key();
        let Some(proofs) = self.prove(&[bucket.state_key(), author])? else { return Ok(None) };
        let (Ok([in_bucket, author]), Some((header, certificate)), Some(confirmation)) =
            (<[_; 2]>::try_from(proofs), self.tip.clone(), promise.confirmation(&transaction.id()))
        else {
            return Ok(None);
        };
        let evidence = BrokenPromise {
            promise: confirmation,
            transaction,
            header,
            certificate,
            bucket: in_bucket,
            seen: self.seen.by_block(bucket),
            author,
        };
        let convicts = evidence::breaks_word(self.law.chain_id, &self.committee.validators, &evidence).is_some();
        Ok(convicts.then_some(evidence))
    }
}

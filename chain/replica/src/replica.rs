//! The replica: mempool, state, seen-set, and at most one block under way. Invariant: heights are final in order, and
//! an effect that says something follows the effect that made it durable.

use crate::{
    Input, Recovered, RecoveryError,
    effect::{Commit, Effect, Effects, Finalised, Refused},
    mempool::{Mempool, Offer},
    recovery::check_tip,
};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_ledger::{
    Law, decode_delta,
    seen::{self, SeenSet},
};
use chain_state::{FLUSH_LEAVES, LeafReader, ReadFailure, State};
use chain_types::{
    Block, BlockHeader, Certificate, Digest, FinalBlock, Genesis, Height, ShardId, StreamHead, Subject, TenantId,
    TimestampMs, TxId, VerifiedTransaction, View, codec, limit,
    state::{StateKey, StateProof},
};
use std::sync::Arc;

/// What a shard has done since genesis.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct Totals {
    /// Transactions on the chain.
    pub transactions: u64,
    /// Records on the chain.
    pub records: u64,
}

/// A block between its execution and its finality.
pub(crate) struct Pending {
    pub(crate) header: BlockHeader,
    pub(crate) digest: Digest,
    pub(crate) block: Block,
    pub(crate) delta: Vec<u8>,
    pub(crate) ids: Vec<(TxId, TimestampMs)>,
    pub(crate) transactions: Vec<(TxId, u32, u32)>,
}

/// A certified block that is being written.
struct Writing {
    block: Arc<FinalBlock>,
    digest: Digest,
    ids: Vec<(TxId, TimestampMs)>,
    transactions: Vec<(TxId, u32, u32)>,
}

/// One shard.
pub struct Replica<R> {
    pub(crate) genesis: Arc<Genesis>,
    pub(crate) shard: ShardId,
    pub(crate) law: Law,
    pub(crate) state: State<R>,
    pub(crate) seen: SeenSet,
    pub(crate) mempool: Mempool,
    pub(crate) tip: Option<(BlockHeader, Certificate)>,
    pub(crate) tip_digest: Digest,
    pub(crate) totals: Totals,
    pub(crate) view: View,
    pending: Option<Pending>,
    writing: Option<Writing>,
}

impl<R: LeafReader> Replica<R> {
    /// A replica over what the disk holds.
    ///
    /// # Errors
    /// [`RecoveryError`] when that does not add up to the last final block's state.
    pub fn recover(
        genesis: Arc<Genesis>,
        shard: ShardId,
        mut state: State<R>,
        recovered: Recovered,
    ) -> Result<Self, RecoveryError> {
        if let Some((header, certificate, _)) = &recovered.tip {
            check_tip(&genesis, shard, header, certificate)?;
        }
        for delta in &recovered.deltas {
            state.apply(decode_delta(delta)?)?;
        }
        let (tip, totals) = match recovered.tip {
            Some((header, certificate, totals)) => (Some((header, certificate)), totals),
            None => (None, Totals::default()),
        };
        let expected = tip.as_ref().map_or(Digest::ZERO, |(header, _)| header.state_root);
        if state.root() != expected {
            let height = tip.as_ref().map_or(Height(0), |(header, _)| header.height);
            return Err(RecoveryError::Root { height, expected, found: state.root() });
        }
        let mut seen = SeenSet::default();
        for (height, time, ids) in &recovered.seen {
            seen.extend(*height, *time, ids);
        }
        let tip_digest = tip.as_ref().map_or_else(|| genesis.first_parent(shard), |(header, _)| header.digest());
        Ok(Self {
            law: Law::of(&genesis, shard),
            genesis,
            shard,
            state,
            seen,
            mempool: Mempool::default(),
            tip,
            tip_digest,
            totals,
            view: recovered.view,
            pending: None,
            writing: None,
        })
    }

    /// Reacts to one input.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read; the replica must not be used after it.
    pub fn step(&mut self, input: Input, effects: &mut Effects) -> Result<(), ReadFailure> {
        match input {
            Input::Submit(transaction) => self.submit(*transaction, effects),
            Input::Propose { now } => {
                if self.pending.is_none() && self.writing.is_none() {
                    self.pending = self.propose(now, effects)?;
                }
            }
            Input::Certified(certificate) => self.certified(certificate, effects),
            Input::Persisted => self.persisted(effects),
        }
        Ok(())
    }

    fn submit(&mut self, transaction: VerifiedTransaction, effects: &mut Effects) {
        let tx_id = transaction.checked().id();
        if let Some(height) = self.seen.height(&tx_id) {
            effects.push(Effect::AlreadyFinal { tx_id, height });
            return;
        }
        if self.mempool.contains(&tx_id) {
            return;
        }
        let full = self.seen.len() >= limit::SEEN_MAX;
        if full || self.mempool.offer(transaction.into_checked()) == Offer::Full {
            effects.push(Effect::Refuse { tx_id, reason: Refused::Busy });
        }
    }

    fn certified(&mut self, certificate: Certificate, effects: &mut Effects) {
        let Some(pending) = self.pending.take_if(|pending| certificate.vote.block == pending.digest) else { return };
        self.totals.transactions =
            self.totals.transactions.saturating_add(u64::try_from(pending.transactions.len()).unwrap_or(u64::MAX));
        self.totals.records =
            self.totals.records.saturating_add(u64::try_from(pending.block.receipts.len()).unwrap_or(u64::MAX));
        let block = Arc::new(FinalBlock { header: pending.header, certificate, block: pending.block });
        let flush = self.state.take_flush(FLUSH_LEAVES);
        effects.push(Effect::Persist(Box::new(Commit {
            block: Arc::clone(&block),
            digest: pending.digest,
            delta: pending.delta,
            seen: pending.ids.clone(),
            expired_before: seen::slot_start(block.header.timestamp_ms),
            flush,
            totals: self.totals,
        })));
        self.writing =
            Some(Writing { block, digest: pending.digest, ids: pending.ids, transactions: pending.transactions });
    }

    fn persisted(&mut self, effects: &mut Effects) {
        let Some(writing) = self.writing.take() else { return };
        let header = &writing.block.header;
        self.state.trim();
        self.seen.extend(header.height, header.timestamp_ms, &writing.ids);
        self.mempool.forget(writing.ids.iter().map(|(id, _)| *id));
        self.tip_digest = writing.digest;
        self.tip = Some((header.clone(), writing.block.certificate.clone()));
        self.view = View(0);
        effects.push(Effect::Finalised(Finalised {
            block: writing.block,
            digest: writing.digest,
            totals: self.totals,
            transactions: writing.transactions,
        }));
    }

    /// How many transactions wait for a block.
    pub fn waiting(&self) -> usize {
        self.mempool.len()
    }

    /// The last final block's header and certificate.
    pub const fn tip(&self) -> Option<&(BlockHeader, Certificate)> {
        self.tip.as_ref()
    }

    /// The shard's totals.
    pub const fn totals(&self) -> Totals {
        self.totals
    }

    /// The digest of the last final block.
    pub const fn tip_digest(&self) -> Digest {
        self.tip_digest
    }

    /// A stream's head with its proof against the last final block's state root. Call it between blocks only: while a
    /// block is under way the state is ahead of the tip, and the answer is `None`.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read.
    pub fn prove_stream(
        &mut self,
        tenant: TenantId,
        subject: Subject,
    ) -> Result<Option<(Option<StreamHead>, StateProof)>, ReadFailure> {
        if self.pending.is_some() || self.writing.is_some() {
            return Ok(None);
        }
        let proof = self.state.prove(&StateKey::Stream(tenant, subject).path())?;
        let head = proof
            .value()
            .map(|value| codec::decode_own("a stream head", value).expect("the state holds what the law wrote"));
        Ok(Some((head, proof)))
    }
}

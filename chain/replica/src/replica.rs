//! The replica: mempool, state, seen-set, the decision of the next height, and at most one block being written.
//! Invariant: heights are final in order, and an effect that says something follows the effect that made it durable.

use crate::{
    Fetched, Input, Message, Recovered, RecoveryError,
    body::{Body, Gathering},
    decide::accuse,
    early::Early,
    effect::{Commit, Effect, Effects, Finalised, HeldBlock},
    epoch,
    execute::Applied,
    join::Join,
    mempool::Mempool,
    promise::{Given, Taken},
    recovery::{Remembered, check_tip},
    stopwatch::Stopwatch,
    sync::Peers,
};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_consensus::{Committee, Input as Answer, Simplex};
use chain_ledger::{
    Law, decode_delta,
    seen::{self, SeenSet},
};
use chain_state::{LeafReader, ReadFailure, State};
use chain_types::{
    Block, BlockHeader, Certificate, Digest, Epoch, FinalBlock, Genesis, Height, Moment, PublicKey, ShardId,
    TimestampMs, Timing, TxId, Versions, beacon::HandOverProof, mutant, version::Outdated,
};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

/// The state is written out at each height that this divides, if not before, so that whoever takes it over lacks no more
/// than so many blocks.
pub const FLUSH_BLOCKS: u64 = 1_024;

/// What a shard has done since genesis.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct Totals {
    /// Transactions on the chain.
    pub transactions: u64,
    /// Records on the chain.
    pub records: u64,
}

/// A certified block that is being written.
pub(crate) struct Writing {
    block: Arc<FinalBlock>,
    digest: Digest,
    ids: Vec<(TxId, TimestampMs)>,
    transactions: Vec<(TxId, u32, u32)>,
}

/// Who a replica is on its shard.
#[derive(Clone, Debug)]
pub struct Role {
    /// The key it votes with; a key that is not in the validator set makes a follower.
    pub key: PublicKey,
    /// How long views wait.
    pub timing: Timing,
}

/// One shard.
pub struct Replica<R> {
    pub(crate) genesis: Arc<Genesis>,
    pub(crate) shard: ShardId,
    pub(crate) law: Law,
    /// The key that this replica votes with, when it is in the committee.
    pub(crate) key: PublicKey,
    pub(crate) committee: Arc<Committee>,
    pub(crate) timing: Timing,
    /// The time by the clock that never steps: every wait is measured by it.
    pub(crate) at: Moment,
    /// The time by the wall clock: only blocks and expiries are.
    pub(crate) now: TimestampMs,
    pub(crate) state: State<R>,
    pub(crate) seen: SeenSet,
    pub(crate) mempool: Mempool,
    pub(crate) tip: Option<(BlockHeader, Certificate)>,
    pub(crate) tip_digest: Digest,
    pub(crate) totals: Totals,
    /// The decision of the next height; `None` for a follower, and for a validator that may not vote.
    pub(crate) simplex: Option<Simplex>,
    /// The decision of the last height: who contradicts itself late is accused all the same.
    pub(crate) past: Option<Simplex>,
    /// A validator that started votes after hearing from its peers.
    pub(crate) is_on_probation: bool,
    /// What it remembered when it started.
    pub(crate) remembered: Remembered,
    /// The validator's journal is an old copy: it votes no more.
    pub(crate) is_muted: bool,
    /// The highest height that this validator voted at.
    pub(crate) voted: Height,
    pub(crate) bodies: BTreeMap<Digest, Body>,
    pub(crate) gathering: Option<Gathering>,
    pub(crate) asked: u64,
    pub(crate) asked_for: Option<Message>,
    /// What the committee says about the height after the one under way.
    pub(crate) early: Early,
    pub(crate) peers: Peers,
    pub(crate) incoming: VecDeque<Fetched>,
    /// Where it has no vote it applies what a quorum executed.
    pub(crate) trusts_quorums: bool,
    /// The way to a snapshot, for a replica that joins from one.
    pub(crate) join: Option<Join>,
    /// The certificate of a decided block that is not here yet.
    pub(crate) undelivered: Option<Certificate>,
    pub(crate) applied: Option<Applied>,
    /// What measures its building.
    pub(crate) stopwatch: Option<Stopwatch>,
    /// The work of all that was executed.
    pub(crate) executed_work: u64,
    pub(crate) writing: Option<Writing>,
    /// What this validator promised.
    pub(crate) given: Given,
    /// What leaders promised for transactions that came in here.
    pub(crate) taken: Taken,
    /// The next epoch follows a version that this build does not know.
    pub(crate) outdated: Option<Outdated>,
}

impl<R: LeafReader> Replica<R> {
    /// A replica over what the disk holds.
    ///
    /// # Errors
    /// [`RecoveryError`] when that does not add up to the last final block's state.
    pub fn recover(
        genesis: Arc<Genesis>,
        shard: ShardId,
        role: &Role,
        state: State<R>,
        recovered: Recovered,
    ) -> Result<Self, RecoveryError> {
        Self::recover_knowing(Versions::KNOWN, genesis, shard, role, state, recovered)
    }

    /// The same for a program that knows other versions.
    ///
    /// # Errors
    /// As [`Self::recover`].
    pub fn recover_knowing(
        versions: Versions,
        genesis: Arc<Genesis>,
        shard: ShardId,
        role: &Role,
        mut state: State<R>,
        recovered: Recovered,
    ) -> Result<Self, RecoveryError> {
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
        let mut law = Law::knowing(versions, &genesis, shard);
        let last = tip.as_ref().map_or(Epoch(0), |(header, _)| header.epoch);
        let present = epoch::catch_up(&mut law, &mut state, last)?.unwrap_or_else(|| genesis.hand_over());
        if let Some((header, certificate)) = &tip {
            check_tip(&law, header, certificate)?;
        }
        let mut seen = SeenSet::default();
        for (height, time, ids) in &recovered.seen {
            seen.extend(*height, *time, ids);
        }
        let tip_digest = tip.as_ref().map_or_else(|| genesis.first_parent(shard), |(header, _)| header.digest());
        let committee = Arc::new(Committee::of(law.chain_id, &present, shard, &role.key));
        let mut replica = Self {
            law,
            key: role.key,
            at: Moment::default(),
            now: tip.as_ref().map_or(genesis.timestamp_ms, |(header, _)| header.timestamp_ms),
            genesis,
            shard,
            committee,
            timing: role.timing,
            state,
            seen,
            mempool: Mempool::default(),
            tip,
            tip_digest,
            totals,
            simplex: None,
            past: None,
            is_on_probation: false,
            remembered: Remembered::default(),
            is_muted: false,
            voted: recovered.voted,
            bodies: BTreeMap::new(),
            gathering: None,
            asked: 0,
            asked_for: None,
            early: Early::default(),
            peers: Peers::default(),
            incoming: VecDeque::new(),
            trusts_quorums: false,
            join: None,
            undelivered: None,
            applied: None,
            stopwatch: None,
            executed_work: 0,
            writing: None,
            given: Given::after(recovered.voted),
            taken: Taken::default(),
            outdated: None,
        };
        replica.owe(recovered.owed);
        replica.resume(recovered.memory, recovered.held)?;
        Ok(replica)
    }

    fn resume(
        &mut self,
        memory: crate::Memory,
        held: Vec<(BlockHeader, Vec<chain_types::Transaction>)>,
    ) -> Result<(), RecoveryError> {
        self.remembered.memory = memory;
        if mutant::is(mutant::FORGET_VOTES) {
            self.remembered.memory.votes.clear();
        }
        if mutant::is(mutant::FORGET_LATER) {
            let next = self.next_height();
            self.remembered.memory.votes.retain(|signed| signed.vote.height == next);
        }
        if mutant::is(mutant::FORGET_CERTIFICATES) {
            self.remembered.memory.certificates.clear();
        }
        for (header, transactions) in held {
            let checked = transactions.into_iter().map(|transaction| transaction.check().map(Arc::new));
            let transactions = checked.collect::<Result<Vec<_>, _>>().map_err(|_| RecoveryError::Held)?;
            let digest = header.digest();
            self.remembered.held.push(Arc::new(HeldBlock { header, digest, transactions }));
        }
        if self.committee.is_sole() {
            self.begin(&mut Vec::new())?;
        } else {
            self.is_on_probation = true;
        }
        Ok(())
    }

    /// Reacts to one input.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read; the replica must not be used after it.
    pub fn step(&mut self, input: Input, effects: &mut Effects) -> Result<(), ReadFailure> {
        if self.outdated.is_some() {
            return self.step_outdated(input, effects);
        }
        match input {
            Input::Submit { transaction, source } => self.submit(*transaction, source, effects),
            Input::Cover(value) => {
                self.given.cover = value;
                Ok(())
            }
            Input::Tick { at, now } => self.tick(at, now, effects),
            Input::Signed(vote) => self.decide(Answer::Signed(vote), effects),
            Input::Persisted => self.persisted(effects),
            Input::Message { from, message } => self.message(from, *message, effects),
        }
    }

    fn tick(&mut self, at: Moment, now: TimestampMs, effects: &mut Effects) -> Result<(), ReadFailure> {
        self.at = if mutant::is(mutant::WALL_CLOCK_TIMERS) { self.at.max(Moment(now.0)) } else { self.at.max(at) };
        self.now = now;
        self.promise(effects);
        let work = if self.mempool.len() > 0 { Answer::Work } else { Answer::Rest };
        self.decide(work, effects)?;
        self.decide(Answer::Tick(self.at), effects)?;
        self.keep_up(effects)
    }

    pub(crate) fn message(
        &mut self,
        from: PublicKey,
        message: Message,
        effects: &mut Effects,
    ) -> Result<(), ReadFailure> {
        if !self.may_say(&from, &message) {
            return Ok(());
        }
        match message.height() {
            Some(height) if height.next() == self.next_height() => {
                self.hear_late(message, effects);
                Ok(())
            }
            Some(height) if height != self.next_height() || self.simplex.is_none() => {
                self.keep_early(height, message);
                Ok(())
            }
            Some(_) => self.consider(message, effects),
            None => self.hear(from, message, effects),
        }
    }

    /// What a member of the committee says about the height under way.
    pub(crate) fn consider(&mut self, message: Message, effects: &mut Effects) -> Result<(), ReadFailure> {
        match message {
            Message::Proposal { vote, header, ids } => self.proposal(vote, *header, ids, effects),
            Message::Vote(vote) => self.decide(Answer::Vote(vote), effects),
            Message::Certificate(certificate) => self.decide(Answer::Certificate(certificate), effects),
            _ => Ok(()),
        }
    }

    /// What is said about no height in particular.
    fn hear(&mut self, from: PublicKey, message: Message, effects: &mut Effects) -> Result<(), ReadFailure> {
        match message {
            Message::Status { height, view } => self.status(from, height, view, effects),
            Message::FetchBlock { block } => {
                self.give_block(from, block, effects);
                Ok(())
            }
            Message::Block { header, ids } => {
                let block = header.digest();
                let is_wanted = self.simplex.as_ref().is_some_and(|simplex| simplex.wanted().contains(&block))
                    || self.undelivered.as_ref().is_some_and(|certificate| certificate.vote.block == block);
                if is_wanted && self.name(block, *header, ids) {
                    self.completed(block, effects)?;
                }
                Ok(())
            }
            Message::FetchTransactions { block, ids } => {
                self.give_transactions(from, block, &ids, effects);
                Ok(())
            }
            Message::FetchFinal { from: first } => {
                if first <= self.tip_height() {
                    effects.push(Effect::SendFinal { to: from, from: first });
                }
                Ok(())
            }
            Message::Final(blocks) => {
                let fetched = |block| Fetched { block, write_set: None };
                self.arrived(from, blocks.into_iter().map(fetched).collect(), effects)
            }
            Message::FetchWriteSets { from: first } => {
                if first <= self.tip_height() {
                    effects.push(Effect::SendWriteSets { to: from, from: first });
                }
                Ok(())
            }
            Message::WriteSets(blocks) => self.arrived(from, blocks, effects),
            Message::FetchSnapshot(ask) => {
                effects.push(Effect::SendSnapshot { to: from, ask });
                Ok(())
            }
            Message::Snapshot(part) => {
                self.take_part(from, *part, effects);
                Ok(())
            }
            Message::Promised(promise) => {
                self.promised(*promise, effects)?;
                Ok(())
            }
            Message::Broken(broken) => {
                self.shown_broken(broken, effects);
                Ok(())
            }
            // Of transactions the interpreter checks the signatures and submits them; the others are about a height.
            Message::Transactions(_) | Message::Proposal { .. } | Message::Vote(_) | Message::Certificate(_) => Ok(()),
        }
    }

    /// Commits the applied block under its certificate.
    pub(crate) fn commit(&mut self, certificate: Certificate, effects: &mut Effects) {
        let Some(Applied { held, delta, receipts, ids, .. }) = self.applied.take() else { return };
        if let Some(simplex) = &mut self.simplex {
            let mut asked = Vec::new();
            simplex.decided_by(&certificate, &mut asked);
            accuse(asked, effects);
        }
        let (digest, header) = (held.digest, held.header.clone());
        self.mempool.forget(ids.iter().map(|(id, _)| *id));
        self.bodies.clear();
        self.gathering = None;
        self.undelivered = None;
        let mut first = 0_u32;
        let mut transactions = Vec::with_capacity(held.transactions.len());
        for transaction in &held.transactions {
            let count = u32::try_from(transaction.parts().len()).unwrap_or(u32::MAX);
            transactions.push((transaction.id(), first, count));
            first = first.saturating_add(count);
        }
        let count = u64::try_from(transactions.len()).unwrap_or(u64::MAX);
        self.totals.transactions = self.totals.transactions.saturating_add(count);
        self.totals.records = self.totals.records.saturating_add(u64::from(first));
        let block = Block { transactions: crate::effect::into_transactions(held), receipts };
        let block = Arc::new(FinalBlock { header, certificate, block });
        let is_due = block.header.height.0.checked_rem(FLUSH_BLOCKS) == Some(0);
        let commit = Commit {
            block: Arc::clone(&block),
            digest,
            delta,
            seen: ids.clone(),
            hand_over: HandOverProof::held_by(&block),
            expired_before: seen::slot_start(block.header.timestamp_ms),
            flush: self.state.take_flush(if is_due { 1 } else { self.state.shape().flush_leaves }),
            totals: self.totals,
        };
        effects.push(Effect::Persist(Box::new(commit)));
        self.writing = Some(Writing { block, digest, ids, transactions });
    }

    fn persisted(&mut self, effects: &mut Effects) -> Result<(), ReadFailure> {
        let Some(writing) = self.writing.take() else { return Ok(()) };
        let header = &writing.block.header;
        self.state.trim();
        self.seen.extend(header.height, header.timestamp_ms, &writing.ids);
        if !mutant::is(mutant::KEEP_WRITTEN) {
            // It may have been submitted again while its block was being written.
            self.mempool.forget(writing.ids.iter().map(|(id, _)| *id));
        }
        self.tip_digest = writing.digest;
        self.tip = Some((header.clone(), writing.block.certificate.clone()));
        self.settle_promises(writing.ids.iter().map(|(id, _)| *id), effects)?;
        self.peers.went_on();
        self.enter_epoch(&writing.block, effects);
        effects.push(Effect::Finalised(Finalised {
            block: writing.block,
            digest: writing.digest,
            totals: self.totals,
            transactions: writing.transactions,
        }));
        self.tell_status(effects);
        if let Some(outdated) = self.outdated {
            self.mempool = Mempool::default();
            effects.push(Effect::Outdated(outdated));
            return Ok(());
        }
        if self.is_on_probation {
            self.end_probation(effects)?;
        } else {
            self.begin(effects)?;
        }
        self.take_in(effects)
    }

    pub(crate) fn tip_height(&self) -> Height {
        self.tip.as_ref().map_or(Height(0), |(header, _)| header.height)
    }
}

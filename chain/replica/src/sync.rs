//! Keeping up with peers: how far they are, the blocks that are missing here, and what waits too long. Invariant: a block
//! from a peer is applied only with a quorum's certificate, and after executing it here or, by who has no vote, with the
//! write-set that the certificate covers [P8].

use crate::{
    Fetched, Message,
    effect::{Alarm, Effect, Effects, HeldBlock, Refused},
    replica::Replica,
};
use chain_consensus::{Input as Answer, Simplex};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    Certificate, FinalBlock, Height, Moment, PublicKey, TimestampMs, View, mutant,
    signature::{Namespace, verify_fixed_batch},
    transaction::CheckedTransaction,
    validator::Validator,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// How often a replica tells its peers how far it is, in milliseconds.
pub const STATUS_MS: u64 = 250;
/// How long a validator waits for a block that others have before it asks for it, in milliseconds.
pub const PATIENCE_MS: u64 = 100;
/// How long an answer may take before another peer is asked, in milliseconds.
pub const FETCH_MS: u64 = 1_000;
/// How often a transaction that came in here is spread again while it waits, in milliseconds.
pub const SPREAD_MS: u64 = 1_000;
/// Transactions that are spread again at once.
pub const SPREAD_MAX: usize = 256;
/// How long after its expiry by this replica's clock a transaction is given up here, in milliseconds.
pub const EXPIRY_GRACE_MS: u64 = 10_000;

/// What a replica knows of its peers.
#[derive(Default)]
pub(crate) struct Peers {
    /// The last final block that each claims to have.
    pub(crate) heights: BTreeMap<PublicKey, Height>,
    /// Since when one of them has been ahead.
    behind_since: Option<Moment>,
    /// When blocks were last asked for.
    fetched_at: Option<Moment>,
    /// Who claims the next block and did not give it: it joined from a snapshot, or dropped old blocks, or lies.
    lacking: BTreeSet<PublicKey>,
    /// Who was asked for blocks and has not answered yet. Nobody else may send any.
    asked: BTreeSet<PublicKey>,
    /// The height that nobody gave when this was last said.
    said_absent: Height,
    pub(crate) status_at: Moment,
    pub(crate) spread_at: Moment,
    turn: usize,
}

impl Peers {
    /// There is a new last block: who lacked it may have what follows.
    pub(crate) fn went_on(&mut self) {
        self.lacking.clear();
    }
}

impl<R: LeafReader> Replica<R> {
    /// What recurs: status, asking for missing blocks, spreading again.
    pub(crate) fn keep_up(&mut self, effects: &mut Effects) -> Result<(), ReadFailure> {
        if self.tell_status_at_times(effects) {
            if self.undelivered.is_none() {
                self.asked_for = None;
            }
            if let Some(block) = self.undelivered.as_ref().map(|certificate| certificate.vote.block)
                && self.gather(block, effects).is_some()
            {
                self.completed(block, effects)?;
            }
        }
        self.fetch(effects);
        if self.at >= self.peers.spread_at {
            self.peers.spread_at = self.at.after(SPREAD_MS);
            self.judge_again(effects)?;
            self.spread_again(effects);
        }
        Ok(())
    }

    /// Tells the status when that is due; whether it was.
    pub(crate) fn tell_status_at_times(&mut self, effects: &mut Effects) -> bool {
        let is_due = self.at >= self.peers.status_at;
        if is_due {
            self.peers.status_at = self.at.after(STATUS_MS);
            self.tell_status(effects);
        }
        is_due
    }

    pub(crate) fn tell_status(&self, effects: &mut Effects) {
        let message = Message::Status { height: self.tip_height(), view: self.present_view() };
        effects.push(Effect::Send { to: None, message: Box::new(message) });
    }

    fn spread_again(&mut self, effects: &mut Effects) {
        if self.committee.is_sole() {
            return;
        }
        let expired_before = TimestampMs(self.now.0.saturating_sub(EXPIRY_GRACE_MS));
        // Whoever gave a view up over work that the others may not know of tells them of all of it.
        let tells_all = self.simplex.as_ref().is_some_and(Simplex::is_waiting_for_others);
        let (chosen, expired) = self.mempool.review(expired_before, SPREAD_MAX, tells_all);
        for tx_id in &expired {
            if let Some((transaction, work)) = self.mempool.weighed(tx_id) {
                self.given.park(transaction, work);
            }
            effects.push(Effect::Refuse { tx_id: *tx_id, reason: Refused::Expired });
        }
        self.mempool.forget(expired);
        effects.extend(chosen.into_iter().map(Effect::Spread));
    }

    /// A peer says how far it is.
    pub(crate) fn status(
        &mut self,
        from: PublicKey,
        height: Height,
        view: View,
        effects: &mut Effects,
    ) -> Result<(), ReadFailure> {
        let is_known = self.committee.index_of(&from).is_some();
        let known = self.peers.heights.entry(from).or_default();
        *known = height.max(*known);
        if self.is_on_probation && is_known {
            self.end_probation(effects)?;
        }
        if height > self.tip_height() {
            self.peers.behind_since.get_or_insert(self.at);
            self.fetch(effects);
        } else if height == self.tip_height()
            && let Some(from) = self.committee.index_of(&from)
        {
            self.decide(Answer::Status { from, view }, effects)?;
        }
        Ok(())
    }

    /// Asks a peer that is ahead for the blocks after the tip, unless someone was asked just now.
    fn fetch(&mut self, effects: &mut Effects) {
        if self.is_joining(effects) {
            return;
        }
        let tip = self.tip_height();
        let ahead = self.ahead();
        let Some(since) = self.peers.behind_since.filter(|_| !ahead.is_empty()) else {
            self.peers.behind_since = None;
            return;
        };
        let votes = self.simplex.is_some();
        let is_far = self.known_height().is_none_or(|known| known > tip.next());
        let waited = self.at >= since.after(PATIENCE_MS);
        let is_asked = self.peers.fetched_at.is_some_and(|asked| self.at < asked.after(FETCH_MS));
        if is_asked || self.writing.is_some() || !self.incoming.is_empty() || (votes && !is_far && !waited) {
            return;
        }
        let lacking = &self.peers.lacking;
        let ahead: Vec<_> = ahead.into_iter().filter(|peer| !lacking.contains(peer)).collect();
        if ahead.is_empty() {
            self.miss(tip.next(), effects);
            return;
        }
        self.peers.turn = self.peers.turn.wrapping_add(1);
        let to = self.peers.turn.checked_rem(ahead.len()).and_then(|turn| ahead.get(turn)).copied();
        self.peers.fetched_at = Some(self.at);
        self.peers.asked.extend(to);
        let from = tip.next();
        let message =
            if self.applies_write_sets() { Message::FetchWriteSets { from } } else { Message::FetchFinal { from } };
        effects.push(Effect::Send { to, message: Box::new(message) });
    }

    /// Who may have the next block: the members of the committee that claim it. Others are asked only where the committee does not
    /// say that there is none, and when no member gives it: members may be gone since the last block that is here, or keep no
    /// old ones.
    fn ahead(&self) -> Vec<PublicKey> {
        let tip = self.tip_height();
        let claims = || self.peers.heights.iter().filter(|(_, height)| **height > tip).map(|(peer, _)| *peer);
        let members: Vec<_> = claims().filter(|peer| self.committee.index_of(peer).is_some()).collect();
        let is_open = self.known_height().is_none_or(|known| known > tip);
        let is_helped = members.iter().any(|peer| !self.peers.lacking.contains(peer));
        if is_open && !is_helped { claims().collect() } else { members }
    }

    /// The height that the committee is known to have reached: the highest that members with more than a third of the weight
    /// claim, so that an honest one is among them, or this replica's own when that is higher. `None` while too few were heard.
    pub fn known_height(&self) -> Option<Height> {
        let mut claims: Vec<(Height, u128)> = Vec::new();
        for (index, validator) in (0_u16..).zip(&self.committee.validators.validators) {
            let height = if Some(index) == self.committee.me {
                Some(self.tip_height())
            } else {
                self.peers.heights.get(&validator.key).copied()
            };
            claims.extend(height.map(|height| (height, u128::from(validator.weight))));
        }
        if mutant::is(mutant::BELIEVE_STATUS) {
            return self.peers.heights.values().copied().max().map(|height| height.max(self.tip_height()));
        }
        let third = self.committee.validators.weight().checked_div(3).unwrap_or(0);
        claims.sort_unstable_by(|left, right| right.cmp(left));
        let mut weight = 0_u128;
        let honest = claims.iter().find(|(_, of_claim)| {
            weight = weight.saturating_add(*of_claim);
            weight > third
        });
        honest.map(|(height, _)| (*height).max(self.tip_height()))
    }

    /// Everyone who is ahead was asked for a block, and nobody has it any more. Another may connect, so it goes on asking.
    fn miss(&mut self, height: Height, effects: &mut Effects) {
        self.peers.lacking.clear();
        self.peers.fetched_at = Some(self.at);
        if std::mem::replace(&mut self.peers.said_absent, height) != height {
            effects.push(Effect::Alarm(Alarm::BlocksAbsent { height }));
        }
    }

    /// Final blocks arrived, or the word that there are none.
    pub(crate) fn arrived(
        &mut self,
        from: PublicKey,
        blocks: Vec<Fetched>,
        effects: &mut Effects,
    ) -> Result<(), ReadFailure> {
        if !self.peers.asked.remove(&from) {
            return Ok(());
        }
        self.peers.fetched_at = None;
        if blocks.is_empty() {
            self.peers.lacking.insert(from);
        }
        if self.incoming.is_empty() && self.join.is_none() {
            self.incoming.extend(blocks);
        }
        self.take_in(effects)
    }

    /// Applies the next block that arrived, if it is the next.
    pub(crate) fn take_in(&mut self, effects: &mut Effects) -> Result<(), ReadFailure> {
        while self.writing.is_none() {
            let next = self.next_height();
            let Some(fetched) = self.incoming.pop_front() else { return Ok(()) };
            let height = fetched.block.header.height;
            if height < next {
                continue;
            }
            let is_taken = height == next && self.apply_final(fetched, effects)?;
            if !is_taken {
                self.incoming.clear();
            }
        }
        Ok(())
    }

    fn apply_final(&mut self, fetched: Fetched, effects: &mut Effects) -> Result<bool, ReadFailure> {
        let Fetched { block: FinalBlock { header, mut certificate, block }, write_set } = fetched;
        let is_certified = self.committee.certifies(&mut certificate, header.height) || mutant::is(mutant::TRUST_SYNC);
        if !is_certified || !header.is_finalised_by(&certificate.vote) {
            return Ok(false);
        }
        let checked = block.transactions.into_iter().map(|transaction| transaction.check().map(Arc::new));
        let Ok(transactions) = checked.collect::<Result<Vec<_>, _>>() else { return Ok(false) };
        // The certificate covers what was signed and not the signatures, and whoever verifies a record wants to see them.
        // Most of them wait here too, and were checked when they came.
        let is_new = |one: &&Arc<CheckedTransaction>| {
            let known = self.mempool.get(&one.id()).map(|known| known.transaction().signature);
            known != Some(one.transaction().signature)
        };
        let claims: Vec<_> = transactions.iter().filter(is_new).map(|one| one.claim()).collect();
        if !verify_fixed_batch(Namespace::TRANSACTION, &claims) && !mutant::is(mutant::TRUST_AUTHORS) {
            return Ok(false);
        }
        self.notice_rollback(self.committee.me, &certificate, effects);
        let held = Arc::new(HeldBlock { digest: header.digest(), header, transactions });
        if let Some(write_set) = write_set.filter(|_| self.applies_write_sets())
            && self.apply_write_set(&held, block.receipts, write_set)?
        {
            self.commit(certificate, effects);
            return Ok(true);
        }
        self.deliver(&held, certificate, effects)
    }

    /// A block from the chain that carries a vote of this validator beyond its journal shows that the journal is old. `seat`
    /// is its index in the block's committee.
    pub(crate) fn notice_rollback(&mut self, seat: Option<u16>, certificate: &Certificate, effects: &mut Effects) {
        let height = certificate.vote.height;
        let signed = certificate.signatures.iter().any(|(index, _)| Some(*index) == seat);
        if signed && height > self.voted && !self.is_muted && !mutant::is(mutant::IGNORE_ROLLBACK) {
            self.is_muted = true;
            self.simplex = None;
            effects.push(Effect::Alarm(Alarm::JournalRolledBack { height, voted: self.voted }));
        }
    }

    /// A validator that starts votes again when it has heard from a quorum and has all that an honest one of them has.
    pub(crate) fn end_probation(&mut self, effects: &mut Effects) -> Result<(), ReadFailure> {
        let is_heard = |(index, validator): &(u16, &Validator)| {
            Some(*index) == self.committee.me || self.peers.heights.contains_key(&validator.key)
        };
        let members = (0_u16..).zip(&self.committee.validators.validators);
        let heard = members.filter(is_heard).fold(0_u128, |sum, (_, one)| sum.saturating_add(u128::from(one.weight)));
        let has_all = self.known_height() == Some(self.tip_height());
        if !self.committee.validators.is_quorum(heard) || !has_all {
            return Ok(());
        }
        self.is_on_probation = false;
        self.begin(effects)
    }
}

//! What a replica knows of its peers, and the blocks that it fetches from them. Invariant: only a peer that was asked
//! may send blocks, and what it sends is bounded by one answer.

use crate::{
    Fetched, Message,
    effect::{Alarm, Effect, Effects},
};
use chain_consensus::Committee;
use chain_types::{Height, Moment, PublicKey, mutant, validator::Validator};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How often a replica tells its peers how far it is, in milliseconds.
pub const STATUS_MS: u64 = 250;
/// How long a validator waits for a block that others have before it asks for it, in milliseconds.
pub const PATIENCE_MS: u64 = 100;
/// How long an answer may take before another peer is asked, in milliseconds.
pub const FETCH_MS: u64 = 1_000;
/// How often a transaction that came in here is sent again while it is pending, in milliseconds.
pub const SPREAD_MS: u64 = 1_000;

/// Where this replica is.
#[derive(Clone, Copy)]
pub(crate) struct Here<'a> {
    pub(crate) committee: &'a Committee,
    /// The last final block.
    pub(crate) tip: Height,
    pub(crate) at: Moment,
}

/// How a replica fetches blocks.
#[derive(Clone, Copy)]
pub(crate) struct FetchMode {
    /// It takes part in deciding, so it may get the next block without asking.
    pub(crate) votes: bool,
    /// A block is being written.
    pub(crate) is_writing: bool,
    pub(crate) with_write_sets: bool,
}

/// The peers of a replica.
#[derive(Default)]
pub(crate) struct Peers {
    /// The last final block that each claims to have.
    heights: BTreeMap<PublicKey, Height>,
    /// Since when one of them has been ahead.
    behind_since: Option<Moment>,
    /// When blocks were last asked for.
    fetched_at: Option<Moment>,
    /// Peers that claim the next block and did not give it: they joined from a snapshot, dropped old blocks, or lie.
    lacking: BTreeSet<PublicKey>,
    /// Peers that were asked for blocks and have not answered yet. No others may send any.
    asked: BTreeSet<PublicKey>,
    /// The last height that was reported as absent.
    reported_absent: Height,
    status_at: Moment,
    spread_at: Moment,
    /// Turns questions from peer to peer.
    turn: usize,
    /// Blocks that arrived and are not applied yet.
    incoming: VecDeque<Fetched>,
}

impl Peers {
    /// There is a new last block: a peer that lacked it may have the next one.
    pub(crate) fn advanced(&mut self) {
        self.lacking.clear();
    }

    /// Whether the status is due; then it is due again after [`STATUS_MS`].
    pub(crate) fn is_status_due(&mut self, at: Moment) -> bool {
        is_due(&mut self.status_at, at, STATUS_MS)
    }

    /// Whether a status was sent since the start: before that there is no time to count waits from.
    pub(crate) fn has_ticked(&self) -> bool {
        self.status_at != Moment::default()
    }

    /// Whether pending transactions are due to be sent again; then they are due again after [`SPREAD_MS`].
    pub(crate) fn is_spread_due(&mut self, at: Moment) -> bool {
        is_due(&mut self.spread_at, at, SPREAD_MS)
    }

    /// A peer tells its height; what it told before stays when that is higher.
    pub(crate) fn claim(&mut self, from: PublicKey, height: Height) {
        let known = self.heights.entry(from).or_default();
        *known = height.max(*known);
    }

    /// The last final block that each peer claims to have.
    pub(crate) const fn claims(&self) -> &BTreeMap<PublicKey, Height> {
        &self.heights
    }

    /// Notes that a peer is ahead.
    pub(crate) fn fell_behind(&mut self, at: Moment) {
        self.behind_since.get_or_insert(at);
    }

    /// Asks a peer that is ahead for the blocks after the tip, unless a question is open.
    pub(crate) fn fetch(&mut self, here: &Here<'_>, mode: FetchMode, effects: &mut Effects) {
        let ahead = self.ahead(here);
        let Some(since) = self.behind_since.filter(|_| !ahead.is_empty()) else {
            self.behind_since = None;
            return;
        };
        let next = here.tip.next();
        let is_far = self.known_height(here).is_none_or(|known| known > next);
        let waited = here.at >= since.after(PATIENCE_MS);
        let is_asked = self.fetched_at.is_some_and(|asked| here.at < asked.after(FETCH_MS));
        if is_asked || mode.is_writing || !self.incoming.is_empty() || (mode.votes && !is_far && !waited) {
            return;
        }
        let ahead: Vec<_> = ahead.into_iter().filter(|peer| !self.lacking.contains(peer)).collect();
        if ahead.is_empty() {
            self.report_absent(next, here.at, effects);
            return;
        }
        self.turn = self.turn.wrapping_add(1);
        let to = self.turn.checked_rem(ahead.len()).and_then(|turn| ahead.get(turn)).copied();
        self.fetched_at = Some(here.at);
        self.asked.extend(to);
        let message = if mode.with_write_sets {
            Message::FetchWriteSets { from: next }
        } else {
            Message::FetchFinal { from: next }
        };
        effects.push(Effect::Send { to, message: Box::new(message) });
    }

    /// Peers that may have the next block: the members of the committee that claim it. Others are asked only where the
    /// committee may be further, and no member gives the block: members may have left since the last block that is
    /// here, or keep no old ones.
    fn ahead(&self, here: &Here<'_>) -> Vec<PublicKey> {
        let claims = || self.heights.iter().filter(|(_, height)| **height > here.tip).map(|(peer, _)| *peer);
        let members: Vec<_> = claims().filter(|peer| here.committee.index_of(peer).is_some()).collect();
        let is_open = self.known_height(here).is_none_or(|known| known > here.tip);
        let is_helped = members.iter().any(|peer| !self.lacking.contains(peer));
        if is_open && !is_helped { claims().collect() } else { members }
    }

    /// The height that the committee is known to have reached: the highest that members with more than a third of the
    /// weight claim, so that an honest one is among them, or this replica's own when that is higher. `None` while too
    /// few were heard.
    pub(crate) fn known_height(&self, here: &Here<'_>) -> Option<Height> {
        let mut claims: Vec<(Height, u128)> = Vec::new();
        for (index, validator) in (0_u16..).zip(&here.committee.validators.validators) {
            let height = if Some(index) == here.committee.me {
                Some(here.tip)
            } else {
                self.heights.get(&validator.key).copied()
            };
            claims.extend(height.map(|height| (height, u128::from(validator.weight))));
        }
        if mutant::is(mutant::BELIEVE_STATUS) {
            return self.heights.values().copied().max().map(|height| height.max(here.tip));
        }
        let third = here.committee.validators.weight().checked_div(3).unwrap_or(0);
        claims.sort_unstable_by(|left, right| right.cmp(left));
        let mut weight = 0_u128;
        let honest = claims.iter().find(|(_, of_claim)| {
            weight = weight.saturating_add(*of_claim);
            weight > third
        });
        honest.map(|(height, _)| (*height).max(here.tip))
    }

    /// Whether members that are a quorum with this validator told their heights.
    pub(crate) fn has_heard_quorum(&self, committee: &Committee) -> bool {
        let is_heard = |(index, validator): &(u16, &Validator)| {
            Some(*index) == committee.me || self.heights.contains_key(&validator.key)
        };
        let members = (0_u16..).zip(&committee.validators.validators);
        let heard = members.filter(is_heard).fold(0_u128, |sum, (_, one)| sum.saturating_add(u128::from(one.weight)));
        committee.validators.is_quorum(heard)
    }

    /// Every peer that is ahead was asked for a block, and none has it any more. Another one may connect, so asking
    /// goes on.
    fn report_absent(&mut self, height: Height, at: Moment, effects: &mut Effects) {
        self.lacking.clear();
        self.fetched_at = Some(at);
        if std::mem::replace(&mut self.reported_absent, height) != height {
            effects.push(Effect::Alarm(Alarm::BlocksAbsent { height }));
        }
    }

    /// Takes blocks from a peer; an empty list says that it has none. Returns whether it was asked.
    pub(crate) fn receive(&mut self, from: PublicKey, blocks: Vec<Fetched>, is_joining: bool) -> bool {
        if !self.asked.remove(&from) {
            return false;
        }
        self.fetched_at = None;
        if blocks.is_empty() {
            self.lacking.insert(from);
        }
        if self.incoming.is_empty() && !is_joining {
            self.incoming.extend(blocks);
        }
        true
    }

    /// The next block that arrived.
    pub(crate) fn next_incoming(&mut self) -> Option<Fetched> {
        self.incoming.pop_front()
    }

    /// Forgets the blocks that arrived: one of them was not the next final block.
    pub(crate) fn drop_incoming(&mut self) {
        self.incoming.clear();
    }

    pub(crate) fn incoming(&self) -> usize {
        self.incoming.len()
    }
}

fn is_due(due_at: &mut Moment, at: Moment, every_ms: u64) -> bool {
    let is_due = at >= *due_at;
    if is_due {
        *due_at = at.after(every_ms);
    }
    is_due
}

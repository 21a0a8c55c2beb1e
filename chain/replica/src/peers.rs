//! The claimed heights of a replica's peers, and the blocks that it fetches from them. Invariant: blocks are accepted
//! only from a peer that was asked. At most one answer is stored at a time.

use crate::{
    Fetched, Message,
    effect::{Alarm, Effect, Effects},
};
use chain_consensus::Committee;
use chain_types::{Height, Moment, PublicKey, mutant, validator::Validator};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The interval at which a replica sends its status to its peers, in milliseconds.
pub const STATUS_MS: u64 = 250;
/// How long a validator waits before it requests a block that others already have, in milliseconds.
pub const PATIENCE_MS: u64 = 100;
/// How long an answer may take before another peer is asked, in milliseconds.
pub const FETCH_MS: u64 = 1_000;
/// The interval at which a pending transaction of a local client is sent again, in milliseconds.
pub const SPREAD_MS: u64 = 1_000;

/// The position of this replica.
#[derive(Clone, Copy)]
pub(crate) struct LocalPosition<'a> {
    pub(crate) committee: &'a Committee,
    /// The height of the last final block.
    pub(crate) tip: Height,
    pub(crate) at: Moment,
}

/// How a replica fetches blocks.
#[derive(Clone, Copy)]
pub(crate) struct FetchMode {
    /// It takes part in deciding, so it may get the next block without a request.
    pub(crate) votes: bool,
    /// Whether a block is being written.
    pub(crate) is_writing: bool,
    pub(crate) with_write_sets: bool,
}

#[derive(Default)]
pub(crate) struct Peers {
    /// The height of the last final block that each peer claims to have.
    heights: BTreeMap<PublicKey, Height>,
    /// Since when a peer has been ahead.
    behind_since: Option<Moment>,
    /// When blocks were last requested.
    fetched_at: Option<Moment>,
    /// Peers that claim the next block but did not send it: they joined from a snapshot, dropped old blocks, or are
    /// faulty.
    lacking: BTreeSet<PublicKey>,
    /// Peers with an open request for blocks. Only they may send blocks.
    asked: BTreeSet<PublicKey>,
    /// The last height that was reported as absent.
    reported_absent: Height,
    status_at: Moment,
    spread_at: Moment,
    /// Rotates requests over the peers.
    turn: usize,
    /// Blocks that arrived and are not applied yet.
    incoming: VecDeque<Fetched>,
}

impl Peers {
    /// Notes a new tip: a peer that lacked that block may have the next one.
    pub(crate) fn advanced(&mut self) {
        self.lacking.clear();
    }

    /// Whether the status is due; it is due again after [`STATUS_MS`].
    pub(crate) fn is_status_due(&mut self, at: Moment) -> bool {
        is_due(&mut self.status_at, at, STATUS_MS)
    }

    /// Whether a status was sent since the start. Before that there is no time to measure waits from.
    pub(crate) fn has_ticked(&self) -> bool {
        self.status_at != Moment::default()
    }

    /// Whether pending transactions are due to be sent again; they are due again after [`SPREAD_MS`].
    pub(crate) fn is_spread_due(&mut self, at: Moment) -> bool {
        is_due(&mut self.spread_at, at, SPREAD_MS)
    }

    /// Records the height that a peer claims. A lower claim does not replace a higher one.
    pub(crate) fn claim(&mut self, from: PublicKey, height: Height) {
        let known = self.heights.entry(from).or_default();
        *known = height.max(*known);
    }

    /// The height of the last final block that each peer claims to have.
    pub(crate) const fn claims(&self) -> &BTreeMap<PublicKey, Height> {
        &self.heights
    }

    /// Notes that a peer is ahead.
    pub(crate) fn fell_behind(&mut self, at: Moment) {
        self.behind_since.get_or_insert(at);
    }

    /// Requests the blocks after the tip from a peer that is ahead, unless a request is open.
    pub(crate) fn fetch(&mut self, here: &LocalPosition<'_>, mode: FetchMode, effects: &mut Effects) {
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

    /// Peers that may have the next block: the committee's members that claim it. Other peers are used only when the
    /// committee may be ahead and no member sends the block. Members may have left since this replica's last block, or
    /// keep no old blocks.
    fn ahead(&self, here: &LocalPosition<'_>) -> Vec<PublicKey> {
        let claims = || self.heights.iter().filter(|(_, height)| **height > here.tip).map(|(peer, _)| *peer);
        let members: Vec<_> = claims().filter(|peer| here.committee.index_of(peer).is_some()).collect();
        let is_open = self.known_height(here).is_none_or(|known| known > here.tip);
        let is_helped = members.iter().any(|peer| !self.lacking.contains(peer));
        if is_open && !is_helped { claims().collect() } else { members }
    }

    /// The height that the committee is known to have reached: the highest that members with more than a third of the
    /// weight claim, so that an honest one is among them, or this replica's own when that is higher. `None` while too
    /// few members sent their height.
    pub(crate) fn known_height(&self, here: &LocalPosition<'_>) -> Option<Height> {
        let mut claims: Vec<(Height, u128)> = Vec::new();
        for (index, validator) in (0_u16..).zip(&here.committee.validators.validators) {
            let height = if Some(index) == here.committee.me {
                Some(here.tip)
            } else {
                self.heights.get(&validator.key).copied()
            };
            claims.extend(height.map(|height| (height, u128::from(validator.weight))));
        }
        // A deliberately broken variant; the simulator must detect it.
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

    /// Whether members that form a quorum with this validator have sent their heights.
    pub(crate) fn has_quorum_heights(&self, committee: &Committee) -> bool {
        let has_height = |(index, validator): &(u16, &Validator)| {
            Some(*index) == committee.me || self.heights.contains_key(&validator.key)
        };
        let members = (0_u16..).zip(&committee.validators.validators);
        let weight =
            members.filter(has_height).fold(0_u128, |sum, (_, one)| sum.saturating_add(u128::from(one.weight)));
        committee.validators.is_quorum(weight)
    }

    /// Reports that no peer that is ahead has a block. Requests continue, because another peer may connect.
    fn report_absent(&mut self, height: Height, at: Moment, effects: &mut Effects) {
        self.lacking.clear();
        self.fetched_at = Some(at);
        if std::mem::replace(&mut self.reported_absent, height) != height {
            effects.push(Effect::Alarm(Alarm::BlocksAbsent { height }));
        }
    }

    /// Takes blocks from a peer; an empty list means that it has none. Returns whether the peer was asked.
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

    /// Takes the next block that arrived.
    pub(crate) fn next_incoming(&mut self) -> Option<Fetched> {
        self.incoming.pop_front()
    }

    /// Drops the blocks that arrived: one of them was not the next final block.
    pub(crate) fn drop_incoming(&mut self) {
        self.incoming.clear();
    }

    /// The number of blocks that arrived and are not applied yet.
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

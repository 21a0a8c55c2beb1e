//! Joining a long chain from a snapshot [P9]. Invariant: a chunk of the state is written only after it led to the root of a
//! header that a quorum certified, and all of it counts only once the remembered transactions are those that this state
//! committed to. A peer that lies or goes silent costs time and nothing else.

mod head;
mod seen;

use crate::{
    Message, Recovered, RecoveryError, Role,
    effect::{Effect, Effects},
    replica::Replica,
    snapshot::{SnapshotAsk, SnapshotPart},
};
use chain_state::{LeafReader, State};
use chain_types::{Height, Moment, PublicKey, mutant};
use head::Head;
use std::{collections::BTreeSet, sync::Arc};

/// How many blocks a fresh replica must lack for a snapshot to be worth it.
pub const JOIN_BEHIND_BLOCKS: u64 = 10_000;
/// How long a part may take before another peer is asked, in milliseconds.
pub const JOIN_PATIENCE_MS: u64 = 5_000;
/// How long a fresh replica waits for a peer that is far ahead before it begins at block 1, in milliseconds.
pub const JOIN_WAIT_MS: u64 = 1_000;
/// How often every peer is asked in vain before a replica begins at block 1.
pub const JOIN_ROUNDS_MAX: u8 = 3;

/// A fresh replica's way to a snapshot.
pub(crate) struct Join {
    behind: u64,
    /// When it heard of the first block.
    heard_at: Option<Moment>,
    /// Peers that were asked in vain in this round.
    refused: BTreeSet<PublicKey>,
    rounds: u8,
    takeover: Option<Takeover>,
}

/// A snapshot on its way.
struct Takeover {
    peer: PublicKey,
    asked_at: Moment,
    /// Its checked block, once that is here.
    head: Option<Box<Head>>,
}

impl<R: LeafReader> Replica<R> {
    /// Lets a replica without any block take over a snapshot when it lacks more than so many blocks; see
    /// [`JOIN_BEHIND_BLOCKS`]. It will not have the blocks before it.
    pub fn join_from_snapshot(&mut self, behind: u64) {
        if self.tip.is_none() && !self.committee.is_sole() {
            let (heard_at, refused) = (None, BTreeSet::new());
            self.join = Some(Join { behind, heard_at, refused, rounds: 0, takeover: None });
        }
    }

    /// Looks after joining; whether ordinary catching up has to wait for it.
    pub(crate) fn is_joining(&mut self, effects: &mut Effects) -> bool {
        let now = self.at;
        let is_over = |since: Moment, wait: u64| now >= since.after(wait);
        let Some(join) = self.join.as_mut().filter(|_| self.tip.is_none()) else {
            self.join = None;
            return false;
        };
        // Before the first look at the clock there is nothing to count from.
        if self.peers.status_at == Moment::default() {
            return true;
        }
        if let Some(takeover) = &join.takeover {
            if !is_over(takeover.asked_at, JOIN_PATIENCE_MS) {
                return true;
            }
            self.give_up(effects);
        }
        let Some(join) = self.join.as_mut() else { return false };
        let claims = || self.peers.heights.iter();
        let mut far = claims().filter(|(_, height)| height.0 > join.behind).map(|(peer, _)| *peer).peekable();
        if far.peek().is_some() {
            let peer = far.find(|peer| !join.refused.contains(peer));
            if let Some(peer) = peer {
                join.takeover = Some(Takeover { peer, asked_at: now, head: None });
                ask(peer, SnapshotAsk::Head, effects);
                return true;
            }
            join.refused.clear();
            join.rounds = join.rounds.saturating_add(1);
            if join.rounds < JOIN_ROUNDS_MAX {
                return true;
            }
        } else {
            if claims().any(|(_, height)| *height > Height(0)) {
                join.heard_at.get_or_insert(now);
            }
            if join.heard_at.is_none_or(|heard_at| !is_over(heard_at, JOIN_WAIT_MS)) {
                return true;
            }
        }
        self.join = None;
        false
    }

    /// Asks the peer of the takeover for nothing more, and forgets what came from it.
    fn give_up(&mut self, effects: &mut Effects) {
        let Some(join) = &mut self.join else { return };
        let Some(takeover) = join.takeover.take() else { return };
        join.refused.insert(takeover.peer);
        if takeover.head.is_some() && !mutant::is(mutant::KEEP_TAKEOVER) {
            effects.push(Effect::DropTakeover);
        }
    }

    /// A part of a snapshot arrived.
    pub(crate) fn take_part(&mut self, from: PublicKey, part: SnapshotPart, effects: &mut Effects) {
        let Some(mut takeover) = self.join.as_mut().and_then(|join| join.takeover.take_if(|one| one.peer == from))
        else {
            return;
        };
        let mut writes = Effects::new();
        let is_true = match &mut takeover.head {
            Some(head) => head.take(part, &mut writes),
            None if matches!(part, SnapshotPart::Head { .. } | SnapshotPart::Gone) => {
                takeover.head = self.take_head(part).map(Box::new);
                Some(takeover.head.is_some())
            }
            None => None,
        };
        let Some(is_true) = is_true else {
            if let Some(join) = &mut self.join {
                join.takeover = Some(takeover);
            }
            return;
        };
        takeover.asked_at = self.at;
        let next = takeover.head.as_ref().filter(|_| is_true).and_then(|head| head.ask());
        let adoption = takeover.head.as_ref().filter(|_| is_true).and_then(|head| head.adoption());
        self.outdated = takeover.head.as_ref().and_then(|head| head.outdated());
        if let Some(join) = &mut self.join {
            join.takeover = Some(takeover);
        }
        if let Some(outdated) = self.outdated {
            effects.push(Effect::Outdated(outdated));
            return;
        }
        match (next, adoption) {
            (Some(next), _) => {
                // The peer prepares the next part while this one is written.
                ask(from, next, effects);
                effects.append(&mut writes);
            }
            (None, Some(adoption)) => {
                effects.append(&mut writes);
                effects.push(Effect::Adopt(Box::new(adoption)));
            }
            (None, None) => self.give_up(effects),
        }
    }

    /// A snapshot's block, when it may be a final block of this chain.
    fn take_head(&self, part: SnapshotPart) -> Option<Head> {
        let SnapshotPart::Head { block, totals } = part else { return None };
        Head::of((&self.genesis, self.law.versions()), self.shard, *block, totals)
    }

    /// Goes on from the snapshot that was written and made to count: `state` and `recovered` are what the disk holds now,
    /// as for [`Replica::recover`].
    ///
    /// # Errors
    /// [`RecoveryError`] when that does not add up to the snapshot's block.
    pub fn adopt(
        &mut self,
        role: &Role,
        state: State<R>,
        recovered: Recovered,
        effects: &mut Effects,
    ) -> Result<(), RecoveryError> {
        let remembered =
            recovered.seen.iter().flat_map(|(height, _, ids)| ids.iter().map(move |(id, _)| (*id, *height)));
        let waiting = remembered.filter(|(id, _)| self.mempool.get(id).is_some()).collect::<Vec<_>>();
        let genesis = Arc::clone(&self.genesis);
        let adopted = Self::recover_knowing(self.law.versions(), genesis, self.shard, role, state, recovered)?;
        let before = std::mem::replace(self, adopted);
        (self.at, self.now) = (before.at, before.now);
        self.mempool = before.mempool;
        self.peers = before.peers;
        self.trusts_quorums = before.trusts_quorums;
        self.stopwatch = before.stopwatch;
        self.executed_work = before.executed_work;
        // What waited here may be final already: nobody must propose it again, and who sent it must hear of it.
        self.mempool.forget(waiting.iter().map(|(id, _)| *id));
        effects.extend(waiting.into_iter().map(|(tx_id, height)| Effect::AlreadyFinal { tx_id, height }));
        if let Some(certificate) = self.tip.as_ref().map(|(_, certificate)| certificate.clone()) {
            // The block may have ended an epoch, and its signers are those of that one.
            self.notice_rollback(self.seat_at_tip(), &certificate, effects);
        }
        self.tell_status(effects);
        Ok(())
    }
}

fn ask(to: PublicKey, what: SnapshotAsk, effects: &mut Effects) {
    effects.push(Effect::Send { to: Some(to), message: Box::new(Message::FetchSnapshot(what)) });
}

//! Joins a long chain from a state snapshot [P9, recovery]. Invariant: a chunk of state is written only after its proof
//! against a certified header was checked. A snapshot is adopted only when its list of remembered transactions matches
//! the state. A faulty or silent peer is replaced by another.

mod head;
mod seen;

use crate::{
    Message,
    effect::{Effect, Effects},
    peers::Peers,
    snapshot::{SnapshotAsk, SnapshotPart},
};
use chain_types::{Genesis, Height, Moment, PublicKey, ShardId, Versions, mutant, version::Outdated};
use head::Head;
use std::collections::BTreeSet;

/// A new replica that lacks more blocks than this joins from a snapshot.
pub const JOIN_BEHIND_BLOCKS: u64 = 10_000;
/// How long a part may take before another peer is asked, in milliseconds.
pub const JOIN_PATIENCE_MS: u64 = 5_000;
/// How long a new replica waits for a peer that is far ahead before it begins at block 1, in milliseconds.
pub const JOIN_WAIT_MS: u64 = 1_000;
/// The rounds over all peers without success before a replica begins at block 1.
pub const JOIN_ROUNDS_MAX: u8 = 3;

/// The chain to join.
pub(crate) struct JoinedChain<'a> {
    pub(crate) genesis: &'a Genesis,
    /// The versions that this build knows.
    pub(crate) versions: Versions,
    pub(crate) shard: ShardId,
}

/// The progress of a new replica that joins from a snapshot.
pub(crate) struct Join {
    /// A snapshot is used when more blocks than this are missing.
    behind: u64,
    /// When a peer first claimed to have a block.
    claimed_at: Option<Moment>,
    /// Peers that failed to deliver in this round.
    refused: BTreeSet<PublicKey>,
    rounds: u8,
    takeover: Option<Takeover>,
}

/// A snapshot that is being downloaded.
struct Takeover {
    peer: PublicKey,
    asked_at: Moment,
    /// The checked block of the snapshot, once it arrived.
    head: Option<Box<Head>>,
}

impl Join {
    pub(crate) const fn new(behind: u64) -> Self {
        Self { behind, claimed_at: None, refused: BTreeSet::new(), rounds: 0, takeover: None }
    }

    /// Requests a snapshot or waits. Returns whether joining continues; otherwise the replica begins at block 1.
    pub(crate) fn advance(&mut self, peers: &Peers, at: Moment, effects: &mut Effects) -> bool {
        if !peers.has_ticked() {
            return true;
        }
        if let Some(takeover) = &self.takeover {
            if !is_over(takeover.asked_at, JOIN_PATIENCE_MS, at) {
                return true;
            }
            self.give_up(effects);
        }
        let claims = || peers.claims().iter();
        let mut far = claims().filter(|(_, height)| height.0 > self.behind).map(|(peer, _)| *peer).peekable();
        if far.peek().is_none() {
            if claims().any(|(_, height)| *height > Height(0)) {
                self.claimed_at.get_or_insert(at);
            }
            return self.claimed_at.is_none_or(|claimed_at| !is_over(claimed_at, JOIN_WAIT_MS, at));
        }
        if let Some(peer) = far.find(|peer| !self.refused.contains(peer)) {
            self.takeover = Some(Takeover { peer, asked_at: at, head: None });
            ask(peer, SnapshotAsk::Head, effects);
            return true;
        }
        self.refused.clear();
        self.rounds = self.rounds.saturating_add(1);
        self.rounds < JOIN_ROUNDS_MAX
    }

    /// Ends the download from its peer and drops what came from it.
    fn give_up(&mut self, effects: &mut Effects) {
        let Some(takeover) = self.takeover.take() else { return };
        self.refused.insert(takeover.peer);
        // A deliberately broken variant; the simulator must detect it.
        if takeover.head.is_some() && !mutant::is(mutant::KEEP_TAKEOVER) {
            effects.push(Effect::DropTakeover);
        }
    }

    /// Handles a part of a snapshot. Returns `Some` when this build cannot follow the chain there.
    pub(crate) fn take_part(
        &mut self,
        (from, part): (PublicKey, SnapshotPart),
        chain: &JoinedChain<'_>,
        at: Moment,
        effects: &mut Effects,
    ) -> Option<Outdated> {
        let takeover = self.takeover.as_mut().filter(|one| one.peer == from)?;
        let mut writes = Effects::new();
        let is_valid = match &mut takeover.head {
            Some(head) => head.take(part, &mut writes)?,
            None if matches!(part, SnapshotPart::Head { .. } | SnapshotPart::Gone) => {
                takeover.head = Head::of(chain, part).map(Box::new);
                takeover.head.is_some()
            }
            None => return None,
        };
        takeover.asked_at = at;
        if let Some(outdated) = takeover.head.as_ref().and_then(|head| head.outdated()) {
            effects.push(Effect::Outdated(outdated));
            return Some(outdated);
        }
        let head = takeover.head.as_ref().filter(|_| is_valid);
        match (head.and_then(|head| head.ask()), head.and_then(|head| head.adoption())) {
            (Some(next), _) => {
                // The request goes first, so that the peer prepares the next part while this one is written.
                ask(from, next, effects);
                effects.append(&mut writes);
            }
            (None, Some(adoption)) => {
                effects.append(&mut writes);
                effects.push(Effect::Adopt(Box::new(adoption)));
            }
            (None, None) => self.give_up(effects),
        }
        None
    }
}

fn is_over(since: Moment, wait_ms: u64, at: Moment) -> bool {
    at >= since.after(wait_ms)
}

fn ask(to: PublicKey, what: SnapshotAsk, effects: &mut Effects) {
    effects.push(Effect::Send { to: Some(to), message: Box::new(Message::FetchSnapshot(what)) });
}

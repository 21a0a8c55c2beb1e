//! One allowed peer, as the driver sees it. Invariant: both sides choose the same connection to write on without asking
//! each other, so that dialing at once ends with one connection in use and the other one drained before it is closed.

use crate::{
    limit::{DRAIN_MS_MAX, REDIAL_MS_MAX, REDIAL_MS_MIN},
    roster::Member,
};
use libp2p::{Stream, swarm::ConnectionId};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::mpsc;

/// How long a connection that was replaced stays open: both sides may take their time to drain it.
const RETIRE_MS: u64 = 2 * DRAIN_MS_MAX;

/// One established connection.
#[derive(Clone, Copy, Debug)]
struct Link {
    id: ConnectionId,
    is_dialed_by_us: bool,
    retire_at: Option<Instant>,
}

/// The connections of a peer in the order in which they were established, and when to dial again.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) member: Arc<Member>,
    /// Streams for the task that writes.
    pub(crate) writer: mpsc::Sender<Stream>,
    /// Streams for the task that reads.
    pub(crate) reader: mpsc::Sender<Stream>,
    /// The writer lost its stream while the connection stands.
    pub(crate) is_stream_lost: bool,
    /// The connection to write on.
    current: Option<ConnectionId>,
    links: Vec<Link>,
    /// Whether, of two connections, the one that we dialed is kept.
    is_ours_kept: bool,
    is_dialing: bool,
    dial_at: Instant,
    pause_ms: u64,
}

impl Session {
    /// A peer that is not connected yet. Of two members the one with the smaller key keeps the connection it dialed, and
    /// dials first.
    pub(crate) fn new(
        member: Arc<Member>,
        writer: mpsc::Sender<Stream>,
        reader: mpsc::Sender<Stream>,
        is_ours_kept: bool,
        now: Instant,
    ) -> Self {
        let head_start_ms = if is_ours_kept { 0 } else { REDIAL_MS_MIN };
        Self {
            member,
            writer,
            reader,
            is_stream_lost: false,
            current: None,
            links: Vec::new(),
            is_ours_kept,
            is_dialing: false,
            dial_at: now + Duration::from_millis(head_start_ms),
            pause_ms: REDIAL_MS_MIN,
        }
    }

    /// A connection was established. Returns the one to open a stream on, when that changed.
    pub(crate) fn link_up(&mut self, id: ConnectionId, is_dialed_by_us: bool, now: Instant) -> Option<ConnectionId> {
        self.is_dialing &= !is_dialed_by_us;
        self.links.push(Link { id, is_dialed_by_us, retire_at: None });
        self.settle(now)
    }

    /// A connection was closed. Returns the one to open a stream on, when that changed.
    pub(crate) fn link_down(&mut self, id: ConnectionId, now: Instant) -> Option<ConnectionId> {
        self.links.retain(|link| link.id != id);
        if self.links.is_empty() {
            self.member.disconnect();
            self.pause(now);
        }
        self.settle(now)
    }

    /// A dial of ours failed.
    pub(crate) fn dial_failed(&mut self, now: Instant) {
        self.is_dialing = false;
        self.pause(now);
    }

    /// The stream asked for is open. Returns whether it is still the one to write on.
    pub(crate) fn stream_opened(&mut self, connection: ConnectionId) -> bool {
        let is_current = self.current == Some(connection);
        if is_current {
            self.pause_ms = REDIAL_MS_MIN;
            self.member.connect();
        }
        is_current
    }

    /// The connection whose lost stream is to be opened again, once.
    pub(crate) fn take_lost(&mut self) -> Option<ConnectionId> {
        if std::mem::take(&mut self.is_stream_lost) { self.current } else { None }
    }

    /// Whether to dial now; notes that a dial is under way.
    pub(crate) fn take_dial(&mut self, now: Instant) -> bool {
        let is_due = self.links.is_empty() && !self.is_dialing && now >= self.dial_at;
        self.is_dialing |= is_due;
        is_due
    }

    /// The connections that have been replaced for long enough.
    pub(crate) fn take_retired(&mut self, now: Instant) -> Vec<ConnectionId> {
        let is_due = |link: &&mut Link| link.retire_at.is_some_and(|at| now >= at);
        let due = self.links.iter_mut().filter(is_due);
        due.map(|link| {
            link.retire_at = None;
            link.id
        })
        .collect()
    }

    fn pause(&mut self, now: Instant) {
        self.dial_at = now + Duration::from_millis(self.pause_ms);
        self.pause_ms = self.pause_ms.saturating_mul(2).min(REDIAL_MS_MAX);
    }

    fn settle(&mut self, now: Instant) -> Option<ConnectionId> {
        let chosen = choose(&self.links, self.is_ours_kept);
        for link in &mut self.links {
            let is_chosen = Some(link.id) == chosen;
            link.retire_at =
                if is_chosen { None } else { link.retire_at.or(Some(now + Duration::from_millis(RETIRE_MS))) };
        }
        let is_changed = self.current != chosen;
        self.current = chosen;
        chosen.filter(|_| is_changed)
    }
}

/// The newest connection dialed by the side whose connections are kept, or else the newest.
fn choose(links: &[Link], is_ours_kept: bool) -> Option<ConnectionId> {
    let kept = links.iter().rev().find(|link| link.is_dialed_by_us == is_ours_kept);
    kept.or(links.last()).map(|link| link.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(dialed_by_us: &[bool]) -> Vec<Link> {
        let link = |(id, &is_dialed_by_us): (usize, &bool)| Link {
            id: ConnectionId::new_unchecked(id),
            is_dialed_by_us,
            retire_at: None,
        };
        dialed_by_us.iter().enumerate().map(link).collect()
    }

    #[test]
    fn both_sides_choose_the_same_connection_in_whatever_order_they_saw_them() {
        // What one side dialed the other side did not, so each case is seen once from each side, in both orders.
        for seen_by_us in [[true, false], [false, true]] {
            let ours = choose(&links(&seen_by_us), true).expect("there are two");
            let is_dialed_by_us = |id: ConnectionId| seen_by_us[usize::from(id == ConnectionId::new_unchecked(1))];
            assert!(is_dialed_by_us(ours), "the smaller key keeps what it dialed");
            for seen_by_them in [[true, false], [false, true]] {
                let theirs = choose(&links(&seen_by_them), false).expect("there are two");
                assert!(!seen_by_them[usize::from(theirs == ConnectionId::new_unchecked(1))]);
            }
        }
    }

    #[test]
    fn a_peer_that_dials_again_is_met_on_its_newest_connection() {
        let newest = Some(ConnectionId::new_unchecked(1));
        assert_eq!(choose(&links(&[false, false]), true), newest);
        assert_eq!(choose(&links(&[true, true]), true), newest);
        assert_eq!(choose(&links(&[]), true), None);
    }
}

//! The driver's state for one allowed peer: its connections, and the time of the next dial. Invariant: both sides
//! choose the same connection to write on without communicating. After simultaneous dialing one connection stays in
//! use, and the other is drained before it is closed.
//!
//! A peer that dials although it has been connected for long has lost its end of that connection, as after a crash that
//! closed nothing. Then every connection to it is closed: both sides start afresh, and gossipsub exchanges
//! subscriptions again.

use crate::{
    limit::{CROSSING_MS_MAX, DRAIN_MS_MAX, REDIAL_MS_MAX, REDIAL_MS_MIN, SUBSCRIBE_MS_MAX},
    roster::Member,
};
use libp2p::{Stream, swarm::ConnectionId};
use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};
use tokio::sync::mpsc;

/// How long a replaced connection stays open, milliseconds: each side may take the drain time.
const RETIRE_MS: u64 = 2 * DRAIN_MS_MAX;

/// One established connection.
#[derive(Clone, Copy, Debug)]
struct Link {
    id: ConnectionId,
    is_dialed_by_us: bool,
    since: Instant,
    retire_at: Option<Instant>,
}

/// The action after a new connection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LinkUp {
    /// Open a stream on this connection: it is now the one to write on.
    Open(ConnectionId),
    Unchanged,
    /// Close every connection to the peer: it has restarted.
    Stale,
}

/// The connections of a peer in the order in which they were established, and the time of the next dial.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) member: Arc<Member>,
    /// Streams for the writing task.
    pub(crate) writer: mpsc::Sender<Stream>,
    /// Streams for the reading task.
    pub(crate) reader: mpsc::Sender<Stream>,
    /// The writer lost its stream while the connection is still established.
    pub(crate) is_stream_lost: bool,
    /// The connection to write on.
    current: Option<ConnectionId>,
    links: Vec<Link>,
    /// Whether, of two connections, the one that this side dialed is kept.
    is_ours_kept: bool,
    is_dialing: bool,
    /// Since when there is a stream to write on.
    open_since: Option<Instant>,
    dial_at: Instant,
    pause_ms: u64,
}

impl Session {
    /// Creates a session without a connection. Of two members, the one with the smaller peer id keeps the connection
    /// that it dialed, and dials first.
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
            open_since: None,
            dial_at: now + Duration::from_millis(head_start_ms),
            pause_ms: REDIAL_MS_MIN,
        }
    }

    /// A connection was established.
    pub(crate) fn link_up(&mut self, id: ConnectionId, is_dialed_by_us: bool, now: Instant) -> LinkUp {
        self.is_dialing &= !is_dialed_by_us;
        let is_old = |link: &Link| now >= link.since + Duration::from_millis(CROSSING_MS_MAX);
        let is_stale = !is_dialed_by_us && self.links.iter().any(is_old);
        self.links.push(Link { id, is_dialed_by_us, since: now, retire_at: None });
        let chosen = self.settle(now);
        if is_stale { LinkUp::Stale } else { chosen.map_or(LinkUp::Unchanged, LinkUp::Open) }
    }

    /// A connection was closed. Returns the connection to open a stream on, when that changed.
    pub(crate) fn link_down(&mut self, id: ConnectionId, now: Instant) -> Option<ConnectionId> {
        self.links.retain(|link| link.id != id);
        if self.links.is_empty() {
            self.member.disconnect();
            self.open_since = None;
            self.pause(now);
        }
        self.settle(now)
    }

    /// A dial by this side failed.
    pub(crate) fn dial_failed(&mut self, now: Instant) {
        self.is_dialing = false;
        self.pause(now);
    }

    /// The requested stream is open. Returns whether its connection is still the one to write on.
    pub(crate) fn stream_opened(&mut self, connection: ConnectionId, now: Instant) -> bool {
        let is_current = self.current == Some(connection);
        if is_current {
            self.open_since.get_or_insert(now);
            self.pause_ms = REDIAL_MS_MIN;
            self.member.connect();
        }
        is_current
    }

    /// Takes the connection whose lost stream has to be opened again, once.
    pub(crate) fn take_lost(&mut self) -> Option<ConnectionId> {
        if std::mem::take(&mut self.is_stream_lost) { self.current } else { None }
    }

    /// Whether the peer's gossip subscription is overdue; every member subscribes. Gossipsub exchanges subscriptions on
    /// the first connection only. So a peer that still counts a dead connection as its first never sends them, and all
    /// its connections have to be closed.
    pub(crate) fn is_subscription_overdue(&self, now: Instant) -> bool {
        let is_due = |since: Instant| now >= since + Duration::from_millis(SUBSCRIBE_MS_MAX);
        self.open_since.is_some_and(is_due) && !self.member.is_subscribed.load(Ordering::Relaxed)
    }

    /// Returns whether to dial now, and notes that a dial is in progress.
    pub(crate) fn take_dial(&mut self, now: Instant) -> bool {
        let is_due = self.links.is_empty() && !self.is_dialing && now >= self.dial_at;
        self.is_dialing |= is_due;
        is_due
    }

    /// Takes the connections that were replaced long enough ago.
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
        self.member.connections.store(self.links.len(), Ordering::Relaxed);
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

/// The newest connection that was dialed by the side whose connections are kept, or else the newest one.
fn choose(links: &[Link], is_ours_kept: bool) -> Option<ConnectionId> {
    let preferred = links.iter().rev().find(|link| link.is_dialed_by_us == is_ours_kept);
    preferred.or(links.last()).map(|link| link.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::Peer, limit::Limits, roster::Roster};
    use chain_types::SecretKey;

    fn links(dialed_by_us: &[bool]) -> Vec<Link> {
        let link = |(id, &is_dialed_by_us): (usize, &bool)| Link {
            id: ConnectionId::new_unchecked(id),
            is_dialed_by_us,
            since: Instant::now(),
            retire_at: None,
        };
        dialed_by_us.iter().enumerate().map(link).collect()
    }

    #[test]
    fn both_sides_choose_the_same_connection_in_any_order() {
        // A connection that one side dialed is incoming for the other, so each case is checked from both sides, in both
        // orders.
        for seen_by_us in [[true, false], [false, true]] {
            let ours = choose(&links(&seen_by_us), true).expect("there are two connections");
            let is_dialed_by_us = |id: ConnectionId| seen_by_us[usize::from(id == ConnectionId::new_unchecked(1))];
            assert!(is_dialed_by_us(ours), "the smaller peer id keeps the connection that it dialed");
            for seen_by_them in [[true, false], [false, true]] {
                let theirs = choose(&links(&seen_by_them), false).expect("there are two connections");
                assert!(!seen_by_them[usize::from(theirs == ConnectionId::new_unchecked(1))]);
            }
        }
    }

    #[test]
    fn the_newest_connection_of_a_redialing_peer_is_chosen() {
        let newest = Some(ConnectionId::new_unchecked(1));
        assert_eq!(choose(&links(&[false, false]), true), newest);
        assert_eq!(choose(&links(&[true, true]), true), newest);
        assert_eq!(choose(&links(&[]), true), None);
    }

    fn session(is_ours_kept: bool, now: Instant) -> Session {
        let own = SecretKey::from_seed(&[1; 32]).public_key();
        let key = SecretKey::from_seed(&[2; 32]).public_key();
        let roster = Roster::new(own, Limits::default());
        roster.allow(Peer { key, addresses: Vec::new() }).expect("a key");
        let member = roster.member(&key).expect("just allowed");
        Session::new(member, mpsc::channel(1).0, mpsc::channel(1).0, is_ours_kept, now)
    }

    #[test]
    fn the_dial_pause_doubles_up_to_its_limit_and_is_reset_by_a_success() {
        let mut now = Instant::now();
        let mut session = session(true, now);
        for pause_ms in [100, 200, 400, REDIAL_MS_MAX, REDIAL_MS_MAX] {
            assert!(session.take_dial(now));
            assert!(!session.take_dial(now), "one dial at a time");
            session.dial_failed(now);
            assert!(!session.take_dial(now + Duration::from_millis(pause_ms - 1)), "after {pause_ms}");
            now += Duration::from_millis(pause_ms);
        }
        assert!(session.take_dial(now));
        let connection = ConnectionId::new_unchecked(1);
        assert_eq!(session.link_up(connection, true, now), LinkUp::Open(connection));
        assert!(session.stream_opened(connection, now));
        assert!(!session.take_dial(now), "no dial while connected");
        assert_eq!(session.link_down(connection, now), None);
        assert!(session.take_dial(now + Duration::from_millis(REDIAL_MS_MIN)));
    }

    #[test]
    fn the_side_whose_connection_would_be_closed_dials_later() {
        let now = Instant::now();
        assert!(session(true, now).take_dial(now));
        let mut waiting = session(false, now);
        assert!(!waiting.take_dial(now + Duration::from_millis(REDIAL_MS_MIN - 1)));
        assert!(waiting.take_dial(now + Duration::from_millis(REDIAL_MS_MIN)));
    }

    #[test]
    fn a_replaced_connection_is_retired_once_and_only_after_the_drain_time() {
        let now = Instant::now();
        let mut session = session(true, now);
        let [theirs, ours] = [1, 2].map(ConnectionId::new_unchecked);
        assert_eq!(session.link_up(theirs, false, now), LinkUp::Open(theirs));
        assert_eq!(session.link_up(ours, true, now), LinkUp::Open(ours));
        assert!(!session.stream_opened(theirs, now), "the connection was replaced meanwhile");
        assert_eq!(session.take_retired(now + Duration::from_millis(RETIRE_MS - 1)), []);
        assert_eq!(session.take_retired(now + Duration::from_millis(RETIRE_MS)), [theirs]);
        assert_eq!(session.take_retired(now + Duration::from_millis(RETIRE_MS)), []);
        assert_eq!(session.link_down(theirs, now), None, "the connection to write on does not change");
    }

    #[test]
    fn a_peer_that_dials_while_connected_for_long_is_stale() {
        let now = Instant::now();
        let later = |ms| now + Duration::from_millis(ms);
        let [first, second] = [1, 2].map(ConnectionId::new_unchecked);
        for is_first_ours in [true, false] {
            let mut crossing = session(true, now);
            assert_eq!(crossing.link_up(first, is_first_ours, now), LinkUp::Open(first));
            assert_ne!(crossing.link_up(second, false, later(CROSSING_MS_MAX - 1)), LinkUp::Stale);
            let mut restarted = session(true, now);
            assert_eq!(restarted.link_up(first, is_first_ours, now), LinkUp::Open(first));
            assert_eq!(restarted.link_up(second, false, later(CROSSING_MS_MAX)), LinkUp::Stale);
        }
        let mut slow = session(true, now);
        assert_eq!(slow.link_up(first, false, now), LinkUp::Open(first));
        assert_eq!(
            slow.link_up(second, true, later(CROSSING_MS_MAX)),
            LinkUp::Open(second),
            "a slow dial by this side is no sign of a restart"
        );
    }

    #[test]
    fn a_missing_gossip_subscription_is_overdue_after_a_while() {
        let now = Instant::now();
        let after = now + Duration::from_millis(SUBSCRIBE_MS_MAX);
        let mut session = session(true, now);
        let connection = ConnectionId::new_unchecked(1);
        session.link_up(connection, true, now);
        assert!(!session.is_subscription_overdue(after), "there is no stream yet, so nothing is due");
        session.stream_opened(connection, now);
        assert!(!session.is_subscription_overdue(now + Duration::from_millis(SUBSCRIBE_MS_MAX - 1)));
        assert!(session.is_subscription_overdue(after));
        session.member.is_subscribed.store(true, Ordering::Relaxed);
        assert!(!session.is_subscription_overdue(after));
    }
}

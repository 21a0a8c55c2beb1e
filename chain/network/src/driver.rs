//! The task that owns the libp2p swarm. Invariant: the driver never waits for another part of this process or for a
//! peer. The bytes of messages do not pass through the driver, so a busy driver does not delay messages.

mod event;

use crate::{
    behaviour::Behaviour,
    command::{Asked, Command, Decision},
    error::{RequestError, SendError},
    gossip, identity,
    inbox::{Gossip, Message, Request},
    limit::{STREAMS_WAITING_MAX, TICK_MS},
    reader::read_messages,
    roster::{Member, Roster},
    session::Session,
    writer::write_messages,
};
use bytes::Bytes;
use futures::StreamExt;
use libp2p::{
    PeerId, Swarm,
    request_response::{InboundRequestId, OutboundRequestId},
    swarm::{
        ConnectionId,
        dial_opts::{DialOpts, PeerCondition},
    },
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc, oneshot},
    time::{MissedTickBehavior, interval},
};

/// The channels for received items.
#[derive(Debug)]
pub(crate) struct Deliveries {
    pub(crate) messages: mpsc::Sender<Message>,
    pub(crate) requests: mpsc::Sender<Request>,
    pub(crate) gossip: mpsc::Sender<Gossip>,
}

/// The swarm, the sessions, and the channels to the handles and the inbox.
pub(crate) struct Driver {
    swarm: Swarm<Behaviour>,
    roster: Arc<Roster>,
    sessions: BTreeMap<PeerId, Session>,
    /// Requests of this member that wait for an answer.
    asked: HashMap<OutboundRequestId, Asked>,
    /// Requests of peers that are not answered yet, each with its slot.
    asking: HashMap<InboundRequestId, OwnedSemaphorePermit>,
    commands: mpsc::Receiver<Command>,
    decided: mpsc::UnboundedReceiver<Decision>,
    decisions: mpsc::UnboundedSender<Decision>,
    deliveries: Deliveries,
}

impl Driver {
    /// Creates a driver. It allows no peer until it runs.
    pub(crate) fn new(
        swarm: Swarm<Behaviour>,
        roster: Arc<Roster>,
        commands: mpsc::Receiver<Command>,
        deliveries: Deliveries,
    ) -> Self {
        let (decisions, decided) = mpsc::unbounded_channel();
        Self {
            swarm,
            roster,
            sessions: BTreeMap::new(),
            asked: HashMap::new(),
            asking: HashMap::new(),
            commands,
            decided,
            decisions,
            deliveries,
        }
    }

    /// Runs until `stop` is signalled or dropped.
    pub(crate) async fn run(mut self, mut stop: oneshot::Receiver<()>) {
        let roster = Arc::clone(&self.roster);
        let mut tick = interval(Duration::from_millis(TICK_MS));
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        self.reconcile();
        loop {
            tokio::select! {
                _ = &mut stop => break,
                event = self.swarm.select_next_some() => self.on_event(event),
                Some(command) = self.commands.recv() => self.on_command(command),
                Some(decision) = self.decided.recv() => self.on_decision(decision),
                () = roster.changed.notified() => self.reconcile(),
                _ = tick.tick() => self.on_tick(Instant::now()),
            }
        }
    }

    /// Updates the sessions after the roster changed.
    fn reconcile(&mut self) {
        let wanted: BTreeMap<PeerId, Arc<Member>> =
            self.roster.members().into_iter().map(|member| (member.peer_id, member)).collect();
        let is_wanted = |peer_id: &PeerId, session: &Session| {
            wanted.get(peer_id).is_some_and(|member| Arc::ptr_eq(member, &session.member))
        };
        let gone: Vec<PeerId> =
            self.sessions.iter().filter(|(id, session)| !is_wanted(id, session)).map(|(id, _)| *id).collect();
        for peer_id in gone {
            self.swarm.behaviour_mut().allowed.disallow_peer(peer_id);
            if let Some(session) = self.sessions.remove(&peer_id) {
                session.member.disconnect();
            }
        }
        for (peer_id, member) in wanted {
            if !self.sessions.contains_key(&peer_id) {
                self.swarm.behaviour_mut().allowed.allow_peer(peer_id);
                self.sessions.insert(peer_id, self.begin(member));
            }
        }
    }

    /// Starts the reading and writing tasks of a member.
    fn begin(&self, member: Arc<Member>) -> Session {
        let (writer, streams_to_write) = mpsc::channel(STREAMS_WAITING_MAX);
        let (reader, streams_to_read) = mpsc::channel(STREAMS_WAITING_MAX);
        tokio::spawn(write_messages(Arc::clone(&member), streams_to_write, self.decisions.clone()));
        tokio::spawn(read_messages(Arc::clone(&member), streams_to_read, self.deliveries.messages.clone()));
        let is_ours_kept = *self.swarm.local_peer_id() < member.peer_id;
        Session::new(member, writer, reader, is_ours_kept, Instant::now())
    }

    fn on_command(&mut self, command: Command) {
        match command {
            Command::Request(asked, request) => self.ask(asked, request),
            Command::Gossip(batch, _permit) => {
                if let Err(error) = self.swarm.behaviour_mut().gossip.publish(gossip::topic(), batch) {
                    tracing::debug!(%error, "gossip failed: batch not published");
                }
            }
        }
    }

    fn ask(&mut self, asked: Asked, request: Bytes) {
        let peer_id = asked.member.peer_id;
        if self.swarm.is_connected(&peer_id) {
            let id = self.swarm.behaviour_mut().exchange.send_request(&peer_id, request);
            self.asked.insert(id, asked);
        } else {
            // The requester may have stopped waiting, so a failed send is ignored.
            let _ = asked.answer.send(Err(RequestError::NotSent(SendError::NotConnected)));
        }
    }

    fn on_decision(&mut self, decision: Decision) {
        match decision {
            Decision::Reply(channel, answer) => {
                if self.swarm.behaviour_mut().exchange.send_response(channel, answer).is_err() {
                    tracing::debug!("cannot send an answer: the requester is gone");
                }
            }
            Decision::Verdict { id, from, acceptance, permit } => {
                self.swarm.behaviour_mut().gossip.report_message_validation_result(&id, &from, acceptance);
                drop(permit);
            }
            Decision::StreamLost(peer_id) => {
                if let Some(session) = self.sessions.get_mut(&peer_id) {
                    session.is_stream_lost = true;
                }
            }
        }
    }

    fn on_tick(&mut self, now: Instant) {
        let overdue = self
            .sessions
            .iter()
            .filter(|(_, session)| session.is_subscription_overdue(now))
            .map(|(peer_id, _)| *peer_id);
        for peer_id in overdue.collect::<Vec<_>>() {
            self.disconnect_all(peer_id, "it did not subscribe to gossip in time");
        }
        for (peer_id, session) in &mut self.sessions {
            for id in session.take_retired(now) {
                self.swarm.close_connection(id);
            }
            if let Some(id) = session.take_lost() {
                self.swarm.behaviour_mut().direct.open(*peer_id, id);
            }
            if let Some(score) = self.swarm.behaviour().gossip.peer_score(peer_id) {
                session.member.counters.score_milli.store(thousandths(score), Ordering::Relaxed);
            }
            let addresses = session.member.addresses();
            if !addresses.is_empty() && session.take_dial(now) {
                let known = addresses.into_iter().flat_map(|at| [identity::tcp(at), identity::quic(at)]).collect();
                let dial = DialOpts::peer_id(*peer_id)
                    .condition(PeerCondition::Always)
                    .addresses(known)
                    .allocate_new_port()
                    .build();
                if let Err(error) = self.swarm.dial(dial) {
                    tracing::debug!(peer = %session.member.key, %error, "dial failed");
                    session.dial_failed(now);
                }
            }
        }
    }

    /// Closes every connection to a peer. Its queued messages are lost, as after a restart of the peer.
    fn disconnect_all(&mut self, peer_id: PeerId, why: &str) {
        tracing::debug!(%peer_id, why, "closing every connection to a peer");
        // The only error is that there is no connection.
        let _ = self.swarm.disconnect_peer_id(peer_id);
    }

    fn open(&mut self, peer_id: PeerId, connection: Option<ConnectionId>) {
        if let Some(connection) = connection {
            self.swarm.behaviour_mut().direct.open(peer_id, connection);
        }
    }
}

impl Drop for Driver {
    /// Closes the outboxes, however the driver ends: no message may stay queued for a connection that is gone.
    fn drop(&mut self) {
        for session in self.sessions.values() {
            session.member.disconnect();
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "scores are small, and the cast saturates")]
fn thousandths(score: f64) -> i64 {
    (score * 1_000.0) as i64
}

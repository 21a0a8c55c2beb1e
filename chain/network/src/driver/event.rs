//! Handles the events of the libp2p swarm. Invariant: streams, requests and gossip from a peer without a session are
//! ignored.

use super::Driver;
use crate::{
    behaviour::BehaviourEvent,
    direct::{self, EventKind},
    error::RequestError,
    exchange,
    inbox::{Gossip, Reply, Request, Verdict},
    roster::Counters,
    session::LinkUp,
};
use bytes::Bytes;
use libp2p::{
    PeerId, gossipsub, ping,
    request_response::{InboundRequestId, Message, OutboundFailure, ResponseChannel},
    swarm::SwarmEvent,
};
use std::{
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

impl Driver {
    pub(super) fn on_event(&mut self, event: SwarmEvent<BehaviourEvent>) {
        let now = Instant::now();
        match event {
            SwarmEvent::Behaviour(BehaviourEvent::Direct(event)) => self.on_stream(event),
            SwarmEvent::Behaviour(BehaviourEvent::Exchange(event)) => self.on_exchange(event),
            SwarmEvent::Behaviour(BehaviourEvent::Gossip(gossipsub::Event::Message {
                propagation_source,
                message_id,
                message,
            })) => self.on_gossip(propagation_source, message_id, message.data.into()),
            SwarmEvent::Behaviour(BehaviourEvent::Gossip(gossipsub::Event::Subscribed { peer_id, .. })) => {
                self.set_subscribed(peer_id, true);
            }
            SwarmEvent::Behaviour(BehaviourEvent::Gossip(gossipsub::Event::Unsubscribed { peer_id, .. })) => {
                self.set_subscribed(peer_id, false);
            }
            SwarmEvent::Behaviour(BehaviourEvent::Ping(ping::Event {
                connection,
                result: Err(ping::Failure::Timeout),
                ..
            })) => {
                self.swarm.close_connection(connection);
            }
            SwarmEvent::ConnectionEstablished { peer_id, connection_id, endpoint, .. } => {
                let Some(session) = self.sessions.get_mut(&peer_id) else { return };
                match session.link_up(connection_id, endpoint.is_dialer(), now) {
                    LinkUp::Open(connection) => self.open(peer_id, Some(connection)),
                    LinkUp::Unchanged => {}
                    LinkUp::Stale => self.disconnect_all(peer_id, "it restarted and dialed again"),
                }
            }
            SwarmEvent::ConnectionClosed { peer_id, connection_id, cause, .. } => {
                tracing::debug!(%peer_id, ?cause, "connection closed");
                let session = self.sessions.get_mut(&peer_id);
                let chosen = session.and_then(|session| session.link_down(connection_id, now));
                self.open(peer_id, chosen);
            }
            SwarmEvent::OutgoingConnectionError { peer_id: Some(peer_id), error, .. } => {
                tracing::debug!(%peer_id, %error, "dial failed");
                if let Some(session) = self.sessions.get_mut(&peer_id) {
                    session.dial_failed(now);
                }
            }
            SwarmEvent::IncomingConnectionError { send_back_addr, error, .. } => {
                tracing::debug!(%send_back_addr, %error, "incoming connection refused");
            }
            SwarmEvent::ListenerClosed { addresses, reason, .. } => {
                tracing::error!(?addresses, ?reason, "listener closed");
            }
            SwarmEvent::ListenerError { error, .. } => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "listener failed to accept a connection");
            }
            _ => {}
        }
    }

    fn on_stream(&mut self, event: direct::Event) {
        let Some(session) = self.sessions.get_mut(&event.peer_id) else { return };
        match event.kind {
            EventKind::Opened(stream) => {
                if session.stream_opened(event.connection, Instant::now()) && session.writer.try_send(stream).is_err() {
                    session.is_stream_lost = true;
                }
            }
            EventKind::Accepted(stream) => {
                if session.reader.try_send(stream).is_err() {
                    tracing::debug!(peer = %session.member.key, "too many streams from one peer, one is dropped");
                }
            }
            EventKind::Refused => {
                tracing::debug!(peer = %session.member.key, "peer does not support this chain's protocol");
                self.swarm.close_connection(event.connection);
            }
            EventKind::OtherVersion(versions) => {
                if session.member.refuse(versions) {
                    tracing::error!(peer = %session.member.key, "member refused: {versions}");
                }
                self.swarm.close_connection(event.connection);
            }
        }
    }

    fn on_exchange(&mut self, event: exchange::Event) {
        match event {
            exchange::Event::Message { peer, message: Message::Request { request_id, request, channel }, .. } => {
                self.on_request(peer, request_id, request, channel);
            }
            exchange::Event::Message { message: Message::Response { request_id, response }, .. } => {
                if let Some(asked) = self.asked.remove(&request_id) {
                    Counters::add(&asked.member.counters.bytes_in, response.len());
                    // The requester may have stopped waiting, so a failed send is ignored.
                    let _ = asked.answer.send(Ok(response));
                }
            }
            exchange::Event::OutboundFailure { request_id, error, .. } => {
                if let Some(asked) = self.asked.remove(&request_id) {
                    let failed = match error {
                        OutboundFailure::Timeout => RequestError::Timeout,
                        other => RequestError::Failed(other.to_string()),
                    };
                    let _ = asked.answer.send(Err(failed));
                }
            }
            exchange::Event::InboundFailure { request_id, .. } | exchange::Event::ResponseSent { request_id, .. } => {
                self.asking.remove(&request_id);
            }
        }
    }

    /// Drops a request above the peer's share or above the inbox's capacity. The requester gets an error at once.
    fn on_request(&mut self, from: PeerId, id: InboundRequestId, bytes: Bytes, channel: ResponseChannel<Bytes>) {
        let Some(session) = self.sessions.get(&from) else { return };
        let member = &session.member;
        let reply = Reply { channel, decisions: self.decisions.clone() };
        Counters::add(&member.counters.bytes_in, bytes.len());
        let request = Request { from: member.key, bytes, reply };
        match Arc::clone(&member.asking).try_acquire_owned() {
            Ok(permit) if self.deliveries.requests.try_send(request).is_ok() => {
                self.asking.insert(id, permit);
            }
            _ => Counters::add(&member.counters.dropped, 1),
        }
    }

    fn set_subscribed(&mut self, peer_id: PeerId, is_subscribed: bool) {
        if let Some(session) = self.sessions.get(&peer_id) {
            session.member.is_subscribed.store(is_subscribed, Ordering::Relaxed);
        }
    }

    /// Ignores a batch above the peer's share or above the inbox's capacity. The peer's score does not change, and the
    /// batch is not passed on.
    fn on_gossip(&mut self, from: PeerId, id: gossipsub::MessageId, bytes: Bytes) {
        let Some(session) = self.sessions.get(&from) else { return };
        let member = &session.member;
        Counters::add(&member.counters.bytes_in, bytes.len());
        let permit = member.gossip.try_acquire(bytes.len());
        let is_admitted = permit.is_some();
        let verdict = Verdict { id, from, permit, decisions: self.decisions.clone(), is_given: false };
        let gossip = Gossip { from: member.key, bytes, verdict };
        if !is_admitted || self.deliveries.gossip.try_send(gossip).is_err() {
            Counters::add(&member.counters.dropped, 1);
        }
    }
}

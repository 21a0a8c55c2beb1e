//! Opens and accepts the long-lived message streams. Invariant: no message is read or written here. A stream is passed
//! on only after both sides agreed on its protocol and version.

mod handler;

use crate::{error::OtherVersion, hello::Hello};
use handler::{FromHandler, Handler};
use libp2p::{
    Multiaddr, PeerId, Stream,
    core::{Endpoint, transport::PortUse},
    swarm::{
        ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, NotifyHandler, THandler, THandlerInEvent,
        THandlerOutEvent, ToSwarm,
    },
};
use std::{
    collections::VecDeque,
    task::{Context, Poll},
};

/// An event of a stream.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) peer_id: PeerId,
    pub(crate) connection: ConnectionId,
    pub(crate) kind: EventKind,
}

/// The kind of an [`Event`].
#[derive(Debug)]
pub(crate) enum EventKind {
    /// The requested stream is open for writing.
    Opened(Stream),
    /// The peer opened a stream for reading.
    Accepted(Stream),
    /// The peer does not support this chain's protocol.
    Refused,
    /// The peer and this member have no protocol version in common.
    OtherVersion(OtherVersion),
}

#[derive(Debug)]
pub(crate) struct Direct {
    hello: Hello,
    pending: VecDeque<ToSwarm<Event, handler::Open>>,
}

impl Direct {
    /// Creates the behaviour. Each stream begins with `hello`.
    pub(crate) fn new(hello: Hello) -> Self {
        Self { hello, pending: VecDeque::new() }
    }

    /// Requests a stream on this connection. [`EventKind::Opened`], [`EventKind::Refused`] or
    /// [`EventKind::OtherVersion`] follows unless the connection closes.
    pub(crate) fn open(&mut self, peer_id: PeerId, connection: ConnectionId) {
        let handler = NotifyHandler::One(connection);
        self.pending.push_back(ToSwarm::NotifyHandler { peer_id, handler, event: handler::Open });
    }
}

impl NetworkBehaviour for Direct {
    type ConnectionHandler = Handler;
    type ToSwarm = Event;

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(Handler::new(self.hello.clone()))
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(Handler::new(self.hello.clone()))
    }

    fn on_swarm_event(&mut self, _: FromSwarm<'_>) {}

    fn on_connection_handler_event(
        &mut self,
        peer_id: PeerId,
        connection: ConnectionId,
        event: THandlerOutEvent<Self>,
    ) {
        let kind = match event {
            FromHandler::Opened(stream) => EventKind::Opened(stream),
            FromHandler::Accepted(stream) => EventKind::Accepted(stream),
            FromHandler::Refused => EventKind::Refused,
            FromHandler::OtherVersion(versions) => EventKind::OtherVersion(versions),
        };
        self.pending.push_back(ToSwarm::GenerateEvent(Event { peer_id, connection, kind }));
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        // No waker is needed: the queue is filled on the swarm's own task, which polls again afterwards.
        self.pending.pop_front().map_or(Poll::Pending, Poll::Ready)
    }
}

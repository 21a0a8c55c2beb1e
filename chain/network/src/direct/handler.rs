//! Opens and accepts the message streams of one connection. Invariant: each request leads to one attempt to open a
//! stream. When a peer opens streams faster than they are taken, the newest ones are dropped.

use crate::{
    error::OtherVersion,
    hello::{Hello, HelloError},
    limit::STREAMS_WAITING_MAX,
};
use libp2p::{
    Stream,
    swarm::{
        ConnectionHandler, ConnectionHandlerEvent, StreamUpgradeError, SubstreamProtocol,
        handler::{
            ConnectionEvent, DialUpgradeError, FullyNegotiatedInbound, FullyNegotiatedOutbound, ListenUpgradeError,
        },
    },
};
use std::{
    collections::VecDeque,
    task::{Context, Poll},
};

/// A request to open one stream.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Open;

/// An event from the handler to the behaviour.
#[derive(Debug)]
pub(crate) enum FromHandler {
    /// This side opened a stream.
    Opened(Stream),
    /// The peer opened a stream.
    Accepted(Stream),
    /// A stream that this side requested was not opened.
    Refused,
    /// A stream of either side was not opened, because there is no common version.
    OtherVersion(OtherVersion),
}

/// The handler of one connection.
#[derive(Debug)]
pub(crate) struct Handler {
    hello: Hello,
    wanted: usize,
    events: VecDeque<FromHandler>,
}

impl Handler {
    pub(super) fn new(hello: Hello) -> Self {
        Self { hello, wanted: 0, events: VecDeque::new() }
    }

    fn upgrade(&self) -> SubstreamProtocol<Hello> {
        SubstreamProtocol::new(self.hello.clone(), ())
    }
}

impl ConnectionHandler for Handler {
    type FromBehaviour = Open;
    type ToBehaviour = FromHandler;
    type InboundProtocol = Hello;
    type OutboundProtocol = Hello;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = ();

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol> {
        self.upgrade()
    }

    fn poll(
        &mut self,
        _: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<Self::OutboundProtocol, (), Self::ToBehaviour>> {
        if let Some(event) = self.events.pop_front() {
            return Poll::Ready(ConnectionHandlerEvent::NotifyBehaviour(event));
        }
        match self.wanted.checked_sub(1) {
            Some(wanted) => {
                self.wanted = wanted;
                Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest { protocol: self.upgrade() })
            }
            None => Poll::Pending,
        }
    }

    fn on_behaviour_event(&mut self, Open: Open) {
        self.wanted = self.wanted.saturating_add(1);
    }

    fn on_connection_event(&mut self, event: ConnectionEvent<'_, Self::InboundProtocol, Self::OutboundProtocol>) {
        let event = match event {
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound { protocol, .. }) => {
                FromHandler::Opened(protocol)
            }
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound { protocol, .. })
                if self.events.len() < STREAMS_WAITING_MAX =>
            {
                FromHandler::Accepted(protocol)
            }
            ConnectionEvent::ListenUpgradeError(ListenUpgradeError {
                error: HelloError::Version(versions), ..
            })
            | ConnectionEvent::DialUpgradeError(DialUpgradeError {
                error: StreamUpgradeError::Apply(HelloError::Version(versions)),
                ..
            }) => FromHandler::OtherVersion(versions),
            ConnectionEvent::DialUpgradeError(_) => FromHandler::Refused,
            _ => return,
        };
        self.events.push_back(event);
    }
}

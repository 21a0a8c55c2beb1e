//! The direct streams of one connection. Invariant: it asks for as many streams as it was told to, and a peer that opens
//! streams faster than they are taken loses the newest.

use crate::limit::STREAMS_WAITING_MAX;
use libp2p::{
    Stream, StreamProtocol,
    core::upgrade::ReadyUpgrade,
    swarm::{
        ConnectionHandler, ConnectionHandlerEvent, SubstreamProtocol,
        handler::{ConnectionEvent, FullyNegotiatedInbound, FullyNegotiatedOutbound},
    },
};
use std::{
    collections::VecDeque,
    task::{Context, Poll},
};

/// Open one stream.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Open;

/// What the handler tells the behaviour.
#[derive(Debug)]
pub(crate) enum FromHandler {
    /// A stream of ours.
    Opened(Stream),
    /// A stream of theirs.
    Accepted(Stream),
    /// A stream of ours that did not come to be.
    Refused,
}

/// One connection's handler.
#[derive(Debug)]
pub(crate) struct Handler {
    protocol: StreamProtocol,
    wanted: usize,
    events: VecDeque<FromHandler>,
}

impl Handler {
    /// A handler that has nothing to do yet.
    pub(super) fn new(protocol: StreamProtocol) -> Self {
        Self { protocol, wanted: 0, events: VecDeque::new() }
    }

    fn upgrade(&self) -> SubstreamProtocol<ReadyUpgrade<StreamProtocol>> {
        SubstreamProtocol::new(ReadyUpgrade::new(self.protocol.clone()), ())
    }
}

impl ConnectionHandler for Handler {
    type FromBehaviour = Open;
    type ToBehaviour = FromHandler;
    type InboundProtocol = ReadyUpgrade<StreamProtocol>;
    type OutboundProtocol = ReadyUpgrade<StreamProtocol>;
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
            ConnectionEvent::DialUpgradeError(_) => FromHandler::Refused,
            _ => return,
        };
        self.events.push_back(event);
    }
}

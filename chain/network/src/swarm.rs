//! Sets up the transports of the network and listens on them. Invariant: over TCP a member of another chain gets no
//! connection, because the Noise prologue contains the chain id. QUIC has no such field; there the protocol name of the
//! first stream decides.

use crate::{
    behaviour::Behaviour,
    error::NetworkError,
    hello::Known,
    identity,
    limit::{DIAL_TIMEOUT_MS, EXCHANGE_STREAMS_MAX, IDLE_MS_MAX, Limits, QUIC_HANDSHAKE_MS_MAX, STREAMS_WAITING_MAX},
};
use chain_types::ChainId;
use futures::StreamExt;
use libp2p::{
    Multiaddr, Swarm, SwarmBuilder, core::transport::ListenerId, identity::Keypair, noise, swarm::SwarmEvent, tcp,
    yamux,
};
use std::{error::Error, net::SocketAddr, num::NonZeroU8, time::Duration};

/// Attempts to find a port that is free for both TCP and QUIC, when the system chooses it.
const PORT_ATTEMPTS_MAX: usize = 16;
/// Streams on one TCP connection: requests, and a few of each other protocol.
const STREAMS_MAX: usize = 2 * EXCHANGE_STREAMS_MAX + 4 * STREAMS_WAITING_MAX;

/// Builds the swarm. Runs inside the network's own runtime.
///
/// # Errors
/// [`NetworkError::Build`].
pub(crate) fn build(
    pair: Keypair,
    chain_id: &ChainId,
    known: Known,
    limits: &Limits,
) -> Result<Swarm<Behaviour>, NetworkError> {
    let behaviour = Behaviour::new(chain_id, known, limits)?;
    let prologue = format!("waymark/{chain_id}").into_bytes();
    let noise = |pair: &Keypair| noise::Config::new(pair).map(|config| config.with_prologue(prologue));
    let yamux = || {
        let mut config = yamux::Config::default();
        config.set_max_num_streams(STREAMS_MAX);
        config
    };
    let swarm = SwarmBuilder::with_existing_identity(pair)
        .with_tokio()
        .with_tcp(tcp::Config::default().nodelay(true), noise, yamux)
        .map_err(|error| NetworkError::Build(error.to_string()))?
        .with_quic_config(|mut config| {
            config.handshake_timeout = Duration::from_millis(QUIC_HANDSHAKE_MS_MAX);
            config
        })
        .with_behaviour(|_| behaviour)
        .map_err(|error| NetworkError::Build(error.to_string()))?
        .with_swarm_config(|config| {
            config
                .with_idle_connection_timeout(Duration::from_millis(IDLE_MS_MAX))
                .with_dial_concurrency_factor(NonZeroU8::MIN)
        })
        .with_connection_timeout(Duration::from_millis(DIAL_TIMEOUT_MS))
        .build();
    Ok(swarm)
}

/// Listens on TCP and QUIC on the same port. Returns the address with the actual port.
///
/// # Errors
/// [`NetworkError::Listen`].
pub(crate) async fn listen(swarm: &mut Swarm<Behaviour>, asked: SocketAddr) -> Result<SocketAddr, NetworkError> {
    let attempts = if asked.port() == 0 { PORT_ATTEMPTS_MAX } else { 1 };
    let mut reason = String::new();
    for _ in 0..attempts {
        let (tcp, address) =
            listen_once(swarm, identity::tcp(asked)).await.map_err(|reason| listen_error(asked, reason))?;
        let port = identity::socket(&address).map_or(asked.port(), |address| address.port());
        let address = SocketAddr::new(asked.ip(), port);
        match listen_once(swarm, identity::quic(address)).await {
            Ok(_) => return Ok(address),
            Err(taken) => {
                swarm.remove_listener(tcp);
                reason = taken;
            }
        }
    }
    Err(listen_error(asked, reason))
}

/// The text of an error and its causes. Some errors of libp2p print nothing themselves and leave it to their cause;
/// others repeat it.
fn reason_of(error: &dyn Error) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        if !texts.iter().any(|earlier| earlier.contains(&text)) {
            texts.push(text);
        }
        next = error.source();
    }
    texts.retain(|text| !text.is_empty());
    if texts.is_empty() { format!("{error:?}") } else { texts.join(": ") }
}

fn listen_error(address: SocketAddr, reason: String) -> NetworkError {
    NetworkError::Listen { address, reason }
}

async fn listen_once(swarm: &mut Swarm<Behaviour>, asked: Multiaddr) -> Result<(ListenerId, Multiaddr), String> {
    let id = swarm.listen_on(asked).map_err(|error| reason_of(&error))?;
    loop {
        match swarm.select_next_some().await {
            SwarmEvent::NewListenAddr { listener_id, address } if listener_id == id => return Ok((id, address)),
            SwarmEvent::ListenerClosed { listener_id, reason, .. } if listener_id == id => {
                return Err(reason.err().map_or_else(|| "closed".to_owned(), |error| reason_of(&error)));
            }
            SwarmEvent::ListenerError { listener_id, error } if listener_id == id => return Err(reason_of(&error)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use libp2p::TransportError;
    use std::io;

    /// An error with a text of its own and a cause.
    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Caused(&'static str, #[source] io::Error);

    #[test]
    fn the_reason_of_a_listener_is_never_empty() {
        let taken = io::Error::new(io::ErrorKind::AddrInUse, "the address is taken");
        assert_eq!(reason_of(&TransportError::Other(taken)), "the address is taken");
        let cause = || io::Error::other("a cause");
        assert_eq!(reason_of(&Caused("cannot bind", cause())), "cannot bind: a cause");
        let repeating = Caused("cannot bind: a cause", cause());
        assert_eq!(reason_of(&repeating), "cannot bind: a cause", "what repeats its cause is shown once");
        assert_eq!(
            reason_of(&TransportError::Other(io::Error::other(""))),
            "Other(Custom { kind: Other, error: \"\" })"
        );
    }
}

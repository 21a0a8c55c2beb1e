//! Converts keys and addresses to libp2p's types. Invariant: a peer's libp2p identity is its Ed25519 key and nothing
//! else. Each can therefore be computed from the other.

use crate::error::NetworkError;
use chain_types::PublicKey;
use libp2p::{
    Multiaddr, PeerId,
    identity::{self, Keypair, ed25519},
    multiaddr::Protocol,
};
use std::net::SocketAddr;
use zeroize::Zeroizing;

/// The key pair of a seed. libp2p wipes the copy that it takes.
pub(crate) fn keypair(seed: &Zeroizing<[u8; 32]>) -> Result<Keypair, NetworkError> {
    let mut copy = Zeroizing::new(**seed);
    let secret =
        ed25519::SecretKey::try_from_bytes(&mut *copy).map_err(|error| NetworkError::Build(error.to_string()))?;
    Ok(ed25519::Keypair::from(secret).into())
}

/// The public key of a pair made by [`keypair`].
pub(crate) fn public_key(pair: &Keypair) -> Result<PublicKey, NetworkError> {
    let public = pair.public().try_into_ed25519().map_err(|error| NetworkError::Build(error.to_string()))?;
    Ok(PublicKey::Ed25519(public.to_bytes()))
}

/// The libp2p identity of a key.
pub(crate) fn peer_id(key: &PublicKey) -> Result<PeerId, NetworkError> {
    let PublicKey::Ed25519(bytes) = key;
    let public = ed25519::PublicKey::try_from_bytes(bytes).map_err(|_| NetworkError::Key(*key))?;
    Ok(identity::PublicKey::from(public).to_peer_id())
}

pub(crate) fn tcp(address: SocketAddr) -> Multiaddr {
    Multiaddr::from(address.ip()).with(Protocol::Tcp(address.port()))
}

pub(crate) fn quic(address: SocketAddr) -> Multiaddr {
    Multiaddr::from(address.ip()).with(Protocol::Udp(address.port())).with(Protocol::QuicV1)
}

/// The socket address of a TCP multiaddress made by [`tcp`].
pub(crate) fn socket(address: &Multiaddr) -> Option<SocketAddr> {
    let mut parts = address.iter();
    let ip = match parts.next()? {
        Protocol::Ip4(ip) => ip.into(),
        Protocol::Ip6(ip) => ip.into(),
        _ => return None,
    };
    match parts.next()? {
        Protocol::Tcp(port) => Some(SocketAddr::new(ip, port)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chain_types::SecretKey;

    #[test]
    fn a_seed_gives_the_same_key_here_and_in_the_ledger() {
        for byte in [0, 1, 255] {
            let seed = [byte; 32];
            let pair = keypair(&Zeroizing::new(seed)).expect("any seed is a key");
            let key = public_key(&pair).expect("the key pair is Ed25519");
            assert_eq!(key, SecretKey::from_seed(&seed).public_key());
            assert_eq!(peer_id(&key).expect("the key of a pair is on the curve"), pair.public().to_peer_id());
        }
    }

    #[test]
    fn a_tcp_address_converts_back_to_its_socket_address() {
        for text in ["127.0.0.1:1", "[::1]:65535"] {
            let address: SocketAddr = text.parse().expect("an address");
            assert_eq!(socket(&tcp(address)), Some(address));
            assert_eq!(socket(&quic(address)), None);
        }
    }
}

//! Opens the connection to a receiver. Invariant: it connects to given addresses only, and never looks a name up.

use super::{
    error::OutgoingError,
    target::{Scheme, Target},
    trust::Trust,
};
use rustls::pki_types::{IpAddr, ServerName};
use std::{io, net::SocketAddr};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::{Instant, timeout_at},
};
use tokio_rustls::TlsConnector;
use url::Host;

/// A connection, with or without TLS.
pub(super) trait Connection: AsyncRead + AsyncWrite + Unpin + Send {}

impl<C: AsyncRead + AsyncWrite + Unpin + Send> Connection for C {}

/// Connects to the first address that accepts, and speaks TLS if the URL asks for it. Each address gets an equal part
/// of the time that is left until `ends`. The caller ends the handshake of TLS then.
///
/// # Errors
/// [`OutgoingError`]: the error of the last address, or of TLS.
pub(super) async fn open(
    target: &Target,
    addresses: &[SocketAddr],
    trust: &Trust,
    ends: Instant,
) -> Result<Box<dyn Connection>, OutgoingError> {
    let stream = connect(addresses, ends).await?;
    // A request is one write or a few, so waiting for more to send only costs time.
    stream.set_nodelay(true).map_err(OutgoingError::Connect)?;
    match target.scheme() {
        Scheme::Http => Ok(Box::new(stream)),
        Scheme::Https => {
            let name = server_name(target.host())?;
            let handshake = TlsConnector::from(trust.config()).connect(name, stream);
            Ok(Box::new(handshake.await.map_err(OutgoingError::Tls)?))
        }
    }
}

async fn connect(addresses: &[SocketAddr], ends: Instant) -> Result<TcpStream, OutgoingError> {
    let mut error = OutgoingError::Connect(io::ErrorKind::NotFound.into());
    for (address, left) in addresses.iter().zip((1..=addresses.len()).rev()) {
        let now = Instant::now();
        let part = ends.saturating_duration_since(now) / u32::try_from(left).unwrap_or(u32::MAX);
        error = match timeout_at(now + part, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(refused)) => OutgoingError::Connect(refused),
            Err(_) => OutgoingError::ConnectTimeout,
        };
    }
    Err(error)
}

/// The name that the certificate must have.
fn server_name(host: &Host) -> Result<ServerName<'static>, OutgoingError> {
    match host {
        Host::Domain(name) => {
            let name = ServerName::try_from(name.clone());
            name.map_err(|error| OutgoingError::Tls(io::Error::other(error)))
        }
        Host::Ipv4(address) => Ok(ServerName::IpAddress(IpAddr::from(std::net::IpAddr::V4(*address)))),
        Host::Ipv6(address) => Ok(ServerName::IpAddress(IpAddr::from(std::net::IpAddr::V6(*address)))),
    }
}

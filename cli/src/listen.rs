//! Opens the listeners of every command. Invariant: a refused address is reported with the reason and a way out.

use anyhow::Context as _;
use std::{io, net::SocketAddr};
use tokio::net::{TcpListener, TcpSocket};

/// The number of connections that wait to be accepted; the system may have a lower limit (`net.core.somaxconn`). A
/// client above it tries again after a second, so that a burst of others would slow it down.
const BACKLOG: u32 = 4_096;

/// Listens on an address that was given with a flag, such as `--listen`.
///
/// # Errors
/// When the system refuses. The error has the address, what to do, and the system's reason.
pub fn bind(address: SocketAddr, flag: &str) -> anyhow::Result<TcpListener> {
    open(address).map_err(|error| {
        let advice = advice(&error, flag);
        anyhow::Error::new(error).context(format!("cannot listen on {address}; {advice}"))
    })
}

fn open(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// As [`bind`], for an address that may be left out.
///
/// # Errors
/// As [`bind`].
pub fn bind_if_given(address: Option<SocketAddr>, flag: &str) -> anyhow::Result<Option<TcpListener>> {
    match address {
        Some(address) => bind(address, flag).map(Some),
        None => Ok(None),
    }
}

/// The address of a listener, with the port that the system chose.
///
/// # Errors
/// When the system does not know it.
pub fn address(listener: &TcpListener) -> anyhow::Result<SocketAddr> {
    listener.local_addr().context("reading the address of a listener")
}

fn advice(error: &io::Error, flag: &str) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => format!("stop the process that uses it, or choose another address with {flag}"),
        io::ErrorKind::AddrNotAvailable => {
            format!("choose an address of this machine with {flag}, such as 127.0.0.1:8080 or 0.0.0.0:8080")
        }
        io::ErrorKind::PermissionDenied => format!("choose a port from 1024 on with {flag}"),
        _ => format!("choose another address with {flag}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_refused_address_is_reported_with_reason_and_way_out() {
        let taken = bind("127.0.0.1:0".parse().expect("an address"), "--listen").expect("a free port");
        let taken = address(&taken).expect("it listens");
        for (address, way_out) in [
            (taken, "stop the process that uses it"),
            // Of a block that is reserved for documentation (RFC 5737).
            ("192.0.2.1:8080".parse().expect("an address"), "an address of this machine"),
        ] {
            let error = bind(address, "--x-listen").expect_err("refused");
            let text = format!("{error:#}");
            for part in [address.to_string().as_str(), way_out, "--x-listen", "os error"] {
                assert!(text.contains(part), "{part} in {text}");
            }
        }
    }

    #[test]
    fn a_privileged_port_has_its_own_advice() {
        assert!(advice(&io::ErrorKind::PermissionDenied.into(), "--listen").contains("1024"));
        assert!(advice(&io::ErrorKind::OutOfMemory.into(), "--listen").contains("--listen"));
    }
}

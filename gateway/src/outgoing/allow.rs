//! Receivers that may be at private addresses and without TLS. Invariant: an entry is a host and a port as a URL names
//! them, never an address that a name leads to.

use std::collections::BTreeSet;
use url::Host;

/// The receivers that the operator allowed. Empty by default.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Allowed(BTreeSet<(Host, u16)>);

/// A text is no `HOST:PORT`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a receiver is HOST:PORT, such as `localhost:9000`, `192.0.2.1:80` or `[::1]:443`")]
pub struct AllowedError;

impl Allowed {
    /// Adds a receiver: a name or an address, which is in brackets for IPv6, a colon and a port from 1 to 65535.
    ///
    /// # Errors
    /// [`AllowedError`] for another text.
    pub fn add(&mut self, receiver: &str) -> Result<(), AllowedError> {
        let (host, port) = receiver.rsplit_once(':').ok_or(AllowedError)?;
        let is_decimal = port.bytes().all(|byte| byte.is_ascii_digit());
        let port = port.parse().ok().filter(|port| is_decimal && *port > 0).ok_or(AllowedError)?;
        self.0.insert((Host::parse(host).map_err(|_| AllowedError)?, port));
        Ok(())
    }

    /// Whether a receiver is allowed.
    pub(super) fn contains(&self, host: &Host, port: u16) -> bool {
        self.0.contains(&(host.clone(), port))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_is_matched_by_host_and_port() {
        let mut allowed = Allowed::default();
        for receiver in ["LocalHost:9000", "127.0.0.1:9001", "[::1]:9002", "bücher.example:443"] {
            assert_eq!(allowed.add(receiver), Ok(()), "{receiver}");
        }
        let contains = |host: &str, port: u16| allowed.contains(&Host::parse(host).expect(host), port);
        for (host, port) in
            [("localhost", 9000), ("127.0.0.1", 9001), ("[0:0::1]", 9002), ("xn--bcher-kva.example", 443)]
        {
            assert!(contains(host, port), "{host}:{port}");
        }
        for (host, port) in
            [("localhost", 9001), ("127.0.0.1", 9000), ("127.0.0.2", 9001), ("[::1]", 9000), ("a.localhost", 9000)]
        {
            assert!(!contains(host, port), "{host}:{port}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            ":",
            ":80",
            "localhost",
            "localhost:",
            "localhost:0",
            "localhost:65536",
            "localhost:+80",
            "::1:80",
            "a b:80",
        ] {
            assert_eq!(Allowed::default().add(text), Err(AllowedError), "{text}");
        }
    }
}

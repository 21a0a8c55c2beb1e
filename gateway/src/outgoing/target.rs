//! The URL of a receiver. Invariant: a [`Target`] has a host, a port and a scheme that a request may be sent to as far
//! as the URL tells; where its name leads is judged at each call.

use super::{address::is_public, allow::Allowed, limit::URL_BYTES_MAX};
use http::{HeaderValue, Uri};
use url::{Host, Position, Url};

/// The lowest port besides 443. Below are services of the system, such as SSH and mail, that speak no HTTP.
const PORT_MIN: u16 = 1_024;
/// The longest name of the domain name system as a text, in bytes (RFC 1035, section 2.3.4).
const NAME_BYTES_MAX: usize = 253;

/// How a receiver is spoken to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scheme {
    /// HTTP without TLS, for allowed receivers only.
    Http,
    /// HTTP over TLS.
    Https,
}

/// What is wrong with the URL of a receiver.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum UrlProblem {
    /// It is too long.
    #[error("it has more than {URL_BYTES_MAX} bytes")]
    TooLong,
    /// It is no absolute URL, or has characters that a URL must encode.
    #[error("it is not an absolute URL")]
    Syntax,
    /// Its scheme is another one.
    #[error("it must begin with https://")]
    Scheme,
    /// It has a user name or a password.
    #[error("it must not contain a user name or a password")]
    UserInfo,
    /// It has a fragment, which is never sent.
    #[error("it must not contain a fragment (#)")]
    Fragment,
    /// Its host is none that the domain name system has.
    #[error("its host is no name or address")]
    Host,
    /// Its port is that of another service.
    #[error("its port must be 443, or {PORT_MIN} to 65535")]
    Port,
}

/// A receiver that requests may be sent to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    url: Url,
    host: Host,
    port: u16,
    scheme: Scheme,
    is_allowed: bool,
    path: Uri,
    authority: HeaderValue,
}

impl Target {
    /// Parses an absolute URL (WHATWG URL): `https` at port 443 or above 1023, without user information and fragment.
    /// A receiver that the operator allowed may have `http` and any port.
    ///
    /// # Errors
    /// [`UrlProblem`] says what is wrong.
    pub(super) fn parse(text: &str, allowed: &Allowed) -> Result<Self, UrlProblem> {
        if text.len() > URL_BYTES_MAX {
            return Err(UrlProblem::TooLong);
        }
        // The parser would drop these and accept the rest.
        if text.chars().any(|char| char.is_control() || char.is_whitespace() || char == '\\') {
            return Err(UrlProblem::Syntax);
        }
        let url = Url::parse(text).map_err(|_| UrlProblem::Syntax)?;
        let scheme = match url.scheme() {
            "https" => Scheme::Https,
            "http" => Scheme::Http,
            _ => return Err(UrlProblem::Scheme),
        };
        // Encoding may have made it longer.
        if url.as_str().len() > URL_BYTES_MAX {
            return Err(UrlProblem::TooLong);
        }
        if has_user_info(text) {
            return Err(UrlProblem::UserInfo);
        }
        if url.fragment().is_some() {
            return Err(UrlProblem::Fragment);
        }
        let host = url.host().ok_or(UrlProblem::Host)?.to_owned();
        if matches!(&host, Host::Domain(name) if !is_name(name)) {
            return Err(UrlProblem::Host);
        }
        let port = url.port_or_known_default().filter(|port| *port > 0).ok_or(UrlProblem::Port)?;
        let is_allowed = allowed.contains(&host, port);
        if scheme == Scheme::Http && !is_allowed {
            return Err(UrlProblem::Scheme);
        }
        if port != 443 && port < PORT_MIN && !is_allowed {
            return Err(UrlProblem::Port);
        }
        let path: Uri = url[Position::BeforePath..].parse().map_err(|_| UrlProblem::Syntax)?;
        let authority = &url[Position::BeforeHost..Position::AfterPort];
        let authority = HeaderValue::from_str(authority).map_err(|_| UrlProblem::Host)?;
        Ok(Self { url, host, port, scheme, is_allowed, path, authority })
    }

    /// The URL in its normal form.
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// The name or address.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The port, that of the scheme if the URL names none.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The scheme.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Whether the operator allowed this receiver at any address.
    pub fn is_allowed(&self) -> bool {
        self.is_allowed
    }

    /// Whether the URL itself names an address that is not public, or this host (RFC 6761, section 6.3), and the
    /// operator did not allow it. [`post`](super::Outgoing::post) refuses it, and other names that lead to such an
    /// address.
    pub fn is_refused(&self) -> bool {
        let is_private = match &self.host {
            Host::Ipv4(address) => !is_public((*address).into()),
            Host::Ipv6(address) => !is_public((*address).into()),
            Host::Domain(name) => {
                let name = name.trim_end_matches('.');
                name == "localhost" || name.ends_with(".localhost")
            }
        };
        is_private && !self.is_allowed
    }

    /// The path and query, as a request line names them.
    pub(super) fn path(&self) -> Uri {
        self.path.clone()
    }

    /// The value of the header `Host`.
    pub(super) fn authority(&self) -> HeaderValue {
        self.authority.clone()
    }
}

/// Whether a name is short enough and has no empty label. A dot at its end is refused, because the name without it is
/// the same one and would be counted as another.
fn is_name(name: &str) -> bool {
    name.len() <= NAME_BYTES_MAX && !name.split('.').any(str::is_empty)
}

/// Whether the authority of a URL has an `@`. The parser drops an empty user name, so its answer is not enough.
fn has_user_info(text: &str) -> bool {
    let rest = text.split_once(':').map_or("", |(_, rest)| rest).trim_start_matches('/');
    rest.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed() -> Allowed {
        let mut allowed = Allowed::default();
        for receiver in ["localhost:9000", "127.0.0.1:80", "[::1]:22"] {
            allowed.add(receiver).expect(receiver);
        }
        allowed
    }

    fn parsed(text: &str) -> Result<Target, UrlProblem> {
        Target::parse(text, &allowed())
    }

    #[test]
    fn a_receiver_is_read() {
        for (text, path, authority, port) in [
            ("https://a.example", "/", "a.example", 443),
            ("HTTPS://A.example:443/x/../y?z=1", "/y?z=1", "a.example", 443),
            ("https://a.example:8443/é", "/%C3%A9", "a.example:8443", 8443),
            ("https://bücher.example/?", "/?", "xn--bcher-kva.example", 443),
            ("https://[2001:4860:0::8888]:1024/", "/", "[2001:4860::8888]:1024", 1024),
            ("http://localhost:9000/hook", "/hook", "localhost:9000", 9000),
            ("http://127.0.0.1/", "/", "127.0.0.1", 80),
            ("http://0x7f.1/", "/", "127.0.0.1", 80),
            ("http://[::1]:22/", "/", "[::1]:22", 22),
            ("https://localhost:9000/", "/", "localhost:9000", 9000),
        ] {
            let target = parsed(text).unwrap_or_else(|problem| panic!("{text}: {problem}"));
            assert_eq!((target.path().to_string().as_str(), target.port()), (path, port), "{text}");
            assert_eq!(target.authority(), authority, "{text}");
        }
    }

    #[test]
    fn other_urls_are_refused() {
        for (text, problem) in [
            ("", UrlProblem::Syntax),
            ("a.example/hook", UrlProblem::Syntax),
            ("//a.example", UrlProblem::Syntax),
            ("https://", UrlProblem::Syntax),
            ("https://a b.example", UrlProblem::Syntax),
            (" https://a.example", UrlProblem::Syntax),
            ("https://a.example\r\n", UrlProblem::Syntax),
            ("https://a.example/x\ny", UrlProblem::Syntax),
            ("https:\\\\a.example", UrlProblem::Syntax),
            ("https://a.example:65536", UrlProblem::Syntax),
            ("https://[fe80::1%25eth0]/", UrlProblem::Syntax),
            ("https://256.0.0.1/", UrlProblem::Syntax),
            ("ftp://a.example", UrlProblem::Scheme),
            ("file:///etc/passwd", UrlProblem::Scheme),
            ("gopher://a.example:6379/_x", UrlProblem::Scheme),
            ("http://a.example", UrlProblem::Scheme),
            ("http://localhost:9001", UrlProblem::Scheme),
            ("http://127.0.0.1:9000", UrlProblem::Scheme),
            ("https://user@a.example", UrlProblem::UserInfo),
            ("https://user:pass@a.example", UrlProblem::UserInfo),
            ("https://@a.example", UrlProblem::UserInfo),
            ("https://:@a.example", UrlProblem::UserInfo),
            ("https:a.example@b.example", UrlProblem::UserInfo),
            ("https://a.example/#x", UrlProblem::Fragment),
            ("https://a.example/#", UrlProblem::Fragment),
            ("https://a.example./", UrlProblem::Host),
            ("https://a..example/", UrlProblem::Host),
            ("https://a.example:0/", UrlProblem::Port),
            ("https://a.example:22/", UrlProblem::Port),
            ("https://a.example:80/", UrlProblem::Port),
            ("https://a.example:1023/", UrlProblem::Port),
        ] {
            assert_eq!(parsed(text), Err(problem), "{text}");
        }
    }

    #[test]
    fn a_url_has_a_length() {
        let of_length = |bytes: usize| format!("https://a.example/{}", "x".repeat(bytes - 18));
        assert!(parsed(&of_length(URL_BYTES_MAX)).is_ok());
        assert_eq!(parsed(&of_length(URL_BYTES_MAX + 1)), Err(UrlProblem::TooLong));
        // Each of these letters has two bytes, and six when it is encoded.
        assert_eq!(parsed(&format!("https://a.example/{}", "é".repeat(500))), Err(UrlProblem::TooLong));
        let labels = |bytes: usize| format!("https://{}{}/", "x.".repeat(100), "y".repeat(bytes - 200));
        assert!(parsed(&labels(NAME_BYTES_MAX)).is_ok());
        assert_eq!(parsed(&labels(NAME_BYTES_MAX + 1)), Err(UrlProblem::Host));
    }
}

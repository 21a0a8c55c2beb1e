//! The only way out for HTTP requests to addresses that a tenant names. Invariant: a connection goes to an address that
//! was judged public in the same call, or to a receiver that the operator allowed; nothing that the receiver answers
//! leads to another one.
//!
//! The order of a call: [`target`] parses the URL, `places` counts it, `resolve` looks the name up once, `address` and
//! `special` judge every address found, `connect` connects to those addresses and no others, `exchange` sends the
//! request and reads the answer. No proxy of the environment is used, and no redirect is followed.

mod address;
mod allow;
mod connect;
mod error;
mod exchange;
mod limit;
mod metered;
mod places;
mod resolve;
mod special;
mod target;
mod trust;

pub use address::is_public;
pub use allow::{Allowed, AllowedError};
pub use error::OutgoingError;
pub use exchange::{Answer, Call};
pub use limit::{
    ADDRESSES_MAX, ANSWER_BODY_BYTES_MAX, ANSWER_HEAD_BYTES_MAX, ANSWER_HEADERS_MAX, CALL_MS_MAX, CALLS_PER_HOST_MAX,
    CONNECT_MS_MAX, FIRST_BYTE_MS_MAX, LOOKUPS_MAX, URL_BYTES_MAX, WaitLimits,
};
pub use resolve::{Lookup, Resolve, SystemResolver};
pub use target::{Scheme, Target, UrlProblem};
pub use trust::{Trust, TrustError};

use places::Places;
use rustls::RootCertStore;
use std::sync::Arc;
use tokio::time::{Instant, timeout_at};

/// Sends requests to receivers that tenants name. Clones share their counts and settings.
#[derive(Clone, Debug)]
pub struct Outgoing(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    allowed: Allowed,
    resolver: Arc<dyn Resolve>,
    trust: Trust,
    waits: WaitLimits,
    places: Places,
}

impl Outgoing {
    /// `allowed` lists the receivers that may be at private addresses and without TLS, `trust` has the roots of
    /// certificates, and `waits` the limits of time.
    pub fn new(allowed: Allowed, resolver: Arc<dyn Resolve>, trust: Trust, waits: WaitLimits) -> Self {
        Self(Arc::new(Inner { allowed, resolver, trust, waits, places: Places::default() }))
    }

    /// As [`new`](Self::new), with the resolver and the roots of the operating system. Where it has no roots, calls
    /// over TLS fail.
    pub fn of_system(allowed: Allowed) -> Self {
        let trust = Trust::of_system().unwrap_or_else(|error| {
            tracing::warn!(%error, "webhooks to HTTPS receivers fail");
            Trust::of(RootCertStore::empty())
        });
        Self::new(allowed, Arc::new(SystemResolver::default()), trust, WaitLimits::default())
    }

    /// Parses an absolute URL (WHATWG URL) of at most [`URL_BYTES_MAX`]: `https` at port 443 or above 1023, without
    /// user information and fragment. A receiver that the operator allowed may have `http` and any port.
    ///
    /// # Errors
    /// [`UrlProblem`] says what is wrong with the URL. That its name leads to no public address is found by
    /// [`post`](Self::post), as that can change at any time.
    pub fn target(&self, url: &str) -> Result<Target, UrlProblem> {
        Target::parse(url, &self.0.allowed)
    }

    /// Sends one request with `POST` and reads the answer: its status, `Retry-After`, and the beginning of its body.
    ///
    /// # Errors
    /// [`OutgoingError`] when there is no answer. An answer with any status, a redirect too, is no error.
    pub async fn post(&self, target: &Target, call: Call) -> Result<Answer, OutgoingError> {
        let Inner { resolver, trust, waits, places, .. } = &*self.0;
        let begun = Instant::now();
        let ends = begun + waits.call;
        let connect_ends = ends.min(begun + waits.connect);
        let _place = places.enter(target.host(), target.port()).ok_or(OutgoingError::Busy)?;
        let connecting = async {
            let addresses = resolve::checked(target, &**resolver).await?;
            connect::open(target, &addresses, trust, connect_ends).await
        };
        let connection = timeout_at(connect_ends, connecting).await.map_err(|_| OutgoingError::ConnectTimeout)??;
        exchange::post(connection, target, call, waits.first_byte, begun, ends).await
    }
}

//! The only way out for HTTP requests to addresses that a tenant names. Invariant: a connection goes to an address that
//! was judged public when it was opened, or to a receiver that the operator allowed; nothing that the receiver answers
//! leads to another one.
//!
//! The order of a call: [`target`] parses the URL, `places` counts it, `resolve` looks the name up once, `address` and
//! `special` judge every address found, `connect` connects to those addresses and no others, `exchange` sends the
//! request and reads the answer. A caller with many requests for one receiver keeps its connections ([`Kept`]) for a
//! short time. No proxy of the environment is used, and no redirect is followed.

mod address;
mod allow;
mod connect;
mod error;
mod exchange;
mod kept;
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
pub use kept::Kept;
pub use limit::{
    ADDRESSES_MAX, ANSWER_BODY_BYTES_MAX, ANSWER_HEAD_BYTES_MAX, ANSWER_HEADERS_MAX, CALL_MS_MAX, CALLS_PER_HOST_MAX,
    CONNECT_MS_MAX, FIRST_BYTE_MS_MAX, KEPT_AGE_MS_MAX, KEPT_IDLE_MS_MAX, KEPT_MAX, LOOKUPS_MAX,
    LOOKUPS_PER_TENANT_MAX, URL_BYTES_MAX, WaitLimits,
};
pub use resolve::{Lookup, Resolve, SystemResolver};
pub use target::{Scheme, Target, UrlProblem};
pub use trust::{Trust, TrustError};

use crate::tenant_id::TenantId;
use exchange::{Exchange, Times};
use kept::{Count, Opened};
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
    kept: Count,
}

impl Outgoing {
    /// `allowed` lists the receivers that may be at private addresses and without TLS, `trust` has the roots of
    /// certificates, and `waits` the limits of time.
    pub fn new(allowed: Allowed, resolver: Arc<dyn Resolve>, trust: Trust, waits: WaitLimits) -> Self {
        let (places, kept) = (Places::default(), Count::default());
        Self(Arc::new(Inner { allowed, resolver, trust, waits, places, kept }))
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

    /// Sends one request of a tenant with `POST` and reads the answer: its status, `Retry-After`, and the beginning of
    /// its body. The connection is closed afterwards.
    ///
    /// # Errors
    /// [`OutgoingError`] when there is no answer. An answer with any status, a redirect too, is no error.
    pub async fn post(&self, tenant: TenantId, target: &Target, call: Call) -> Result<Answer, OutgoingError> {
        self.send(tenant, target, call, None).await
    }

    /// As [`post`](Self::post), over a kept connection if there is one, and the connection is kept again. A kept
    /// connection may end just when the request is sent; then the request is sent once more over a new one, so a
    /// receiver can get it twice.
    ///
    /// # Errors
    /// As [`post`](Self::post).
    pub async fn post_over(
        &self,
        kept: &Kept,
        tenant: TenantId,
        target: &Target,
        call: Call,
    ) -> Result<Answer, OutgoingError> {
        self.send(tenant, target, call, Some(kept)).await
    }

    async fn send(
        &self,
        tenant: TenantId,
        target: &Target,
        call: Call,
        kept: Option<&Kept>,
    ) -> Result<Answer, OutgoingError> {
        let Inner { waits, places, .. } = &*self.0;
        let begun = Instant::now();
        let times = Times { begun, first_byte: waits.first_byte, ends: begun + waits.call };
        let _place = places.enter(tenant, target.host(), target.port()).ok_or(OutgoingError::Busy)?;
        if let Some(kept) = kept {
            while let Some(mut opened) = kept.take(target) {
                if !opened.exchange.is_open().await {
                    continue;
                }
                match self.exchange(opened, target, call.clone(), Some(kept), times).await {
                    Err(OutgoingError::Closed(_)) => break,
                    answer => return answer,
                }
            }
        }
        let opened = self.open(tenant, target, times).await?;
        self.exchange(opened, target, call, kept, times).await
    }

    /// Opens a connection to an address that is judged now.
    async fn open(&self, tenant: TenantId, target: &Target, times: Times) -> Result<Opened, OutgoingError> {
        let Inner { resolver, trust, waits, .. } = &*self.0;
        let connect_ends = times.ends.min(Instant::now() + waits.connect);
        let connecting = async {
            let addresses = resolve::checked(tenant, target, &**resolver).await?;
            connect::open(target, &addresses, trust, connect_ends).await
        };
        let connection = timeout_at(connect_ends, connecting).await.map_err(|_| OutgoingError::ConnectTimeout)??;
        Ok(Opened::new(Exchange::over(connection).await?, target, Instant::now()))
    }

    async fn exchange(
        &self,
        opened: Opened,
        target: &Target,
        call: Call,
        kept: Option<&Kept>,
        times: Times,
    ) -> Result<Answer, OutgoingError> {
        let Opened { exchange, at, .. } = opened;
        let (answer, exchange) = exchange.post(target, call, kept.is_some(), times).await?;
        if let (Some(kept), Some(exchange)) = (kept, exchange) {
            kept.put(Opened::new(exchange, target, at), &self.0.kept);
        }
        Ok(answer)
    }
}

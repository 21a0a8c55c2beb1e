//! Finds and judges the addresses of a receiver. Invariant: a name is looked up once for each call, and all its addresses
//! are judged before the first connection. One that is not public refuses all, because only a mistake or an attack mixes
//! them.

use super::{
    address::is_public,
    error::OutgoingError,
    limit::{ADDRESSES_MAX, LOOKUPS_MAX},
    target::Target,
};
use std::{
    fmt, io,
    net::{IpAddr, SocketAddr, ToSocketAddrs as _},
    pin::Pin,
    sync::Arc,
};
use tokio::sync::Semaphore;
use url::Host;

/// A running look-up.
pub type Lookup = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Looks names up.
pub trait Resolve: fmt::Debug + Send + Sync {
    /// The addresses of a name. A name that ends with a dot is absolute: no domain of this host is appended.
    fn resolve(&self, name: &str) -> Lookup;
}

/// Looks names up as the operating system does.
#[derive(Clone, Debug)]
pub struct SystemResolver(Arc<Semaphore>);

impl Default for SystemResolver {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(LOOKUPS_MAX)))
    }
}

impl Resolve for SystemResolver {
    fn resolve(&self, name: &str) -> Lookup {
        let (name, places) = (name.to_owned(), Arc::clone(&self.0));
        Box::pin(async move {
            let place = places.acquire_owned().await.map_err(io::Error::other)?;
            let look_up = move || {
                // Held until the system answers, also when the call has ended.
                let _place = place;
                Ok((name.as_str(), 0).to_socket_addrs()?.map(|address| address.ip()).collect())
            };
            tokio::task::spawn_blocking(look_up).await.map_err(io::Error::other)?
        })
    }
}

/// The addresses to connect to, in the order of the look-up, at most [`ADDRESSES_MAX`].
///
/// # Errors
/// [`OutgoingError::Resolve`] without an address, [`OutgoingError::AddressRefused`] if one is not public and the
/// receiver is not allowed.
pub(super) async fn checked(target: &Target, resolver: &dyn Resolve) -> Result<Vec<SocketAddr>, OutgoingError> {
    let addresses = match target.host() {
        Host::Ipv4(address) => vec![IpAddr::V4(*address)],
        Host::Ipv6(address) => vec![IpAddr::V6(*address)],
        Host::Domain(name) if target.is_allowed() => resolver.resolve(name).await.map_err(OutgoingError::Resolve)?,
        Host::Domain(name) => resolver.resolve(&format!("{name}.")).await.map_err(OutgoingError::Resolve)?,
    };
    if addresses.is_empty() {
        return Err(OutgoingError::Resolve(io::ErrorKind::NotFound.into()));
    }
    if !target.is_allowed() && !addresses.iter().all(|address| is_public(*address)) {
        return Err(OutgoingError::AddressRefused);
    }
    Ok(addresses.into_iter().take(ADDRESSES_MAX).map(|address| SocketAddr::new(address, target.port())).collect())
}

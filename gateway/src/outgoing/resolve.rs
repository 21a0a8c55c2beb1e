//! Finds and judges the addresses of a receiver. Invariant: a name is looked up once for each call, and all its
//! addresses are judged before the first connection. One that is not public refuses all, because only a mistake or an
//! attack mixes them.

use super::{
    address::is_public,
    error::OutgoingError,
    limit::{ADDRESSES_MAX, LOOKUPS_MAX, LOOKUPS_PER_TENANT_MAX},
    target::Target,
};
use crate::tenant_id::TenantId;
use std::{
    collections::HashMap,
    fmt, io,
    net::{IpAddr, SocketAddr, ToSocketAddrs as _},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::Semaphore;
use url::Host;

/// A running look-up.
pub type Lookup = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Looks names up.
pub trait Resolve: fmt::Debug + Send + Sync {
    /// The addresses of a name that a tenant gave. A name that ends with a dot is absolute: no domain of this host is
    /// appended.
    fn resolve(&self, tenant: TenantId, name: &str) -> Lookup;
}

/// A function that looks a name up and blocks its thread meanwhile.
type Blocking = fn(&str) -> io::Result<Vec<IpAddr>>;

/// Looks names up as the operating system does. At most [`LOOKUPS_MAX`] at once, and [`LOOKUPS_PER_TENANT_MAX`] of a
/// tenant; further ones wait. A server of names that never answers holds those of its own tenant alone.
#[derive(Clone, Debug)]
pub struct SystemResolver {
    places: Arc<Semaphore>,
    shares: Arc<Mutex<HashMap<TenantId, Arc<Semaphore>>>>,
    look_up: Blocking,
}

impl Default for SystemResolver {
    fn default() -> Self {
        Self::with(|name| Ok((name, 0).to_socket_addrs()?.map(|address| address.ip()).collect()))
    }
}

impl SystemResolver {
    fn with(look_up: Blocking) -> Self {
        Self { places: Arc::new(Semaphore::new(LOOKUPS_MAX)), shares: Arc::default(), look_up }
    }

    /// The places of a tenant.
    fn share(&self, tenant: TenantId) -> Arc<Semaphore> {
        // The map is whole whenever the lock is free.
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever has a place or waits for one holds the share, too.
        shares.retain(|_, share| Arc::strong_count(share) > 1);
        Arc::clone(shares.entry(tenant).or_insert_with(|| Arc::new(Semaphore::new(LOOKUPS_PER_TENANT_MAX))))
    }
}

impl Resolve for SystemResolver {
    fn resolve(&self, tenant: TenantId, name: &str) -> Lookup {
        let (name, share, places) = (name.to_owned(), self.share(tenant), Arc::clone(&self.places));
        let look_up = self.look_up;
        Box::pin(async move {
            let own = share.acquire_owned().await.map_err(io::Error::other)?;
            let place = places.acquire_owned().await.map_err(io::Error::other)?;
            let blocking = move || {
                // Held until the system answers, also when the call has ended.
                let _places = (own, place);
                look_up(&name)
            };
            tokio::task::spawn_blocking(blocking).await.map_err(io::Error::other)?
        })
    }
}

/// The addresses to connect to, in the order of the look-up, at most [`ADDRESSES_MAX`].
///
/// # Errors
/// [`OutgoingError::Resolve`] without an address, [`OutgoingError::AddressRefused`] if one is not public and the
/// receiver is not allowed.
pub(super) async fn checked(
    tenant: TenantId,
    target: &Target,
    resolver: &dyn Resolve,
) -> Result<Vec<SocketAddr>, OutgoingError> {
    let look_up = async |name: &str| resolver.resolve(tenant, name).await.map_err(OutgoingError::Resolve);
    let addresses = match target.host() {
        Host::Ipv4(address) => vec![IpAddr::V4(*address)],
        Host::Ipv6(address) => vec![IpAddr::V6(*address)],
        Host::Domain(name) if target.is_allowed() => look_up(name).await?,
        Host::Domain(name) => look_up(&format!("{name}.")).await?,
    };
    if addresses.is_empty() {
        return Err(OutgoingError::Resolve(io::ErrorKind::NotFound.into()));
    }
    if !target.is_allowed() && !addresses.iter().all(|address| is_public(*address)) {
        return Err(OutgoingError::AddressRefused);
    }
    Ok(addresses.into_iter().take(ADDRESSES_MAX).map(|address| SocketAddr::new(address, target.port())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;
    use std::sync::mpsc;

    /// Each look-up sends to the first channel when it begins, and ends when the second one is closed.
    static BEGUN: Mutex<Option<mpsc::Sender<()>>> = Mutex::new(None);
    static END: Mutex<Option<mpsc::Receiver<()>>> = Mutex::new(None);

    fn look_up(_: &str) -> io::Result<Vec<IpAddr>> {
        if let Some(begun) = BEGUN.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            begun.send(()).map_err(io::Error::other)?;
        }
        // The lock is held by the first, and passes on when the channel is closed.
        if let Some(end) = END.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            assert!(end.recv().is_err(), "nothing is sent");
        }
        Ok(vec![IpAddr::from([8, 8, 8, 8])])
    }

    /// Waits until this many look-ups have begun.
    async fn await_begun(begun: mpsc::Receiver<()>, count: usize) -> mpsc::Receiver<()> {
        let waiting = tokio::task::spawn_blocking(move || {
            for _ in 0..count {
                begun.recv().expect("a look-up begins");
            }
            begun
        });
        waiting.await.expect("all begin")
    }

    /// One test, because the channels are those of the process.
    #[tokio::test]
    async fn so_many_names_are_looked_up_at_once_and_further_ones_wait() {
        let (sender, begun) = mpsc::channel();
        let (end, receiver) = mpsc::channel();
        *BEGUN.lock().expect("no panic") = Some(sender);
        *END.lock().expect("no panic") = Some(receiver);
        let resolver = SystemResolver::with(look_up);
        let own = TenantId::random();
        let mut running: Vec<_> =
            (0..LOOKUPS_PER_TENANT_MAX).map(|_| tokio::spawn(resolver.resolve(own, "a.example."))).collect();
        let begun = await_begun(begun, LOOKUPS_PER_TENANT_MAX).await;
        let mut own_one_more = resolver.resolve(own, "a.example.");
        assert!((&mut own_one_more).now_or_never().is_none() && begun.try_recv().is_err(), "one more of it waits");
        let others = LOOKUPS_PER_TENANT_MAX..LOOKUPS_MAX;
        running.extend(others.map(|_| tokio::spawn(resolver.resolve(TenantId::random(), "b.example."))));
        let begun = await_begun(begun, LOOKUPS_MAX - LOOKUPS_PER_TENANT_MAX).await;
        let mut one_more = resolver.resolve(TenantId::random(), "b.example.");
        assert!((&mut one_more).now_or_never().is_none() && begun.try_recv().is_err(), "one more of anyone waits");
        // Calls that end early do not make room: their threads still wait for the system.
        running.iter().for_each(tokio::task::JoinHandle::abort);
        for look_up in running {
            assert!(look_up.await.is_err_and(|error| error.is_cancelled()));
        }
        assert!((&mut one_more).now_or_never().is_none() && begun.try_recv().is_err(), "one more still waits");
        assert!((&mut own_one_more).now_or_never().is_none() && begun.try_recv().is_err(), "one more of it, too");
        drop(end);
        assert_eq!(one_more.await.expect("an address"), [IpAddr::from([8, 8, 8, 8])]);
        assert_eq!(own_one_more.await.expect("an address"), [IpAddr::from([8, 8, 8, 8])]);
        drop(resolver.share(own));
        while resolver.shares.lock().expect("no panic").len() > 1 {
            // The threads end after their answers.
            drop(resolver.share(own));
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn the_system_knows_localhost() {
        let found = SystemResolver::default().resolve(TenantId::random(), "localhost").await.expect("addresses");
        assert!(!found.is_empty() && found.iter().all(IpAddr::is_loopback), "{found:?}");
    }
}

//! Finds and judges the addresses of a receiver. Invariant: a name is looked up once for each call, and all its
//! addresses are judged before the first connection. One that is not public refuses all, because only a mistake or an
//! attack mixes them.

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

/// A function that looks a name up and blocks its thread meanwhile.
type Blocking = fn(&str) -> io::Result<Vec<IpAddr>>;

/// Looks names up as the operating system does. At most [`LOOKUPS_MAX`] at once; further ones wait.
#[derive(Clone, Debug)]
pub struct SystemResolver {
    places: Arc<Semaphore>,
    look_up: Blocking,
}

impl Default for SystemResolver {
    fn default() -> Self {
        Self::with(|name| Ok((name, 0).to_socket_addrs()?.map(|address| address.ip()).collect()))
    }
}

impl SystemResolver {
    fn with(look_up: Blocking) -> Self {
        Self { places: Arc::new(Semaphore::new(LOOKUPS_MAX)), look_up }
    }
}

impl Resolve for SystemResolver {
    fn resolve(&self, name: &str) -> Lookup {
        let (name, places, look_up) = (name.to_owned(), Arc::clone(&self.places), self.look_up);
        Box::pin(async move {
            let place = places.acquire_owned().await.map_err(io::Error::other)?;
            let blocking = move || {
                // Held until the system answers, also when the call has ended.
                let _place = place;
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

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;
    use std::sync::{Mutex, PoisonError, mpsc};

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

    #[tokio::test]
    async fn so_many_names_are_looked_up_at_once_and_further_ones_wait() {
        let (sender, begun) = mpsc::channel();
        let (end, receiver) = mpsc::channel();
        *BEGUN.lock().expect("no panic") = Some(sender);
        *END.lock().expect("no panic") = Some(receiver);
        let resolver = SystemResolver::with(look_up);
        let running: Vec<_> = (0..LOOKUPS_MAX).map(|_| tokio::spawn(resolver.resolve("a.example."))).collect();
        let begun = tokio::task::spawn_blocking(move || {
            for _ in 0..LOOKUPS_MAX {
                begun.recv().expect("a look-up begins");
            }
            begun
        });
        let begun = begun.await.expect("all begin");
        let mut one_more = resolver.resolve("b.example.");
        assert!((&mut one_more).now_or_never().is_none() && begun.try_recv().is_err(), "one more waits");
        // Calls that end early do not make room: their threads still wait for the system.
        running.iter().for_each(tokio::task::JoinHandle::abort);
        for look_up in running {
            assert!(look_up.await.is_err_and(|error| error.is_cancelled()));
        }
        assert!((&mut one_more).now_or_never().is_none() && begun.try_recv().is_err(), "one more still waits");
        drop(end);
        assert_eq!(one_more.await.expect("an address"), [IpAddr::from([8, 8, 8, 8])]);
    }

    #[tokio::test]
    async fn the_system_knows_localhost() {
        let found = SystemResolver::default().resolve("localhost").await.expect("addresses");
        assert!(!found.is_empty() && found.iter().all(IpAddr::is_loopback), "{found:?}");
    }
}

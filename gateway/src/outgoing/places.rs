//! Counts the running calls of each tenant to each receiver. Invariant: a host and port has at most
//! [`CALLS_PER_HOST_MAX`] of a tenant at once, and an entry only while it has one. Calls of other tenants do not count,
//! so that no tenant makes another's receiver busy.

use super::limit::CALLS_PER_HOST_MAX;
use crate::tenant_id::TenantId;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};
use url::Host;

type Receiver = (TenantId, Host, u16);

/// The counts of all receivers.
#[derive(Debug, Default)]
pub(super) struct Places(Mutex<HashMap<Receiver, usize>>);

/// The place of a running call, free when it is dropped.
#[derive(Debug)]
pub(super) struct Place<'p> {
    places: &'p Places,
    receiver: Receiver,
}

impl Places {
    /// A place for a call of a tenant. `None` if all its places of the receiver are taken.
    pub(super) fn enter(&self, tenant: TenantId, host: &Host, port: u16) -> Option<Place<'_>> {
        let receiver = (tenant, host.clone(), port);
        let mut counts = self.lock();
        let count = counts.entry(receiver.clone()).or_default();
        if *count >= CALLS_PER_HOST_MAX {
            return None;
        }
        *count += 1;
        drop(counts);
        Some(Place { places: self, receiver })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Receiver, usize>> {
        // A count is whole whenever the lock is free.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut counts = self.places.lock();
        if let Some(count) = counts.get_mut(&self.receiver) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.receiver);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_has_so_many_places_and_gets_them_back() {
        let places = Places::default();
        let host = Host::parse("a.example").expect("a host");
        let (own, other) = (TenantId::random(), TenantId::random());
        let taken: Vec<_> = (0..CALLS_PER_HOST_MAX).map(|_| places.enter(own, &host, 443).expect("a place")).collect();
        assert!(places.enter(own, &host, 443).is_none());
        assert!(places.enter(own, &host, 8443).is_some(), "another port");
        assert!(places.enter(own, &Host::parse("b.example").expect("a host"), 443).is_some(), "another host");
        assert!(places.enter(other, &host, 443).is_some(), "another tenant");
        assert_eq!(places.lock().len(), 1, "receivers without calls are forgotten");
        drop(taken);
        assert!(places.enter(own, &host, 443).is_some());
        assert!(places.lock().is_empty());
    }
}

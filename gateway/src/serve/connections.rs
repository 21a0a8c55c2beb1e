//! The places of connections. Invariant: there are never more than the limits allow, and a new connection takes the
//! place of the one with the least claim: first of callers without credentials, then of idle sandboxes, then of idle
//! tenants in production, each time the one that was silent longest. A connection that runs a request of a known caller
//! keeps its place, unless sandboxes keep more than half of all.

use crate::{auth::credential::Mode, client_address::ClientAddress};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};

/// All places.
#[derive(Debug)]
pub(super) struct Connections {
    total_max: usize,
    per_address_max: usize,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    next_id: u64,
    states: BTreeMap<u64, Arc<State>>,
    per_address: HashMap<ClientAddress, usize>,
}

/// The place of one connection; freed when dropped.
#[derive(Debug)]
pub struct Place {
    id: u64,
    state: Arc<State>,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug)]
struct State {
    address: ClientAddress,
    begun: Instant,
    /// The time of the last byte in either direction, in milliseconds after `begun`.
    moved_ms: AtomicU64,
    running: AtomicUsize,
    /// A [`Caller`].
    caller: AtomicU8,
    closing: CancellationToken,
}

/// The caller of a connection, in the order of its claim.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Caller {
    Stranger,
    Sandbox,
    Tenant,
}

/// A request that runs on a connection, or a socket that has a place among all streams.
#[derive(Debug)]
pub(crate) struct Running(Arc<State>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Place {
    /// Notes that the caller of this connection showed valid credentials of a tenant in this mode.
    pub fn note_known(&self, mode: Mode) {
        let caller = match mode {
            Mode::Live => Caller::Tenant,
            Mode::Test => Caller::Sandbox,
        };
        self.state.caller.store(caller as u8, Ordering::Relaxed);
    }

    /// Notes that bytes moved.
    pub(super) fn note_moved(&self) {
        let moved_ms = u64::try_from(self.state.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.state.moved_ms.store(moved_ms, Ordering::Relaxed);
    }

    /// Notes that a request runs, until the returned value is dropped.
    pub(crate) fn run(&self) -> Running {
        self.state.running.fetch_add(1, Ordering::Relaxed);
        Running(Arc::clone(&self.state))
    }

    /// Resolves when the connection must end.
    pub(crate) fn closed(&self) -> WaitForCancellationFuture<'_> {
        self.state.closing.cancelled()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.open).remove(self.id);
    }
}

impl State {
    fn caller(&self) -> Caller {
        match self.caller.load(Ordering::Relaxed) {
            caller if caller == Caller::Tenant as u8 => Caller::Tenant,
            caller if caller == Caller::Sandbox as u8 => Caller::Sandbox,
            _ => Caller::Stranger,
        }
    }

    fn moved_at(&self) -> Instant {
        self.begun + Duration::from_millis(self.moved_ms.load(Ordering::Relaxed))
    }

    /// The claim to the place, the least first; `None` when the place is kept.
    fn claim(&self) -> Option<(Caller, Instant)> {
        let caller = self.caller();
        if caller != Caller::Stranger && self.running.load(Ordering::Relaxed) > 0 {
            return None;
        }
        Some((caller, self.moved_at()))
    }
}

impl Connections {
    pub(super) fn new(total_max: usize, per_address_max: usize) -> Self {
        Self { total_max, per_address_max, open: Arc::default() }
    }

    /// A place for a new connection; `None` when all places that it could take are kept.
    pub(super) fn enter(&self, address: ClientAddress) -> Option<Place> {
        let mut open = lock(&self.open);
        if open.per_address.get(&address).is_some_and(|count| *count >= self.per_address_max) {
            open.close_least(|state| state.address == address)?;
        }
        if open.states.len() >= self.total_max {
            open.close_least(|_| true).or_else(|| open.close_sandbox(self.total_max / 2))?;
        }
        let state = Arc::new(State {
            address,
            begun: Instant::now(),
            moved_ms: AtomicU64::new(0),
            running: AtomicUsize::new(0),
            caller: AtomicU8::new(Caller::Stranger as u8),
            closing: CancellationToken::new(),
        });
        let id = open.next_id;
        open.next_id += 1;
        open.states.insert(id, Arc::clone(&state));
        *open.per_address.entry(address).or_default() += 1;
        drop(open);
        Some(Place { id, state, open: Arc::clone(&self.open) })
    }

    /// Closes the connection with the least claim, so that its file descriptor becomes free.
    pub(super) fn close_stalest(&self) {
        let _ = lock(&self.open).close_least(|_| true);
    }

    /// Closes all connections.
    pub(super) fn close_all(&self) {
        for state in lock(&self.open).states.values() {
            state.closing.cancel();
        }
    }
}

impl Open {
    /// Closes the place with the least claim among those that `may_close` selects; `None` when all of them are kept.
    fn close_least(&mut self, may_close: impl Fn(&State) -> bool) -> Option<()> {
        let claims = self.states.iter().filter(|(_, state)| may_close(state));
        let claims = claims.filter_map(|(id, state)| Some((state.claim()?, *id)));
        let (_, id) = claims.min()?;
        self.remove(id)?.closing.cancel();
        Some(())
    }

    /// Closes the sandbox's connection that was silent longest, although it runs a request, when sandboxes have more
    /// than `kept_max`; `None` otherwise.
    fn close_sandbox(&mut self, kept_max: usize) -> Option<()> {
        let sandboxes = self.states.iter().filter(|(_, state)| state.caller() == Caller::Sandbox);
        if sandboxes.clone().count() <= kept_max {
            return None;
        }
        let (_, id) = sandboxes.map(|(id, state)| (state.moved_at(), *id)).min()?;
        self.remove(id)?.closing.cancel();
        Some(())
    }

    /// Frees a place; does nothing when that was done before.
    fn remove(&mut self, id: u64) -> Option<Arc<State>> {
        let state = self.states.remove(&id)?;
        if let Some(count) = self.per_address.get_mut(&state.address) {
            *count -= 1;
            if *count == 0 {
                self.per_address.remove(&state.address);
            }
        }
        Some(state)
    }
}

fn lock(open: &Mutex<Open>) -> MutexGuard<'_, Open> {
    // Every statement leaves the maps consistent, so a panic elsewhere while the lock is held does no harm.
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{IpAddr, Ipv4Addr};

    fn address(last: u8) -> ClientAddress {
        ClientAddress::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)))
    }

    fn is_open(place: &Place) -> bool {
        !place.state.closing.is_cancelled()
    }

    #[test]
    fn a_new_connection_closes_the_stranger_that_was_silent_longest() {
        let connections = Connections::new(3, 3);
        let places: Vec<_> = (0..3).map(|n| connections.enter(address(n)).expect("free")).collect();
        places[0].note_known(Mode::Test);
        places[1].state.moved_ms.store(50, Ordering::Relaxed);
        let fourth = connections.enter(address(4)).expect("takes the place of the third");
        assert_eq!(places.iter().map(is_open).collect::<Vec<_>>(), [true, true, false]);
        drop(fourth);
        connections.enter(address(5)).expect("free again");
        assert!(is_open(&places[0]) && is_open(&places[1]));
    }

    #[test]
    fn a_running_request_of_a_known_caller_keeps_its_place() {
        let connections = Connections::new(1, 1);
        let place = connections.enter(address(1)).expect("free");
        place.note_known(Mode::Live);
        let running = place.run();
        assert!(connections.enter(address(2)).is_none() && is_open(&place));
        drop(running);
        assert!(connections.enter(address(2)).is_some() && !is_open(&place));
    }

    #[test]
    fn sandboxes_that_run_requests_keep_at_most_half_of_all_places() {
        let connections = Connections::new(4, 4);
        let tenant = connections.enter(address(9)).expect("free");
        tenant.note_known(Mode::Live);
        let tenant_runs = tenant.run();
        let places: Vec<_> = (0..3).map(|n| connections.enter(address(n)).expect("free")).collect();
        let running: Vec<_> = places.iter().map(|place| (place.note_known(Mode::Test), place.run())).collect();
        places[0].state.moved_ms.store(50, Ordering::Relaxed);
        let mut newcomer = connections.enter(address(4)).expect("takes the place of a sandbox");
        assert_eq!(places.iter().map(is_open).collect::<Vec<_>>(), [true, false, true]);
        newcomer.note_known(Mode::Live);
        let newcomer_runs = newcomer.run();
        assert!(connections.enter(address(5)).is_none(), "half of the places are left to sandboxes");
        assert!(is_open(&tenant) && is_open(&newcomer));
        drop((running, tenant_runs, newcomer_runs));
        // Of idle ones a sandbox goes first, although the tenant was silent longer.
        places[0].state.moved_ms.store(500, Ordering::Relaxed);
        places[2].state.moved_ms.store(400, Ordering::Relaxed);
        newcomer = connections.enter(address(6)).expect("takes an idle place");
        assert!(is_open(&tenant) && is_open(&places[0]) && !is_open(&places[2]));
        drop(newcomer);
    }

    #[test]
    fn one_address_closes_only_its_own_connections() {
        let connections = Connections::new(10, 2);
        let other = connections.enter(address(9)).expect("free");
        let mut own: Vec<_> = (0..5).map(|_| connections.enter(address(1)).expect("a place")).collect();
        assert_eq!(own.iter().map(is_open).collect::<Vec<_>>(), [false, false, false, true, true]);
        assert!(is_open(&other));
        own.clear();
        drop(other);
        let open = lock(&connections.open);
        assert!(open.states.is_empty() && open.per_address.is_empty(), "nothing is left behind");
    }
}

//! Connections that are kept between calls to one receiver. Invariant: a kept connection leads to an address that was
//! judged within the last [`KEPT_AGE_MS_MAX`], and is used for the scheme, host and port that it was opened for.

use super::{
    exchange::Exchange,
    limit::{KEPT_AGE_MS_MAX, KEPT_IDLE_MS_MAX, KEPT_MAX},
    target::{Scheme, Target},
};
use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::time::Instant;
use url::Host;

/// The number of kept connections of a process.
#[derive(Clone, Debug, Default)]
pub(super) struct Count(Arc<AtomicUsize>);

/// One of those that are counted.
struct Counted(Count);

impl Count {
    fn enter(&self) -> Option<Counted> {
        let more = |count: usize| (count < KEPT_MAX).then_some(count + 1);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).ok().map(|_| Counted(self.clone()))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The connections to a receiver that have no call now.
#[derive(Default)]
pub struct Kept(Mutex<Vec<Idle>>);

struct Idle {
    connection: Opened,
    since: Instant,
    _counted: Counted,
}

/// A connection, and what it was opened for.
pub(super) struct Opened {
    pub(super) exchange: Exchange,
    pub(super) at: Instant,
    receiver: (Scheme, Host, u16),
}

impl Opened {
    /// `at` is when it was opened.
    pub(super) fn new(exchange: Exchange, target: &Target, at: Instant) -> Self {
        Self { exchange, at, receiver: receiver(target) }
    }
}

fn receiver(target: &Target) -> (Scheme, Host, u16) {
    (target.scheme(), target.host().clone(), target.port())
}

impl Kept {
    /// Closes the connections that were kept for too long. Call it from time to time: nothing else does without calls.
    pub fn clear(&self) {
        self.clear_at(Instant::now());
    }

    fn clear_at(&self, now: Instant) {
        let is_fresh = |idle: &Idle| {
            now.duration_since(idle.since) < Duration::from_millis(KEPT_IDLE_MS_MAX)
                && now.duration_since(idle.connection.at) < Duration::from_millis(KEPT_AGE_MS_MAX)
        };
        self.lock().retain(is_fresh);
    }

    /// The number of connections.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// The connection that was used last, if there is one to the receiver.
    pub(super) fn take(&self, target: &Target) -> Option<Opened> {
        self.clear();
        let receiver = receiver(target);
        let mut idle = self.lock();
        let place = idle.iter().rposition(|idle| idle.connection.receiver == receiver)?;
        Some(idle.remove(place).connection)
    }

    /// Keeps a connection, if the process has room for it.
    pub(super) fn put(&self, connection: Opened, count: &Count) {
        if let Some(counted) = count.enter() {
            self.lock().push(Idle { connection, since: Instant::now(), _counted: counted });
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Idle>> {
        // The list is whole whenever the lock is free.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kept({})", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::{super::allow::Allowed, *};

    #[tokio::test]
    async fn a_connection_is_kept_for_a_short_time() {
        let target = Target::parse("https://a.example/", &Allowed::default()).expect("a URL");
        let (idle_max, age_max) = (Duration::from_millis(KEPT_IDLE_MS_MAX), Duration::from_millis(KEPT_AGE_MS_MAX));
        let (kept, count) = (Kept::default(), Count::default());
        let moment = Duration::from_millis(1);
        let put = async |at: Instant| {
            let exchange = Exchange::over(Box::new(tokio::io::duplex(64).0)).await.expect("a connection");
            kept.put(Opened::new(exchange, &target, at), &count);
            Instant::now()
        };
        let now = put(Instant::now()).await;
        kept.clear_at(now);
        assert_eq!(kept.len(), 1);
        kept.clear_at(now + idle_max);
        assert!(kept.is_empty(), "without a call for too long");
        let at = Instant::now();
        put(at).await;
        let last = at + age_max;
        kept.lock()[0].since = last;
        kept.clear_at(last - moment);
        assert_eq!(kept.len(), 1);
        kept.clear_at(last);
        assert!(kept.is_empty(), "used for too long");
        assert_eq!(count.0.load(Ordering::Relaxed), 0);
    }
}

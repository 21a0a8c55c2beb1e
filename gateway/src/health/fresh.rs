//! A value that is made again when it is old. Invariant: it is made by one caller at a time; the others wait for it.

use super::FRESH_MS_MAX;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// A value at most [`FRESH_MS_MAX`] old.
#[derive(Debug)]
pub(super) struct Fresh<T>(Mutex<Option<(Instant, T)>>);

impl<T> Default for Fresh<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T: Clone> Fresh<T> {
    /// The value, made anew if it is old.
    pub(super) async fn get(&self, make: impl AsyncFnOnce() -> T) -> T {
        let mut last = self.0.lock().await;
        if let Some((made_at, value)) = &*last
            && made_at.elapsed() < Duration::from_millis(FRESH_MS_MAX)
        {
            return value.clone();
        }
        let value = make().await;
        *last = Some((Instant::now(), value.clone()));
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test]
    async fn a_thousand_callers_make_one_value() {
        let (fresh, made) = (Fresh::default(), AtomicU32::new(0));
        let make = async || made.fetch_add(1, Ordering::Relaxed);
        let callers = (0..1_000).map(|_| fresh.get(make));
        assert!(futures::future::join_all(callers).await.iter().all(|value| *value == 0));
        assert_eq!(made.load(Ordering::Relaxed), 1);
    }
}

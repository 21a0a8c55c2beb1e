//! The pace at which a body must arrive. Invariant: a body that stalls, or trickles, ends with an error in bounded
//! time.

use crate::error::{ApiError, code};
use axum::body::Body;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Frame;
use std::time::Duration;
use tokio::time::Instant;

/// The time in milliseconds within which the next byte of a body must arrive.
pub const BODY_STALL_MS_MAX: u64 = 10_000;
/// The average rate at which a body must arrive, in bytes per second, after [`BODY_GRACE_MS`].
pub const BODY_BYTES_PER_S_MIN: u64 = 4_096;
/// The time in milliseconds after which the average rate counts.
pub const BODY_GRACE_MS: u64 = 5_000;

/// The time in seconds in which the memory that a body has taken must fill, on average. A body of unknown length takes
/// what its route allows, so state a `Content-Length` on a slow line.
pub const BODY_S_MAX: u64 = 60;

/// How slowly a body may arrive.
#[derive(Clone, Copy)]
struct Slowest {
    stall: Duration,
    grace: Duration,
    bytes_per_s: u64,
}

impl Slowest {
    /// For a body that has taken memory.
    fn of(taken: usize) -> Self {
        Self {
            stall: Duration::from_millis(BODY_STALL_MS_MAX),
            grace: Duration::from_millis(BODY_GRACE_MS),
            bytes_per_s: BODY_BYTES_PER_S_MIN.max(taken as u64 / BODY_S_MAX),
        }
    }
}

/// Measures the arrival of one body.
pub(super) struct Pace {
    slowest: Slowest,
    begun: Instant,
    bytes: u64,
}

impl Pace {
    /// Starts with the first byte still to come. The body has taken memory for `taken` bytes.
    pub(super) fn start(taken: usize) -> Self {
        Self::with(Slowest::of(taken))
    }

    fn with(slowest: Slowest) -> Self {
        Self { slowest, begun: Instant::now(), bytes: 0 }
    }

    /// Adds bytes that arrived.
    pub(super) fn count(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes as u64);
    }

    /// The next frame; `None` at the end of the body.
    ///
    /// # Errors
    /// `request.body_too_slow`, `request.malformed_body`.
    pub(super) async fn next(&self, body: &mut Body) -> Result<Option<Frame<Bytes>>, ApiError> {
        let due = self.due().min(Instant::now() + self.slowest.stall);
        let frame = tokio::time::timeout_at(due, body.frame()).await.map_err(|_| self.too_slow())?;
        frame.transpose().map_err(|_| ApiError::new(&code::MALFORMED_BODY, "The body broke off or is badly framed."))
    }

    /// The time until which the bytes so far keep the average rate.
    fn due(&self) -> Instant {
        let earned_ms = self.bytes.saturating_mul(1_000) / self.slowest.bytes_per_s;
        self.begun + self.slowest.grace + Duration::from_millis(earned_ms)
    }

    fn too_slow(&self) -> ApiError {
        let detail = format!(
            "The body must not pause for {} s, and must bring {} bytes per second on average; nothing was stored. With a \
             Content-Length a small body may be slower.",
            self.slowest.stall.as_secs(),
            self.slowest.bytes_per_s
        );
        ApiError::new(&code::BODY_TOO_SLOW, detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::{StreamExt as _, stream};

    const FAST: Slowest =
        Slowest { stall: Duration::from_millis(200), grace: Duration::from_millis(100), bytes_per_s: 1_000 };

    async fn read(mut body: Body) -> Result<u64, ApiError> {
        let mut pace = Pace::with(FAST);
        while let Some(frame) = pace.next(&mut body).await? {
            pace.count(frame.into_data().expect("data").len());
        }
        Ok(pace.bytes)
    }

    /// A body of `count` chunks of `len` bytes, one every `pause_ms`, that ends after `end_ms` more.
    fn chunks(count: usize, len: usize, pause_ms: u64, end_ms: u64) -> Body {
        let chunk = move |pause_ms, len| async move {
            tokio::time::sleep_until(tokio::time::Instant::now() + Duration::from_millis(pause_ms)).await;
            Ok::<_, std::io::Error>(Bytes::from(vec![b' '; len]))
        };
        let chunks = stream::repeat(()).take(count).then(move |()| chunk(pause_ms, len));
        Body::from_stream(chunks.chain(stream::once(chunk(end_ms, 0))))
    }

    #[tokio::test]
    async fn a_body_that_stalls_or_trickles_is_refused_and_a_slow_one_is_read() {
        assert_eq!(read(chunks(1, 10, 1, 1)).await.ok(), Some(10));
        assert_eq!(read(chunks(10, 1_000, 20, 1)).await.ok(), Some(10_000), "slower than usual, and fast enough");
        // One byte every 10 ms is a tenth of the rate; a pause after enough bytes is a stall.
        for slow in [chunks(100, 1, 10, 1), chunks(1, 100_000, 1, 60_000), chunks(1, 1, 60_000, 1)] {
            assert_eq!(read(slow).await.map_err(|error| error.code()), Err(&code::BODY_TOO_SLOW));
        }
    }

    #[test]
    fn every_byte_earns_time() {
        let mut pace = Pace::start(0);
        assert_eq!(pace.due() - pace.begun, Duration::from_millis(BODY_GRACE_MS));
        pace.count(usize::try_from(BODY_BYTES_PER_S_MIN).expect("small") * 3);
        assert_eq!(pace.due() - pace.begun, Duration::from_millis(BODY_GRACE_MS + 3_000));
    }
    #[test]
    fn a_body_that_takes_much_memory_must_fill_it() {
        let taken = 8 * 1_024 * 1_024;
        let mut pace = Pace::start(taken);
        let grace = Duration::from_millis(BODY_GRACE_MS);
        assert_eq!(pace.due() - pace.begun, grace);
        pace.count(taken / 60);
        assert_eq!(pace.due() - pace.begun, grace + Duration::from_secs(1));
        pace.count(taken - taken / 60);
        assert!(pace.due() - pace.begun <= grace + Duration::from_secs(BODY_S_MAX + 1));
    }
}

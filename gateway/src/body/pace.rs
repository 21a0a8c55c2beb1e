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

/// How slowly a body may arrive.
#[derive(Clone, Copy)]
struct Slowest {
    stall: Duration,
    grace: Duration,
    bytes_per_s: u64,
}

const SLOWEST: Slowest = Slowest {
    stall: Duration::from_millis(BODY_STALL_MS_MAX),
    grace: Duration::from_millis(BODY_GRACE_MS),
    bytes_per_s: BODY_BYTES_PER_S_MIN,
};

/// Measures the arrival of one body.
pub(super) struct Pace {
    slowest: Slowest,
    begun: Instant,
    bytes: u64,
}

impl Pace {
    /// Starts with the first byte still to come.
    pub(super) fn start() -> Self {
        Self::with(SLOWEST)
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
        let frame = tokio::time::timeout_at(due, body.frame()).await.map_err(|_| too_slow())?;
        frame.transpose().map_err(|_| ApiError::new(&code::MALFORMED_BODY, "The body broke off or is badly framed."))
    }

    /// The time until which the bytes so far keep the average rate.
    fn due(&self) -> Instant {
        let earned_ms = self.bytes.saturating_mul(1_000) / self.slowest.bytes_per_s;
        self.begun + self.slowest.grace + Duration::from_millis(earned_ms)
    }
}

fn too_slow() -> ApiError {
    let detail = format!(
        "A body must not pause for {} s, and must bring {BODY_BYTES_PER_S_MIN} bytes per second on average; nothing was \
         stored.",
        BODY_STALL_MS_MAX / 1_000
    );
    ApiError::new(&code::BODY_TOO_SLOW, detail)
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
        let mut pace = Pace::start();
        assert_eq!(pace.due() - pace.begun, Duration::from_millis(BODY_GRACE_MS));
        pace.count(usize::try_from(BODY_BYTES_PER_S_MIN).expect("small") * 3);
        assert_eq!(pace.due() - pace.begun, Duration::from_millis(BODY_GRACE_MS + 3_000));
    }
}

//! Parses `Prefer: wait=N` (RFC 7240, section 4.3), the time to wait for an outcome. Invariant: a wait is at most
//! [`WAIT_S_MAX`].

use http::{HeaderMap, HeaderName};
use std::time::Duration;

/// The maximum wait of a request, in seconds. The RFC allows shortening a longer one.
pub const WAIT_S_MAX: u64 = 30;

const PREFER: HeaderName = HeaderName::from_static("prefer");

/// The wait that a request asks for; `None` if it asks for none. Unknown preferences are ignored, as the RFC requires.
pub fn wait_of(headers: &HeaderMap) -> Option<Duration> {
    headers
        .get_all(PREFER)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|preference| preference.split(';').next()?.trim().split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("wait"))
        .and_then(|(_, seconds)| seconds.trim().trim_matches('"').parse::<u64>().ok())
        .filter(|seconds| *seconds > 0)
        .map(|seconds| Duration::from_secs(seconds.min(WAIT_S_MAX)))
}

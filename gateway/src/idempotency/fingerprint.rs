//! The fingerprint of a request: what makes two requests with one `Idempotency-Key` the same. Invariant: every part of
//! a request that changes its effect is covered.

use crate::body::media_type;
use http::request::Parts;
use sha2::{Digest as _, Sha256};

/// Headers of the EPCIS binding begin with this; they change what a body means or what is done with it.
const GS1: &str = "gs1-";

/// The fingerprint of a request whose body is not read yet.
#[derive(Clone, Debug)]
pub(super) struct Fingerprint(Sha256);

impl Fingerprint {
    /// Covers method, path and query, the media type of the body, and all `GS1-*` headers. `Prefer` is left out: how
    /// long a client waits does not change what is done (RFC 7240, section 2).
    pub(super) fn of(parts: &Parts) -> Self {
        let mut hasher = Sha256::new();
        let target = parts.uri.path_and_query().map_or(parts.uri.path(), |target| target.as_str());
        for part in [parts.method.as_str(), target, &media_type(&parts.headers).unwrap_or_default()] {
            update(&mut hasher, part.as_bytes());
        }
        let named = parts.headers.iter().filter(|(name, _)| name.as_str().starts_with(GS1));
        let mut headers: Vec<_> = named.map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        // Values of one name keep their order, which has a meaning; the order of the names has none.
        headers.sort_by_key(|(name, _)| *name);
        for (name, value) in headers {
            update(&mut hasher, name.as_bytes());
            update(&mut hasher, value.trim_ascii());
        }
        Self(hasher)
    }

    /// Adds the body.
    pub(super) fn with_body(mut self, body: &[u8]) -> [u8; 32] {
        update(&mut self.0, body);
        self.0.finalize().into()
    }
}

/// Adds a part with its length, so that no two lists of parts have the same bytes.
fn update(hasher: &mut Sha256, part: &[u8]) {
    hasher.update((part.len() as u64).to_le_bytes());
    hasher.update(part);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(method: &str, uri: &str, headers: &[(&str, &str)], body: &[u8]) -> [u8; 32] {
        let mut request = http::Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Fingerprint::of(&request.body(()).expect("a request").into_parts().0).with_body(body)
    }

    #[test]
    fn everything_that_changes_the_effect_changes_the_fingerprint() {
        let json = ("content-type", "application/json");
        let first = fingerprint("POST", "/a", &[json], b"b");
        let others = [
            fingerprint("PUT", "/a", &[json], b"b"),
            fingerprint("POST", "/ab", &[json], b""),
            fingerprint("POST", "/a?b", &[json], b"b"),
            fingerprint("POST", "/a", &[json], b"c"),
            fingerprint("POST", "/a", &[("content-type", "application/ld+json")], b"b"),
            fingerprint("POST", "/a", &[json, ("gs1-capture-error-behaviour", "proceed")], b"b"),
            fingerprint("POST", "/a", &[json, ("gs1-capture-error-behaviour", "rollback")], b"b"),
            fingerprint("POST", "/a", &[json, ("gs1-cbv-version", "2.0.0")], b"b"),
            fingerprint("POST", "/a", &[json, ("gs1-extensions", "a=1"), ("gs1-extensions", "b=2")], b"b"),
            fingerprint("POST", "/a", &[json, ("gs1-extensions", "b=2"), ("gs1-extensions", "a=1")], b"b"),
        ];
        for (index, other) in others.iter().enumerate() {
            assert_ne!(*other, first, "{index}");
            assert!(!others[..index].contains(other), "{index}");
        }
    }

    #[test]
    fn what_does_not_change_the_effect_does_not_count() {
        let first = fingerprint("POST", "/a", &[("content-type", "application/json")], b"b");
        for headers in [
            [("content-type", "Application/JSON; charset=utf-8"), ("prefer", "wait=5")],
            [("content-type", "application/json"), ("traceparent", "00-1-2-01")],
            [("content-type", "application/json"), ("user-agent", "another")],
        ] {
            assert_eq!(fingerprint("POST", "/a", &headers, b"b"), first, "{headers:?}");
        }
    }
}

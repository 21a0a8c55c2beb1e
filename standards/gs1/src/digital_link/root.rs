//! The beginning of links that are written: scheme, host and stem. Invariant: a path can be appended to it.

use super::{check_host, check_text};
use crate::{
    limit::ROOT_BYTES_MAX,
    problem::{Problem, code},
};

/// Scheme, host and stem, such as `https://example.com` or `https://example.com/some/stem` (URI Syntax 1.7, section
/// 4.11, `customURIstem`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root(String);

impl Root {
    /// Reads a root. A slash at the end is left out.
    ///
    /// # Errors
    /// The first problem; its place is counted in bytes of `text`.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        if text.len() > ROOT_BYTES_MAX {
            let detail = format!("a root has at most {ROOT_BYTES_MAX} bytes");
            return Err(Problem::new(ROOT_BYTES_MAX, code::URI_TOO_LONG, detail));
        }
        check_text(text)?;
        if let Some(at) = text.find(['?', '#']) {
            return Err(Problem::new(at, code::INVALID_URI, "a root has neither a query nor a fragment"));
        }
        let after_scheme = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let after_scheme = after_scheme.ok_or_else(|| {
            Problem::new(0, code::UNSUPPORTED_SCHEME, "a Digital Link begins with https:// or http://")
        })?;
        let host = after_scheme.split('/').next().unwrap_or_default();
        check_host(host).map_err(|problem| problem.moved_by(text.len() - after_scheme.len()))?;
        Ok(Self(text.strip_suffix('/').unwrap_or(text).to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

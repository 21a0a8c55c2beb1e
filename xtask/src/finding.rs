//! A finding: a place that violates a rule. Invariant: a finding always names the rule, so that a reader can look it
//! up.

use std::fmt;

/// A violated rule and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The path relative to the repository's root, with `/` separators.
    pub(crate) path: String,
    /// The line, counted from 1; `None` for a finding about a whole file or folder.
    pub(crate) line: Option<usize>,
    /// The rule's stable name, in kebab case.
    pub(crate) rule: &'static str,
    /// What is wrong, and what to do instead.
    pub(crate) message: String,
}

impl Finding {
    /// Creates a finding about a whole file or folder.
    pub(crate) fn whole(path: &str, rule: &'static str, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: None, rule, message: message.into() }
    }

    /// Creates a finding about one line, counted from 1.
    pub(crate) fn at(path: &str, line: usize, rule: &'static str, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: Some(line), rule, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, rule, message } = self;
        match line {
            Some(line) => write!(formatter, "{path}:{line}: [{rule}] {message}"),
            None => write!(formatter, "{path}: [{rule}] {message}"),
        }
    }
}

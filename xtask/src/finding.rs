//! A finding: one place that breaks one rule. It always names the rule, so a reader can look it up.

use std::fmt;

/// A broken rule and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// Path relative to the repository's root, with `/` separators.
    pub(crate) path: String,
    /// Line counted from 1; `None` when the rule is about the file or folder as a whole.
    pub(crate) line: Option<usize>,
    /// The rule's name, stable, in kebab case.
    pub(crate) rule: &'static str,
    /// What is wrong, and what to do instead.
    pub(crate) message: String,
}

impl Finding {
    /// A finding about a whole file or folder.
    pub(crate) fn whole(path: &str, rule: &'static str, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: None, rule, message: message.into() }
    }

    /// A finding on one line, counted from 1.
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

//! The prefixes that a query may use: those of the GS1 context, of its request, and of the `@context` of its body.
//! Invariant: a name means in a query what it means in a document with the same prefixes.

use std::borrow::Cow;

use crate::context::{Scope, curie, gs1_namespace};

/// Schemes of names that are full URIs, not a prefix and a name.
const SCHEMES: [&str; 3] = ["http", "https", "urn"];

/// Prefixes and their namespaces.
#[derive(Clone, Copy, Default)]
pub(super) struct Names<'n> {
    /// Those of the request, which bind no prefix of the GS1 context.
    pub(super) given: &'n [(&'n str, &'n str)],
    /// Those of the body, with those of the GS1 context.
    pub(super) scope: Option<Scope<'n, 'n>>,
}

impl Names<'_> {
    /// The namespace of a prefix, written out.
    fn namespace(&self, prefix: &str) -> Option<Cow<'_, str>> {
        let of_scope = || self.scope.and_then(|scope| scope.namespace(prefix));
        let given =
            || self.given.iter().find(|(name, _)| *name == prefix).map(|(_, namespace)| Cow::Borrowed(*namespace));
        of_scope().or_else(given).or_else(|| gs1_namespace(prefix).map(Cow::Borrowed))
    }

    /// Writes out the prefix of a value. A value without a bound prefix is returned unchanged.
    pub(super) fn expand<'v>(&self, value: &'v str) -> Cow<'v, str> {
        match curie(value).and_then(|(prefix, local)| Some((self.namespace(prefix)?, local))) {
            Some((namespace, local)) => Cow::Owned(format!("{namespace}{local}")),
            None => Cow::Borrowed(value),
        }
    }

    /// The full name of a field; the error is a prefix that is not bound.
    pub(super) fn full<'v>(&self, name: &'v str) -> Result<Cow<'v, str>, &'v str> {
        let expanded = self.expand(name);
        let (prefix, _) = name.split_once(':').unwrap_or_default();
        // A context that is not fetched may bind it. Then the events of such documents have the name as it is, too.
        let is_open = self.scope.is_some_and(|scope| scope.is_open());
        let is_known = matches!(expanded, Cow::Owned(_)) || SCHEMES.contains(&prefix) || is_open;
        if is_known { Ok(expanded) } else { Err(prefix) }
    }
}

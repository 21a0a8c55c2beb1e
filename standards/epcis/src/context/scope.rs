//! The contexts that apply inside one event, by precedence: the event's own, its document's, the GS1 context.
//! Invariant: a look-up takes time in proportion to the name and to the logarithm of the bindings.

use std::borrow::Cow;

use super::{Context, curie, gs1::gs1_namespace};
use crate::limit::URI_BYTES_MAX;

/// The most bindings that lead from a prefix to its namespace, when namespaces are CURIEs themselves.
const HOPS_MAX: usize = 8;

#[derive(Clone, Copy)]
pub(crate) struct Scope<'s, 'a> {
    pub(crate) document: &'s Context<'a>,
    pub(crate) own: Option<&'s Context<'a>>,
}

impl<'s> Scope<'s, '_> {
    /// The namespace bound to `prefix`, as far as it is known without fetching. A namespace that is a CURIE is
    /// expanded.
    pub(crate) fn namespace(&self, prefix: &str) -> Option<Cow<'s, str>> {
        let mut found = Cow::Borrowed(self.binding(prefix)?);
        for _ in 0..HOPS_MAX {
            let Some((outer, local)) = curie(&found).filter(|(outer, _)| *outer != prefix) else { break };
            let Some(namespace) = self.binding(outer).filter(|found| found.len() + local.len() <= URI_BYTES_MAX) else {
                break;
            };
            found = Cow::Owned(format!("{namespace}{local}"));
        }
        Some(found)
    }

    /// The binding of a name as written: the event's own one, else the document's, else that of the GS1 context.
    fn binding(&self, name: &str) -> Option<&'s str> {
        let own = self.own.and_then(|own| own.binding(name));
        match own.or_else(|| self.document.binding(name)) {
            Some(bound) => bound,
            None => gs1_namespace(name),
        }
    }

    /// Whether a context that is not fetched may bind further names.
    pub(crate) fn is_open(&self) -> bool {
        self.document.is_open || self.own.is_some_and(|own| own.is_open)
    }

    pub(crate) fn is_ignored(&self, name: &str) -> bool {
        self.document.ignores(name)
    }

    /// Expands a CURIE whose prefix is bound. Other values are returned unchanged.
    pub(crate) fn expand<'v>(&self, value: &'v str) -> Cow<'v, str> {
        match curie(value).and_then(|(prefix, local)| Some((self.namespace(prefix)?, local))) {
            Some((namespace, local)) => Cow::Owned(format!("{namespace}{local}")),
            None => Cow::Borrowed(value),
        }
    }

    /// Expands the name of a member: a CURIE, or a term as a whole.
    pub(crate) fn expand_name<'v>(&self, name: &'v str) -> Cow<'v, str>
    where
        's: 'v,
    {
        if name.contains(':') {
            return self.expand(name);
        }
        self.namespace(name).unwrap_or(Cow::Borrowed(name))
    }
}

//! The contexts that apply inside one event, by precedence: the event's own, its document's, the GS1 context.
//! Invariant: a look-up takes time in proportion to the name and to the logarithm of the bindings.

use std::borrow::Cow;

use super::{Context, curie};

#[derive(Clone, Copy)]
pub(crate) struct Scope<'s, 'a> {
    document: &'s Context<'a>,
    own: Option<&'s Context<'a>>,
}

impl<'s, 'a> Scope<'s, 'a> {
    /// The scope of an event with the context `own`, whose document has the context `document`. Both are one text for a
    /// bare event, and are then read once.
    pub(crate) fn new(document: &'s Context<'a>, own: Option<&'s Context<'a>>) -> Self {
        Self { document, own: own.filter(|own| own.raw != document.raw) }
    }

    /// The namespace bound to `prefix`, written out as far as it is known without fetching.
    pub(crate) fn namespace(&self, prefix: &str) -> Option<Cow<'s, str>> {
        let document = self.document;
        let outer = move |prefix: &str| document.namespace(prefix);
        match self.own.and_then(|own| own.definitions.namespace(prefix, outer)) {
            Some(bound) => bound,
            None => outer(prefix),
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

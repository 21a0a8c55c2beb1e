//! The definitions of a `@context`, in the order in which JSON-LD makes them. Invariant: a namespace that is a CURIE
//! rests on what its prefix meant when the namespace was defined (JSON-LD 1.1 API section 4.2.2): a definition of the
//! same object, else of an earlier element, else of the outer scope. A later definition of the prefix changes nothing.
//!
//! A definition names the one that it rests on, and is written out when it is looked up. So a context takes memory in
//! proportion to its text, and a look-up time in proportion to the longest namespace and to the logarithm of the
//! definitions.

mod make;

use std::{borrow::Cow, collections::BTreeMap};

use super::curie;

/// What a definition rests on.
#[derive(Debug, Clone, Copy)]
enum Base {
    /// The namespace stays as written.
    Nothing,
    /// The prefix had this definition of the same context.
    Definition(usize),
    /// This context did not define the prefix, so the outer scope decides.
    Outer,
}

/// The size of a namespace that is written out.
#[derive(Debug, Clone, Copy)]
struct Size {
    /// The number of definitions that it rests on.
    hops: usize,
    bytes: usize,
}

#[derive(Debug, Clone)]
struct Definition<'a> {
    /// As written. `None` unbinds the name.
    namespace: Option<Cow<'a, str>>,
    base: Base,
    size: Size,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Definitions<'a> {
    /// In the order in which they were made. Later ones rest on earlier ones.
    made: Vec<Definition<'a>>,
    /// The last definition of each name.
    names: BTreeMap<Cow<'a, str>, usize>,
}

impl<'a> Definitions<'a> {
    pub(super) fn is_empty(&self) -> bool {
        self.made.is_empty()
    }

    /// The namespace of `name` as written. `Some(None)` when the name is unbound on purpose.
    #[allow(clippy::option_option, reason = "a name that is not bound differs from one that is unbound on purpose")]
    pub(super) fn written(&self, name: &str) -> Option<Option<&str>> {
        self.names.get(name).map(|index| self.made[*index].namespace.as_deref())
    }

    /// The names with a namespace as written, in code-point order.
    pub(super) fn bound(&self) -> impl Iterator<Item = (&str, &str)> {
        self.names.iter().filter_map(|(name, index)| Some((&**name, self.made[*index].namespace.as_deref()?)))
    }

    /// The namespace of `name`, written out. `outer` looks up a prefix in the outer scope. `Some(None)` when the name
    /// is unbound on purpose.
    #[allow(clippy::option_option, reason = "as above")]
    pub(super) fn namespace<'s>(
        &'s self,
        name: &str,
        outer: impl Fn(&str) -> Option<Cow<'s, str>>,
    ) -> Option<Option<Cow<'s, str>>> {
        self.names.get(name).map(|index| self.write_out(*index, &outer))
    }

    fn write_out<'s>(&'s self, index: usize, outer: &impl Fn(&str) -> Option<Cow<'s, str>>) -> Option<Cow<'s, str>> {
        let definition = &self.made[index];
        let written = definition.namespace.as_deref()?;
        if matches!(definition.base, Base::Nothing) {
            return Some(Cow::Borrowed(written));
        }
        let mut out = String::new();
        self.push_whole(&mut out, definition, outer);
        Some(Cow::Owned(out))
    }

    /// Appends a namespace, written out. The recursion is as deep as [`crate::limit::NAMESPACE_HOPS_MAX`].
    fn push_whole<'s>(
        &'s self,
        out: &mut String,
        definition: &Definition<'a>,
        outer: &impl Fn(&str) -> Option<Cow<'s, str>>,
    ) {
        let written = definition.namespace.as_deref().unwrap_or_default();
        let (prefix, local) = split(written).unwrap_or((written, ""));
        let is_prefixed = match definition.base {
            Base::Nothing => false,
            Base::Definition(base) => {
                self.push_whole(out, &self.made[base], outer);
                true
            }
            Base::Outer => outer(prefix).inspect(|base| out.push_str(base)).is_some(),
        };
        out.push_str(if is_prefixed { local } else { written });
    }

    /// The prefix of the outer scope that decides the namespace of `name`, when there is one.
    pub(super) fn outer_prefix(&self, name: &str) -> Option<&str> {
        let mut definition = &self.made[*self.names.get(name)?];
        while let Base::Definition(base) = definition.base {
            definition = &self.made[base];
        }
        match definition.base {
            Base::Outer => definition.namespace.as_deref().and_then(split).map(|(prefix, _)| prefix),
            Base::Nothing | Base::Definition(_) => None,
        }
    }
}

/// Splits a namespace into the name that it may rest on and the rest: a CURIE, or a term as a whole (JSON-LD 1.1 API
/// section 5.2.2).
fn split(namespace: &str) -> Option<(&str, &str)> {
    if namespace.contains(':') { curie(namespace) } else { Some((namespace, "")) }
}

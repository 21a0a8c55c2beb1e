//! The definitions of a `@context`, in the order in which JSON-LD makes them. Invariant: a namespace that is a CURIE
//! rests on what its prefix meant when the namespace was defined (JSON-LD 1.1 API section 4.2.2): a definition of the
//! same object, else of an earlier element, else of the outer scope. A later definition of the prefix changes nothing.
//!
//! A definition names the one that it rests on, and is written out when it is looked up. So a context takes memory in
//! proportion to its text, and a look-up time in proportion to [`URI_BYTES_MAX`] and to the logarithm of the
//! definitions.

use std::{borrow::Cow, collections::BTreeMap};

use super::{curie, gs1_namespace};
use crate::limit::{NAMESPACE_HOPS_MAX, URI_BYTES_MAX};

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

/// A member of a context: a name, and its namespace as written. `None` unbinds the name.
pub(super) type Entry<'m, 'a> = (&'m Cow<'a, str>, Option<Cow<'a, str>>);

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

    /// The namespace of `name`, written out. `outer` looks up a prefix in the outer scope. `Some(None)` when the name is
    /// unbound on purpose.
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

    /// Appends a namespace, written out. The recursion is as deep as [`NAMESPACE_HOPS_MAX`].
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

    /// Makes the definitions of one object of a context. Each rests on those of the same object that it needs, whatever
    /// their order. `outer` are the definitions of the outer scope, and `refuse` takes the faults: a name, and a
    /// sentence. A namespace with a fault stays as written.
    pub(super) fn define(
        &mut self,
        entries: &[Entry<'_, 'a>],
        outer: Option<&Definitions<'_>>,
        mut refuse: impl FnMut(&str, String),
    ) {
        let places: BTreeMap<&str, usize> = entries.iter().enumerate().map(|(at, (name, _))| (&***name, at)).collect();
        // The entry of the same object that an entry needs.
        let needed = |at: usize| {
            let (name, namespace) = &entries[at];
            let (prefix, _) = namespace.as_deref().filter(|namespace| *namespace != &***name).and_then(split)?;
            places.get(prefix).copied()
        };
        let mut state = vec![State::New; entries.len()];
        for start in 0..entries.len() {
            let mut waiting = Vec::new();
            let mut next = Some(start);
            while let Some(at) = next.filter(|at| state[*at] == State::New) {
                state[at] = State::Waiting;
                waiting.push(at);
                next = needed(at);
            }
            let circle = next.filter(|at| state[*at] == State::Waiting);
            let mut is_in_circle = circle.is_some();
            if let Some(at) = circle {
                refuse(entries[at].0, "the namespace rests on itself".to_owned());
            }
            for at in waiting.into_iter().rev() {
                let (name, namespace) = &entries[at];
                let base = if is_in_circle { Base::Nothing } else { self.base(name, namespace.as_deref()) };
                is_in_circle &= circle != Some(at);
                if let Some(fault) = self.push((*name).clone(), namespace.clone(), base, outer) {
                    refuse(name, fault);
                }
                state[at] = State::Made;
            }
        }
    }

    /// Makes a definition that rests on nothing.
    pub(super) fn define_absolute(&mut self, name: &'static str, namespace: &'static str) {
        self.push(Cow::Borrowed(name), Some(Cow::Borrowed(namespace)), Base::Nothing, None);
    }

    /// What a namespace rests on now.
    fn base(&self, name: &str, namespace: Option<&str>) -> Base {
        let Some((prefix, _)) = namespace.filter(|namespace| *namespace != name).and_then(split) else {
            return Base::Nothing;
        };
        match self.names.get(prefix) {
            Some(index) if self.made[*index].namespace.is_some() => Base::Definition(*index),
            Some(_) => Base::Nothing,
            None => Base::Outer,
        }
    }

    /// Adds a definition. Returns the fault of one whose namespace is too large.
    fn push(
        &mut self,
        name: Cow<'a, str>,
        namespace: Option<Cow<'a, str>>,
        mut base: Base,
        outer: Option<&Definitions<'_>>,
    ) -> Option<String> {
        let written = namespace.as_deref().unwrap_or_default();
        let (prefix, local) = split(written).unwrap_or((written, ""));
        let found = match base {
            Base::Nothing => None,
            Base::Definition(base) => Some(self.made[base].size),
            Base::Outer => outer.map_or_else(|| size_of_gs1(prefix), |outer| outer.size_of(prefix)),
        };
        let mut size = Size { hops: 0, bytes: written.len() };
        let mut fault = None;
        if let Some(found) = found {
            let whole = Size { hops: found.hops + 1, bytes: found.bytes + local.len() };
            if whole.hops > NAMESPACE_HOPS_MAX {
                fault = Some(format!("a namespace rests on at most {NAMESPACE_HOPS_MAX} other definitions"));
            } else if whole.bytes > URI_BYTES_MAX {
                fault = Some(format!("a namespace has at most {URI_BYTES_MAX} bytes when its prefix is written out"));
            } else {
                size = whole;
            }
        }
        if fault.is_some() {
            base = Base::Nothing;
        }
        self.names.insert(name, self.made.len());
        self.made.push(Definition { namespace, base, size });
        fault
    }

    /// The size of a name's namespace in a document's context, which stands on the GS1 one.
    fn size_of(&self, name: &str) -> Option<Size> {
        let Some(index) = self.names.get(name) else { return size_of_gs1(name) };
        self.made[*index].namespace.as_ref().map(|_| self.made[*index].size)
    }
}

/// The state of an entry while the definitions of its object are made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    /// It waits for the entry that it needs.
    Waiting,
    Made,
}

fn size_of_gs1(name: &str) -> Option<Size> {
    gs1_namespace(name).map(|namespace| Size { hops: 0, bytes: namespace.len() })
}

/// Splits a namespace into the name that it may rest on and the rest: a CURIE, or a term as a whole (JSON-LD 1.1 API
/// section 5.2.2).
fn split(namespace: &str) -> Option<(&str, &str)> {
    if namespace.contains(':') { curie(namespace) } else { Some((namespace, "")) }
}

//! Makes the definitions of a context in the order of JSON-LD (JSON-LD 1.1 API section 4.2.2). Invariant: a definition
//! rests on earlier ones, on at most [`NAMESPACE_HOPS_MAX`], and no namespace is longer than [`URI_BYTES_MAX`] when it
//! is written out. Making them takes time in proportion to the context, times the logarithm of the definitions.

use std::{borrow::Cow, collections::BTreeMap};

use super::{Base, Definition, Definitions, Size, split};
use crate::{
    context::{entry::Entry, gs1_namespace},
    limit::{NAMESPACE_HOPS_MAX, URI_BYTES_MAX},
};

impl<'a> Definitions<'a> {
    /// Makes the definitions of one object of a context. Each rests on those of the same object that it needs, whatever
    /// their order. `outer` are the definitions of the outer scope, and `refuse` takes the faults: a name, and a
    /// sentence. A namespace with a fault stays as written.
    pub(in crate::context) fn define(
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
    pub(in crate::context) fn define_absolute(&mut self, name: &'static str, namespace: &'static str) {
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

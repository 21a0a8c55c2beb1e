//! Reads the JSON-LD `@context` of a document or event. Invariant: nothing is fetched, and the GS1 contexts are
//! recognised by their addresses. Any other address makes the context *open*: names that it might bind are accepted but
//! not expanded. A context without the GS1 one is read as if it began with it.

mod definition;
mod entry;
mod gs1;
mod gs1_name;
mod scope;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, collections::BTreeSet};

use crate::{
    json::{Node, Value},
    limit::CONTEXT_BYTES_MAX,
    problem::{Path, Problems, code, quote},
    validate::is_uri,
};

use definition::Definitions;
use entry::{Entry, read_entry};
pub(crate) use gs1::expand_gs1;
pub use gs1::{GS1_CONTEXT_URL, gs1_namespace};
pub use gs1_name::is_gs1_name;
pub(crate) use scope::Scope;

/// The bindings of a `@context`.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    raw: &'a str,
    definitions: Definitions<'a>,
    names_gs1: bool,
    is_open: bool,
    /// Whether the context consists of the GS1 one and then of absolute namespaces, each name bound once.
    is_plain: bool,
    /// The elements whose meaning the bindings do not tell: foreign addresses and definitions of JSON-LD.
    opaque: Vec<&'a str>,
    ignored_fields: BTreeSet<Cow<'a, str>>,
}

impl<'a> Context<'a> {
    /// The `@context` value exactly as sent: a JSON string, object or array.
    pub fn raw(&self) -> &'a str {
        self.raw
    }

    /// The document's `…:ignoreFields` list: names of event fields that a repository added and that the event hash
    /// leaves out. Empty for most documents.
    pub fn ignored_fields(&self) -> impl Iterator<Item = &str> {
        self.ignored_fields.iter().map(|name| &**name)
    }

    pub(crate) fn ignores(&self, name: &str) -> bool {
        self.ignored_fields.contains(name)
    }

    /// Whether the GS1 context is named.
    pub(crate) fn names_gs1(&self) -> bool {
        self.names_gs1
    }

    pub(crate) fn is_plain(&self) -> bool {
        self.is_plain
    }

    pub(crate) fn opaque(&self) -> &[&'a str] {
        &self.opaque
    }

    /// The names bound to a namespace by the text itself, as written, in code-point order.
    pub(crate) fn bound(&self) -> impl Iterator<Item = (&str, &str)> {
        self.definitions.bound()
    }

    /// What the text itself binds to `name`, as written: the last binding wins (JSON-LD 1.1 section 4.1). `Some(None)`
    /// when the text unbinds it.
    #[allow(clippy::option_option, reason = "a name that is not bound differs from one that is unbound on purpose")]
    pub(crate) fn binding(&self, name: &str) -> Option<Option<&str>> {
        self.definitions.written(name)
    }

    /// The prefix that the text itself did not define when a namespace needed it. So the outer scope decides what
    /// `name` is bound to.
    pub(crate) fn outer_prefix(&self, name: &str) -> Option<&str> {
        self.definitions.outer_prefix(name)
    }

    /// The namespace of a name in a document, written out.
    pub(crate) fn namespace(&self, name: &str) -> Option<Cow<'_, str>> {
        let outer = |prefix: &str| gs1_namespace(prefix).map(Cow::Borrowed);
        self.definitions.namespace(name, outer).unwrap_or_else(|| outer(name))
    }

    /// Whether a name may get another namespace when the context is read a second time, on top of itself: its namespace
    /// has a prefix that a later element defines. A later element that is not fetched may define any.
    pub(crate) fn changes_when_repeated(&self) -> bool {
        let may_be_defined = |prefix: &str| self.is_open || self.binding(prefix).is_some();
        let mut names = self.bound().filter(|(name, _)| self.outer_prefix(name).is_some_and(may_be_defined));
        names.any(|(name, _)| {
            if self.is_open {
                return true;
            }
            let again = self.definitions.namespace(name, |prefix| self.namespace(prefix));
            self.namespace(name) != again.flatten()
        })
    }

    /// Reads the context of a document or, with that of its document as `outer`, of an event.
    pub(crate) fn read(node: &Node<'a>, outer: Option<&Context<'_>>, path: &Path<'_>, problems: &mut Problems) -> Self {
        let mut context = Self {
            raw: node.raw,
            definitions: Definitions::default(),
            names_gs1: false,
            is_open: false,
            is_plain: true,
            opaque: Vec::new(),
            ignored_fields: BTreeSet::new(),
        };
        if node.raw.len() > CONTEXT_BYTES_MAX {
            let detail = format!("a context has at most {CONTEXT_BYTES_MAX} bytes");
            problems.push(path, code::INVALID_CONTEXT, detail);
            return context;
        }
        // A bare event's context is that of its document, too, and is read once.
        let outer = outer.filter(|outer| outer.raw != node.raw).map(|outer| &outer.definitions);
        match node.as_array() {
            Some(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    context.add(element, outer, &path.index(index), problems);
                }
            }
            None => context.add(node, outer, path, problems),
        }
        let is_absolute = context.bound().all(|(_, namespace)| context.is_absolute(namespace));
        context.is_plain &= is_absolute;
        context
    }

    pub(crate) fn ignore_fields(&mut self, names: &[Node<'a>]) {
        self.ignored_fields.extend(names.iter().filter_map(|name| match &name.value {
            Value::String(text) => Some(text.clone()),
            _ => None,
        }));
    }

    fn add(&mut self, element: &Node<'a>, outer: Option<&Definitions<'_>>, path: &Path<'_>, problems: &mut Problems) {
        match &element.value {
            Value::String(address) if gs1::is_address(address) => {
                self.names_gs1 = true;
                // The address binds its prefixes anew, so bindings before it end here.
                self.is_plain &= self.definitions.is_empty();
                for (name, namespace) in gs1::PREFIXES {
                    self.definitions.define_absolute(name, namespace);
                }
            }
            Value::String(address) if is_uri(address) => {
                self.is_open = true;
                self.is_plain = false;
                self.opaque.push(element.raw);
            }
            Value::Object(members) => {
                let mut entries = Vec::with_capacity(members.len());
                let is_known = members
                    .iter()
                    .fold(true, |is_known, member| is_known & read_entry(member, &mut entries, path, problems));
                if !is_known {
                    self.is_plain = false;
                    self.opaque.push(element.raw);
                }
                self.is_plain &= entries.iter().all(|entry| self.agrees(entry));
                self.definitions.define(&entries, outer, |name, fault| {
                    problems.push(&path.name(name), code::INVALID_CONTEXT, fault);
                });
            }
            Value::String(address) => {
                let detail = format!("{} is not the address of a context", quote(address));
                problems.push(path, code::INVALID_CONTEXT, detail);
            }
            _ => {
                let detail = format!("a context is an address, a prefix map or a list of them, not {}", element.kind());
                problems.push(path, code::INVALID_CONTEXT, detail);
            }
        }
    }

    /// Whether an entry contradicts no definition of an earlier element, other than one of the GS1 context.
    fn agrees(&self, (name, namespace): &Entry<'_, 'a>) -> bool {
        let Some(earlier) = self.binding(name) else { return true };
        earlier == namespace.as_deref() || earlier.is_some_and(|earlier| gs1_namespace(name) == Some(earlier))
    }

    /// Whether no definition of this context and of the GS1 one, wherever it stands, has the prefix of a namespace.
    fn is_absolute(&self, namespace: &str) -> bool {
        let is_free = |prefix: &str| self.binding(prefix).is_none() && gs1_namespace(prefix).is_none();
        namespace.contains(':') && curie(namespace).is_none_or(|(prefix, _)| is_free(prefix))
    }
}

/// Splits a CURIE into prefix and local part. `None` for a text without a colon, and for a URI with an authority
/// (`scheme://…`), which is never a CURIE (JSON-LD 1.1 section 4.1.5).
pub(crate) fn curie(text: &str) -> Option<(&str, &str)> {
    text.split_once(':').filter(|(prefix, local)| !local.starts_with("//") && *prefix != "_")
}

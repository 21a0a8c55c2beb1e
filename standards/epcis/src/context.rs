//! Reads the JSON-LD `@context` of a document or event. Invariant: nothing is fetched, and the GS1 contexts are
//! recognised by their addresses. Any other address makes the context *open*: names that it might bind are accepted but
//! not expanded. A context without the GS1 one is read as if it began with it.

mod gs1;
mod scope;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, collections::BTreeSet};

use crate::{
    json::{Member, Node, Value},
    limit::{CONTEXT_BYTES_MAX, URI_BYTES_MAX},
    problem::{Path, Problems, code, quote},
    text::is_iri_char,
    validate::is_uri,
};

pub use gs1::GS1_CONTEXT_URL;
pub(crate) use gs1::{expand_gs1, gs1_namespace};
pub(crate) use scope::Scope;

/// The bindings of a `@context`.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    raw: &'a str,
    /// Sorted by name, each name once. `None` unbinds the name.
    bindings: Vec<(Cow<'a, str>, Option<Cow<'a, str>>)>,
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

    /// The names bound to a namespace by the text itself, in code-point order.
    pub(crate) fn bound(&self) -> impl Iterator<Item = (&str, &str)> {
        self.bindings.iter().filter_map(|(name, namespace)| Some((&**name, namespace.as_deref()?)))
    }

    /// What the text itself binds to `name`: the last binding wins (JSON-LD 1.1 section 4.1). `Some(None)` when the
    /// text unbinds it.
    pub(crate) fn binding(&self, name: &str) -> Option<Option<&str>> {
        let found = self.bindings.binary_search_by(|(bound, _)| (**bound).cmp(name)).ok()?;
        Some(self.bindings[found].1.as_deref())
    }

    pub(crate) fn read(node: &Node<'a>, path: &Path<'_>, problems: &mut Problems) -> Self {
        let mut context = Self {
            raw: node.raw,
            bindings: Vec::new(),
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
        match node.as_array() {
            Some(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    context.add(element, &path.index(index), problems);
                }
            }
            None => context.add(node, path, problems),
        }
        context.settle();
        context
    }

    pub(crate) fn ignore_fields(&mut self, names: &[Node<'a>]) {
        self.ignored_fields.extend(names.iter().filter_map(|name| match &name.value {
            Value::String(text) => Some(text.clone()),
            _ => None,
        }));
    }

    fn add(&mut self, element: &Node<'a>, path: &Path<'_>, problems: &mut Problems) {
        match &element.value {
            Value::String(address) if gs1::is_address(address) => {
                self.names_gs1 = true;
                // The address binds its prefixes anew, so bindings before it end here.
                self.is_plain &= self.bindings.is_empty();
                let prefixes =
                    gs1::PREFIXES.map(|(name, namespace)| (Cow::Borrowed(name), Some(Cow::Borrowed(namespace))));
                self.bindings.extend(prefixes);
            }
            Value::String(address) if is_uri(address) => {
                self.is_open = true;
                self.is_plain = false;
                self.opaque.push(element.raw);
            }
            Value::Object(members) => {
                let is_known =
                    members.iter().fold(true, |is_known, member| is_known & self.bind(member, path, problems));
                if !is_known {
                    self.is_plain = false;
                    self.opaque.push(element.raw);
                }
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

    /// Adds a binding. Returns whether it is a plain one, so that its name and namespace tell its whole meaning.
    fn bind(&mut self, member: &Member<'a>, path: &Path<'_>, problems: &mut Problems) -> bool {
        if member.name.starts_with('@') {
            return false;
        }
        let (is_known, namespace) = match &member.node.value {
            Value::String(text) => (!text.starts_with('@'), Some(text)),
            Value::Null => (false, None),
            _ => match member.node.get("@id").map(|id| &id.value) {
                Some(Value::String(text)) => (false, Some(text)),
                _ => return false,
            },
        };
        if let Some(namespace) = namespace {
            let detail = if namespace.len() > URI_BYTES_MAX {
                format!("a namespace has at most {URI_BYTES_MAX} bytes")
            } else if !namespace.chars().all(is_iri_char) {
                format!("{} is no namespace: a character is not allowed in URIs", quote(namespace))
            } else {
                String::new()
            };
            if !detail.is_empty() {
                problems.push(&path.name(&member.name), code::INVALID_CONTEXT, detail);
            }
        }
        // A keyword (`@type`) is no namespace.
        let namespace = namespace.filter(|text| !text.starts_with('@')).cloned();
        if namespace.is_some() || matches!(member.node.value, Value::Null) {
            self.bindings.push((member.name.clone(), namespace));
        }
        is_known
    }

    /// Sorts the bindings and keeps the last of each name.
    fn settle(&mut self) {
        // A stable sort of the reversed list has the last binding of a name first.
        self.bindings.reverse();
        self.bindings.sort_by(|(left, _), (right, _)| left.cmp(right));
        let is_gs1 = |(name, namespace): &(Cow<'_, str>, Option<Cow<'_, str>>)| {
            namespace.as_deref().is_some_and(|namespace| gs1_namespace(name) == Some(namespace))
        };
        let mut is_contradictory = false;
        self.bindings.dedup_by(|later, kept| {
            let is_same_name = later.0 == kept.0;
            is_contradictory |= is_same_name && later.1 != kept.1 && !is_gs1(&*later);
            is_same_name
        });
        let is_absolute = |(_, namespace): &(Cow<'a, str>, Option<Cow<'a, str>>)| {
            let Some(namespace) = namespace else { return false };
            match curie(namespace) {
                Some((scheme, _)) => self.binding(scheme).is_none() && gs1_namespace(scheme).is_none(),
                None => namespace.contains(':'),
            }
        };
        self.is_plain = self.is_plain && !is_contradictory && self.bindings.iter().all(is_absolute);
    }
}

/// Splits a CURIE into prefix and local part. `None` for a text without a colon, and for a URI with an authority
/// (`scheme://…`), which is never a CURIE (JSON-LD 1.1 section 4.1.5).
pub(crate) fn curie(text: &str) -> Option<(&str, &str)> {
    text.split_once(':').filter(|(prefix, local)| !local.starts_with("//") && *prefix != "_")
}

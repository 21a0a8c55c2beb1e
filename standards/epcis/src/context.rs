//! Reads the JSON-LD `@context` of a document or event. Invariant: nothing is fetched, and the GS1 contexts are
//! recognised by their addresses. Any other address makes the context *open*: names that it might bind are accepted but
//! not expanded.

use std::borrow::Cow;

use crate::{
    json::{Node, Value},
    limit::{CONTEXT_BYTES_MAX, URI_BYTES_MAX},
    problem::{Path, Problems, code, quote},
};

/// The GS1 context that this library writes to query documents (EPCIS 2.0 artefacts).
pub const GS1_CONTEXT_URL: &str = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld";

/// The prefixes of the GS1 context, in the form that the event hash requires (CBV 2.0 section 8).
const GS1_PREFIXES: [(&str, &str); 8] = [
    ("cbv", "https://ref.gs1.org/cbv/"),
    ("gs1", "https://gs1.org/voc/"),
    ("epcis", "https://ref.gs1.org/epcis/"),
    // Without the colon that the context appends: the XML binding names this namespace so, and both must hash alike.
    ("cbvmda", "urn:epcglobal:cbv:mda"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ("dcterms", "http://purl.org/dc/terms/"),
];

/// The bindings of a `@context`.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    raw: &'a str,
    bindings: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    is_open: bool,
    ignored_fields: Vec<Cow<'a, str>>,
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

    pub(crate) fn read(node: &Node<'a>, path: &Path<'_>, problems: &mut Problems) -> Self {
        let mut context = Self { raw: node.raw, bindings: Vec::new(), is_open: false, ignored_fields: Vec::new() };
        if node.raw.len() > CONTEXT_BYTES_MAX {
            let detail = format!("a context has at most {CONTEXT_BYTES_MAX} bytes");
            problems.push(path, code::INVALID_CONTEXT, detail);
        }
        match node.as_array() {
            Some(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    context.add(element, &path.index(index), problems);
                }
            }
            None => context.add(node, path, problems),
        }
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
            Value::String(address) if is_gs1_address(address) => {}
            Value::String(address) if address.contains(':') => self.is_open = true,
            Value::Object(members) => {
                for member in members {
                    let namespace = bound_namespace(&member.node);
                    if let Some(namespace) = namespace.filter(|_| !member.name.starts_with('@')) {
                        if namespace.len() > URI_BYTES_MAX {
                            let detail = format!("a namespace has at most {URI_BYTES_MAX} bytes");
                            problems.push(&path.name(&member.name), code::INVALID_CONTEXT, detail);
                        }
                        self.bindings.push((member.name.clone(), namespace));
                    }
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

    /// The namespace that the text itself binds to `prefix`. The last binding wins (JSON-LD 1.1 section 4.1).
    fn binding(&self, prefix: &str) -> Option<&str> {
        self.bindings.iter().rev().find(|(name, _)| name == prefix).map(|(_, namespace)| &**namespace)
    }
}

/// The namespace of a binding: `"ns"` or `{"@id": "ns"}`.
fn bound_namespace<'a>(node: &Node<'a>) -> Option<Cow<'a, str>> {
    let node = if node.as_object().is_some() { node.get("@id")? } else { node };
    match &node.value {
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// Whether an address is a published one of the GS1 EPCIS context, in any version.
pub(crate) fn is_gs1_address(address: &str) -> bool {
    let Some(rest) = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")) else {
        return false;
    };
    rest.starts_with("ref.gs1.org/standards/epcis/") || rest.starts_with("gs1.github.io/EPCIS/")
}

/// The namespace that the GS1 context binds to `prefix`.
fn gs1_namespace(prefix: &str) -> Option<&'static str> {
    GS1_PREFIXES.iter().find(|(name, _)| *name == prefix).map(|(_, namespace)| *namespace)
}

/// Expands a CURIE under the GS1 context alone. Other values are returned unchanged.
pub(crate) fn expand_gs1(value: &str) -> Cow<'_, str> {
    match value.split_once(':').and_then(|(prefix, local)| Some((gs1_namespace(prefix)?, local))) {
        Some((namespace, local)) => Cow::Owned(format!("{namespace}{local}")),
        None => Cow::Borrowed(value),
    }
}

/// The contexts that apply inside one event, by precedence: the event's own, its document's, the GS1 context.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'s, 'a> {
    pub(crate) document: &'s Context<'a>,
    pub(crate) own: Option<&'s Context<'a>>,
}

impl<'s> Scope<'s, '_> {
    /// The namespace bound to `prefix`, as far as it is known without fetching.
    pub(crate) fn namespace(&self, prefix: &str) -> Option<&'s str> {
        self.own
            .and_then(|own| own.binding(prefix))
            .or_else(|| self.document.binding(prefix))
            .or_else(|| gs1_namespace(prefix))
    }

    /// Whether a context that is not fetched may bind further names.
    pub(crate) fn is_open(&self) -> bool {
        self.document.is_open || self.own.is_some_and(|own| own.is_open)
    }

    pub(crate) fn is_ignored(&self, name: &str) -> bool {
        self.document.ignored_fields.iter().any(|ignored| ignored == name)
    }

    /// Expands a CURIE whose prefix is bound. Other values are returned unchanged.
    pub(crate) fn expand<'v>(&self, value: &'v str) -> Cow<'v, str> {
        match value.split_once(':').and_then(|(prefix, local)| Some((self.namespace(prefix)?, local))) {
            Some((namespace, local)) => Cow::Owned(format!("{namespace}{local}")),
            None => Cow::Borrowed(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    fn read(text: &str) -> (Context<'_>, Vec<crate::problem::Problem>) {
        let mut problems = Problems::default();
        let node = parse(text, 8).expect("valid JSON");
        let context = Context::read(&node, &Path::Root, &mut problems);
        (context, problems.into_vec())
    }

    #[test]
    fn the_last_binding_wins_and_gs1_is_always_bound() {
        let (context, problems) =
            read(r#"["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",{"a":"x:1/"},{"a":{"@id":"x:2/"}}]"#);
        assert!(problems.is_empty());
        let scope = Scope { document: &context, own: None };
        assert_eq!(scope.namespace("a"), Some("x:2/"));
        assert_eq!(scope.namespace("gs1"), Some("https://gs1.org/voc/"));
        assert_eq!(scope.namespace("b"), None);
        assert!(!scope.is_open());
        assert_eq!(scope.expand("a:b"), "x:2/b");
        assert_eq!(scope.expand("b:a"), "b:a");
    }

    #[test]
    fn a_foreign_address_opens_the_context() {
        let (context, problems) = read(r#""https://example.org/context.jsonld""#);
        assert!(problems.is_empty());
        assert!(Scope { document: &context, own: None }.is_open());
    }

    #[test]
    fn an_events_own_context_wins() {
        let (document, _) = read(r#"{"a":"x:1/"}"#);
        let (own, _) = read(r#"{"a":"x:2/"}"#);
        assert_eq!(Scope { document: &document, own: Some(&own) }.namespace("a"), Some("x:2/"));
    }

    #[test]
    fn an_invalid_context_is_refused() {
        for text in ["1", "[1]", r#""word""#, "null"] {
            assert_eq!(read(text).1.len(), 1, "{text}");
        }
    }

    #[test]
    fn contexts_and_namespaces_are_limited_in_size() {
        let namespace = |bytes: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(bytes));
        assert!(read(&namespace(URI_BYTES_MAX)).1.is_empty());
        assert_eq!(read(&namespace(URI_BYTES_MAX + 1)).1[0].pointer, "/a");
        let whole = |bytes: usize| format!("{{{}}}", " ".repeat(bytes - 2));
        assert!(read(&whole(CONTEXT_BYTES_MAX)).1.is_empty());
        assert_eq!(read(&whole(CONTEXT_BYTES_MAX + 1)).1[0].code, code::INVALID_CONTEXT);
    }
}

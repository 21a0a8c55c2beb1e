//! The prefixes of a document's names in JSON. Invariant: throughout a document a prefix means one namespace, and a
//! namespace has one prefix, whatever the XML declares where. No prefix hides the beginning of a URI, a term of the
//! standard or a prefix of the GS1 context.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    context::{GS1_CONTEXT_URL, curie, gs1_namespace},
    json::push_string,
    limit::{CONTEXT_BYTES_MAX, XML_NAMESPACES_PER_DOCUMENT_MAX},
    problem::code,
    text::is_iri_char,
    xml::{
        character::{is_ncname, trimmed},
        fault::Fault,
        namespace::Space,
        schema,
        tag::Name,
    },
};

/// The prefixes that the GS1 context binds.
const GS1_PREFIXES: [&str; 8] = ["cbv", "gs1", "epcis", "cbvmda", "rdfs", "owl", "xsd", "dcterms"];

/// The namespace of GS1 master data in XML. In JSON it ends with a colon.
pub(in crate::xml) const XML_MASTER_DATA: &str = "urn:epcglobal:cbv:mda";

/// Schemes of URIs that values of events begin with.
pub(in crate::xml) const SCHEMES: [&str; 14] =
    ["http", "https", "urn", "ni", "nih", "geo", "tel", "mailto", "data", "did", "tag", "info", "doi", "file"];

/// Terms of documents and events that are no fields.
const TERMS: [&str; 16] = [
    "id",
    "type",
    "schemaVersion",
    "creationDate",
    "epcisHeader",
    "epcisBody",
    "epcisMasterData",
    "eventList",
    "queryResults",
    "queryName",
    "resultsBody",
    "subscriptionID",
    "vocabularyList",
    "sender",
    "receiver",
    "instanceIdentifier",
];

/// The GS1 prefix of a namespace.
pub(in crate::xml) fn gs1_prefix(uri: &str) -> Option<&'static str> {
    if uri == XML_MASTER_DATA {
        return Some("cbvmda");
    }
    GS1_PREFIXES.into_iter().find(|prefix| gs1_namespace(prefix) == Some(uri))
}

/// Whether a prefix can be bound without changing what other texts mean.
pub(in crate::xml) fn is_free(prefix: &str) -> bool {
    is_ncname(prefix)
        && gs1_namespace(prefix).is_none()
        && !SCHEMES.contains(&prefix)
        && !TERMS.contains(&prefix)
        && schema::field(prefix).is_none()
}

/// The prefixes of a document.
#[derive(Debug, Default)]
pub(super) struct Prefixes {
    by_namespace: BTreeMap<Arc<str>, Arc<str>>,
    taken: BTreeSet<Arc<str>>,
    /// The namespaces whose prefixes were used since the last context was made.
    used: BTreeSet<Arc<str>>,
}

impl Prefixes {
    /// The name of an element or attribute in JSON.
    pub(super) fn name<'x>(&mut self, name: &Name<'x>, at: usize) -> Result<Cow<'x, str>, Fault> {
        if name.space == Space::None {
            return Ok(Cow::Borrowed(name.local));
        }
        let prefix = self.prefix(&name.space.uri(), name.prefix, at)?;
        Ok(Cow::Owned(format!("{prefix}:{}", name.local)))
    }

    /// A value, which means with its prefix in JSON what it means in XML. `space` is that of its prefix, if declared.
    pub(super) fn value<'v>(&mut self, text: &'v str, space: Option<&Space>, at: usize) -> Result<Cow<'v, str>, Fault> {
        let (Some(space), Some((prefix, local))) = (space, curie(trimmed(text))) else {
            return Ok(Cow::Borrowed(text));
        };
        let uri = space.uri();
        if uri.is_empty() || SCHEMES.contains(&prefix) || *self.prefix(&uri, prefix, at)? == *prefix {
            return Ok(Cow::Borrowed(text));
        }
        Ok(Cow::Owned(format!("{uri}{local}")))
    }

    fn prefix(&mut self, uri: &Arc<str>, preferred: &str, at: usize) -> Result<Arc<str>, Fault> {
        if let Some(prefix) = gs1_prefix(uri) {
            return Ok(Arc::from(prefix));
        }
        let prefix = match self.by_namespace.get(uri) {
            Some(prefix) => Arc::clone(prefix),
            None => self.bind(uri, preferred, at)?,
        };
        if !self.used.contains(uri) {
            self.used.insert(Arc::clone(uri));
        }
        Ok(prefix)
    }

    fn bind(&mut self, uri: &Arc<str>, preferred: &str, at: usize) -> Result<Arc<str>, Fault> {
        if self.by_namespace.len() == XML_NAMESPACES_PER_DOCUMENT_MAX {
            let detail = format!("a document uses at most {XML_NAMESPACES_PER_DOCUMENT_MAX} namespaces of extensions");
            return Err(Fault::new(at, code::XML_TOO_LARGE, detail));
        }
        if !uri.chars().all(is_iri_char) {
            return Err(Fault::new(at, code::INVALID_CHARACTER, "a namespace has only characters of URIs"));
        }
        let is_usable = is_free(preferred) && !self.taken.contains(preferred);
        let prefix: Arc<str> = if is_usable {
            Arc::from(preferred)
        } else {
            let numbers = 1..=self.taken.len() + 1;
            let generated =
                numbers.map(|number| format!("ns{number}")).find(|name| !self.taken.contains(name.as_str()));
            Arc::from(generated.unwrap_or_default())
        };
        self.taken.insert(Arc::clone(&prefix));
        self.by_namespace.insert(Arc::clone(uri), Arc::clone(&prefix));
        Ok(prefix)
    }

    /// The `@context` that binds the prefixes used since the last call: the GS1 one and a map.
    pub(super) fn take_context(&mut self, at: usize) -> Result<String, Fault> {
        let mut bindings: Vec<(Arc<str>, Arc<str>)> = std::mem::take(&mut self.used)
            .into_iter()
            .filter_map(|uri| Some((Arc::clone(self.by_namespace.get(&uri)?), uri)))
            .collect();
        bindings.sort_unstable();
        let mut out = format!("[\"{GS1_CONTEXT_URL}\"");
        for (index, (prefix, uri)) in bindings.iter().enumerate() {
            out.push_str(if index == 0 { ",{" } else { "," });
            push_string(&mut out, prefix);
            out.push(':');
            push_string(&mut out, uri);
        }
        out.push_str(if bindings.is_empty() { "]" } else { "}]" });
        if out.len() > CONTEXT_BYTES_MAX {
            let detail = format!("the namespaces of an event have together at most {CONTEXT_BYTES_MAX} bytes");
            return Err(Fault::new(at, code::INVALID_CONTEXT, detail));
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name<'x>(uri: &str, prefix: &'x str) -> Name<'x> {
        Name { space: Space::of(uri), prefix, local: "a" }
    }

    #[test]
    fn prefixes_are_kept_where_they_can_be() {
        let mut prefixes = Prefixes::default();
        for (uri, prefix, expected) in [
            ("urn:x", "ex", "ex:a"),
            ("urn:x", "other", "ex:a"),
            ("urn:y", "ex", "ns1:a"),
            ("urn:z", "", "ns2:a"),
            ("urn:w", "https", "ns3:a"),
            ("urn:v", "gs1", "ns4:a"),
            ("urn:u", "bizStep", "ns5:a"),
            ("urn:t", "ns6", "ns6:a"),
            ("urn:s", "id", "ns7:a"),
            ("urn:epcglobal:cbv:mda", "m", "cbvmda:a"),
            ("urn:epcglobal:cbv:mda:", "m", "cbvmda:a"),
            ("https://gs1.org/voc/", "x", "gs1:a"),
            ("", "", "a"),
        ] {
            assert_eq!(prefixes.name(&name(uri, prefix), 0).expect("valid"), expected, "{uri}");
        }
        let context = prefixes.take_context(0).expect("short");
        assert!(
            context.starts_with(&format!("[\"{GS1_CONTEXT_URL}\",{{\"ex\":\"urn:x\",\"ns1\":\"urn:y\"")),
            "{context}"
        );
        assert_eq!(prefixes.take_context(0).expect("short"), format!("[\"{GS1_CONTEXT_URL}\"]"));
    }

    #[test]
    fn values_keep_their_meaning() {
        let mut prefixes = Prefixes::default();
        let x = Space::of("urn:x:");
        for (text, space, expected) in [
            ("ex:a", Some(&x), "ex:a"),
            ("other:a", Some(&x), "urn:x:a"),
            ("ex:a", None, "ex:a"),
            ("https://a.example/", Some(&x), "https://a.example/"),
            ("urn:a", Some(&x), "urn:a"),
            ("text", None, "text"),
        ] {
            assert_eq!(prefixes.value(text, space, 0).expect("valid"), expected, "{text}");
        }
    }

    #[test]
    fn namespaces_are_limited() {
        let mut prefixes = Prefixes::default();
        for number in 0..XML_NAMESPACES_PER_DOCUMENT_MAX {
            prefixes.name(&name(&format!("urn:{}:{number}", "x".repeat(100)), "ex"), 0).expect("valid");
        }
        let fault = prefixes.name(&name("urn:one-more", "ex"), 7).expect_err("too many");
        assert_eq!((fault.at, fault.code), (7, code::XML_TOO_LARGE));
        assert_eq!(prefixes.take_context(0).expect_err("too long").code, code::INVALID_CONTEXT);
        assert_eq!(
            Prefixes::default().name(&name("urn:a b", "ex"), 0).expect_err("no URI").code,
            code::INVALID_CHARACTER
        );
    }
}

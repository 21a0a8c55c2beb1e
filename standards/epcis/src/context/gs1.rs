//! The GS1 EPCIS context: its addresses and the prefixes that it binds. Invariant: nothing is fetched.

use std::borrow::Cow;

use super::curie;

/// The GS1 context that this library writes to query documents (EPCIS 2.0 artefacts).
pub const GS1_CONTEXT_URL: &str = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld";

/// The prefixes of the GS1 context.
pub(super) const PREFIXES: [(&str, &str); 8] = [
    ("cbv", "https://ref.gs1.org/cbv/"),
    ("gs1", "https://gs1.org/voc/"),
    ("epcis", "https://ref.gs1.org/epcis/"),
    ("cbvmda", "urn:epcglobal:cbv:mda:"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ("dcterms", "http://purl.org/dc/terms/"),
];

/// Whether an address is a published one of the GS1 EPCIS context, in any version.
pub(super) fn is_address(address: &str) -> bool {
    let Some(rest) = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")) else {
        return false;
    };
    rest.starts_with("ref.gs1.org/standards/epcis/") || rest.starts_with("gs1.github.io/EPCIS/")
}

/// The namespace that the GS1 context binds to `prefix`. `None` for other names.
pub fn gs1_namespace(prefix: &str) -> Option<&'static str> {
    PREFIXES.iter().find(|(name, _)| *name == prefix).map(|(_, namespace)| *namespace)
}

/// Expands a CURIE under the GS1 context alone. Other values are returned unchanged.
pub(crate) fn expand_gs1(value: &str) -> Cow<'_, str> {
    match curie(value).and_then(|(prefix, local)| Some((gs1_namespace(prefix)?, local))) {
        Some((namespace, local)) => Cow::Owned(format!("{namespace}{local}")),
        None => Cow::Borrowed(value),
    }
}

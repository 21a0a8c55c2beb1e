//! Expands the name of an extension for the event hash: `{namespace}local` (CBV 2.0 section 8). Invariant: names of one
//! IRI are written alike, whichever prefix they use, and also as a full IRI.

use std::borrow::Cow;

use crate::context::{Scope, curie};

/// `{namespace}local` of a prefixed name or a full IRI. A name with an unknown prefix, or without one, is unchanged.
pub(super) fn expanded<'n>(name: &'n str, scope: Scope<'_, '_>) -> Cow<'n, str> {
    if let Some((namespace, local)) = curie(name).and_then(|(prefix, local)| Some((scope.namespace(prefix)?, local))) {
        if namespace == MASTER_DATA || namespace == XML_MASTER_DATA {
            return Cow::Owned(format!("{{{XML_MASTER_DATA}}}{local}"));
        }
        // Where a namespace ends with a letter, its IRI does not show where the local name begins.
        let is_divided = namespace.ends_with(SEPARATORS);
        let again = if is_divided { split(&format!("{namespace}{local}")) } else { None };
        return Cow::Owned(again.unwrap_or_else(|| format!("{{{namespace}}}{local}")));
    }
    if name.contains(':') { split(name).map_or(Cow::Borrowed(name), Cow::Owned) } else { Cow::Borrowed(name) }
}

/// The namespace of GS1 master data, as the GS1 context has it and as the XML binding has it. Both must hash alike.
const MASTER_DATA: &str = "urn:epcglobal:cbv:mda:";
const XML_MASTER_DATA: &str = "urn:epcglobal:cbv:mda";

/// The characters after which a local name begins.
const SEPARATORS: [char; 2] = ['/', '#'];

/// Splits an IRI after its last separator, or after the last colon of a URN.
fn split(iri: &str) -> Option<String> {
    let end = iri.rfind(SEPARATORS).or_else(|| iri.starts_with("urn:").then(|| iri.rfind(':')).flatten())? + 1;
    let (namespace, local) = iri.split_at(end);
    let namespace = if namespace == MASTER_DATA { XML_MASTER_DATA } else { namespace };
    Some(format!("{{{namespace}}}{local}"))
}

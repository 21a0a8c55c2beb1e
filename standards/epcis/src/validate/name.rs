//! Checks names outside the standard: extensions and master data (EPCIS 2.0 JSON binding, JSON-LD 1.1 compact IRIs).
//! Invariant: an accepted name is `prefix:name` or a full URI. The prefix is bound, or the context is open (it names an
//! address that is not fetched). An object that the JSON schema closes has no further names at all.

use super::{Check, scalar::is_uri};
use crate::{
    problem::{Path, code, quote},
    text::is_iri_char,
};

/// Schemes whose names are full URIs, not a prefix and a name.
const SCHEMES: [&str; 3] = ["http", "https", "urn"];

/// Checks the name of a member of an event or of one of its parts that is not a standard field.
pub(super) fn extension(check: &mut Check<'_, '_, '_>, name: &str, path: &Path<'_>) {
    namespaced(check, name, path, code::UNKNOWN_FIELD);
}

/// Checks the name of a member of `ilmd`.
pub(super) fn master_data(check: &mut Check<'_, '_, '_>, name: &str, path: &Path<'_>) {
    namespaced(check, name, path, code::FIELD_WITHOUT_NAMESPACE);
}

/// Refuses the name of a member that is not a standard field, in an object that the JSON schema closes.
pub(super) fn closed(check: &mut Check<'_, '_, '_>, name: &str, path: &Path<'_>) {
    let detail = format!("{} is no field here, and this object takes no extensions", quote(name));
    check.problems.push(path, code::UNKNOWN_FIELD, detail);
}

fn namespaced(check: &mut Check<'_, '_, '_>, name: &str, path: &Path<'_>, code_bare: &'static str) {
    let Some((prefix, local)) = name.split_once(':') else {
        let detail = format!("{} is no standard field here, and a user's field has a namespace", quote(name));
        check.problems.push(path, code_bare, detail);
        return;
    };
    if let Some(letter) = name.chars().find(|letter| !is_iri_char(*letter)) {
        let detail = format!("the name of an extension is a URI, which has no U+{:04X}", u32::from(letter));
        check.problems.push(path, code::INVALID_CHARACTER, detail);
        return;
    }
    let is_bound = check.scope.namespace(prefix).is_some() || check.scope.is_open();
    let is_full_uri = SCHEMES.contains(&prefix) && is_uri(name);
    if local.is_empty() || !(is_bound || is_full_uri) {
        let detail = format!("the prefix {} is not bound in the @context", quote(prefix));
        check.problems.push(path, code::UNBOUND_PREFIX, detail);
    }
}

//! Checks lists and objects inside an event: identifiers, quantities, places, parties, declarations (EPCIS 2.0 section
//! 7.3). Invariant: quantities, transactions, parties and persistent dispositions have no members but those of the
//! JSON schema, which closes them.

use super::{Check, name, scalar};
use crate::{
    json::{Member, Node},
    problem::{Path, code, quote},
    vocabulary::{DISPOSITION, ERROR_REASON, Vocabulary},
};

/// Whether the elements of a typed list must state their type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TypeIs {
    Required,
    Optional,
}

/// Returns the members of an object, or pushes a problem.
pub(super) fn object<'n, 'a>(
    check: &mut Check<'_, '_, '_>,
    node: &'n Node<'a>,
    path: &Path<'_>,
) -> Option<&'n [Member<'a>]> {
    let members = node.as_object();
    if members.is_none() {
        check.problems.push(path, code::INVALID_TYPE, format!("an object is required, not {}", node.kind()));
    }
    members
}

/// Returns the elements of an array, or pushes a problem.
pub(super) fn array<'n, 'a>(
    check: &mut Check<'_, '_, '_>,
    node: &'n Node<'a>,
    path: &Path<'_>,
) -> Option<&'n [Node<'a>]> {
    let elements = node.as_array();
    if elements.is_none() {
        check.problems.push(path, code::INVALID_TYPE, format!("a list is required, not {}", node.kind()));
    }
    elements
}

/// Pushes a problem when the object lacks a member.
pub(super) fn require(check: &mut Check<'_, '_, '_>, node: &Node<'_>, field: &str, path: &Path<'_>) {
    if node.get(field).is_none() {
        check.problems.push(&path.name(field), code::MISSING_FIELD, format!("{field} is required here"));
    }
}

/// Checks `epcList` and the other lists of instances.
pub(super) fn epcs(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>) {
    if let Some(elements) = array(check, node, path) {
        uris(check, elements, path);
    }
}

/// Refuses a list that has one text twice.
pub(super) fn unique(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>) {
    let mut texts: Vec<&str> = node.as_array().unwrap_or_default().iter().filter_map(Node::as_str).collect();
    texts.sort_unstable();
    if let Some(pair) = texts.windows(2).find(|pair| pair[0] == pair[1]) {
        let detail = format!("{} is listed twice", quote(pair[0]));
        check.problems.push(path, code::DUPLICATE_IDENTIFIER, detail);
    }
}

fn uris(check: &mut Check<'_, '_, '_>, elements: &[Node<'_>], path: &Path<'_>) {
    for (index, element) in elements.iter().enumerate() {
        if check.problems.is_full() {
            return;
        }
        scalar::uri(check, element, &path.index(index));
    }
}

/// Checks `certificationInfo`.
pub(super) fn uri_or_uris(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>) {
    match node.as_array() {
        Some(elements) => uris(check, elements, path),
        None => scalar::uri(check, node, path),
    }
}

/// Checks `quantityList` and the other lists of classes: `{epcClass, quantity?, uom?}`.
pub(super) fn quantities(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>) {
    for (index, element) in array(check, node, path).unwrap_or_default().iter().enumerate() {
        if check.problems.is_full() {
            return;
        }
        let path = path.index(index);
        let Some(members) = object(check, element, &path) else { continue };
        require(check, element, "epcClass", &path);
        if element.get("uom").is_some() {
            require(check, element, "quantity", &path);
        }
        for member in members {
            let path = path.name(&member.name);
            match &*member.name {
                "epcClass" => scalar::uri(check, &member.node, &path),
                "quantity" => scalar::number(check, &member.node, &path),
                "uom" => scalar::unit(check, &member.node, &path),
                other => name::closed(check, other, &path),
            }
        }
    }
}

/// Checks `readPoint` and `bizLocation`: `{id}`.
pub(super) fn place(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>) {
    let Some(members) = object(check, node, path) else { return };
    require(check, node, "id", path);
    for member in members {
        let path = path.name(&member.name);
        match &*member.name {
            "id" => scalar::uri(check, &member.node, &path),
            other => name::extension(check, other, &path),
        }
    }
}

/// Checks `bizTransactionList`, `sourceList` and `destinationList`: `{type, item}`.
pub(super) fn typed(
    check: &mut Check<'_, '_, '_>,
    node: &Node<'_>,
    path: &Path<'_>,
    item: &str,
    vocabulary: &Vocabulary,
    type_is: TypeIs,
) {
    for (index, element) in array(check, node, path).unwrap_or_default().iter().enumerate() {
        if check.problems.is_full() {
            return;
        }
        let path = path.index(index);
        let Some(members) = object(check, element, &path) else { continue };
        require(check, element, item, &path);
        if type_is == TypeIs::Required {
            require(check, element, "type", &path);
        }
        for member in members {
            let path = path.name(&member.name);
            match &*member.name {
                "type" => scalar::word(check, &member.node, &path, vocabulary),
                name if name == item => scalar::uri(check, &member.node, &path),
                other => name::closed(check, other, &path),
            }
        }
    }
}

/// Checks `{set?, unset?}`, each a list of dispositions.
pub(super) fn persistent_disposition(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>) {
    let Some(members) = object(check, node, path) else { return };
    if node.get("set").is_none() && node.get("unset").is_none() {
        check.problems.push(path, code::MISSING_FIELD, "set or unset is required here");
    }
    for member in members {
        let path = path.name(&member.name);
        match &*member.name {
            "set" | "unset" => dispositions(check, &member.node, &path),
            other => name::closed(check, other, &path),
        }
    }
}

/// Checks a list of dispositions: one or more, each once.
fn dispositions(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>) {
    let Some(words) = array(check, node, path) else { return };
    if words.is_empty() {
        check.problems.push(path, code::MISSING_FIELD, "at least one disposition is required here");
    }
    for (index, word) in words.iter().enumerate() {
        if check.problems.is_full() {
            return;
        }
        scalar::word(check, word, &path.index(index), &DISPOSITION);
    }
    unique(check, node, path);
}

/// Checks `{declarationTime, reason?, correctiveEventIDs?}`.
pub(super) fn error_declaration(check: &mut Check<'_, '_, '_>, node: &Node<'_>, path: &Path<'_>) {
    let Some(members) = object(check, node, path) else { return };
    require(check, node, "declarationTime", path);
    for member in members {
        let path = path.name(&member.name);
        match &*member.name {
            "declarationTime" => scalar::time(check, &member.node, &path),
            "reason" => scalar::word(check, &member.node, &path, &ERROR_REASON),
            "correctiveEventIDs" => {
                if let Some(elements) = array(check, &member.node, &path) {
                    uris(check, elements, &path);
                }
            }
            other => name::extension(check, other, &path),
        }
    }
}

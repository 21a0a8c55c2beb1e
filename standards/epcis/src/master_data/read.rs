//! Reads the elements of a document's `vocabularyList`. Invariant: an accepted element is within every limit, so that
//! what is stored of it, and the work for it, is known before it is stored.

use super::Element;
use crate::{
    context::{Context, Scope},
    extract::canonical_in,
    hash::value_bytes,
    json::Node,
    limit::{
        ATTRIBUTES_PER_ELEMENT_MAX, CHILDREN_BYTES_MAX, CHILDREN_PER_ELEMENT_MAX, ELEMENT_BYTES_MAX,
        ELEMENT_ID_BYTES_MAX, ELEMENT_TEXT_BYTES_PER_DOCUMENT_MAX, ELEMENTS_PER_DOCUMENT_MAX, URI_BYTES_MAX,
        VOCABULARY_BYTES_MAX,
    },
    problem::{Path, Problems, code, quote},
};

/// Reads `vocabularyList`, whose form was checked before: what is malformed was reported and is left out here.
pub(crate) fn read_list<'a>(
    list: Vec<Node<'a>>,
    context: &Context<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Vec<Element<'a>> {
    let scope = Scope::new(context, None);
    let mut elements = Vec::new();
    let mut text_bytes = 0_usize;
    for (index, mut vocabulary) in list.into_iter().enumerate() {
        let path = path.index(index);
        let nodes = vocabulary.take_array(&["vocabularyElementList"]).unwrap_or_default();
        let Some(kind) = vocabulary.get("type") else { continue };
        let Some(name) = kind.as_str() else { continue };
        if scope.expand(name).len() > VOCABULARY_BYTES_MAX {
            let detail = format!("a vocabulary has at most {VOCABULARY_BYTES_MAX} bytes, with its prefix written out");
            problems.push(&path.name("type"), code::URI_TOO_LONG, detail);
            continue;
        }
        let path = path.name("vocabularyElementList");
        for (index, node) in nodes.into_iter().enumerate() {
            let path = path.index(index);
            if elements.len() == ELEMENTS_PER_DOCUMENT_MAX {
                let detail = format!("a document has at most {ELEMENTS_PER_DOCUMENT_MAX} elements of vocabularies");
                problems.push(&path, code::TOO_MUCH_MASTER_DATA, detail);
                return elements;
            }
            text_bytes = text_bytes.saturating_add(value_bytes(&node, scope));
            if text_bytes > ELEMENT_TEXT_BYTES_PER_DOCUMENT_MAX {
                let detail = format!(
                    "the elements up to this one have more than {ELEMENT_TEXT_BYTES_PER_DOCUMENT_MAX} bytes with \
                     their prefixes written out"
                );
                problems.push(&path, code::TOO_MUCH_MASTER_DATA, detail);
                return elements;
            }
            if problems.is_full() {
                return elements;
            }
            check(&node, scope, &path, problems);
            match Element::of(name, kind.raw, node, scope) {
                Some(element) => elements.push(element),
                // Other faults were reported.
                None if problems.is_empty() => {
                    let detail = "the vocabulary or the id is no URI with its prefix written out";
                    problems.push(&path, code::INVALID_URI, detail);
                }
                None => {}
            }
        }
    }
    elements
}

/// Checks the limits of one element.
fn check(node: &Node<'_>, scope: Scope<'_, '_>, path: &Path<'_>, problems: &mut Problems) {
    if node.raw.len() > ELEMENT_BYTES_MAX {
        let detail = format!("{} bytes; an element has at most {ELEMENT_BYTES_MAX}", node.raw.len());
        problems.push(path, code::TOO_MUCH_MASTER_DATA, detail);
    }
    for (name, count_max) in [("attributes", ATTRIBUTES_PER_ELEMENT_MAX), ("children", CHILDREN_PER_ELEMENT_MAX)] {
        let count = node.get_array(name).len();
        if count > count_max {
            let detail = format!("{count} {name}; an element has at most {count_max}");
            problems.push(&path.name(name), code::TOO_MUCH_MASTER_DATA, detail);
        }
    }
    let children = node.get_array("children").iter().filter_map(Node::as_str);
    let children_bytes: usize =
        children.take(CHILDREN_PER_ELEMENT_MAX).map(|id| canonical_in(id, scope).len() + 1).sum();
    if children_bytes > CHILDREN_BYTES_MAX {
        let detail = format!("the canonical ids of the children have more than {CHILDREN_BYTES_MAX} bytes");
        problems.push(&path.name("children"), code::TOO_MUCH_MASTER_DATA, detail);
    }
    let Some(id) = node.get_str("id") else { return };
    if id.len() > URI_BYTES_MAX || canonical_in(id, scope).len() > ELEMENT_ID_BYTES_MAX {
        let detail = format!("{} has more than {URI_BYTES_MAX} bytes", quote(id));
        problems.push(&path.name("id"), code::URI_TOO_LONG, detail);
    }
}

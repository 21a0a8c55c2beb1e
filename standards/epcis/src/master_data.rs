//! Master data: the elements of the vocabularies that a document carries in its header (EPCIS 2.0 section 6.1 and
//! `epcisMasterData` of the JSON schema). Invariant: an element keeps every byte that its sender sent. Its vocabulary
//! is a full URI, and its id has the canonical form of [`crate::identifier`].

mod content;
mod read;
mod record;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::{
    context::{Context, Scope, expand_gs1},
    extract::{canonical_identifier, canonical_in},
    json::Node,
    limit::{CHILDREN_PER_ELEMENT_MAX, ELEMENT_ID_BYTES_MAX, VOCABULARY_BYTES_MAX},
    validate::is_uri,
};

pub use content::content;
pub(crate) use read::read_list;
pub use record::{ElementRecord, read_record, record_of};

/// The attributes of GS1 master data, in both spellings of their namespace: that of the Core Business Vocabulary, and
/// that of the GS1 context.
const ATTRIBUTES: &str = "urn:epcglobal:cbv:mda#";
const ATTRIBUTES_OF_CONTEXT: &str = "urn:epcglobal:cbv:mda:";

/// An element of a vocabulary, such as one location.
#[derive(Debug, Clone)]
pub struct Element<'a> {
    vocabulary: String,
    id: String,
    /// The vocabulary as sent, a JSON string.
    vocabulary_raw: &'a str,
    node: Node<'a>,
}

impl<'a> Element<'a> {
    /// The element, when its vocabulary and its id are URIs within their limits.
    fn of(vocabulary: &str, vocabulary_raw: &'a str, node: Node<'a>, scope: Scope<'_, '_>) -> Option<Self> {
        let vocabulary = scope.expand(vocabulary).into_owned();
        let id = canonical_in(node.get_str("id")?, scope).into_owned();
        let is_valid = vocabulary.len() <= VOCABULARY_BYTES_MAX
            && id.len() <= ELEMENT_ID_BYTES_MAX
            && is_uri(&vocabulary)
            && is_uri(&id);
        is_valid.then_some(Self { vocabulary, id, vocabulary_raw, node })
    }

    /// The full URI of its vocabulary, such as `urn:epcglobal:epcis:vtype:BusinessLocation`.
    pub fn vocabulary(&self) -> &str {
        &self.vocabulary
    }

    /// Its id in canonical form.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The text that names it among the elements of all vocabularies: its vocabulary, a space, and its id.
    pub fn name(&self) -> String {
        name(&self.vocabulary, &self.id)
    }

    /// Its JSON object exactly as sent.
    pub fn raw(&self) -> &'a str {
        self.node.raw
    }

    /// The ids of the elements below it in canonical form, at most [`CHILDREN_PER_ELEMENT_MAX`]. `context` is that of
    /// its document.
    pub fn children<'e>(&'e self, context: &'e Context<'_>) -> impl Iterator<Item = Cow<'e, str>> {
        let scope = Scope::new(context, None);
        let children = self.node.get_array("children").iter().take(CHILDREN_PER_ELEMENT_MAX);
        children.filter_map(Node::as_str).map(move |child| canonical_in(child, scope))
    }

    /// The ids of its attributes in the form of [`canonical_attribute`]. `context` is that of its document.
    pub fn attribute_ids<'e>(&'e self, context: &'e Context<'_>) -> impl Iterator<Item = String> {
        self.attributes(context).map(|(id, _)| id)
    }

    /// Its attributes, with their values as far as they have one.
    pub(crate) fn attributes<'e>(
        &'e self,
        context: &'e Context<'_>,
    ) -> impl Iterator<Item = (String, Option<&'e Node<'a>>)> {
        let scope = Scope::new(context, None);
        let attributes = self.node.get_array("attributes").iter();
        attributes.filter_map(move |attribute| {
            let id = full_attribute(&scope.expand(attribute.get_str("id")?));
            Some((id, attribute.get("attribute")))
        })
    }
}

/// The text that names an element among those of all vocabularies. `vocabulary` is a full URI, and `id` in canonical
/// form. A URI has no space, so no two elements have one text.
pub fn name(vocabulary: &str, id: &str) -> String {
    format!("{vocabulary} {id}")
}

/// The full URI of a vocabulary in a request, where the GS1 context alone applies.
pub fn canonical_vocabulary(text: &str) -> Cow<'_, str> {
    expand_gs1(text)
}

/// The canonical id of an element in a request, where the GS1 context alone applies.
pub fn canonical_id(text: &str) -> Cow<'_, str> {
    canonical_identifier(text)
}

/// The full URI of an attribute in a request. Both spellings of the namespace of the Core Business Vocabulary are one.
pub fn canonical_attribute(text: &str) -> String {
    full_attribute(&expand_gs1(text))
}

/// The full URI of an attribute, given with its prefix written out. A name alone is one of the Core Business
/// Vocabulary.
pub(crate) fn full_attribute(uri: &str) -> String {
    if !uri.contains(':') {
        return format!("{ATTRIBUTES}{uri}");
    }
    match uri.strip_prefix(ATTRIBUTES_OF_CONTEXT) {
        Some(name) => format!("{ATTRIBUTES}{name}"),
        None => uri.to_owned(),
    }
}

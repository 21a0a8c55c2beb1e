//! Start tags: names with their namespaces, and attributes. Invariant: no element has an attribute twice, whichever
//! prefixes it uses, nor more attributes than [`XML_ATTRIBUTES_PER_ELEMENT_MAX`]. Reading a tag takes time in
//! proportion to it, times the logarithm of that limit.

use std::borrow::Cow;

use quick_xml::{
    XmlVersion,
    escape::EscapeError,
    events::attributes::{AttrError, Attribute as RawAttribute, Attributes},
};

use super::{
    character::{is_ncname, refused, trimmed},
    fault::Fault,
    namespace::{Bindings, Refusal, Space},
};
use crate::{
    context::curie,
    limit::{URI_BYTES_MAX, XML_ATTRIBUTES_PER_ELEMENT_MAX, XML_NAME_BYTES_MAX, XML_NAMESPACES_IN_SCOPE_MAX},
    problem::{code, quote},
};

/// The name of an element or attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name<'x> {
    pub(super) space: Space,
    pub(super) prefix: &'x str,
    pub(super) local: &'x str,
}

impl Name<'_> {
    /// Whether this is the element `local` of the standard.
    pub(super) fn is(&self, local: &str) -> bool {
        self.space.is_standard() && self.local == local
    }
}

/// An attribute that declares no namespace.
#[derive(Debug)]
pub(super) struct Attribute<'x> {
    pub(super) at: usize,
    pub(super) name: Name<'x>,
    pub(super) value: Cow<'x, str>,
    /// The namespace of the prefix that the value begins with, when it begins with a declared one.
    pub(super) value_space: Option<Space>,
}

/// The start tag of an element.
#[derive(Debug)]
pub(super) struct Tag<'x> {
    pub(super) at: usize,
    pub(super) name: Name<'x>,
    pub(super) attributes: Vec<Attribute<'x>>,
}

/// Reads a tag. `content` is the text between `<` and `>`, at the offset `at + 1`, and `depth` that of the element.
pub(super) fn read<'x>(
    content: &'x str,
    name_bytes: usize,
    at: usize,
    depth: usize,
    bindings: &mut Bindings<'x>,
) -> Result<Tag<'x>, Fault> {
    let mut raw: Vec<(usize, RawAttribute<'x>)> = Vec::new();
    for attribute in Attributes::new(content, name_bytes) {
        let attribute = attribute.map_err(|error| attribute_fault(at, &error))?;
        // Both are parts of one text, so the difference of their addresses is an offset.
        let offset = attribute.key.0.as_ptr().addr() - content.as_ptr().addr();
        if raw.len() == XML_ATTRIBUTES_PER_ELEMENT_MAX {
            let detail = format!("an element has at most {XML_ATTRIBUTES_PER_ELEMENT_MAX} attributes");
            return Err(Fault::new(at, code::XML_TOO_LARGE, detail));
        }
        if !content[..offset].ends_with([' ', '\t', '\n', '\r']) {
            let detail = "white space is required between two attributes";
            return Err(Fault::new(at + 1 + offset, code::MALFORMED_XML, detail));
        }
        raw.push((at + 1 + offset, attribute));
    }
    let mut values = Vec::with_capacity(raw.len());
    for (at, attribute) in &raw {
        let value = value(attribute, *at)?;
        if let Some(prefix) = declared(attribute.key.0) {
            if !prefix.is_empty() {
                check_name(prefix, *at)?;
            }
            bindings.declare(prefix, &value, depth).map_err(|refusal| declaration_fault(*at, refusal))?;
        } else {
            values.push((*at, attribute.key.0, value));
        }
    }
    let name = resolve(&content[..name_bytes], at, bindings, true)?;
    let mut attributes = Vec::with_capacity(values.len());
    for (at, key, value) in values {
        let value_space = value_space(&value, bindings);
        attributes.push(Attribute { at, name: resolve(key, at, bindings, false)?, value, value_space });
    }
    check_unique(&attributes)?;
    Ok(Tag { at, name, attributes })
}

/// The prefix that an attribute declares: empty for the default namespace.
fn declared(key: &str) -> Option<&str> {
    if key == "xmlns" { Some("") } else { key.strip_prefix("xmlns:") }
}

/// The namespace of the prefix that a value begins with, when the prefix is declared.
pub(super) fn value_space(value: &str, bindings: &Bindings<'_>) -> Option<Space> {
    let (prefix, local) = curie(trimmed(value))?;
    let is_prefix = !local.is_empty() && prefix.len() <= XML_NAME_BYTES_MAX && !prefix.is_empty();
    if is_prefix { bindings.space(prefix) } else { None }
}

fn value<'x>(attribute: &RawAttribute<'x>, at: usize) -> Result<Cow<'x, str>, Fault> {
    if attribute.value.contains('<') {
        return Err(Fault::new(at, code::MALFORMED_XML, "the value of an attribute has no '<'"));
    }
    let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|error| match error {
        quick_xml::Error::Escape(EscapeError::UnrecognizedEntity(_, name)) => entity_fault(at, &name),
        error => Fault::new(at, code::MALFORMED_XML, error.to_string()),
    })?;
    check_text(&value, at)?;
    Ok(value)
}

/// Refuses a text with a character that no text has.
pub(super) fn check_text(text: &str, at: usize) -> Result<(), Fault> {
    match refused(text) {
        None => Ok(()),
        Some(letter) => {
            let detail = format!("the character U+{:04X} is not allowed here", u32::from(letter));
            Err(Fault::new(at, code::INVALID_CHARACTER, detail))
        }
    }
}

pub(super) fn entity_fault(at: usize, name: &str) -> Fault {
    let detail = format!("the entity {} is none of amp, lt, gt, apos, quot", quote(name));
    Fault::new(at, code::XML_NOT_ALLOWED, detail)
}

fn resolve<'x>(name: &'x str, at: usize, bindings: &Bindings<'x>, is_element: bool) -> Result<Name<'x>, Fault> {
    let (prefix, local) = match name.split_once(':') {
        Some((prefix, local)) => {
            check_name(prefix, at)?;
            (prefix, local)
        }
        None => ("", name),
    };
    check_name(local, at)?;
    let space = match (prefix, is_element) {
        ("", false) => Some(Space::None),
        _ => bindings.space(prefix),
    };
    let space = space
        .ok_or_else(|| Fault::new(at, code::MALFORMED_XML, format!("the prefix {} is not declared", quote(prefix))))?;
    Ok(Name { space, prefix, local })
}

fn check_name(name: &str, at: usize) -> Result<(), Fault> {
    if name.len() > XML_NAME_BYTES_MAX {
        let detail = format!("{} bytes; a name has at most {XML_NAME_BYTES_MAX}", name.len());
        return Err(Fault::new(at, code::XML_TOO_LARGE, detail));
    }
    if is_ncname(name) {
        Ok(())
    } else {
        Err(Fault::new(at, code::MALFORMED_XML, format!("{} is no name", quote(name))))
    }
}

/// Refuses two attributes with one name under different prefixes. Equal texts were refused before.
fn check_unique(attributes: &[Attribute<'_>]) -> Result<(), Fault> {
    let mut names: Vec<(&Space, &str, usize)> =
        attributes.iter().map(|attribute| (&attribute.name.space, attribute.name.local, attribute.at)).collect();
    names.sort_unstable();
    match names.array_windows().find(|[left, right]| (left.0, left.1) == (right.0, right.1)) {
        None => Ok(()),
        Some([_, (_, local, at)]) => {
            Err(Fault::new(*at, code::MALFORMED_XML, format!("the attribute {} is given twice", quote(local))))
        }
    }
}

fn declaration_fault(at: usize, refusal: Refusal) -> Fault {
    match refusal {
        Refusal::TooLong => {
            Fault::new(at, code::XML_TOO_LARGE, format!("a namespace has at most {URI_BYTES_MAX} bytes"))
        }
        Refusal::TooMany => {
            let detail = format!("at most {XML_NAMESPACES_IN_SCOPE_MAX} namespaces are declared at one place");
            Fault::new(at, code::XML_TOO_LARGE, detail)
        }
        Refusal::Reserved => Fault::new(at, code::MALFORMED_XML, "this prefix and this namespace cannot be declared"),
    }
}

fn attribute_fault(tag_at: usize, error: &AttrError) -> Fault {
    let (AttrError::ExpectedEq(offset)
    | AttrError::ExpectedValue(offset)
    | AttrError::UnquotedValue(offset)
    | AttrError::ExpectedQuote(offset, _)
    | AttrError::Duplicated(offset, _)) = error;
    let detail = match error {
        AttrError::ExpectedEq(_) => "an attribute has a value after '='",
        AttrError::ExpectedValue(_) | AttrError::UnquotedValue(_) => "the value of an attribute is quoted",
        AttrError::ExpectedQuote(..) => "the value of an attribute ends with its quote",
        AttrError::Duplicated(..) => "an attribute is given twice",
    };
    Fault::new(tag_at + 1 + offset, code::MALFORMED_XML, detail)
}

//! The tree of one part of a document: an event, or an element of the header. Invariant: a tree has at most the nodes
//! and bytes that its caller allows, so a document of any size costs the memory of one part.

use std::borrow::Cow;

use super::{
    character::{is_space, trimmed},
    fault::Fault,
    namespace::{Space, XSD},
    tag::{Attribute, Name, Tag, value_space},
    token::{Token, Tokens},
};
use crate::problem::{code, quote};

/// An element.
#[derive(Debug)]
pub(super) struct Element<'x> {
    /// The offset of its start tag.
    pub(super) at: usize,
    pub(super) name: Name<'x>,
    pub(super) attributes: Vec<Attribute<'x>>,
    pub(super) children: Vec<Element<'x>>,
    /// Its text without that of its children, empty when that is white space between them. White space around it was
    /// removed, unless `xml:space="preserve"` holds.
    pub(super) text: Cow<'x, str>,
    /// The namespace of the prefix that the text begins with, when it begins with a declared one.
    pub(super) text_space: Option<Space>,
    preserves_space: bool,
}

/// What a tree may cost.
pub(super) struct Budget {
    /// The elements and attributes left.
    pub(super) nodes: usize,
    /// The offset that the tree does not exceed.
    pub(super) end: usize,
    /// The limits in words.
    pub(super) words: &'static str,
}

impl Budget {
    fn spend(&mut self, tag: &Tag<'_>, first: usize) -> Result<(), Fault> {
        let nodes = 1 + tag.attributes.len();
        if nodes > self.nodes || tag.at >= self.end {
            return Err(Fault::new(first, code::XML_TOO_LARGE, self.words));
        }
        self.nodes -= nodes;
        Ok(())
    }
}

/// Reads the element that began with `tag`, to its end.
pub(super) fn read<'x>(tokens: &mut Tokens<'x>, tag: Tag<'x>, budget: &mut Budget) -> Result<Element<'x>, Fault> {
    let first = tag.at;
    budget.spend(&tag, first)?;
    let mut open = Vec::new();
    let mut current = Element::new(tag, false);
    loop {
        match tokens.next()? {
            Token::Start(tag) => {
                budget.spend(&tag, first)?;
                let preserves_space = current.preserves_space;
                open.push(std::mem::replace(&mut current, Element::new(tag, preserves_space)));
            }
            Token::Text(text) if current.text.is_empty() => current.text = text,
            Token::Text(text) => current.text.to_mut().push_str(&text),
            Token::End => {
                current.settle(tokens);
                match open.pop() {
                    None => break,
                    Some(parent) => {
                        let child = std::mem::replace(&mut current, parent);
                        current.children.push(child);
                    }
                }
            }
            // Not before the end of the element.
            Token::Eof => break,
        }
    }
    if tokens.end() > budget.end {
        return Err(Fault::new(first, code::XML_TOO_LARGE, budget.words));
    }
    Ok(current)
}

impl<'x> Element<'x> {
    fn new(tag: Tag<'x>, preserves_space: bool) -> Self {
        let Tag { at, name, attributes } = tag;
        let space =
            attributes.iter().find(|attribute| attribute.name.space == Space::Xml && attribute.name.local == "space");
        let preserves_space = space.map_or(preserves_space, |space| space.value == "preserve");
        Self { at, name, attributes, children: Vec::new(), text: Cow::Borrowed(""), text_space: None, preserves_space }
    }

    /// Settles the text at the end of the element.
    fn settle(&mut self, tokens: &Tokens<'_>) {
        let is_blank = self.text.chars().all(is_space);
        if is_blank && !(self.preserves_space && self.children.is_empty()) {
            self.text = Cow::Borrowed("");
        } else if !self.preserves_space {
            self.text = match std::mem::take(&mut self.text) {
                Cow::Borrowed(text) => Cow::Borrowed(trimmed(text)),
                Cow::Owned(text) => Cow::Owned(trimmed(&text).to_owned()),
            };
        }
        self.text_space = value_space(&self.text, tokens.bindings());
    }

    /// The attribute of the standard with this name.
    pub(super) fn attribute(&self, local: &str) -> Option<&Attribute<'x>> {
        self.attributes.iter().find(|attribute| attribute.name.space == Space::None && attribute.name.local == local)
    }

    fn xsi(&self, local: &str) -> Option<&Attribute<'x>> {
        self.attributes.iter().find(|attribute| attribute.name.space == Space::Xsi && attribute.name.local == local)
    }

    /// Whether `xsi:nil` says that the element has no value.
    pub(super) fn is_nil(&self) -> bool {
        self.xsi("nil").is_some_and(|nil| matches!(trimmed(&nil.value), "true" | "1"))
    }

    /// The type of XML Schema that `xsi:type` names, without its prefix.
    pub(super) fn schema_type(&self) -> Option<&str> {
        let attribute = self.xsi("type")?;
        let is_of_schema = matches!(&attribute.value_space, Some(Space::Other(uri)) if **uri == *XSD);
        let (_, local) = trimmed(&attribute.value).split_once(':')?;
        is_of_schema.then_some(local)
    }

    /// Refuses children.
    pub(super) fn check_leaf(&self) -> Result<(), Fault> {
        match self.children.first() {
            None => Ok(()),
            Some(child) => {
                let detail = format!("{} has a text and no elements", quote(self.name.local));
                Err(Fault::new(child.at, code::INVALID_TYPE, detail))
            }
        }
    }

    /// Refuses a text.
    pub(super) fn check_no_text(&self) -> Result<(), Fault> {
        if self.text.is_empty() {
            return Ok(());
        }
        let detail = format!("{} has elements and no text", quote(self.name.local));
        Err(Fault::new(self.at, code::INVALID_TYPE, detail))
    }

    /// Refuses attributes beyond those named, and those of XML itself and of XML Schema.
    pub(super) fn check_attributes(&self, allowed: &[&str]) -> Result<(), Fault> {
        let unknown = self.attributes.iter().find(|attribute| match attribute.name.space {
            Space::Xsi | Space::Xml => false,
            Space::None => !allowed.contains(&attribute.name.local),
            _ => true,
        });
        match unknown {
            None => Ok(()),
            Some(attribute) => {
                let detail = format!("{} has no attribute {}", quote(self.name.local), quote(attribute.name.local));
                Err(Fault::new(attribute.at, code::UNKNOWN_FIELD, detail))
            }
        }
    }
}

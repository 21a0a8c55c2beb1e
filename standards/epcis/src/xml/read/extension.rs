//! Converts elements and attributes of users. Invariant: nothing of them is lost: each element is a value, an object or
//! an element of a list, and each attribute a member.

use std::{borrow::Cow, collections::BTreeMap};

use super::event::Convert;
use crate::{
    problem::{code, quote},
    xml::{TEXT, fault::Fault, namespace::Space, schema::Form, tag::Attribute, tree::Element},
};

/// An element or attribute that becomes a member.
enum Part<'e, 'x> {
    Element(&'e Element<'x>),
    Attribute(&'e Attribute<'x>),
}

impl Part<'_, '_> {
    fn at(&self) -> usize {
        match self {
            Part::Element(element) => element.at,
            Part::Attribute(attribute) => attribute.at,
        }
    }
}

/// The types of XML Schema whose values are numbers in JSON.
const NUMBERS: [&str; 16] = [
    "integer",
    "decimal",
    "double",
    "float",
    "int",
    "long",
    "short",
    "byte",
    "nonNegativeInteger",
    "positiveInteger",
    "nonPositiveInteger",
    "negativeInteger",
    "unsignedLong",
    "unsignedInt",
    "unsignedShort",
    "unsignedByte",
];

impl Convert<'_> {
    /// Writes the attributes and elements of users as members of the open object. Equal names become one list.
    pub(super) fn members<'e, 'x: 'e>(
        &mut self,
        attributes: impl Iterator<Item = &'e Attribute<'x>>,
        elements: impl Iterator<Item = &'e Element<'x>>,
    ) -> Result<(), Fault> {
        let parts = attributes.filter(|attribute| is_member(attribute)).map(Part::Attribute);
        let mut named: Vec<(Cow<'x, str>, Vec<Part<'e, 'x>>)> = Vec::new();
        let mut index_of: BTreeMap<Cow<'x, str>, usize> = BTreeMap::new();
        for part in parts.chain(elements.map(Part::Element)) {
            let name = match &part {
                Part::Element(element) => self.prefixes.name(&element.name, element.at)?,
                Part::Attribute(attribute) => self.prefixes.name(&attribute.name, attribute.at)?,
            };
            if let Some((_, parts)) = index_of.get(&name).and_then(|index| named.get_mut(*index)) {
                parts.push(part);
            } else {
                index_of.insert(name.clone(), named.len());
                named.push((name, vec![part]));
            }
        }
        for (name, parts) in named {
            let at = parts.first().map_or(0, Part::at);
            self.json.key(&name, at);
            if let [only] = &parts[..] {
                self.part(only)?;
                continue;
            }
            self.json.open('[');
            for part in &parts {
                self.json.item(part.at());
                self.part(part)?;
            }
            self.json.close(']');
        }
        Ok(())
    }

    fn part(&mut self, part: &Part<'_, '_>) -> Result<(), Fault> {
        match part {
            Part::Element(element) => self.extension(element),
            Part::Attribute(attribute) => {
                let value = self.prefixes.value(&attribute.value, attribute.value_space.as_ref(), attribute.at)?;
                self.json.string(&value);
                Ok(())
            }
        }
    }

    /// Writes the value of an element of a user.
    fn extension(&mut self, element: &Element<'_>) -> Result<(), Fault> {
        self.check_length(element.at)?;
        if !element.children.is_empty() && !element.text.is_empty() {
            let detail = format!("{} has both a text and elements", quote(element.name.local));
            return Err(Fault::new(element.at, code::INVALID_TYPE, detail));
        }
        let is_object = !element.children.is_empty() || element.attributes.iter().any(is_member);
        if !is_object && element.is_nil() {
            self.json.literal("null");
            return Ok(());
        }
        if !is_object {
            return self.text(element);
        }
        self.json.open('{');
        self.members(element.attributes.iter(), element.children.iter())?;
        if !element.text.is_empty() {
            self.json.key(TEXT, element.at);
            self.text(element)?;
        }
        self.json.close('}');
        Ok(())
    }

    fn text(&mut self, element: &Element<'_>) -> Result<(), Fault> {
        let (text, space) = (&element.text, element.text_space.as_ref());
        match element.schema_type() {
            Some("boolean") => self.scalar(text, space, element.at, Form::Boolean),
            Some(name) if NUMBERS.contains(&name) => self.scalar(text, space, element.at, Form::Number),
            _ => {
                let value = self.prefixes.value(text, space, element.at)?;
                self.json.string(&value);
                Ok(())
            }
        }
    }
}

/// Whether an attribute is data: not one that tells how XML is to be read.
pub(super) fn is_member(attribute: &Attribute<'_>) -> bool {
    match attribute.name.space {
        Space::Xsi => false,
        Space::Xml => attribute.name.local != "space",
        _ => true,
    }
}

//! Converts the header of a document: master data, the Standard Business Document Header, extensions. Invariant: master
//! data has the form of the JSON binding, and the rest is kept as extensions.

use super::{event::Convert, field::unknown, json::Json};
use crate::xml::{
    TEXT,
    fault::Fault,
    schema::{EXTENSION, Form},
    tree::Element,
};

/// The namespace of the Standard Business Document Header.
const BUSINESS_HEADER: &str = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader";
const MASTER_DATA: &str = "EPCISMasterData";
const VOCABULARIES: &str = "VocabularyList";

/// The names in JSON of parts of the business header, and their paths in it.
const PARTS: [(&str, [&str; 2]); 3] = [
    ("sender", ["Sender", "Identifier"]),
    ("receiver", ["Receiver", "Identifier"]),
    ("instanceIdentifier", ["DocumentIdentification", "InstanceIdentifier"]),
];

/// The sender, receiver and instance identifier in the header, each as a name in JSON and its text.
pub(super) fn business_header(header: &Element<'_>) -> Vec<(&'static str, String)> {
    let is_of_header = |element: &Element<'_>| *element.name.space.uri() == *BUSINESS_HEADER;
    let child = |element: &'_ Element<'_>, name: &str| -> Option<usize> {
        element.children.iter().position(|child| is_of_header(child) && child.name.local == name)
    };
    let mut found = Vec::new();
    for (name, path) in PARTS {
        let mut at = header;
        let mut is_there = true;
        for step in ["StandardBusinessDocumentHeader"].iter().chain(&path) {
            match child(at, step).and_then(|index| at.children.get(index)) {
                Some(next) => at = next,
                None => is_there = false,
            }
        }
        if is_there {
            found.push((name, at.text.clone().into_owned()));
        }
    }
    found
}

impl Convert<'_> {
    /// Converts `EPCISHeader` to the object `epcisHeader`.
    pub(super) fn header(mut self, header: &Element<'_>) -> Result<Json, Fault> {
        header.check_no_text()?;
        self.json.open('{');
        let mut of_users = Vec::new();
        self.header_parts(header, &mut of_users)?;
        self.members(header.attributes.iter(), of_users.into_iter())?;
        self.json.close('}');
        self.check_length(header.at)?;
        Ok(self.json)
    }

    fn header_parts<'e, 'x>(
        &mut self,
        element: &'e Element<'x>,
        of_users: &mut Vec<&'e Element<'x>>,
    ) -> Result<(), Fault> {
        for child in &element.children {
            if child.name.is(MASTER_DATA) {
                self.json.key("epcisMasterData", child.at);
                self.json.open('{');
                for list in child.children.iter().filter(|list| list.name.is(VOCABULARIES)) {
                    self.json.key("vocabularyList", list.at);
                    self.vocabulary_list(list)?;
                }
                let further = child.children.iter().filter(|list| !list.name.is(VOCABULARIES));
                self.members(child.attributes.iter(), further)?;
                self.json.close('}');
            } else if child.name.is(EXTENSION) {
                self.header_parts(child, of_users)?;
            } else {
                of_users.push(child);
            }
        }
        Ok(())
    }

    /// Converts a `VocabularyList` in the body of a document.
    pub(super) fn vocabularies(mut self, list: &Element<'_>) -> Result<Json, Fault> {
        self.vocabulary_list(list)?;
        self.check_length(list.at)?;
        Ok(self.json)
    }

    fn vocabulary_list(&mut self, list: &Element<'_>) -> Result<(), Fault> {
        list.check_no_text()?;
        self.json.open('[');
        for vocabulary in &list.children {
            if !vocabulary.name.is("Vocabulary") {
                return Err(unknown(list, vocabulary));
            }
            self.json.item(vocabulary.at);
            self.json.open('{');
            self.identified(vocabulary, "type")?;
            let is_list = |child: &Element<'_>| child.name.is("VocabularyElementList");
            if let Some(elements) = vocabulary.children.iter().find(|child| is_list(child)) {
                self.json.key("vocabularyElementList", elements.at);
                self.json.open('[');
                for element in &elements.children {
                    self.json.item(element.at);
                    self.vocabulary_element(element)?;
                }
                self.json.close(']');
            }
            self.members([].iter(), vocabulary.children.iter().filter(|child| !is_list(child)))?;
            self.json.close('}');
        }
        self.json.close(']');
        Ok(())
    }

    fn vocabulary_element(&mut self, element: &Element<'_>) -> Result<(), Fault> {
        self.check_length(element.at)?;
        self.json.open('{');
        self.identified(element, "id")?;
        let mut attributes = element.children.iter().filter(|child| child.name.is("attribute")).peekable();
        if let Some(first) = attributes.peek() {
            self.json.key("attributes", first.at);
            self.json.open('[');
            for attribute in attributes {
                self.json.item(attribute.at);
                self.json.open('{');
                self.identified(attribute, "id")?;
                self.json.key("attribute", attribute.at);
                self.attribute_content(attribute)?;
                self.json.close('}');
            }
            self.json.close(']');
        }
        if let Some(children) = element.children.iter().find(|child| child.name.is("children")) {
            self.json.key("children", children.at);
            self.json.open('[');
            for child in &children.children {
                self.json.item(child.at);
                self.leaf(child, Form::Uri)?;
            }
            self.json.close(']');
        }
        let is_standard = |child: &Element<'_>| child.name.is("attribute") || child.name.is("children");
        self.members([].iter(), element.children.iter().filter(|child| !is_standard(child)))?;
        self.json.close('}');
        Ok(())
    }

    /// The value of an attribute of master data: a text, or an object when it has elements.
    fn attribute_content(&mut self, attribute: &Element<'_>) -> Result<(), Fault> {
        if attribute.children.is_empty() {
            self.json.string(&attribute.text);
            return Ok(());
        }
        self.json.open('{');
        self.members([].iter(), attribute.children.iter())?;
        if !attribute.text.is_empty() {
            self.json.key(TEXT, attribute.at);
            self.json.string(&attribute.text);
        }
        self.json.close('}');
        Ok(())
    }

    /// Writes the attribute `name` of the standard, if it is there.
    fn identified(&mut self, element: &Element<'_>, name: &str) -> Result<(), Fault> {
        let Some(attribute) = element.attribute(name) else { return Ok(()) };
        self.json.key(name, attribute.at);
        self.attribute_value(attribute, Form::Uri)
    }
}

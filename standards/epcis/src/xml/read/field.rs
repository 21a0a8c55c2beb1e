//! Converts the standard fields of an event. Invariant: an element has only the parts that its schema gives it, each
//! once, so no data disappears unnoticed.

use super::event::{Convert, is_user};
use crate::{
    problem::{code, quote},
    vocabulary::{DISPOSITION, Vocabulary},
    xml::{
        fault::Fault,
        schema::{ERROR_DECLARATION, EXTENSION, Field, Form, QUANTITY, named},
        tree::Element,
    },
};

impl Convert<'_> {
    /// Writes the value of a field.
    pub(super) fn field(&mut self, element: &Element<'_>, form: Form) -> Result<(), Fault> {
        self.check_length(element.at)?;
        match form {
            Form::Text | Form::Uri | Form::Number | Form::Boolean | Form::Word(_) | Form::Uris => {
                self.leaf(element, form)
            }
            Form::UriList(item) => self.list(element, item, |this, child| this.leaf(child, Form::Uri)),
            Form::Quantities => self.list(element, "quantityElement", Self::quantity),
            Form::Place => self.place(element),
            Form::Typed(item, vocabulary) => {
                self.list(element, item, |this, child| this.typed(child, item, vocabulary))
            }
            Form::Dispositions => self.dispositions(element),
            Form::ErrorDeclaration => self.error_declaration(element),
            Form::Sensors => self.list(element, "sensorElement", Self::sensor_element),
            Form::MasterData => self.master_data(element),
        }
    }

    /// Writes a list of elements of one name.
    fn list(
        &mut self,
        element: &Element<'_>,
        item: &str,
        write: impl Fn(&mut Self, &Element<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        element.check_no_text()?;
        element.check_attributes(&[])?;
        self.json.open('[');
        for child in &element.children {
            if !child.name.is(item) {
                return Err(unknown(element, child));
            }
            self.json.item(child.at);
            write(self, child)?;
        }
        self.json.close(']');
        Ok(())
    }

    fn quantity(&mut self, element: &Element<'_>) -> Result<(), Fault> {
        element.check_no_text()?;
        element.check_attributes(&[])?;
        self.json.open('{');
        let children = self.parts(element, &QUANTITY)?;
        for (field, child) in children {
            if child.is_nil() {
                continue;
            }
            self.json.key(field.name, child.at);
            self.leaf(child, field.form)?;
        }
        self.json.close('}');
        Ok(())
    }

    /// The children of an element as fields of a table, each at most once, in the order of the document.
    fn parts<'e, 'x>(
        &self,
        element: &'e Element<'x>,
        fields: &'static [Field],
    ) -> Result<Vec<(&'static Field, &'e Element<'x>)>, Fault> {
        let mut found: Vec<(&'static Field, &Element<'x>)> = Vec::with_capacity(element.children.len());
        for child in &element.children {
            let Some(field) = named(fields, child.name.local).filter(|field| child.name.is(field.name)) else {
                return Err(unknown(element, child));
            };
            if found.iter().any(|(earlier, _)| earlier.name == field.name) {
                return Err(repeated(child));
            }
            found.push((field, child));
        }
        let place = |name: &str| fields.iter().position(|field| field.name == name);
        self.check_order(found.iter().map(|(field, child)| (place(field.name), *child)))?;
        Ok(found)
    }

    fn place(&mut self, element: &Element<'_>) -> Result<(), Fault> {
        element.check_no_text()?;
        element.check_attributes(&[])?;
        self.json.open('{');
        let mut id = None;
        for child in element.children.iter().filter(|child| !is_user(child)) {
            if child.name.is("id") && id.replace(child).is_some() {
                return Err(repeated(child));
            }
            if !child.name.is("id") && !child.name.is(EXTENSION) {
                return Err(unknown(element, child));
            }
        }
        self.check_order(element.children.iter().map(|child| (Some(usize::from(!child.name.is("id"))), child)))?;
        if let Some(id) = id {
            self.json.key("id", id.at);
            self.leaf(id, Form::Uri)?;
        }
        self.members([].iter(), with_unwrapped(element, |child| child.name.is("id")))?;
        self.json.close('}');
        Ok(())
    }

    fn typed(&mut self, element: &Element<'_>, item: &str, vocabulary: &'static Vocabulary) -> Result<(), Fault> {
        element.check_leaf()?;
        element.check_attributes(&["type"])?;
        self.json.open('{');
        if let Some(kind) = element.attribute("type") {
            self.json.key("type", kind.at);
            self.attribute_value(kind, Form::Word(vocabulary))?;
        }
        self.json.key(item, element.at);
        self.scalar(&element.text, element.text_space.as_ref(), element.at, Form::Uri)?;
        self.json.close('}');
        Ok(())
    }

    fn dispositions(&mut self, element: &Element<'_>) -> Result<(), Fault> {
        element.check_no_text()?;
        element.check_attributes(&[])?;
        if let Some(child) = element.children.iter().find(|child| !child.name.is("set") && !child.name.is("unset")) {
            return Err(unknown(element, child));
        }
        self.check_order(element.children.iter().map(|child| (Some(usize::from(child.name.is("set"))), child)))?;
        self.json.open('{');
        for name in ["unset", "set"] {
            let mut words = element.children.iter().filter(|child| child.name.is(name)).peekable();
            let Some(first) = words.peek() else { continue };
            self.json.key(name, first.at);
            self.json.open('[');
            for word in words {
                self.json.item(word.at);
                self.leaf(word, Form::Word(&DISPOSITION))?;
            }
            self.json.close(']');
        }
        self.json.close('}');
        Ok(())
    }

    /// The parts of a declaration may stand in any order, as the schema of version 2.0 has it.
    fn error_declaration(&mut self, element: &Element<'_>) -> Result<(), Fault> {
        element.check_no_text()?;
        self.json.open('{');
        let mut seen = Vec::new();
        for child in element.children.iter().filter(|child| !is_user(child) && !child.name.is(EXTENSION)) {
            let Some(field) = named(&ERROR_DECLARATION, child.name.local) else {
                return Err(unknown(element, child));
            };
            if seen.contains(&field.name) {
                return Err(repeated(child));
            }
            seen.push(field.name);
            self.json.key(field.name, child.at);
            self.field(child, field.form)?;
        }
        let is_standard = |child: &Element<'_>| named(&ERROR_DECLARATION, child.name.local).is_some();
        self.members(element.attributes.iter(), with_unwrapped(element, is_standard))?;
        self.json.close('}');
        Ok(())
    }

    fn master_data(&mut self, element: &Element<'_>) -> Result<(), Fault> {
        element.check_no_text()?;
        self.json.open('{');
        self.members(element.attributes.iter(), with_unwrapped(element, |_| false))?;
        self.json.close('}');
        Ok(())
    }
}

/// The elements of users in `element`: its children of other namespaces, those that are not `is_standard`, and those
/// in an `extension` of it.
pub(super) fn with_unwrapped<'e, 'x>(
    element: &'e Element<'x>,
    is_standard: impl Fn(&Element<'x>) -> bool,
) -> impl Iterator<Item = &'e Element<'x>> {
    element.children.iter().filter(move |child| is_user(child) || !is_standard(child)).flat_map(|child| {
        if child.name.is(EXTENSION) { child.children.iter() } else { std::slice::from_ref(child).iter() }
    })
}

pub(super) fn unknown(parent: &Element<'_>, child: &Element<'_>) -> Fault {
    let detail = format!("{} has no element {}", quote(parent.name.local), quote(child.name.local));
    Fault::new(child.at, code::UNKNOWN_FIELD, detail)
}

pub(super) fn repeated(element: &Element<'_>) -> Fault {
    let detail = format!("{} is given twice", quote(element.name.local));
    Fault::new(element.at, code::REPEATED_ELEMENT, detail)
}

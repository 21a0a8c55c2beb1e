//! Converts one event. Invariant: the JSON has every part of the XML but comments and white space around texts. Which
//! parts an event needs is checked when the JSON is validated.

use std::borrow::Cow;

use super::{
    ElementOrder,
    field::{repeated, unknown},
    json::{Json, Mark},
    prefix::Prefixes,
};
use crate::{
    event::EventType,
    problem::{code, quote},
    xml::{
        fault::Fault,
        namespace::Space,
        schema::{BASE_EXTENSION, EXTENSION, Field, Form, field, place},
        tree::Element,
    },
};

/// Wrappers of wrappers that are read: version 1.2 has two.
const WRAPPERS_MAX: usize = 3;

/// Attributes of a document that an event as the document element may have.
const OF_DOCUMENT: [&str; 2] = ["schemaVersion", "creationDate"];

/// The state of converting a part of a document.
pub(super) struct Convert<'d> {
    pub(super) prefixes: &'d mut Prefixes,
    pub(super) json: Json,
    order: ElementOrder,
    bytes_max: usize,
}

/// The parts of an event, with the wrappers of version 1.2 removed.
#[derive(Default)]
struct Parts<'e, 'x> {
    fields: Vec<(&'static Field, &'e Element<'x>)>,
    of_users: Vec<&'e Element<'x>>,
}

impl<'d> Convert<'d> {
    pub(super) fn new(prefixes: &'d mut Prefixes, order: ElementOrder, bytes_max: usize) -> Self {
        Self { prefixes, json: Json::default(), order, bytes_max }
    }

    /// Converts an event to a JSON object with its own `@context`.
    pub(super) fn event(mut self, element: &Element<'_>) -> Result<Json, Fault> {
        let (event_type, name) = if is_user(element) {
            (EventType::Own, self.prefixes.name(&element.name, element.at)?)
        } else {
            let Some(standard) = EventType::STANDARD.into_iter().find(|known| known.as_str() == element.name.local)
            else {
                let detail =
                    format!("{} is no event of EPCIS 2.0; a user's own has a namespace", quote(element.name.local));
                return Err(Fault::new(element.at, code::INVALID_EVENT_TYPE, detail));
            };
            (standard, Cow::Borrowed(element.name.local))
        };
        element.check_no_text()?;
        let mut parts = Parts::default();
        self.collect(&mut parts, event_type, element, 0)?;
        self.json.key("type", element.at);
        self.json.string(&name);
        self.fields(&parts)?;
        let is_of_document = |local: &str| OF_DOCUMENT.contains(&local);
        let attributes = element
            .attributes
            .iter()
            .filter(|attribute| !(attribute.name.space == Space::None && is_of_document(attribute.name.local)));
        self.members(attributes, parts.of_users.iter().copied())?;
        self.json.close('}');
        let mut context = format!("{{\"@context\":{}", self.prefixes.take_context(element.at)?);
        context.push(',');
        for mark in &mut self.json.marks {
            *mark = mark.after(context.len());
        }
        self.json.marks.insert(0, Mark::new(0, element.at));
        self.json.text.insert_str(0, &context);
        self.check_length(element.at)?;
        Ok(self.json)
    }

    /// Collects the parts of an event or of a wrapper in it.
    fn collect<'e, 'x>(
        &self,
        parts: &mut Parts<'e, 'x>,
        event_type: EventType,
        element: &'e Element<'x>,
        wrappers: usize,
    ) -> Result<(), Fault> {
        // The schemas let the inner wrapper have its elements in any order.
        if wrappers < 2 {
            let last = Some(usize::MAX);
            self.check_order(element.children.iter().map(|child| {
                let place = if is_user(child) { last } else { place(event_type, child.name.local) };
                (place, child)
            }))?;
        }
        for child in &element.children {
            if is_user(child) {
                parts.of_users.push(child);
            } else if let Some(field) = field(child.name.local) {
                let is_list = field.form == Form::Uris;
                if !is_list && parts.fields.iter().any(|(earlier, _)| earlier.name == field.name) {
                    return Err(repeated(child));
                }
                parts.fields.push((field, child));
            } else if [BASE_EXTENSION, EXTENSION].contains(&child.name.local) && wrappers < WRAPPERS_MAX {
                child.check_no_text()?;
                child.check_attributes(&[])?;
                self.collect(parts, event_type, child, wrappers + 1)?;
            } else {
                return Err(unknown(element, child));
            }
        }
        Ok(())
    }

    fn fields(&mut self, parts: &Parts<'_, '_>) -> Result<(), Fault> {
        let mut list: Vec<&Element<'_>> = Vec::new();
        for (field, element) in &parts.fields {
            if field.form == Form::Uris {
                list.push(element);
                continue;
            }
            self.json.key(field.name, element.at);
            self.field(element, field.form)?;
        }
        let Some(first) = list.first() else { return Ok(()) };
        self.json.key("certificationInfo", first.at);
        if let [only] = &list[..] {
            return self.leaf(only, Form::Uris);
        }
        self.json.open('[');
        for element in list {
            self.json.item(element.at);
            self.leaf(element, Form::Uris)?;
        }
        self.json.close(']');
        Ok(())
    }

    /// Refuses an element whose place is before that of an earlier one. Elements without a place are not compared.
    pub(super) fn check_order<'e, 'x: 'e>(
        &self,
        elements: impl Iterator<Item = (Option<usize>, &'e Element<'x>)>,
    ) -> Result<(), Fault> {
        let mut highest: Option<(usize, &Element<'_>)> = None;
        for (place, element) in elements {
            let Some(place) = place.filter(|_| self.order == ElementOrder::Schema) else { continue };
            match highest {
                Some((earlier, before)) if earlier > place => {
                    let detail = format!("{} stands before {}", quote(element.name.local), quote(before.name.local));
                    return Err(Fault::new(element.at, code::INVALID_ELEMENT_ORDER, detail));
                }
                _ => highest = Some((place, element)),
            }
        }
        Ok(())
    }

    pub(super) fn check_length(&self, at: usize) -> Result<(), Fault> {
        self.json.check_length(at, self.bytes_max)
    }
}

/// Whether an element is a user's: one with a namespace that is not that of EPCIS.
pub(super) fn is_user(element: &Element<'_>) -> bool {
    !element.name.space.is_standard()
}

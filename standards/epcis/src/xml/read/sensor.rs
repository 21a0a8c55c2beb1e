//! Converts sensor elements: metadata and reports are attributes in XML. Invariant: as that of [`super::field`].

use super::{
    event::{Convert, is_user},
    field::{repeated, unknown, with_unwrapped},
};
use crate::{
    problem::{code, quote},
    xml::{
        fault::Fault,
        namespace::Space,
        schema::{EXTENSION, Field, SENSOR_METADATA, SENSOR_REPORT, named},
        tree::Element,
    },
};

const METADATA: &str = "sensorMetadata";
const REPORT: &str = "sensorReport";

impl Convert<'_> {
    pub(super) fn sensor_element(&mut self, element: &Element<'_>) -> Result<(), Fault> {
        element.check_no_text()?;
        element.check_attributes(&[])?;
        let is_standard = |child: &Element<'_>| child.name.is(METADATA) || child.name.is(REPORT);
        if let Some(child) =
            element.children.iter().find(|child| !is_user(child) && !is_standard(child) && !child.name.is(EXTENSION))
        {
            return Err(unknown(element, child));
        }
        let place = |child: &Element<'_>| match child.name.local {
            METADATA if child.name.is(METADATA) => 0,
            REPORT if child.name.is(REPORT) => 1,
            _ => 2,
        };
        self.check_order(element.children.iter().map(|child| (Some(place(child)), child)))?;
        self.json.open('{');
        let mut metadata = element.children.iter().filter(|child| child.name.is(METADATA));
        if let Some(first) = metadata.next() {
            self.json.key(METADATA, first.at);
            self.attributes(first, &SENSOR_METADATA)?;
        }
        if let Some(second) = metadata.next() {
            return Err(repeated(second));
        }
        let mut reports = element.children.iter().filter(|child| child.name.is(REPORT)).peekable();
        if let Some(first) = reports.peek() {
            self.json.key(REPORT, first.at);
            self.json.open('[');
            for report in reports {
                self.json.item(report.at);
                self.attributes(report, &SENSOR_REPORT)?;
            }
            self.json.close(']');
        }
        self.members([].iter(), with_unwrapped(element, is_standard))?;
        self.json.close('}');
        Ok(())
    }

    /// Writes an element whose fields are attributes as an object.
    fn attributes(&mut self, element: &Element<'_>, fields: &'static [Field]) -> Result<(), Fault> {
        self.check_length(element.at)?;
        element.check_leaf()?;
        element.check_no_text()?;
        self.json.open('{');
        for attribute in element.attributes.iter().filter(|attribute| attribute.name.space == Space::None) {
            let Some(field) = named(fields, attribute.name.local) else {
                let detail = format!("{} has no attribute {}", quote(element.name.local), quote(attribute.name.local));
                return Err(Fault::new(attribute.at, code::UNKNOWN_FIELD, detail));
            };
            self.json.key(field.name, attribute.at);
            self.attribute_value(attribute, field.form)?;
        }
        let of_users = element.attributes.iter().filter(|attribute| attribute.name.space != Space::None);
        self.members(of_users, [].iter())?;
        self.json.close('}');
        Ok(())
    }
}

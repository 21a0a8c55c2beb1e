//! Writes members of users as elements or attributes. Invariant: each value is read again with its type.

use super::{
    Reason, Written,
    event::Writer,
    fault,
    markup::{close, has_space_around, push_attribute, push_text},
};
use crate::{
    json::{Member, Node, Value},
    problem::Path,
    xml::TEXT,
};

impl Writer<'_> {
    /// Writes the members as elements.
    pub(super) fn elements<'m, 'a: 'm>(
        &mut self,
        members: impl Iterator<Item = &'m Member<'a>>,
        path: &Path<'_>,
    ) -> Written {
        for member in members {
            let path = path.name(&member.name);
            let name = self.names.name(&member.name, self.scope, &path)?.into_owned();
            match member.node.as_array() {
                None => self.element(&name, &member.node, &path)?,
                Some(elements) => {
                    for (index, element) in elements.iter().enumerate() {
                        self.element(&name, element, &path.index(index))?;
                    }
                }
            }
        }
        Ok(())
    }

    fn element(&mut self, name: &str, node: &Node<'_>, path: &Path<'_>) -> Written {
        self.check_size(path)?;
        match &node.value {
            Value::Array(_) => fault(path, Reason::NestedList),
            Value::Object(members) => {
                let text = members.iter().find(|member| member.name == TEXT);
                self.out.push('<');
                self.out.push_str(name);
                match text {
                    None => {
                        self.out.push('>');
                        self.elements(members.iter(), path)?;
                    }
                    Some(text) => {
                        self.attributes(members.iter().filter(|member| member.name != TEXT), path)?;
                        self.end_with_text(&text.node, &path.name(TEXT))?;
                    }
                }
                close(&mut self.out, name);
                Ok(())
            }
            _ => {
                self.out.push('<');
                self.out.push_str(name);
                self.end_with_text(node, path)?;
                close(&mut self.out, name);
                Ok(())
            }
        }
    }

    /// Writes the end of a start tag, with the type of the text if it is not a string, and the text.
    fn end_with_text(&mut self, node: &Node<'_>, path: &Path<'_>) -> Written {
        let typed = |writer: &mut Self, attribute: &str| {
            writer.names.uses_schema = true;
            writer.out.push_str(attribute);
            writer.out.push('>');
        };
        match &node.value {
            Value::Null => typed(self, " xsi:nil=\"true\""),
            Value::Bool => {
                typed(self, " xsi:type=\"xsd:boolean\"");
                self.out.push_str(node.raw);
            }
            Value::Number => {
                let is_decimal = !node.raw.contains(['e', 'E']);
                typed(self, if is_decimal { " xsi:type=\"xsd:decimal\"" } else { " xsi:type=\"xsd:double\"" });
                self.out.push_str(node.raw);
            }
            Value::String(text) => {
                let text = self.names.value(text, self.scope, path)?;
                if has_space_around(&text) {
                    self.out.push_str(" xml:space=\"preserve\"");
                }
                self.out.push('>');
                push_text(&mut self.out, &text, path)?;
            }
            Value::Array(_) | Value::Object(_) => return fault(path, Reason::NotText),
        }
        Ok(())
    }

    /// Writes the members as attributes: their types are lost, their texts are not.
    pub(super) fn attributes<'m, 'a: 'm>(
        &mut self,
        members: impl Iterator<Item = &'m Member<'a>>,
        path: &Path<'_>,
    ) -> Written {
        for member in members {
            let path = path.name(&member.name);
            let name = self.names.name(&member.name, self.scope, &path)?;
            let value = match &member.node.value {
                Value::Null => continue,
                Value::Bool | Value::Number => member.node.raw.into(),
                Value::String(text) => self.names.value(text, self.scope, &path)?,
                Value::Array(_) | Value::Object(_) => return fault(&path, Reason::NotText),
            };
            push_attribute(&mut self.out, &name, &value, &path)?;
        }
        Ok(())
    }
}

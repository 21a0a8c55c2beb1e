//! Writes the standard fields of an event. Invariant: elements and attributes have the order of the schema.

use std::borrow::Cow;

use super::{
    Reason, Written,
    event::Writer,
    fault,
    markup::{close, open, push_attribute, push_text},
};
use crate::{
    json::{Member, Node, Value},
    problem::Path,
    vocabulary::{DISPOSITION, Vocabulary},
    xml::schema::{ERROR_DECLARATION, Field, Form, QUANTITY, SENSOR_METADATA, SENSOR_REPORT, named},
};

impl Writer<'_> {
    /// Writes a field of an event. Lists that the schema does not let be empty are left out when they are.
    pub(super) fn field(&mut self, name: &str, node: &Node<'_>, form: Form, path: &Path<'_>) -> Written {
        self.check_size(path)?;
        let is_optional = matches!(form, Form::Typed(..) | Form::Sensors);
        if is_optional && node.as_array().is_some_and(<[_]>::is_empty) {
            return Ok(());
        }
        if form == Form::Uris {
            return self.uris(name, node, path);
        }
        if form == Form::MasterData {
            let members = object(node, path)?;
            open(&mut self.out, name);
            self.elements(members.iter(), path)?;
            close(&mut self.out, name);
            return Ok(());
        }
        open(&mut self.out, name);
        match form {
            Form::UriList(item) => self.list(node, path, |this, node, path| this.leaf(item, node, Form::Uri, path))?,
            Form::Quantities => self.list(node, path, Self::quantity)?,
            Form::Place => self.place(node, path)?,
            Form::Typed(item, vocabulary) => {
                self.list(node, path, |this, node, path| this.typed(item, vocabulary, node, path))?;
            }
            Form::Dispositions => self.dispositions(node, path)?,
            Form::ErrorDeclaration => self.error_declaration(node, path)?,
            Form::Sensors => self.list(node, path, Self::sensor_element)?,
            _ => {
                let text = self.scalar(node, form, path)?;
                push_text(&mut self.out, &text, path)?;
            }
        }
        close(&mut self.out, name);
        Ok(())
    }

    /// The text of a value.
    fn scalar(&mut self, node: &Node<'_>, form: Form, path: &Path<'_>) -> Written<String> {
        let text = match (&node.value, form) {
            (Value::Number | Value::Bool, _) => return Ok(node.raw.to_owned()),
            (Value::String(text), Form::Text | Form::Number | Form::Boolean) => return Ok(text.clone().into_owned()),
            (Value::String(text), Form::Word(vocabulary)) => {
                // XML has no context that would give a CURIE its meaning.
                let word = vocabulary.canonical_in(text, self.scope);
                let is_curie = vocabulary.bare_word(text).is_none() && vocabulary.contains(&word);
                let value = if is_curie { word } else { Cow::Borrowed(&**text) };
                let versions = (self.options.version, self.options.cbv_version);
                let spelled = self.options.cbv.spell(&value, vocabulary, versions).map(Cow::into_owned);
                spelled.map_or_else(|| fault(path, Reason::Word), |spelled| Ok(Cow::Owned(spelled)))?
            }
            (Value::String(text), _) => Cow::Borrowed(&**text),
            _ => return fault(path, Reason::Form),
        };
        Ok(self.names.value(&text, self.scope, path)?.into_owned())
    }

    fn leaf(&mut self, name: &str, node: &Node<'_>, form: Form, path: &Path<'_>) -> Written {
        let text = self.scalar(node, form, path)?;
        open(&mut self.out, name);
        push_text(&mut self.out, &text, path)?;
        close(&mut self.out, name);
        Ok(())
    }

    fn uris(&mut self, name: &str, node: &Node<'_>, path: &Path<'_>) -> Written {
        match node.as_array() {
            None => self.leaf(name, node, Form::Uri, path),
            Some([]) => Ok(()),
            Some([only]) => self.leaf(name, only, Form::Uri, &path.index(0)),
            Some(_) => fault(path, Reason::ManyValues),
        }
    }

    fn list(
        &mut self,
        node: &Node<'_>,
        path: &Path<'_>,
        write: impl Fn(&mut Self, &Node<'_>, &Path<'_>) -> Written,
    ) -> Written {
        let Some(elements) = node.as_array() else { return fault(path, Reason::Form) };
        for (index, element) in elements.iter().enumerate() {
            self.check_size(path)?;
            write(self, element, &path.index(index))?;
        }
        Ok(())
    }

    /// Refuses an event that is too long already, so that no event becomes much longer than its limit.
    pub(super) fn check_size(&self, path: &Path<'_>) -> Written {
        if self.out.len() > self.options.bytes_max { fault(path, Reason::Size) } else { Ok(()) }
    }

    fn quantity(&mut self, node: &Node<'_>, path: &Path<'_>) -> Written {
        check_closed(node, path, |name| named(&QUANTITY, name).is_some())?;
        open(&mut self.out, "quantityElement");
        self.fields(node, &QUANTITY, path)?;
        close(&mut self.out, "quantityElement");
        Ok(())
    }

    /// Writes the fields of a table that are there, in its order.
    fn fields(&mut self, node: &Node<'_>, fields: &'static [Field], path: &Path<'_>) -> Written {
        for field in fields {
            if let Some(value) = node.get(field.name) {
                self.field(field.name, value, field.form, &path.name(field.name))?;
            }
        }
        Ok(())
    }

    fn place(&mut self, node: &Node<'_>, path: &Path<'_>) -> Written {
        let members = object(node, path)?;
        if let Some(id) = node.get("id") {
            self.leaf("id", id, Form::Uri, &path.name("id"))?;
        }
        self.of_users(members, path, |name| name == "id")
    }

    fn typed(&mut self, item: &str, vocabulary: &'static Vocabulary, node: &Node<'_>, path: &Path<'_>) -> Written {
        check_closed(node, path, |name| name == "type" || name == item)?;
        self.out.push('<');
        self.out.push_str(item);
        if let Some(kind) = node.get("type") {
            let path = path.name("type");
            let text = self.scalar(kind, Form::Word(vocabulary), &path)?;
            push_attribute(&mut self.out, "type", &text, &path)?;
        }
        self.out.push('>');
        if let Some(value) = node.get(item) {
            let path = path.name(item);
            let text = self.scalar(value, Form::Uri, &path)?;
            push_text(&mut self.out, &text, &path)?;
        }
        close(&mut self.out, item);
        Ok(())
    }

    fn dispositions(&mut self, node: &Node<'_>, path: &Path<'_>) -> Written {
        check_closed(node, path, |name| name == "set" || name == "unset")?;
        for name in ["unset", "set"] {
            let Some(words) = node.get(name) else { continue };
            self.list(words, &path.name(name), |this, node, path| {
                this.leaf(name, node, Form::Word(&DISPOSITION), path)
            })?;
        }
        Ok(())
    }

    fn error_declaration(&mut self, node: &Node<'_>, path: &Path<'_>) -> Written {
        let members = object(node, path)?;
        self.fields(node, &ERROR_DECLARATION, path)?;
        self.of_users(members, path, |name| named(&ERROR_DECLARATION, name).is_some())
    }

    fn sensor_element(&mut self, node: &Node<'_>, path: &Path<'_>) -> Written {
        let members = object(node, path)?;
        open(&mut self.out, "sensorElement");
        if let Some(metadata) = node.get("sensorMetadata") {
            self.empty_element("sensorMetadata", metadata, &SENSOR_METADATA, &path.name("sensorMetadata"))?;
        }
        if let Some(reports) = node.get("sensorReport") {
            self.list(reports, &path.name("sensorReport"), |this, node, path| {
                this.empty_element("sensorReport", node, &SENSOR_REPORT, path)
            })?;
        }
        self.of_users(members, path, |name| name == "sensorMetadata" || name == "sensorReport")?;
        close(&mut self.out, "sensorElement");
        Ok(())
    }

    /// Writes an element whose fields are attributes.
    fn empty_element(&mut self, name: &str, node: &Node<'_>, fields: &'static [Field], path: &Path<'_>) -> Written {
        let members = object(node, path)?;
        check_closed(node, path, |name| name.contains(':') || named(fields, name).is_some())?;
        self.out.push('<');
        self.out.push_str(name);
        for field in fields {
            let Some(value) = node.get(field.name) else { continue };
            let path = path.name(field.name);
            let text = self.scalar(value, field.form, &path)?;
            push_attribute(&mut self.out, field.name, &text, &path)?;
        }
        self.attributes(members.iter().filter(|member| member.name.contains(':')), path)?;
        self.out.push_str("/>");
        Ok(())
    }

    /// Writes the members of a standard object that are a user's.
    fn of_users(&mut self, members: &[Member<'_>], path: &Path<'_>, is_standard: impl Fn(&str) -> bool) -> Written {
        let unknown = members.iter().find(|member| !member.name.contains(':') && !is_standard(&member.name));
        if let Some(member) = unknown {
            return fault(&path.name(&member.name), Reason::Form);
        }
        self.elements(members.iter().filter(|member| member.name.contains(':')), path)
    }
}

fn object<'n, 'a>(node: &'n Node<'a>, path: &Path<'_>) -> Written<&'n [Member<'a>]> {
    node.as_object().map_or_else(|| fault(path, Reason::Form), Ok)
}

/// Refuses members that the schema has no place for.
fn check_closed(node: &Node<'_>, path: &Path<'_>, is_known: impl Fn(&str) -> bool) -> Written {
    match object(node, path)?.iter().find(|member| !is_known(&member.name)) {
        None => Ok(()),
        Some(member) => fault(&path.name(&member.name), Reason::Form),
    }
}

//! The text that is hashed: names and values of an event, one after another without separators.
//!
//! Invariant kept: siblings of one name stand in code-point order, so no list order and no member order reaches the
//! hash; extensions stand at the end of what they extend, under `{namespace}name`.

use std::borrow::Cow;

use super::{
    order::{self, Field, Shape},
    value,
};
use crate::{
    context::{Context, Scope},
    event::Event,
    json::{Member, Node, Value},
};

/// The text before hashing. `context` is the event's document's.
pub fn prehash(event: &Event<'_>, context: &Context<'_>) -> String {
    let mut out = String::with_capacity(event.raw().len());
    out.push_str("eventType=");
    out.push_str(event.event_type().as_str());
    let writer = Writer { scope: Scope { document: context, own: event.context.as_ref() } };
    writer.push_object(&mut out, &event.root, &order::EVENT);
    out
}

struct Writer<'s, 'a> {
    scope: Scope<'s, 'a>,
}

impl Writer<'_, '_> {
    /// The standard fields in their order, then the extensions.
    fn push_object(&self, out: &mut String, node: &Node<'_>, fields: &[Field]) {
        let members = node.as_object().unwrap_or_default();
        for field in fields {
            if let Some(member) = members.iter().find(|member| member.name == field.name) {
                self.push_field(out, field.name, &member.node, field.shape);
            }
        }
        self.push_extensions(out, members.iter().filter(|member| is_namespaced(&member.name)));
    }

    fn push_field(&self, out: &mut String, name: &str, node: &Node<'_>, shape: Shape) {
        match (shape, &node.value) {
            (Shape::List(item, item_shape), _) => {
                let start = out.len();
                out.push_str(name);
                let single = std::slice::from_ref(node);
                let elements = node.as_array().unwrap_or(single);
                if !push_sorted(out, elements, |out, element| self.push_field(out, item, element, *item_shape)) {
                    out.truncate(start);
                }
            }
            (_, Value::Array(elements)) => {
                push_sorted(out, elements, |out, element| self.push_field(out, name, element, shape));
            }
            (Shape::Object(fields), _) => {
                let start = out.len();
                out.push_str(name);
                let inner = out.len();
                self.push_object(out, node, fields);
                if out.len() == inner {
                    out.truncate(start);
                }
            }
            (Shape::Time, _) => push_value(out, name, &value::time(&text(node))),
            (Shape::Plain, _) => push_value(out, name, &value::plain(&text(node), self.scope)),
            (Shape::Word(vocabulary), _) => push_value(out, name, &value::word(&text(node), vocabulary, self.scope)),
        }
    }

    fn push_extensions<'m, 'a: 'm>(&self, out: &mut String, members: impl Iterator<Item = &'m Member<'a>>) {
        let mut pieces = Vec::new();
        for member in members {
            if !(is_comment(&member.name) || self.scope.is_ignored(&member.name)) {
                self.gather(&mut pieces, &self.expanded_name(&member.name), &member.node);
            }
        }
        pieces.sort_unstable();
        out.extend(pieces);
    }

    /// An extension's value: a list is one piece per element, an object its members below the name.
    fn gather(&self, pieces: &mut Vec<String>, name: &str, node: &Node<'_>) {
        match &node.value {
            Value::Array(elements) => {
                for element in elements {
                    self.gather(pieces, name, element);
                }
            }
            Value::Object(members) => {
                let mut piece = name.to_owned();
                self.push_extensions(&mut piece, members.iter());
                pieces.push(piece);
            }
            Value::Null => {}
            _ => {
                let mut piece = name.to_owned();
                let text = text(node);
                let value = value::plain(&text, self.scope);
                if !value.is_empty() {
                    piece.push('=');
                    piece.push_str(&value);
                }
                pieces.push(piece);
            }
        }
    }

    /// `{namespace}local` of a prefixed name or a full URI; a name whose prefix is not known stays as it is.
    fn expanded_name<'n>(&self, name: &'n str) -> Cow<'n, str> {
        if let Some((prefix, local)) = name.split_once(':') {
            if let Some(namespace) = self.scope.namespace(prefix) {
                return Cow::Owned(format!("{{{namespace}}}{local}"));
            }
            if let Some(end) = name.rfind(['/', '#']) {
                let (namespace, local) = name.split_at(end + 1);
                return Cow::Owned(format!("{{{namespace}}}{local}"));
            }
        }
        Cow::Borrowed(name)
    }
}

/// What `push` writes for each element, in code-point order; whether that was anything.
fn push_sorted<T>(out: &mut String, elements: &[T], push: impl Fn(&mut String, &T)) -> bool {
    let start = out.len();
    if let [only] = elements {
        push(out, only);
    } else {
        let mut pieces: Vec<String> = elements
            .iter()
            .map(|element| {
                let mut piece = String::new();
                push(&mut piece, element);
                piece
            })
            .collect();
        pieces.sort_unstable();
        out.extend(pieces);
    }
    out.len() > start
}

fn push_value(out: &mut String, name: &str, value: &str) {
    if !value.is_empty() {
        out.push_str(name);
        out.push('=');
        out.push_str(value);
    }
}

/// A scalar's text: a string's content, else as written. What is no scalar has none.
fn text<'n>(node: &'n Node<'_>) -> Cow<'n, str> {
    match &node.value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Number | Value::Bool => Cow::Borrowed(node.raw),
        Value::Null | Value::Array(_) | Value::Object(_) => Cow::Borrowed(""),
    }
}

fn is_namespaced(name: &str) -> bool {
    name.contains(':')
}

/// Remarks for people are not part of what happened.
fn is_comment(name: &str) -> bool {
    matches!(name, "rdfs:comment" | "comment") || name.starts_with('_')
}

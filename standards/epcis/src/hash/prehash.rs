//! Writes the hash text, the pre-hash string of the standard: names and values of an event, concatenated without
//! separators (CBV 2.0 section 8).
//! Invariant: siblings of the same name are in code-point order, so the order of members does not affect the hash.
//! Extensions are written at the end of their parent, as `{namespace}name`.

use std::borrow::Cow;

use super::{
    name,
    order::{Field, FieldOrder, Shape},
    value,
};
use crate::{
    context::{Context, Scope},
    event::Event,
    json::{Member, Node, Value},
    xml::TEXT,
};

/// The hash text of an event. `context` is that of its document.
pub fn prehash(event: &Event<'_>, context: &Context<'_>) -> String {
    prehash_in_order(event, context, FieldOrder::Standard)
}

/// [`prehash`] with the fields in another order.
pub fn prehash_in_order(event: &Event<'_>, context: &Context<'_>, order: FieldOrder) -> String {
    let mut out = String::with_capacity(event.raw().len());
    out.push_str("eventType=");
    out.push_str(event.own_type().unwrap_or(event.event_type().as_str()));
    let writer = Writer { scope: Scope::new(context, event.context.as_ref()) };
    writer.push_object(&mut out, &event.root, order.fields());
    out
}

/// Writes an event's parts in the scope of its contexts.
struct Writer<'s, 'a> {
    scope: Scope<'s, 'a>,
}

impl Writer<'_, '_> {
    /// Writes the standard fields in their order, then the extensions.
    fn push_object(&self, out: &mut String, node: &Node<'_>, fields: &[Field]) {
        let members = node.as_object().unwrap_or_default();
        let (extensions, standard): (Vec<_>, Vec<_>) = members.iter().partition(|member| is_namespaced(&member.name));
        for field in fields {
            if let Some(member) = standard.iter().find(|member| member.name == field.name) {
                self.push_field(out, field.name, &member.node, field.shape);
            }
        }
        self.push_extensions(out, extensions.into_iter());
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
                self.gather(&mut pieces, &name::expanded(&member.name, self.scope), &member.node);
            }
        }
        pieces.sort_unstable();
        out.extend(pieces);
    }

    /// Collects the pieces of an extension's value. A list gives one piece per element, an object one piece with its
    /// members after the name.
    fn gather(&self, pieces: &mut Vec<String>, name: &str, node: &Node<'_>) {
        match &node.value {
            Value::Array(elements) => {
                for element in elements {
                    self.gather(pieces, name, element);
                }
            }
            Value::Object(members) => {
                let mut piece = name.to_owned();
                // The text of an XML element that has attributes too.
                let (texts, others): (Vec<_>, Vec<_>) = members.iter().partition(|member| member.name == TEXT);
                if let Some(member) = texts.first() {
                    let text = text(&member.node);
                    push_value(&mut piece, "", &value::plain(&text, self.scope));
                }
                self.push_extensions(&mut piece, others.into_iter());
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
}

/// Writes the elements with `push`, in code-point order of the results. Returns whether anything was written.
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

/// The text of a scalar: the content of a string, or a number or boolean as written. Empty for other values.
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

/// Whether a member is a comment. Comments are not part of the event.
fn is_comment(name: &str) -> bool {
    matches!(name, "rdfs:comment" | "comment") || name.starts_with('_')
}

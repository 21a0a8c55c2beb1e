//! The content of an element: what two captures must agree in to be the same version. Invariant: as that of
//! [`crate::document::content`]; the vocabulary is a part of it.

use super::Element;
use crate::{
    context::{Context, Scope},
    document::{push_opaque, push_value},
    json::push_string,
};

/// The canonical text of an element's content, a JSON object. `context` is that of the element's document.
pub fn content(element: &Element<'_>, context: &Context<'_>) -> String {
    let mut out = String::with_capacity(element.raw().len() + 256);
    out.push_str("{\"context\":");
    push_opaque(&mut out, context.opaque().iter().copied());
    out.push_str(",\"vocabulary\":");
    push_string(&mut out, element.vocabulary());
    out.push_str(",\"element\":");
    push_value(&mut out, &element.node, Scope::new(context, None));
    out.push('}');
    out
}

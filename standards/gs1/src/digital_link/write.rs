//! Writing links. Invariant: the canonical form is a fixed point, and a written link is read as the same elements.

use super::{CANONICAL_ROOT, DigitalLink, Root, percent::push_encoded};
use crate::element::Element;

impl DigitalLink {
    /// The canonical link: `https://id.gs1.org`, the identifier, and the attributes in the order of their AIs (URI
    /// Syntax 1.7, section 4.12). Other pairs are left out.
    pub fn canonical(&self) -> String {
        let mut attributes: Vec<&Element> = self.attributes.iter().collect();
        attributes.sort_by_key(|element| element.ai());
        let mut out = CANONICAL_ROOT.to_owned();
        self.identifier.push_path(&mut out);
        push_query(&mut out, attributes, []);
        out
    }

    /// The link at another root: the identifier, the attributes in their order, then the other pairs as written.
    pub fn at(&self, root: &Root) -> String {
        let mut out = root.as_str().to_owned();
        self.identifier.push_path(&mut out);
        push_query(&mut out, &self.attributes, self.other_pairs());
        out
    }
}

fn push_query<'l>(
    out: &mut String,
    attributes: impl IntoIterator<Item = &'l Element>,
    others: impl IntoIterator<Item = &'l str>,
) {
    let mut separator = '?';
    for element in attributes {
        out.push(separator);
        out.push_str(element.ai().as_str());
        out.push('=');
        push_encoded(out, element.value());
        separator = '&';
    }
    for pair in others {
        out.push(separator);
        out.push_str(pair);
        separator = '&';
    }
}

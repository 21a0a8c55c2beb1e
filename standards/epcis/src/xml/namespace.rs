//! The namespaces that are declared at a place of a document (Namespaces in XML 1.0). Invariant: a prefix means its
//! innermost declaration. A look-up compares at most [`XML_NAMESPACES_IN_SCOPE_MAX`] prefixes.

use std::sync::Arc;

use crate::limit::{URI_BYTES_MAX, XML_NAMESPACES_IN_SCOPE_MAX};

/// The namespace of XML Schema instances.
pub(super) const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// The namespace of XML Schema data types.
pub(super) const XSD: &str = "http://www.w3.org/2001/XMLSchema";
/// The namespace that the prefix `xml` always has.
pub(super) const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// What a name belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Space {
    /// No namespace.
    None,
    /// `urn:epcglobal:epcis:xsd:1` and `:2`, of documents and events.
    Epcis,
    /// `urn:epcglobal:epcis-query:xsd:1` and `:2`, of query documents.
    Query,
    /// `urn:epcglobal:epcis-masterdata:xsd:1` and `:2`, of documents of master data.
    MasterData,
    /// XML Schema instances.
    Xsi,
    /// The prefix `xml`.
    Xml,
    /// Any other one.
    Other(Arc<str>),
}

impl Space {
    pub(super) fn of(uri: &str) -> Self {
        match uri {
            "" => Self::None,
            "urn:epcglobal:epcis:xsd:1" | "urn:epcglobal:epcis:xsd:2" => Self::Epcis,
            "urn:epcglobal:epcis-query:xsd:1" | "urn:epcglobal:epcis-query:xsd:2" => Self::Query,
            "urn:epcglobal:epcis-masterdata:xsd:1" | "urn:epcglobal:epcis-masterdata:xsd:2" => Self::MasterData,
            XSI => Self::Xsi,
            XML => Self::Xml,
            other => Self::Other(Arc::from(other)),
        }
    }

    /// The namespace name. Of the two of EPCIS, that of version 2.0.
    pub(super) fn uri(&self) -> Arc<str> {
        match self {
            Self::None => Arc::from(""),
            Self::Epcis => Arc::from("urn:epcglobal:epcis:xsd:2"),
            Self::Query => Arc::from("urn:epcglobal:epcis-query:xsd:2"),
            Self::MasterData => Arc::from("urn:epcglobal:epcis-masterdata:xsd:2"),
            Self::Xsi => Arc::from(XSI),
            Self::Xml => Arc::from(XML),
            Self::Other(uri) => Arc::clone(uri),
        }
    }

    /// Whether a name without namespace, or with that of EPCIS: only such a name is one of the standard.
    pub(super) fn is_standard(&self) -> bool {
        matches!(self, Self::None | Self::Epcis)
    }
}

struct Binding<'x> {
    /// Empty for the default namespace.
    prefix: &'x str,
    space: Space,
    depth: usize,
}

/// The declarations of the open elements.
#[derive(Default)]
pub(super) struct Bindings<'x> {
    list: Vec<Binding<'x>>,
}

impl<'x> Bindings<'x> {
    /// Declares a namespace on the element at `depth`. The error says why it cannot be.
    pub(super) fn declare(&mut self, prefix: &'x str, uri: &str, depth: usize) -> Result<(), Refusal> {
        if uri.len() > URI_BYTES_MAX {
            return Err(Refusal::TooLong);
        }
        if self.list.len() >= XML_NAMESPACES_IN_SCOPE_MAX {
            return Err(Refusal::TooMany);
        }
        let is_reserved = match prefix {
            "xml" => uri != XML,
            "xmlns" => true,
            "" => uri == XML || uri == XMLNS,
            // A prefix cannot be undeclared.
            _ => matches!(uri, "" | XML | XMLNS),
        };
        if is_reserved {
            return Err(Refusal::Reserved);
        }
        self.list.push(Binding { prefix, space: Space::of(uri), depth });
        Ok(())
    }

    /// Ends the declarations of the element at `depth`.
    pub(super) fn close(&mut self, depth: usize) {
        while self.list.last().is_some_and(|binding| binding.depth >= depth) {
            self.list.pop();
        }
    }

    /// The namespace of a prefix, or the default one for `""`. `None` when the prefix is not declared.
    pub(super) fn space(&self, prefix: &str) -> Option<Space> {
        let found = self.list.iter().rev().find(|binding| binding.prefix == prefix);
        match (found, prefix) {
            (Some(binding), _) => Some(binding.space.clone()),
            (None, "") => Some(Space::None),
            (None, "xml") => Some(Space::Xml),
            (None, _) => None,
        }
    }
}

/// Reasons why a namespace cannot be declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    TooLong,
    TooMany,
    Reserved,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_declaration_holds() {
        let mut bindings = Bindings::default();
        assert_eq!(bindings.space(""), Some(Space::None));
        assert_eq!(bindings.space("a"), None);
        assert_eq!(bindings.space("xml"), Some(Space::Xml));
        bindings.declare("a", "urn:epcglobal:epcis:xsd:1", 1).expect("valid");
        bindings.declare("a", "urn:x", 2).expect("valid");
        bindings.declare("", "urn:y", 2).expect("valid");
        assert_eq!(bindings.space("a"), Some(Space::Other("urn:x".into())));
        assert_eq!(bindings.space(""), Some(Space::Other("urn:y".into())));
        bindings.close(2);
        assert_eq!(bindings.space("a"), Some(Space::Epcis));
        assert_eq!(bindings.space(""), Some(Space::None));
    }

    #[test]
    fn declarations_are_limited() {
        let mut bindings = Bindings::default();
        assert_eq!(bindings.declare("a", &"x".repeat(URI_BYTES_MAX + 1), 1), Err(Refusal::TooLong));
        for (prefix, uri) in [("xml", "urn:x"), ("xmlns", "urn:x"), ("a", XML), ("", XML), ("a", "")] {
            assert_eq!(bindings.declare(prefix, uri, 1), Err(Refusal::Reserved), "{prefix} {uri}");
        }
        for _ in 0..XML_NAMESPACES_IN_SCOPE_MAX {
            bindings.declare("a", &"x".repeat(URI_BYTES_MAX), 1).expect("valid");
        }
        assert_eq!(bindings.declare("a", "urn:x", 1), Err(Refusal::TooMany));
    }
}

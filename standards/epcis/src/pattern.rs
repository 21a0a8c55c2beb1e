//! The values of a query's `MATCH_…` parameters: one identifier, or all identifiers of an EPC pattern. Invariant:
//! callers match patterns against canonical identifiers only. Any spelling in a query then matches any spelling in an
//! event (EPCIS 2.0 section 8.2.7.1).

use crate::identifier;

/// A set of canonical identifiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// Exactly this identifier.
    Exact(String),
    /// All identifiers that start with one of these prefixes. Never empty, at most ten.
    AnyPrefix(Vec<String>),
}

/// The kind of identifiers that a pattern is matched against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Instances: the pattern `urn:epc:idpat:sgtin:P.I.*` matches every serial of the item.
    Instance,
    /// Classes: the same pattern denotes the class of the item, as in a quantity list.
    Class,
}

impl Pattern {
    /// Parses an EPC URN, a Digital Link, an EPC pattern URN or any other URI. `None` for an invalid EPC pattern.
    pub fn parse(text: &str, level: Level) -> Option<Self> {
        let Some(rest) = text.strip_prefix("urn:epc:idpat:") else {
            return Some(Self::Exact(identifier::canonical(text).into_owned()));
        };
        if level == Level::Class
            && let Some(class) = identifier::digital_link(text)
        {
            return Some(Self::Exact(class.into_owned()));
        }
        identifier::patterns(rest).map(Self::AnyPrefix)
    }

    /// Whether the set contains a canonical identifier.
    pub fn matches(&self, canonical: &str) -> bool {
        match self {
            Self::Exact(value) => value == canonical,
            Self::AnyPrefix(prefixes) => prefixes.iter().any(|prefix| canonical.starts_with(prefix.as_str())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instance(text: &str) -> Pattern {
        Pattern::parse(text, Level::Instance).expect(text)
    }

    #[test]
    fn an_item_pattern_covers_its_serials_only() {
        let pattern = instance("urn:epc:idpat:sgtin:4012345.012345.*");
        assert!(pattern.matches("https://id.gs1.org/01/04012345123456/21/1"));
        assert!(!pattern.matches("https://id.gs1.org/01/04012345123456/10/1"));
        assert!(!pattern.matches("https://id.gs1.org/01/04012345123456"));
        assert!(!pattern.matches("https://id.gs1.org/01/04012345123463/21/1"));
    }

    #[test]
    fn a_company_pattern_covers_every_indicator() {
        let pattern = instance("urn:epc:idpat:sgtin:4012345.*.*");
        for indicator in 0..=9 {
            assert!(pattern.matches(&format!("https://id.gs1.org/01/{indicator}4012345123456/21/1")));
        }
        assert!(!pattern.matches("https://id.gs1.org/01/04012346123456/21/1"));
        assert!(instance("urn:epc:idpat:sgtin:*.*.*").matches("https://id.gs1.org/01/04012346123456/21/1"));
        assert!(instance("urn:epc:idpat:sgln:4012345.*.*").matches("https://id.gs1.org/414/4012345000054"));
        assert!(instance("urn:epc:idpat:grai:4012345.00022.*").matches("https://id.gs1.org/8003/04012345000221334455"));
    }

    #[test]
    fn an_item_pattern_is_the_class_in_a_class_list() {
        let pattern =
            Pattern::parse("urn:epc:idpat:sgtin:4012345.012345.*", Level::Class).expect("the pattern is a class");
        assert_eq!(pattern, Pattern::Exact("https://id.gs1.org/01/04012345123456".into()));
    }

    #[test]
    fn every_spelling_is_the_same_set() {
        let expected = Pattern::Exact("https://id.gs1.org/01/04012345111118/21/9876".into());
        for text in [
            "urn:epc:id:sgtin:4012345.011111.9876",
            "https://example.org/gtin/4012345111118/ser/9876?17=261231",
            "https://id.gs1.org/01/04012345111118/21/9876",
        ] {
            assert_eq!(instance(text), expected);
        }
        assert_eq!(instance("urn:uuid:1"), Pattern::Exact("urn:uuid:1".into()));
    }

    #[test]
    fn an_invalid_pattern_is_refused() {
        for text in [
            "urn:epc:idpat:",
            "urn:epc:idpat:sgtin:4012345.*.7",
            "urn:epc:idpat:nope:1.*",
            "urn:epc:idpat:sgtin:12.*.*",
        ] {
            assert_eq!(Pattern::parse(text, Level::Instance), None, "{text}");
            assert_eq!(Pattern::parse(text, Level::Class), None, "{text}");
        }
    }
}

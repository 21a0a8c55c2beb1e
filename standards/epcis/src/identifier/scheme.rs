//! The EPC schemes and their components (EPC Tag Data Standard 2.0, sections 6 and 8). Invariant: a text is split only
//! when every component has the length and the characters of its scheme.

use super::{count_letters, is_digits, is_set_39, is_set_82};

/// The lengths of company prefixes that GS1 assigns.
pub(super) const COMPANY_PREFIX_DIGITS: std::ops::RangeInclusive<usize> = 6..=12;

/// The allowed text of a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A GS1 company prefix.
    Company,
    /// Digits that fill up the company prefix to this length. May be empty.
    Reference(usize),
    /// Exactly this number of digits.
    Digits(usize),
    /// One up to this number of digits.
    DigitsUpTo(usize),
    /// A number without leading zeros of up to this many digits.
    Number(usize),
    /// One up to this number of characters of set 82.
    Serial(usize),
    /// One up to 30 characters of set 82, less those of the company prefix.
    Rest,
    /// As `Rest`, of set 39.
    Rest39,
    /// Capitals and digits of a number in this range: codes of governments and carriers.
    Code(usize, usize),
    /// Up to this number of capitals, digits and `-`, `%2F` and `%23`. May be empty.
    Number39(usize),
}

/// A scheme of EPCs.
#[derive(Debug)]
pub(super) struct Scheme {
    /// The name in URNs.
    pub(super) name: &'static str,
    pub(super) parts: &'static [Part],
    /// Whether the first digit of the reference precedes the company prefix in the key, as in a GTIN and an SSCC.
    pub(super) has_indicator: bool,
    /// The name of the scheme's classes, for schemes whose pattern with a wildcard serial names a class.
    pub(super) class: Option<&'static str>,
}

const fn scheme(
    name: &'static str,
    parts: &'static [Part],
    has_indicator: bool,
    class: Option<&'static str>,
) -> Scheme {
    Scheme { name, parts, has_indicator, class }
}

use Part::{Code, Company, Digits, DigitsUpTo, Number, Number39, Reference, Rest, Rest39, Serial};

/// Every scheme with EPCs.
pub(super) static SCHEMES: [Scheme; 20] = [
    scheme("sgtin", &[Company, Reference(13), Serial(20)], true, Some("gtin")),
    scheme("upui", &[Company, Reference(13), Serial(28)], true, Some("gtin")),
    scheme("itip", &[Company, Reference(13), Digits(2), Digits(2), Serial(20)], true, Some("itip")),
    scheme("sscc", &[Company, Reference(17)], true, None),
    scheme("sgln", &[Company, Reference(12), Serial(20)], false, None),
    scheme("pgln", &[Company, Reference(12)], false, None),
    scheme("grai", &[Company, Reference(12), Serial(16)], false, Some("grai")),
    scheme("gdti", &[Company, Reference(12), Serial(17)], false, Some("gdti")),
    scheme("sgcn", &[Company, Reference(12), DigitsUpTo(12)], false, Some("sgcn")),
    scheme("giai", &[Company, Rest], false, None),
    scheme("ginc", &[Company, Rest], false, None),
    scheme("gsrn", &[Company, Reference(17)], false, None),
    scheme("gsrnp", &[Company, Reference(17)], false, None),
    scheme("gsin", &[Company, Reference(16)], false, None),
    scheme("cpi", &[Company, Rest39, DigitsUpTo(12)], false, Some("cpi")),
    scheme("gid", &[Number(9), Number(8), Number(11)], false, Some("gid")),
    scheme("usdod", &[Code(5, 6), Number(11)], false, None),
    scheme("adi", &[Code(5, 6), Number39(32), Serial(30)], false, Some("adi")),
    scheme("bic", &[Code(11, 11)], false, None),
    scheme("imovn", &[Digits(7)], false, None),
];

/// The scheme with this name.
pub(super) fn named(name: &str) -> Option<&'static Scheme> {
    SCHEMES.iter().find(|scheme| scheme.name == name)
}

impl Scheme {
    /// Splits the components of an EPC. `None` when one is missing or not valid.
    pub(super) fn components<'t>(&self, text: &'t str) -> Option<Vec<&'t str>> {
        let components: Vec<&str> = text.splitn(self.parts.len(), '.').collect();
        (components.len() == self.parts.len() && self.accepts(&components)).then_some(components)
    }

    /// Splits a pattern into the components before its wildcards. `None` when it is not valid: only the last ones can
    /// be wildcards.
    pub(super) fn given<'t>(&self, text: &'t str) -> Option<Vec<&'t str>> {
        let mut components: Vec<&str> = text.splitn(self.parts.len(), '.').collect();
        if components.len() != self.parts.len() {
            return None;
        }
        let wildcards = components.iter().rev().take_while(|component| **component == "*").count();
        components.truncate(components.len() - wildcards);
        self.accepts(&components).then_some(components)
    }

    /// Whether these are valid first components.
    fn accepts(&self, components: &[&str]) -> bool {
        let company = components.first().copied().unwrap_or_default();
        components.iter().zip(self.parts).all(|(component, part)| part.accepts(component, company))
    }
}

impl Part {
    fn accepts(self, text: &str, company: &str) -> bool {
        let letters = |allowed| count_letters(text, allowed);
        let is_between = |count: Option<usize>, max: usize| count.is_some_and(|count| (1..=max).contains(&count));
        let rest_max = 30_usize.saturating_sub(company.len());
        match self {
            Company => is_digits(text) && COMPANY_PREFIX_DIGITS.contains(&text.len()),
            Reference(total) => is_digits(text) && company.len() + text.len() == total,
            Digits(count) => is_digits(text) && text.len() == count,
            DigitsUpTo(max) => is_digits(text) && (1..=max).contains(&text.len()),
            Number(max) => DigitsUpTo(max).accepts(text, company) && (text == "0" || !text.starts_with('0')),
            Serial(max) => is_between(letters(is_set_82), max),
            Rest => is_between(letters(is_set_82), rest_max),
            Rest39 => is_between(letters(is_set_39), rest_max),
            Code(min, max) => (min..=max).contains(&text.len()) && text.bytes().all(is_capital_or_digit),
            Number39(max) => letters(is_set_39).is_some_and(|count| count <= max),
        }
    }
}

fn is_capital_or_digit(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

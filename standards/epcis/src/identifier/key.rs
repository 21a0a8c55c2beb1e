//! The keys by which EPC patterns find identifiers. Invariant: a pattern contains an identifier exactly when the
//! identifier's key is in one of the pattern's ranges.
//!
//! EPCIS 2.0 section 8.2.7.1.1 compares the components of a pattern and an EPC one by one, so the key of a URN holds
//! its components as they were written, in one percent-encoding. Only the last components of a pattern can be
//! wildcards, hence the keys that it contains have a common beginning.
//!
//! A Digital Link does not tell the length of its company prefix. Its key holds the digits with the company prefix
//! first, and a pattern contains it when it can be divided as the pattern is. GS1 assigns no company prefix that begins
//! with another one (GS1 General Specifications, section 1.4), so a pattern of an assigned prefix contains no link of
//! another company.

use super::{CANONICAL_ROOT, URN, check_digit, is_digits, normal_head, percent, push_encoded, scheme};
use scheme::Scheme;

/// The kind of identifiers that a pattern is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// EPCs. The pattern `urn:epc:idpat:sgtin:P.I.*` contains every serial of the item.
    Instance,
    /// EPC classes, as in a quantity list. The same pattern contains the class that is written alike.
    Class,
}

/// Keys from `from` to `to`, both included, in the order of their bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRange {
    pub from: String,
    pub to: String,
}

impl KeyRange {
    fn exactly(key: String) -> Self {
        Self { from: key.clone(), to: key }
    }

    /// All keys with this beginning. Keys consist of visible ASCII characters.
    fn below(head: &str) -> Self {
        // The head is a key itself when a company prefix of 12 digits leaves no digit for the reference.
        Self { from: head.to_owned(), to: format!("{head}\u{7f}") }
    }

    fn new(head: String, is_whole: bool) -> Self {
        if is_whole { Self::exactly(head) } else { Self::below(&head) }
    }

    /// Whether the range includes a key.
    pub fn contains(&self, key: &str) -> bool {
        (&*self.from..=&*self.to).contains(&key)
    }
}

/// The key of an identifier as it was written: an EPC URN, the URN of a class that is a pattern, or a Digital Link of
/// either. `None` for all others, which no pattern contains.
pub fn pattern_key(written: &str) -> Option<String> {
    let written = normal_head(written);
    let Some(urn) = written.strip_prefix(URN) else {
        return link_key(&super::digital_link(&written)?);
    };
    let urn = percent::normal(urn);
    let (kind, name, parts) = split(&urn)?;
    let scheme = scheme::named(name)?;
    let (given, tag) = match kind {
        "id" => (scheme.components(parts)?, 'i'),
        "idpat" => (scheme.given(parts)?, 'c'),
        _ => return None,
    };
    let mut key = urn_head(tag, scheme, &given);
    for _ in given.len()..scheme.parts.len() {
        key.push_str(if key.ends_with(':') { "*" } else { ".*" });
    }
    Some(key)
}

/// The keys that a pattern contains. `rest` is the text after `urn:epc:idpat:`. `None` when it is not a valid pattern.
pub(crate) fn ranges(rest: &str, level: Level) -> Option<Vec<KeyRange>> {
    let rest = percent::normal(rest);
    let (name, parts) = rest.split_once(':')?;
    let scheme = scheme::named(name)?;
    let given = scheme.given(parts)?;
    let is_whole = given.len() == scheme.parts.len();
    let separated = |mut head: String| {
        if !is_whole && !head.ends_with(':') {
            head.push('.');
        }
        head
    };
    let tag = if level == Level::Instance { 'i' } else { 'c' };
    let mut ranges = vec![KeyRange::new(separated(urn_head(tag, scheme, &given)), is_whole)];
    match (level, scheme.class) {
        (Level::Instance, _) => {
            let head = link_head(scheme, &given);
            let head = if given.len() > 1 { separated(head) } else { head };
            ranges.push(KeyRange::new(format!("l{}:{head}", scheme.name), is_whole));
        }
        // A link of a class has no serial.
        (Level::Class, Some(class)) if !is_whole => {
            let head = link_head(scheme, &given);
            let is_class = given.len() + 1 == scheme.parts.len();
            let head = if given.len() > 1 && !is_class { head + "." } else { head };
            ranges.push(KeyRange::new(format!("k{class}:{head}"), is_class));
        }
        (Level::Class, _) => {}
    }
    Some(ranges)
}

fn split(urn: &str) -> Option<(&str, &str, &str)> {
    let (kind, rest) = urn.split_once(':')?;
    let (name, parts) = rest.split_once(':')?;
    Some((kind, name, parts))
}

/// The beginning of a URN's key: its first components as written.
fn urn_head(tag: char, scheme: &Scheme, given: &[&str]) -> String {
    let mut head = format!("{tag}{}:", scheme.name);
    push_joined(&mut head, given);
    head
}

fn push_joined(out: &mut String, components: &[&str]) {
    for (index, component) in components.iter().enumerate() {
        if index > 0 {
            out.push('.');
        }
        push_encoded(out, component);
    }
}

/// The beginning of a link's key when its first components are these: the digits of the GS1 key without the check
/// digit, an indicator digit last, then the further components.
fn link_head(scheme: &Scheme, given: &[&str]) -> String {
    let [company, reference, further @ ..] = given else {
        return given.concat();
    };
    let mut head = (*company).to_owned();
    if scheme.has_indicator {
        let (indicator, item) = reference.split_at(1);
        head.push_str(item);
        head.push_str(indicator);
    } else {
        push_encoded(&mut head, reference);
    }
    if !further.is_empty() {
        head.push('.');
        push_joined(&mut head, further);
    }
    head
}

/// The key of a canonical Digital Link.
fn link_key(link: &str) -> Option<String> {
    let path: Vec<&str> = link.strip_prefix(CANONICAL_ROOT)?.split('/').collect();
    let [ai, value, qualifier @ ..] = &path[..] else { return None };
    match (*ai, qualifier) {
        ("01", []) => Some(format!("kgtin:{}", gtin(value)?)),
        ("01", ["21", serial]) => Some(format!("lsgtin:{}.{serial}", gtin(value)?)),
        ("01", ["235", serial]) => Some(format!("lupui:{}.{serial}", gtin(value)?)),
        ("8006", qualifier) => {
            let (gtin14, pieces) = value.split_at_checked(14)?;
            let (piece, total) = pieces.split_at_checked(2)?;
            let head = format!("{}.{piece}.{total}", gtin(gtin14)?);
            match qualifier {
                [] => Some(format!("kitip:{head}")),
                ["21", serial] => Some(format!("litip:{head}.{serial}")),
                _ => None,
            }
        }
        ("00", []) => {
            let digits = unchecked(value)?;
            Some(format!("lsscc:{}{}", &digits[1..], &digits[..1]))
        }
        ("414", []) => Some(format!("lsgln:{}.0", unchecked(value)?)),
        ("414", ["254", extension]) => Some(format!("lsgln:{}.{extension}", unchecked(value)?)),
        ("417", []) => Some(format!("lpgln:{}", unchecked(value)?)),
        ("8003", []) => with_serial("grai", value.strip_prefix('0')?),
        ("253", []) => with_serial("gdti", value),
        ("255", []) => with_serial("sgcn", value),
        ("8004", []) => Some(format!("lgiai:{value}")),
        ("401", []) => Some(format!("lginc:{value}")),
        ("8018", []) => Some(format!("lgsrn:{}", unchecked(value)?)),
        ("8017", []) => Some(format!("lgsrnp:{}", unchecked(value)?)),
        ("402", []) => Some(format!("lgsin:{}", unchecked(value)?)),
        ("8010", []) => Some(format!("kcpi:{value}")),
        ("8010", ["8011", serial]) => Some(format!("lcpi:{value}.{serial}")),
        _ => None,
    }
}

/// A GTIN-14 without its check digit, the indicator digit last.
fn gtin(value: &str) -> Option<String> {
    let digits = unchecked(value)?;
    Some(format!("{}{}", &digits[1..], &digits[..1]))
}

/// A key without its check digit. `None` when that is wrong: such a link is the same as no EPC.
fn unchecked(value: &str) -> Option<&str> {
    let (digits, check) = value.split_at_checked(value.len().checked_sub(1)?)?;
    let is_right = !digits.is_empty() && is_digits(digits) && check.chars().eq([check_digit(digits.as_bytes())]);
    is_right.then_some(digits)
}

/// The key of a document, asset or coupon type, or of one of its instances.
fn with_serial(scheme: &str, value: &str) -> Option<String> {
    let (key, serial) = value.split_at_checked(13)?;
    let digits = unchecked(key)?;
    Some(if serial.is_empty() { format!("k{scheme}:{digits}") } else { format!("l{scheme}:{digits}.{serial}") })
}

//! Converts Digital Links of any host to the canonical one (GS1 Digital Link URI Syntax 1.2, section 4). Invariant: a
//! converted path ends with a key and its own qualifiers in their order. Any other web address is not converted.

use std::borrow::Cow;

use super::{CANONICAL_ROOT, count_letters, is_digits, is_set_39, is_set_82, percent, push_encoded};

/// The allowed value of a key or qualifier.
#[derive(Clone, Copy)]
enum Form {
    /// 8, 12, 13 or 14 digits, written as 14.
    Gtin,
    /// Exactly this number of digits.
    Digits(usize),
    /// One digit up to this number of digits.
    DigitsUpTo(usize),
    /// A fixed number of digits, then up to a number of characters of set 82.
    DigitsThenLetters(usize, usize),
    /// A fixed number of digits, then up to a number of further digits.
    DigitsThenDigits(usize, usize),
    /// One up to this number of characters of set 82.
    Letters(usize),
    /// One up to this number of characters of set 39.
    Letters39(usize),
}

struct Key {
    ai: &'static str,
    alias: &'static str,
    form: Form,
    /// The qualifiers, in the order that a path must have.
    qualifiers: &'static [Qualifier],
}

struct Qualifier {
    ai: &'static str,
    alias: &'static str,
    form: Form,
    /// The rank of the qualifier. Only the highest one given is kept, and a rank of 0 is always dropped.
    granularity: u8,
}

const fn qualifier(ai: &'static str, alias: &'static str, form: Form, granularity: u8) -> Qualifier {
    Qualifier { ai, alias, form, granularity }
}

const VARIANT: Qualifier = qualifier("22", "cpv", Form::Letters(20), 0);
const LOT: Qualifier = qualifier("10", "lot", Form::Letters(20), 1);
const SERIAL: Qualifier = qualifier("21", "ser", Form::Letters(20), 2);
const CONTROLLED_SERIAL: Qualifier = qualifier("235", "235", Form::Letters(28), 2);
const SERVICE_INSTANCE: Qualifier = qualifier("8019", "srin", Form::DigitsUpTo(10), 1);

const fn key(ai: &'static str, alias: &'static str, form: Form, qualifiers: &'static [Qualifier]) -> Key {
    Key { ai, alias, form, qualifiers }
}

/// The primary keys (GS1 syntax dictionary, `dlpkey`).
static KEYS: [Key; 15] = [
    key("01", "gtin", Form::Gtin, &[VARIANT, LOT, SERIAL, CONTROLLED_SERIAL]),
    key("00", "sscc", Form::Digits(18), &[]),
    key(
        "414",
        "gln",
        Form::Digits(13),
        &[qualifier("254", "glnx", Form::Letters(20), 1), qualifier("7040", "uic-ext", Form::Letters(4), 1)],
    ),
    key("417", "party", Form::Digits(13), &[qualifier("7040", "uic-ext", Form::Letters(4), 1)]),
    key("253", "gdti", Form::DigitsThenLetters(13, 17), &[]),
    key("255", "gcn", Form::DigitsThenDigits(13, 12), &[]),
    key("401", "ginc", Form::Letters(30), &[]),
    key("402", "gsin", Form::Digits(17), &[]),
    key("8003", "grai", Form::DigitsThenLetters(14, 16), &[]),
    key("8004", "giai", Form::Letters(30), &[]),
    key("8006", "itip", Form::Digits(18), &[VARIANT, LOT, SERIAL]),
    key("8010", "cpid", Form::Letters39(30), &[qualifier("8011", "cpsn", Form::DigitsUpTo(12), 1)]),
    key("8013", "gmn", Form::Letters(25), &[]),
    key("8017", "gsrnp", Form::Digits(18), &[SERVICE_INSTANCE]),
    key("8018", "gsrn", Form::Digits(18), &[SERVICE_INSTANCE]),
];

/// Converts a web address. `text` must begin with `http://` or `https://`.
pub(super) fn canonical(text: &str) -> Option<Cow<'_, str>> {
    let (_, after_scheme) = text.split_once("//")?;
    let end = after_scheme.find(['?', '#']).unwrap_or(after_scheme.len());
    let path = after_scheme[..end].trim_end_matches('/');
    let (_host, path) = path.split_once('/')?;
    // A segment with an invalid encoding is no value, but may stand before the key.
    let normal = path.contains('%').then(|| path.split('/').map(percent::normal).collect::<Vec<_>>().join("/"));
    let mut path = normal.as_deref().unwrap_or(path);
    loop {
        let (segment, rest) = path.split_once('/')?;
        if let Some(key) = KEYS.iter().find(|key| key.ai == segment || key.alias == segment)
            && let Some(link) = from_key(key, rest)
        {
            return Some(if link == text { Cow::Borrowed(text) } else { Cow::Owned(link) });
        }
        path = rest;
    }
}

/// The canonical link of a key. `path` begins with the key's value.
fn from_key(key: &Key, path: &str) -> Option<String> {
    let mut segments = path.split('/');
    let value = segments.next()?;
    if !key.form.accepts(value) {
        return None;
    }
    let mut allowed = key.qualifiers.iter();
    let mut finest: Option<(&Qualifier, &str)> = None;
    while let Some(name) = segments.next() {
        let value = segments.next()?;
        let found = allowed.find(|qualifier| qualifier.ai == name || qualifier.alias == name)?;
        if !found.form.accepts(value) {
            return None;
        }
        if found.granularity > finest.map_or(0, |(coarser, _)| coarser.granularity) {
            finest = Some((found, value));
        }
    }
    let mut link = String::with_capacity(CANONICAL_ROOT.len() + path.len() + 8);
    link.push_str(CANONICAL_ROOT);
    link.push_str(key.ai);
    link.push('/');
    if let Form::Gtin = key.form {
        link.push_str(&"000000"[..14 - value.len()]);
    }
    push_encoded(&mut link, value);
    if let Some((qualifier, value)) = finest {
        link.push('/');
        link.push_str(qualifier.ai);
        link.push('/');
        push_encoded(&mut link, value);
    }
    Some(link)
}

impl Form {
    fn accepts(self, value: &str) -> bool {
        let digits_then = |digits: usize| value.split_at_checked(digits).filter(|(head, _)| is_digits(head));
        let letters = |text: &str, allowed| count_letters(text, allowed);
        match self {
            Form::Gtin => is_digits(value) && matches!(value.len(), 8 | 12 | 13 | 14),
            Form::Digits(count) => is_digits(value) && value.len() == count,
            Form::DigitsUpTo(max) => is_digits(value) && (1..=max).contains(&value.len()),
            Form::DigitsThenLetters(count, max) => {
                digits_then(count).and_then(|(_, tail)| letters(tail, is_set_82)).is_some_and(|count| count <= max)
            }
            Form::DigitsThenDigits(count, max) => {
                digits_then(count).is_some_and(|(_, tail)| is_digits(tail) && tail.len() <= max)
            }
            Form::Letters(max) => letters(value, is_set_82).is_some_and(|count| (1..=max).contains(&count)),
            Form::Letters39(max) => letters(value, is_set_39).is_some_and(|count| (1..=max).contains(&count)),
        }
    }
}

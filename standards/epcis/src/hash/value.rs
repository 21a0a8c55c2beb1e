//! Normalises a value for the event hash: white space, numbers, times, vocabulary and identifiers (CBV 2.0 section 8).
//! Invariant: numbers are exact decimals and never pass through floating point.

use std::borrow::Cow;

use standards_number::{Grammar, Number};

use crate::{
    context::Scope,
    identifier,
    timestamp::{Timestamp, format_unix_ms},
    vocabulary::{
        BIZ_STEP, DISPOSITION, DRAFT_NAMESPACE, ERROR_REASON, NAMESPACE, PARTY_TYPE, TRANSACTION_TYPE, Vocabulary,
    },
};

/// The most zeros that writing out an exponent may add, so that a short text does not become a long one.
const PLAIN_ZEROS_MAX: usize = 400;

/// Vocabularies that older data spells as URNs. Such a URN is replaced by its web URI in any field.
static WITH_URN: [&Vocabulary; 5] = [&BIZ_STEP, &DISPOSITION, &TRANSACTION_TYPE, &PARTY_TYPE, &ERROR_REASON];

/// The namespaces of standard words, as URNs and as web URIs.
const STANDARD_WORDS: [&str; 3] = ["urn:epcglobal:cbv:", NAMESPACE, DRAFT_NAMESPACE];

/// Normalises a value of a field without a vocabulary.
pub(super) fn plain<'v>(text: &'v str, scope: Scope<'_, '_>) -> Cow<'v, str> {
    let text = text.trim();
    match text.as_bytes().first() {
        None => return Cow::Borrowed(text),
        Some(b'0'..=b'9' | b'+' | b'-' | b'.') => {
            if let Some(number) = number(text) {
                return Cow::Owned(number);
            }
        }
        Some(_) => {}
    }
    match scope.expand(text) {
        Cow::Borrowed(text) => uri(text).unwrap_or(Cow::Borrowed(text)),
        Cow::Owned(expanded) => {
            let found = uri(&expanded).map(Cow::into_owned);
            Cow::Owned(found.unwrap_or(expanded))
        }
    }
}

/// The canonical form of a GS1 identifier, and the web URI of a standard value. `None` for other texts.
fn uri(text: &str) -> Option<Cow<'_, str>> {
    if let Some(canonical) = identifier::gs1(text) {
        return Some(canonical);
    }
    let text = identifier::normal_head(text);
    if !STANDARD_WORDS.iter().any(|namespace| text.starts_with(namespace)) {
        return None;
    }
    WITH_URN.iter().find_map(|vocabulary| vocabulary.web_uri(&text)).map(Cow::Owned)
}

/// Normalises a value of a field with a vocabulary: a bare word becomes its web URI.
pub(super) fn word<'v>(text: &'v str, vocabulary: &Vocabulary, scope: Scope<'_, '_>) -> Cow<'v, str> {
    match vocabulary.web_uri(text.trim()) {
        Some(uri) => Cow::Owned(uri),
        None => plain(text, scope),
    }
}

/// Normalises a time to UTC with milliseconds, rounded half up. A text that is not a time is unchanged.
pub(super) fn time(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    match Timestamp::parse(text) {
        Some(at) => Cow::Owned(format_unix_ms(at.rounded_unix_ms())),
        None => Cow::Borrowed(text),
    }
}

/// Normalises a number in any common notation to a plain decimal. `None` for other texts. A number that would need too
/// many zeros keeps an exponent in canonical form, so that equal numbers still give equal texts.
fn number(text: &str) -> Option<String> {
    let number = Number::read(text, Grammar::Lenient).ok()?;
    let is_short = number.plain_zeros() <= PLAIN_ZEROS_MAX;
    Some(if is_short { number.plain().to_string() } else { number.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_plain_exact_decimals() {
        for (text, expected) in [
            ("1.10", "1.1"),
            ("25.0", "25"),
            ("007", "7"),
            ("+5", "5"),
            ("-0", "0"),
            ("-0.50", "-0.5"),
            (".5", "0.5"),
            ("1e3", "1000"),
            ("1.5E-3", "0.0015"),
            ("12345678901234567890", "12345678901234567890"),
            ("0.00", "0"),
            ("100", "100"),
            ("120.0400", "120.04"),
            ("5.", "5"),
            ("1e-7", "0.0000001"),
            ("1e21", "1000000000000000000000"),
        ] {
            assert_eq!(number(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["+01:00", "1.2.3", "-", ".", "1e", "1e999999", "12a", "2019-10-07", "1_000"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn zeros_are_written_out_up_to_a_limit_for_every_spelling() {
        let zeros = |count: usize| "0".repeat(count);
        assert_eq!(number("1e400"), Some(format!("1{}", zeros(PLAIN_ZEROS_MAX))));
        assert_eq!(number("1e-400"), Some(format!("0.{}1", zeros(PLAIN_ZEROS_MAX - 1))));
        for spelling in ["1e401", "10e400", "+0.1E+402", &format!("1{}", zeros(401)), &format!("01{}.0", zeros(401))] {
            assert_eq!(number(spelling).as_deref(), Some("1e+401"), "{spelling}");
        }
        assert_eq!(number("0.1e-400").as_deref(), Some("1e-401"));
        let digits = "9".repeat(1_000);
        assert_eq!(number(&format!("{digits}.0")), Some(digits));
    }
}

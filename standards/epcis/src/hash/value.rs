//! One value as the event hash sees it: trimmed, numbers in plain decimals, vocabulary as web URIs, identifiers as
//! canonical Digital Links (CBV 2.0 section 8, rules on values).
//!
//! Invariant kept: numbers are compared as exact decimals, never through floating point.

use std::borrow::Cow;

use crate::context::Scope;
use crate::identifier;
use crate::timestamp::{Timestamp, format_unix_ms};
use crate::vocabulary::{BIZ_STEP, DISPOSITION, ERROR_REASON, PARTY_TYPE, TRANSACTION_TYPE, Vocabulary};

/// Digits a number may have once its exponent is written out; beyond, its text is kept.
const NUMBER_DIGITS_MAX: usize = 400;

/// Vocabularies that older data spells as URNs; such an URN counts as its web URI wherever it stands.
static WITH_URN: [&Vocabulary; 5] = [&BIZ_STEP, &DISPOSITION, &TRANSACTION_TYPE, &PARTY_TYPE, &ERROR_REASON];

/// Namespaces whose CURIEs are expanded in values; a user's CURIE is a value like any other.
const EXPANDED_NAMESPACES: [&str; 3] = ["https://ref.gs1.org/", "https://gs1.org/", "https://www.gs1.org/"];

/// A value of a field without a vocabulary.
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
    if let Some(link) = identifier::digital_link(text) {
        return link;
    }
    if text.starts_with("urn:epcglobal:cbv:")
        && let Some(uri) = WITH_URN.iter().find_map(|vocabulary| vocabulary.web_uri(text))
    {
        return Cow::Owned(uri);
    }
    match text.split_once(':').and_then(|(prefix, local)| Some((scope.namespace(prefix)?, local))) {
        Some((namespace, local)) if EXPANDED_NAMESPACES.iter().any(|known| namespace.starts_with(known)) => {
            Cow::Owned(format!("{namespace}{local}"))
        }
        _ => Cow::Borrowed(text),
    }
}

/// A value of a field with a vocabulary: a bare word becomes its web URI.
pub(super) fn word<'v>(text: &'v str, vocabulary: &Vocabulary, scope: Scope<'_, '_>) -> Cow<'v, str> {
    match vocabulary.web_uri(text.trim()) {
        Some(uri) => Cow::Owned(uri),
        None => plain(text, scope),
    }
}

/// A time in UTC with milliseconds, rounded half up; a text that is no time is kept.
pub(super) fn time(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    match Timestamp::parse(text) {
        Some(at) => Cow::Owned(format_unix_ms(at.rounded_unix_ms())),
        None => Cow::Borrowed(text),
    }
}

/// The plain decimal of a number in any common notation, without needless zeros or sign; `None` for other texts.
fn number(text: &str) -> Option<String> {
    let (is_negative, unsigned) = match text.as_bytes()[0] {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_number =
        whole.len() + fraction.len() > 0 && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    if !is_number {
        return None;
    }
    let digits = format!("{whole}{fraction}");
    // Where the decimal point stands, counted from the front of `digits`.
    let point = i64::try_from(whole.len()).ok()? + i64::from(exponent);
    let leading = digits.bytes().take_while(|digit| *digit == b'0').count();
    let significant = digits[leading..].trim_end_matches('0');
    if significant.is_empty() {
        return Some("0".to_owned());
    }
    let point = point - i64::try_from(leading).ok()?;
    let width = usize::try_from(point.unsigned_abs()).ok()?;
    if width + significant.len() > NUMBER_DIGITS_MAX {
        return None;
    }
    let mut out = String::with_capacity(significant.len() + width + 3);
    if is_negative {
        out.push('-');
    }
    if point <= 0 {
        out.push_str("0.");
        out.extend(std::iter::repeat_n('0', width));
        out.push_str(significant);
    } else if width >= significant.len() {
        out.push_str(significant);
        out.extend(std::iter::repeat_n('0', width - significant.len()));
    } else {
        out.push_str(&significant[..width]);
        out.push('.');
        out.push_str(&significant[width..]);
    }
    Some(out)
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
        ] {
            assert_eq!(number(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["+01:00", "1.2.3", "-", ".", "1e", "1e999999", "12a", "2019-10-07", "1_000"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}

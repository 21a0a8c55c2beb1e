//! Converts EPC URNs (EPC Tag Data Standard 2.0 section 6) to Digital Links. Invariant: a URN is converted only when
//! its company prefix has 6 to 12 digits. Each further part must have the length and the characters of its key.

use super::{
    CANONICAL_ROOT, check_digit, count_letters, is_digits, is_set_39, is_set_82, push_encoded,
    scheme::COMPANY_PREFIX_DIGITS,
};

/// Converts a URN. `rest` is the text after `urn:epc:`.
pub(super) fn digital_link(rest: &str) -> Option<String> {
    if let Some((scheme, parts)) = rest.strip_prefix("id:").and_then(|text| text.split_once(':')) {
        return instance_link(scheme, parts);
    }
    if let Some(parts) = rest.strip_prefix("class:lgtin:") {
        let (gtin, lot) = gtin14(parts)?;
        return Some(join("01", &gtin, Some(("10", serial(lot, 20)?))));
    }
    let (scheme, parts) = rest.strip_prefix("idpat:")?.split_once(':')?;
    class_link(scheme, parts.strip_suffix(".*")?)
}

/// The link of one instance.
fn instance_link(scheme: &str, parts: &str) -> Option<String> {
    match scheme {
        "sgtin" => {
            let (gtin, rest) = gtin14(parts)?;
            Some(join("01", &gtin, Some(("21", serial(rest, 20)?))))
        }
        "upui" => {
            let (gtin, rest) = gtin14(parts)?;
            Some(join("01", &gtin, Some(("235", serial(rest, 28)?))))
        }
        "itip" => {
            let (gtin, rest) = gtin14(parts)?;
            let (pieces, rest) = pieces(rest)?;
            Some(join("8006", &(gtin + &pieces), Some(("21", serial(rest.strip_prefix('.')?, 20)?))))
        }
        "sscc" => {
            let (company, reference) = exact_reference(parts, 17)?;
            Some(join("00", &with_indicator(company, reference)?, None))
        }
        "sgln" => {
            let (gln, rest) = key13(parts)?;
            let extension = serial(rest, 20)?;
            Some(join("414", &gln, (extension != "0").then_some(("254", extension))))
        }
        "pgln" => {
            let (company, reference) = exact_reference(parts, 12)?;
            Some(join("417", &with_check_digit(company, reference), None))
        }
        "grai" => {
            let (key, rest) = key13(parts)?;
            Some(join_whole("8003", &format!("0{key}"), serial(rest, 16)?))
        }
        "gdti" => {
            let (key, rest) = key13(parts)?;
            Some(join_whole("253", &key, serial(rest, 17)?))
        }
        "sgcn" => {
            let (key, rest) = key13(parts)?;
            Some(join_whole("255", &key, Some(rest).filter(|text| is_digits(text) && (1..=12).contains(&text.len()))?))
        }
        "giai" | "ginc" => {
            let (company, reference) = company(parts)?;
            serial(reference, 30 - company.len())?;
            Some(join_whole(if scheme == "giai" { "8004" } else { "401" }, company, reference))
        }
        "gsrn" | "gsrnp" => {
            let (company, reference) = exact_reference(parts, 17)?;
            Some(join(if scheme == "gsrn" { "8018" } else { "8017" }, &with_check_digit(company, reference), None))
        }
        "gsin" => {
            let (company, reference) = exact_reference(parts, 16)?;
            Some(join("402", &with_check_digit(company, reference), None))
        }
        "cpi" => {
            let (parts, serial) = parts.rsplit_once('.')?;
            if !(is_digits(serial) && (1..=12).contains(&serial.len())) {
                return None;
            }
            Some(join("8010", &component(parts)?, Some(("8011", serial))))
        }
        _ => None,
    }
}

/// The class of a pattern whose only wildcard is the serial.
fn class_link(scheme: &str, parts: &str) -> Option<String> {
    match scheme {
        "sgtin" | "upui" => Some(join("01", &gtin14_alone(parts)?, None)),
        "itip" => {
            let (gtin, rest) = gtin14(parts)?;
            let (pieces, rest) = pieces(rest)?;
            rest.is_empty().then(|| join("8006", &(gtin + &pieces), None))
        }
        "grai" => Some(join("8003", &format!("0{}", key13_alone(parts)?), None)),
        "gdti" => Some(join("253", &key13_alone(parts)?, None)),
        "sgcn" => Some(join("255", &key13_alone(parts)?, None)),
        "cpi" => Some(join("8010", &component(parts)?, None)),
        _ => None,
    }
}

/// Splits a company prefix from the text after its dot.
fn company(parts: &str) -> Option<(&str, &str)> {
    let (company, rest) = parts.split_once('.')?;
    (is_digits(company) && COMPANY_PREFIX_DIGITS.contains(&company.len())).then_some((company, rest))
}

/// Splits a company prefix, a reference that fills up to `digits`, and the text after the reference's dot, if any.
fn reference(parts: &str, digits: usize) -> Option<(&str, &str, Option<&str>)> {
    let (company, rest) = company(parts)?;
    let (reference, rest) = match rest.split_once('.') {
        Some((reference, rest)) => (reference, Some(rest)),
        None => (rest, None),
    };
    (is_digits(reference) && company.len() + reference.len() == digits).then_some((company, reference, rest))
}

/// A company prefix and a reference that are the whole text.
fn exact_reference(parts: &str, digits: usize) -> Option<(&str, &str)> {
    match reference(parts, digits)? {
        (company, reference, None) => Some((company, reference)),
        _ => None,
    }
}

/// The GTIN-14 of a company prefix and item, and the text after them.
fn gtin14(parts: &str) -> Option<(String, &str)> {
    let (company, item, rest) = reference(parts, 13)?;
    Some((with_indicator(company, item)?, rest?))
}

/// The GTIN-14 of a text without a serial.
fn gtin14_alone(parts: &str) -> Option<String> {
    let (company, item) = exact_reference(parts, 13)?;
    with_indicator(company, item)
}

/// The 13-digit key of a company prefix and reference, and the text after them.
fn key13(parts: &str) -> Option<(String, &str)> {
    let (company, reference, rest) = reference(parts, 12)?;
    Some((with_check_digit(company, reference), rest?))
}

/// The 13-digit key of a text without a serial.
fn key13_alone(parts: &str) -> Option<String> {
    let (company, reference) = exact_reference(parts, 12)?;
    Some(with_check_digit(company, reference))
}

/// The company prefix and component reference of a CPI, together at most 30 characters.
fn component(parts: &str) -> Option<String> {
    let (company, reference) = company(parts)?;
    let letters = count_letters(reference, is_set_39)?;
    ((1..=30 - company.len()).contains(&letters)).then(|| format!("{company}{reference}"))
}

/// Converts `pp.tt` of an ITIP to `pptt`. Also returns the rest.
fn pieces(text: &str) -> Option<(String, &str)> {
    let (piece, total) = (text.get(..2)?, text.get(3..5)?);
    let is_valid = is_digits(piece) && is_digits(total) && text.as_bytes()[2] == b'.';
    is_valid.then(|| (format!("{piece}{total}"), &text[5..]))
}

/// Moves the reference's first digit to the front, as in GTIN and SSCC, and appends the check digit.
fn with_indicator(company: &str, reference: &str) -> Option<String> {
    let (indicator, item) = (reference.get(..1)?, &reference[1..]);
    Some(with_check_digit(indicator, &format!("{company}{item}")))
}

/// Joins two texts of digits and appends the check digit.
fn with_check_digit(head: &str, tail: &str) -> String {
    let mut digits = format!("{head}{tail}");
    digits.push(check_digit(digits.as_bytes()));
    digits
}

/// Returns the text when it is a valid serial of 1 to `letters_max` characters.
fn serial(text: &str, letters_max: usize) -> Option<&str> {
    let letters = count_letters(text, is_set_82)?;
    (1..=letters_max).contains(&letters).then_some(text)
}

/// A canonical link with an optional qualifier.
fn join(key: &str, value: &str, qualifier: Option<(&str, &str)>) -> String {
    let mut out = format!("{CANONICAL_ROOT}{key}/");
    push_encoded(&mut out, value);
    if let Some((qualifier, value)) = qualifier {
        out.push('/');
        out.push_str(qualifier);
        out.push('/');
        push_encoded(&mut out, value);
    }
    out
}

/// A canonical link whose value has a fixed head and an encoded tail.
fn join_whole(key: &str, head: &str, tail: &str) -> String {
    let mut out = format!("{CANONICAL_ROOT}{key}/{head}");
    push_encoded(&mut out, tail);
    out
}

//! The shared vectors: each text has the canonical text or the error that an independent implementation computed. The
//! browser's parser is tested with the same file.

use serde::Deserialize;
use standards_number::{Grammar, NUMBER_DIGITS_MAX, NUMBER_EXPONENT_MAX, Number, NumberError, canonical};

#[derive(Deserialize)]
struct Case {
    text: String,
    canonical: Option<String>,
    refused: Option<String>,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../vectors/number.json")).expect("the vectors are a list of cases")
}

const fn word(error: NumberError) -> &'static str {
    match error {
        NumberError::Syntax => "syntax",
        NumberError::Digits => "digits",
        NumberError::Exponent => "exponent",
    }
}

#[test]
fn every_text_has_its_canonical_text_or_its_error() {
    for case in cases() {
        let expected = case.canonical.ok_or_else(|| case.refused.unwrap_or_default());
        let found = canonical(&case.text).map_err(|error| word(error).to_owned());
        assert_eq!(found, expected, "{}", case.text);
        if let Ok(text) = expected {
            assert_eq!(canonical(&text), Ok(text.clone()), "a canonical text is its own canonical text");
        }
    }
}

/// An implementation that converts numbers to doubles gives the results of RFC 8785. The vectors must detect that.
#[test]
fn a_reader_through_doubles_fails_the_vectors() {
    let through_a_double = |text: &str| {
        let value: f64 = text.parse().expect("JSON numbers parse as doubles");
        value.is_finite().then(|| ryu_js::Buffer::new().format_finite(value).to_owned())
    };
    let exact = cases().into_iter().filter_map(|case| Some((case.text, case.canonical?)));
    let detected: Vec<_> =
        exact.filter(|(text, canonical)| through_a_double(text).as_ref() != Some(canonical)).collect();
    for text in ["395212340000000017", "9007199254740993", "18446744073709551616", "1e400", "1e-400"] {
        assert!(detected.iter().any(|(found, _)| found == text), "{text}");
    }
}

#[test]
fn each_limit_admits_its_own_number_and_refuses_one_more() {
    let nines = |count: usize| "9".repeat(count);
    assert!(canonical(&nines(NUMBER_DIGITS_MAX)).is_ok());
    assert_eq!(canonical(&nines(NUMBER_DIGITS_MAX + 1)), Err(NumberError::Digits));
    for sign in ["", "-"] {
        assert!(canonical(&format!("7e{sign}{NUMBER_EXPONENT_MAX}")).is_ok());
        assert_eq!(canonical(&format!("7e{sign}{}", NUMBER_EXPONENT_MAX + 1)), Err(NumberError::Exponent));
    }
}

#[test]
fn a_long_text_is_judged_by_its_value() {
    let zeros = "0".repeat(200_000);
    assert_eq!(canonical(&format!("1.{zeros}")).as_deref(), Ok("1"));
    assert_eq!(canonical(&format!("1{zeros}e-200000")).as_deref(), Ok("1"));
    assert_eq!(canonical(&format!("0.{zeros}")).as_deref(), Ok("0"));
    assert_eq!(canonical(&format!("1e{zeros}")).as_deref(), Ok("1"));
    assert_eq!(canonical(&format!("1{zeros}")), Err(NumberError::Exponent));
    assert_eq!(canonical(&format!("1{zeros}1")), Err(NumberError::Digits));
    assert_eq!(canonical(&"9".repeat(200_000)), Err(NumberError::Digits));
    assert_eq!(canonical(&format!("1e{}", "9".repeat(200_000))), Err(NumberError::Exponent));
}

#[test]
fn people_spell_numbers_in_more_ways_than_json() {
    let lenient = |text: &str| Number::read(text, Grammar::Lenient).map(|number| number.to_string());
    for (text, expected) in [("007", "7"), ("+5", "5"), (".5", "0.5"), ("5.", "5"), ("-.50e1", "-5"), ("-0", "0")] {
        assert_eq!(lenient(text).as_deref(), Ok(expected), "{text}");
    }
    for text in ["", "+", "-", ".", "+.", "1.2.3", "12a", "+01:00", "1e", "inf", "nan", "+-5", "2019-10-07", "1_000"] {
        assert_eq!(lenient(text), Err(NumberError::Syntax), "{text}");
    }
}

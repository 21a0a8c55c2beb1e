//! Canonical forms checked against RFC 8785 (section 3.2 for strings and order) and the shared vectors for numbers, and
//! documents that are refused.

use super::Node;
use crate::{DEPTH_MAX, SealError};
use chain_types::limit;
use standards_number::{NUMBER_DIGITS_MAX, NUMBER_EXPONENT_MAX, NumberError};
use std::cell::Cell;

thread_local! {
    /// The bytes of text that this thread has read.
    pub(super) static SCANNED: Cell<usize> = const { Cell::new(0) };
}

fn canonical(document: &str) -> Result<String, SealError> {
    Node::parse(document.as_bytes()).map(|node| node.canonical())
}

#[test]
fn numbers_keep_their_exact_value_and_have_one_text() {
    let vectors = include_str!("../../../../standards/number/vectors/number.json");
    let vectors: Vec<serde_json::Value> = serde_json::from_str(vectors).expect("the vectors are a JSON list");
    for case in vectors {
        let text = case["text"].as_str().expect("each case has a text");
        match (case["canonical"].as_str(), case["refused"].as_str()) {
            (Some(expected), None) => assert_eq!(canonical(text).as_deref(), Ok(expected), "{text}"),
            (None, Some("syntax")) => {}
            (None, Some(_)) => assert!(matches!(canonical(text), Err(SealError::Number { .. })), "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn numbers_beyond_a_limit_are_refused_with_a_pointer() {
    let refused = |pointer: &str, reason| Err(SealError::Number { pointer: pointer.to_owned(), reason });
    let digits = |count: usize| format!(r#"{{"a":[0,{{"b/c~":{}}}]}}"#, "9".repeat(count));
    assert!(canonical(&digits(NUMBER_DIGITS_MAX)).is_ok());
    assert_eq!(canonical(&digits(NUMBER_DIGITS_MAX + 1)), refused("/a/1/b~1c~0", NumberError::Digits));
    let exponent = |exponent: i64| format!("[1e{exponent}]");
    for sign in [1, -1] {
        assert!(canonical(&exponent(NUMBER_EXPONENT_MAX * sign)).is_ok());
        assert_eq!(canonical(&exponent((NUMBER_EXPONENT_MAX + 1) * sign)), refused("/0", NumberError::Exponent));
    }
    assert_eq!(canonical(&"9".repeat(200_000)), refused("", NumberError::Digits));
}

#[test]
fn strings_escape_only_what_they_must() {
    let table = [
        (r#""\u20ac$\u000F\nA'B\"\\\"\/""#, "\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\"/\""),
        (r#""\b\f\r\t\u0000\u001F\u007f""#, "\"\\b\\f\\r\\t\\u0000\\u001f\u{7f}\""),
        (r#""\ud83d\ude02 \u00f6""#, "\"\u{1f602} \u{f6}\""),
    ];
    for (text, expected) in table {
        assert_eq!(canonical(text).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn members_are_ordered_by_utf_16_code_units() {
    let document = r#"{ "\u20ac":1, "\r":2, "\ufb33":3, "1":4, "\ud83d\ude00":5, "\u0080":6, "\u00f6":7 }"#;
    let expected = "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"\u{f6}\":7,\"\u{20ac}\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}";
    assert_eq!(canonical(document).as_deref(), Ok(expected));
}

#[test]
fn containers_keep_their_shape() {
    let document = " { \"b\" : [ true , null , [ ] , { } ] , \"a\" : { \"\" : false } } \n";
    assert_eq!(canonical(document).as_deref(), Ok(r#"{"a":{"":false},"b":[true,null,[],{}]}"#));
}

#[test]
fn ambiguous_documents_are_refused() {
    let name = |name: &str| SealError::DuplicateName { name: name.to_owned() };
    assert_eq!(canonical(r#"{"a":{"b":1},"c":2,"a":{"d":3}}"#), Err(name("a")));
    assert_eq!(canonical(r#"[{"\u0061":1,"a":1}]"#), Err(name("a")));
    assert_eq!(Node::parse(b"[\"\xff\"]").err(), Some(SealError::Encoding { at: 2 }));
    for text in ["", "{", "[1,]", "{\"a\"}", "[01]", "[1.]", "nul", "1 2", "'a'", "[\"\\ud800\"]", "\u{feff}1"] {
        assert!(matches!(canonical(text), Err(SealError::Json { .. })), "{text}");
    }
}

#[test]
fn nesting_is_limited() {
    let nested = |depth: usize| format!("{}0{}", "[".repeat(depth), "]".repeat(depth));
    assert!(canonical(&nested(DEPTH_MAX)).is_ok());
    assert_eq!(canonical(&nested(DEPTH_MAX + 1)), Err(SealError::Depth));
    assert_eq!(canonical(&nested(200_000)), Err(SealError::Depth));
}

#[test]
fn leaves_are_limited() {
    let wide = |count: usize| format!("[{}0]", "0,".repeat(count - 1));
    assert!(canonical(&wide(limit::FIELDS_PER_DOCUMENT_MAX)).is_ok());
    assert_eq!(canonical(&wide(limit::FIELDS_PER_DOCUMENT_MAX + 1)), Err(SealError::Fields));
}

#[test]
fn every_byte_is_read_twice_at_any_depth() {
    let nested = |depth: usize, open: &str, close: &str| {
        let inner = format!("[{}\"{}\"]", "1.50 , ".repeat(1_000), "\\u00e9x".repeat(10_000));
        format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
    };
    for (open, close) in [("[", "]"), ("{ \"name\" : ", "}"), ("[ 0 , { \"a\" : true , \"b\" : ", " } , null ]")] {
        let levels = if open.contains('[') && open.contains('{') { 2 } else { 1 };
        for depth in [0, (DEPTH_MAX - 1) / levels] {
            let document = nested(depth, open, close);
            SCANNED.set(0);
            assert!(canonical(&document).is_ok(), "{open} {depth}");
            // Once for the syntax, and once for the values.
            assert_eq!(SCANNED.get(), 2 * document.len(), "{open} {depth}");
        }
    }
}

#[test]
fn the_pointer_of_a_fault_names_every_level() {
    let name = "n".repeat(1_000);
    let depth = DEPTH_MAX - 1;
    let document = format!("{}[1e99999]{}", format!("{{\"{name}\":").repeat(depth), "}".repeat(depth));
    let pointer = format!("{}/0", format!("/{name}").repeat(depth));
    assert_eq!(canonical(&document), Err(SealError::Number { pointer, reason: NumberError::Exponent }));
}

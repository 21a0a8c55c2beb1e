//! Canonical forms against the facts of RFC 8785 (its appendix B for numbers, section 3.2 for strings and order), and
//! what is refused.

use super::Node;
use crate::{DEPTH_MAX, SealError};
use chain_types::limit;

fn canonical(document: &str) -> Result<String, SealError> {
    Node::parse(document.as_bytes()).map(|node| node.canonical())
}

#[test]
fn numbers_are_written_as_ecmascript_writes_them() {
    let table = [
        (0x0000_0000_0000_0000, "0"),
        (0x8000_0000_0000_0000, "0"),
        (0x0000_0000_0000_0001, "5e-324"),
        (0x8000_0000_0000_0001, "-5e-324"),
        (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
        (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
        (0x4340_0000_0000_0000, "9007199254740992"),
        (0xc340_0000_0000_0000, "-9007199254740992"),
        (0x4430_0000_0000_0000, "295147905179352830000"),
        (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
        (0x44b5_2d02_c7e1_4af6, "1e+23"),
        (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
        (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
        (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
        (0x444b_1ae4_d6e2_ef50, "1e+21"),
        (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
        (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
        (0x41b3_de43_5555_5553, "333333333.3333332"),
        (0x41b3_de43_5555_5554, "333333333.33333325"),
        (0x41b3_de43_5555_5555, "333333333.3333333"),
        (0x41b3_de43_5555_5556, "333333333.3333334"),
        (0x41b3_de43_5555_5557, "333333333.33333343"),
        (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
        (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
    ];
    for (bits, expected) in table {
        let spelled = format!("{:e}", f64::from_bits(bits));
        assert_eq!(canonical(&spelled).as_deref(), Ok(expected), "{bits:x}");
    }
}

#[test]
fn numbers_are_rounded_correctly_from_any_spelling() {
    let table = [
        ("1.0", "1"),
        ("10E-1", "1"),
        ("-0", "0"),
        ("12345678901234567890", "12345678901234567000"),
        // A halfway case that a fast reader without correct rounding gets wrong.
        ("9007199254740993.0000000000000000000000000000000001", "9007199254740994"),
        ("2.2250738585072011e-308", "2.225073858507201e-308"),
        ("1e-400", "0"),
    ];
    for (text, expected) in table {
        assert_eq!(canonical(text).as_deref(), Ok(expected), "{text}");
    }
    assert_eq!(canonical("[1e400]"), Err(SealError::Number));
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
fn what_readers_may_understand_differently_is_refused() {
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

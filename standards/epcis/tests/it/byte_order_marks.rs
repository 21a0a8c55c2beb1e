//! A byte order mark of UTF-8 is ignored. Another encoding is refused by its name.

use standards_epcis::{document, problem::code, query::parse_body};

const EVENT: &str = r#"{"@context":{},"type":"ObjectEvent","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"ADD","epcList":[]}"#;

#[test]
fn a_mark_of_utf_8_is_ignored() {
    let text = format!("\u{feff}{EVENT}");
    for parse in [document::parse, document::parse_event] {
        assert_eq!(parse(text.as_bytes()).expect("the event is valid").events[0].raw(), EVENT);
    }
    assert!(parse_body("\u{feff}{\"query\":{}}".as_bytes()).is_ok());
    // Only one, and only at the start.
    for text in [format!("\u{feff}\u{feff}{EVENT}"), format!("{EVENT}\u{feff}"), format!(" \u{feff}{EVENT}")] {
        assert_eq!(document::parse(text.as_bytes()).expect_err("no JSON")[0].code, code::MALFORMED_JSON);
    }
}

#[test]
fn another_encoding_is_named() {
    let utf_16 = |order: fn(u16) -> [u8; 2], mark: &str| -> Vec<u8> {
        format!("{mark}{EVENT}").encode_utf16().flat_map(order).collect()
    };
    let utf_32 = |order: fn(u32) -> [u8; 4], mark: &str| -> Vec<u8> {
        format!("{mark}{EVENT}").chars().flat_map(|letter| order(u32::from(letter))).collect()
    };
    for mark in ["", "\u{feff}"] {
        for (bytes, name) in [
            (utf_16(u16::to_le_bytes, mark), "UTF-16"),
            (utf_16(u16::to_be_bytes, mark), "UTF-16"),
            (utf_32(u32::to_le_bytes, mark), "UTF-32"),
            (utf_32(u32::to_be_bytes, mark), "UTF-32"),
        ] {
            let problems = document::parse(&bytes).expect_err("not UTF-8");
            assert_eq!((problems.len(), problems[0].code), (1, code::MALFORMED_JSON));
            assert!(
                problems[0].detail.contains(name) && problems[0].detail.contains("UTF-8"),
                "{}",
                problems[0].detail
            );
        }
    }
    // A letter of ISO 8859-1, and a text cut within a letter.
    for bytes in [&b"{\"a\":\"\xe9\"}"[..], b"{\"a\":\"\xc3"] {
        let problems = document::parse(bytes).expect_err("not UTF-8");
        assert!(problems[0].detail.contains("not UTF-8 at line 1 column 7"), "{}", problems[0].detail);
    }
    assert_eq!(document::parse(b"\xef\xbb\xbf").expect_err("nothing")[0].code, code::MALFORMED_JSON);
}

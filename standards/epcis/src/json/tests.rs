//! The parser on its own, and compared with `serde_json` on random texts.

use proptest::prelude::*;

use super::{ErrorKind, Node, Value, parse};

fn to_serde(node: &Node<'_>) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool => (node.raw == "true").into(),
        Value::Number => serde_json::from_str(node.raw).expect("serde_json parses the number too"),
        Value::String(text) => (**text).into(),
        Value::Array(elements) => elements.iter().map(to_serde).collect(),
        Value::Object(members) => members
            .iter()
            .map(|member| (member.name.clone().into_owned(), to_serde(&member.node)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}

#[test]
fn each_node_keeps_its_text() {
    let text = r#" {"a" : [1.10, "x\u00e9\ud83d\ude00"] } "#;
    let root = parse(text, 8).expect("valid JSON");
    let list = root.get_array("a");
    assert_eq!(list[0].raw, "1.10");
    assert_eq!(list[1].as_str(), Some("xé😀"));
    assert_eq!(&text[list[1].start..list[1].start + list[1].raw.len()], list[1].raw);
}

#[test]
fn a_repeated_name_is_found_at_any_width() {
    let error = parse(r#"{"a":[0,{"b/c":1,"b/c":2}]}"#, 8).expect_err("a duplicate");
    assert_eq!(error.pointer(), "/a/1/b~1c");
    let wide: Vec<String> = (0..100).map(|i| format!("\"k{}\":0", i % 99)).collect();
    let error = parse(&format!("{{{}}}", wide.join(",")), 8).expect_err("a duplicate");
    assert_eq!(error.kind, ErrorKind::DuplicateKey("k0".into()));
}

#[test]
fn depth_ends_at_the_limit() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(parse(&nested(5), 5).is_ok());
    assert_eq!(parse(&nested(6), 5).expect_err("too deep").kind, ErrorKind::TooDeep);
    assert_eq!(parse(&"[".repeat(10_000), 5).expect_err("too deep").kind, ErrorKind::TooDeep);
}

#[test]
fn invalid_json_is_refused() {
    for text in [
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "- 1",
        "tru",
        "nul",
        "\"\\x\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"a\nb\"",
        "\"open",
        "1 2",
        "\u{feff}1",
        "'a'",
        "NaN",
    ] {
        let error = parse(text, 8).expect_err(text);
        assert!(matches!(error.kind, ErrorKind::Malformed(_)), "{text}");
    }
}

proptest! {
    #[test]
    fn agrees_with_serde_json(text in r#"[\[\]{}:,"\\ a0-3.eEtruflsn\-u]{0,24}"#) {
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        match parse(&text, 64) {
            Ok(node) => {
                // serde_json refuses numbers beyond f64, although they are valid JSON.
                if let Ok(theirs) = theirs {
                    prop_assert_eq!(to_serde(&node), theirs);
                } else {
                    prop_assert!(text.contains(['e', 'E']));
                }
            }
            Err(error) if matches!(error.kind, ErrorKind::DuplicateKey(_)) => {}
            // serde_json rounds numbers too close to zero to zero.
            Err(error) if matches!(error.kind, ErrorKind::Character(_)) => prop_assert!(text.contains('\\')),
            Err(error) if matches!(error.kind, ErrorKind::Number(_)) => prop_assert!(text.contains(['e', 'E'])),
            Err(_) => prop_assert!(theirs.is_err(), "{}", text),
        }
    }
}

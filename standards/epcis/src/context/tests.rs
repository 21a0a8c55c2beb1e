//! Contexts are read as JSON-LD reads them, as far as that is possible without fetching.

use super::*;
use crate::{json::parse_unchecked, limit::URI_BYTES_MAX};

fn read(text: &str) -> (Context<'_>, Vec<crate::problem::Problem>) {
    let mut problems = Problems::default();
    let node = parse_unchecked(text, 8).expect("valid JSON");
    let context = Context::read(&node, None, &Path::Root, &mut problems);
    (context, problems.into_vec())
}

#[test]
fn the_last_binding_wins_and_gs1_is_always_bound() {
    let (context, problems) =
        read(r#"["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",{"a":"x:1/"},{"a":{"@id":"x:2/"}}]"#);
    assert!(problems.is_empty());
    let scope = Scope::new(&context, None);
    assert_eq!(scope.namespace("a").as_deref(), Some("x:2/"));
    assert_eq!(scope.namespace("gs1").as_deref(), Some("https://gs1.org/voc/"));
    assert_eq!(scope.namespace("b"), None);
    assert!(!scope.is_open());
    assert_eq!(scope.expand("a:b"), "x:2/b");
    assert_eq!(scope.expand("b:a"), "b:a");
}

/// The namespace of `a` under a document's context and an event's own.
#[test]
fn a_prefix_has_the_namespace_that_json_ld_gives_it() {
    const GS1: &str = r#""https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld""#;
    for (document, own, prefix, expected) in [
        (r#"{"a":"x:1/"}"#.to_owned(), "{}".to_owned(), "a", Some("x:1/")),
        (r#"{"a":"x:1/"}"#.into(), r#"{"a":"x:2/"}"#.into(), "a", Some("x:2/")),
        (r#"{"a":"x:1/"}"#.into(), r#"{"a":null}"#.into(), "a", None),
        (r#"{"gs1":null}"#.into(), "{}".into(), "gs1", None),
        (r#"{"gs1":"x:1/"}"#.into(), "{}".into(), "gs1", Some("x:1/")),
        // The address binds the prefixes of GS1 where it stands.
        (format!(r#"[{{"gs1":"x:1/"}},{GS1}]"#), "{}".into(), "gs1", Some("https://gs1.org/voc/")),
        (r#"{"gs1":"x:1/"}"#.into(), GS1.into(), "gs1", Some("https://gs1.org/voc/")),
        // A namespace may be a CURIE, or a term as a whole.
        (r#"{"a":"b:1/","b":"https://b.example/"}"#.into(), "{}".into(), "a", Some("https://b.example/1/")),
        (r#"{"a":"b","b":"https://b.example/"}"#.into(), "{}".into(), "a", Some("https://b.example/")),
        (r#"{"b":"https://b.example/"}"#.into(), r#"{"a":"b:1/"}"#.into(), "a", Some("https://b.example/1/")),
        (r#"{"a":"cbv:Own-"}"#.into(), "{}".into(), "a", Some("https://ref.gs1.org/cbv/Own-")),
        (r#"{"https":"x:1/","a":"https://a.example/"}"#.into(), "{}".into(), "a", Some("https://a.example/")),
        (r#"{"a":"@type"}"#.into(), "{}".into(), "a", None),
        // What its prefix means later does not change it.
        (
            r#"[{"b":"https://b.example/"},{"a":"b:1/"},{"b":"https://late.example/"}]"#.into(),
            "{}".into(),
            "a",
            Some("https://b.example/1/"),
        ),
        (r#"[{"a":"b:1/"},{"b":"https://late.example/"}]"#.into(), "{}".into(), "a", Some("b:1/")),
        (r#"[{"a":"gs1:1/"},{"gs1":"x:late/"}]"#.into(), "{}".into(), "a", Some("https://gs1.org/voc/1/")),
        (format!(r#"[{{"gs1":"x:1/"}},{{"a":"gs1:2/"}},{GS1}]"#), "{}".into(), "a", Some("x:1/2/")),
        (
            r#"{"b":"https://b.example/","a":"b:1/"}"#.into(),
            r#"{"b":"https://own.example/"}"#.into(),
            "a",
            Some("https://b.example/1/"),
        ),
        (r#"{"a":"b:1/"}"#.into(), r#"{"b":"https://own.example/"}"#.into(), "a", Some("b:1/")),
        (
            r#"{"b":"https://b.example/"}"#.into(),
            r#"[{"a":"b:1/"},{"b":"https://own.example/"}]"#.into(),
            "a",
            Some("https://b.example/1/"),
        ),
        (r#"{"b":"https://b.example/"}"#.into(), r#"{"b":null,"a":"b:1/"}"#.into(), "a", Some("b:1/")),
        // A bare event's context is read once.
        (
            r#"[{"a":"b:1/"},{"b":"https://b.example/"}]"#.into(),
            r#"[{"a":"b:1/"},{"b":"https://b.example/"}]"#.into(),
            "a",
            Some("b:1/"),
        ),
    ] {
        let (document, _) = read(&document);
        let mut problems = Problems::default();
        let node = parse_unchecked(&own, 8).expect("valid JSON");
        let own = Context::read(&node, Some(&document), &Path::Root, &mut problems);
        let found = Scope::new(&document, Some(&own)).namespace(prefix);
        assert_eq!(found.as_deref(), expected, "{} {}", document.raw, own.raw);
    }
}

#[test]
fn a_uri_with_an_authority_is_no_curie() {
    let (context, _) = read(r#"{"https":"x:1/"}"#);
    let scope = Scope::new(&context, None);
    assert_eq!(scope.expand("https://a.example/b"), "https://a.example/b");
    assert_eq!(scope.expand("https:b"), "x:1/b");
}

#[test]
fn a_foreign_address_opens_the_context() {
    let (context, problems) = read(r#""https://example.org/context.jsonld""#);
    assert!(problems.is_empty());
    assert!(Scope::new(&context, None).is_open());
}

#[test]
fn an_invalid_context_is_refused() {
    for text in [
        "1",
        "[1]",
        r#""word""#,
        "null",
        r#""https://a b""#,
        r#"{"a":"x:\u0000"}"#,
        r#"{"a":"x:\u0085"}"#,
        r#"{"a":{"@id":"x:\u2028"}}"#,
        r#"{"a":"x:\n"}"#,
        r#"{"a":"x:\ufffe"}"#,
        r#"{"a":"<x:>"}"#,
    ] {
        assert_eq!(read(text).1.len(), 1, "{text}");
    }
}

#[test]
fn contexts_and_namespaces_are_limited_in_size() {
    let namespace = |bytes: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(bytes));
    assert!(read(&namespace(URI_BYTES_MAX)).1.is_empty());
    assert_eq!(read(&namespace(URI_BYTES_MAX + 1)).1[0].pointer, "/a");
    let whole = |bytes: usize| format!("{{{}}}", " ".repeat(bytes - 2));
    assert!(read(&whole(CONTEXT_BYTES_MAX)).1.is_empty());
    assert_eq!(read(&whole(CONTEXT_BYTES_MAX + 1)).1[0].code, code::INVALID_CONTEXT);
}

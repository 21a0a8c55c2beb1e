//! Tests that documents made to be expensive are refused, or pass, within a few milliseconds.

use super::*;
use crate::graphql::{limit::*, schema};
use serde_json::json;
use std::{fmt::Write as _, time::Instant};

/// The time within which a document is refused or known to be cheap, in milliseconds. Tests run without optimisation.
const PREPARE_TEST_MS_MAX: u128 = 100;

/// The code of a refusal; `None` for a document that may run.
fn refused(schema: &ApiSchema, text: &str, variables: serde_json::Value) -> Option<String> {
    let variables = Variables::from_json(variables);
    let begun = Instant::now();
    let prepared = Prepared::new(schema, text, &variables, None);
    let elapsed = begun.elapsed().as_millis();
    assert!(elapsed < PREPARE_TEST_MS_MAX, "{elapsed} ms: {}", text.chars().take(80).collect::<String>());
    match prepared.err()? {
        Refusal::Problem(error) => Some(error.code().name.to_owned()),
        Refusal::Errors(errors) => {
            let error = errors.into_iter().next()?;
            assert!(!error.locations.is_empty(), "{error:?}");
            error.extensions?.get("code")?.clone().into_json().ok()?.as_str().map(str::to_owned)
        }
    }
}

fn chain(levels: usize, repeats: usize) -> String {
    let mut text = String::from("{...F0}");
    for level in 0..levels {
        let spreads = format!("...F{} ", level + 1).repeat(repeats);
        let _ = write!(text, " fragment F{level} on Query{{{spreads}}}");
    }
    text + &format!(" fragment F{levels} on Query{{__typename}}")
}

#[test]
fn a_document_that_expands_is_refused_at_once() {
    let schema = schema();
    for text in [
        chain(27, 2),
        chain(3, 60),
        chain(2, 60).replace("__typename", "tenant{id}"),
        chain(40, 2).replace("__typename", "__schema{types{name}}"),
        format!("{{{}}}", "tenant{id} ".repeat(999)),
        format!("{{{}}}", "tenant{id} ".repeat(2_900)),
        format!("{{{}}}", "__typename ".repeat(1_001)),
        format!("{{{}}}", "ledgerStatus{name} ".repeat(600)),
        format!("{{tenant{{{}}}}}", "... on Tenant{id} ".repeat(600)),
        format!("{{tenant{{{} id {}}}}}", "...{".repeat(31), "}".repeat(31)),
        format!("{{...F}} fragment F on Query{{tenant{{{} id {}}}}}", "...{".repeat(30), "}".repeat(30)),
        "{__schema{types{fields{type{fields{type{fields{name}}}}}}}}".to_owned(),
        format!("{{__schema{{types{{fields{{type{{{} name {}}}}}}}}}}}", "ofType{".repeat(12), "}".repeat(12)),
        format!("{{{}}}", "__schema{types{fields{name args{name}}}} ".repeat(700)),
        format!("{{tenant{}{{id}}}}", "@include(if:true)".repeat(1_500)),
        format!("{{tenant{}{{id}}}}", "@include(if:true)".repeat(6)),
        format!("query{}{{tenant{{id}}}}", "@a".repeat(60)),
        format!("{{tenant({}){{id}}}}", "a:1 ".repeat(11)),
        format!("query({}){{tenant{{id}}}}", "$a:Int ".repeat(51)),
        format!("{{{}}}", "a:__typename ".repeat(31)),
        (0..11).fold(String::new(), |text, n| text + &format!("query Q{n}{{__typename}} ")),
        "query A{tenant{id}} query B{...F}fragment F on Query{".to_owned() + &"tenant{id} ".repeat(51) + "}",
        "{events(first:1000){nodes{eventId eventType action bizStep height shard txId eventTime recordTime readPoint}}}"
            .to_owned(),
        "{events(first:60){nodes{evidence}}}".to_owned(),
    ] {
        let code = refused(&schema, &text, json!({}));
        assert_eq!(code.as_deref(), Some("graphql.too_complex"), "{}", &text[..text.len().min(200)]);
    }
}

#[test]
fn any_32_kib_of_the_same_are_read_at_once() {
    let schema = schema();
    let units = [
        "{",
        "[",
        "(",
        "{a",
        "{a{",
        "...{",
        "#",
        "#\n",
        "\"",
        "\"\"\"",
        "\\",
        "a ",
        "a:",
        "@a",
        "$a ",
        "\u{feff}",
        "é",
        "{a}",
        "1",
        "-",
        "a(b:\"\\u0041\")",
        "a(b:[",
        "a(b:{c:",
        ",",
        "\r\n",
        "!",
        "query a{a}",
        "fragment a on a{a}",
        "...a ",
        "... on a{b}",
        "a@b(c:1)",
        "on ",
        "true ",
        "null ",
    ];
    for unit in units {
        for (head, tail) in
            [("", ""), ("{", "}"), ("{a(b:", ")}"), ("query(", "){a}"), ("{a(b:[", "])}"), ("query($a:", "){a}")]
        {
            for bytes in [QUERY_BYTES_MAX, QUERY_BYTES_MAX / 10, QUERY_BYTES_MAX * 2] {
                let text = format!("{head}{}{tail}", unit.repeat((bytes - head.len() - tail.len()) / unit.len()));
                // It ends, and within the time of `refused`.
                let _ = refused(&schema, &text, json!({}));
            }
        }
    }
    let block = format!("{{a(b:\"\"\"{}\"\"\")}}", "\n  x".repeat(8_000));
    assert_eq!(refused(&schema, &block, json!({})), None, "the validation finds that there is no such field");
    let escapes = format!("{{event(id:\"{}\"){{eventId}}}}", "\\u00e9".repeat(5_000));
    assert_eq!(refused(&schema, &escapes, json!({})), None);
    let comment = format!("#{}\n{{tenant{{id}}}}", "{".repeat(30_000));
    assert_eq!(refused(&schema, &comment, json!({})), None);
}

#[test]
fn a_large_variable_counts_at_each_use() {
    let schema = schema();
    let long = json!({ "a": "x".repeat(60_000) });
    let uses = |count: usize| format!("query($a:String!){{{}}}", "identifier(epc:$a){canonical} ".repeat(count));
    assert_eq!(refused(&schema, &uses(10), long.clone()), None);
    assert_eq!(refused(&schema, &uses(11), long.clone()).as_deref(), Some("graphql.too_complex"));
    let spread = "query($a:String!){...F ...F ...F}fragment F on Query{".to_owned()
        + &"identifier(epc:$a){canonical} ".repeat(4)
        + "}";
    assert_eq!(refused(&schema, &spread, long).as_deref(), Some("graphql.too_complex"));
    let list = json!({ "f": { "EQ_bizStep": vec!["a"; 9_000] } });
    let query = "query($f:EventFilter){events(filter:$f,first:1){nodes{eventId}}}";
    assert_eq!(refused(&schema, query, list.clone()), None);
    let twice = query.replace("events", "a:events(filter:$f){__typename} events");
    assert_eq!(refused(&schema, &twice, list).as_deref(), Some("graphql.too_complex"));
}

#[test]
fn a_document_that_breaks_a_rule_of_the_language_is_invalid() {
    let schema = schema();
    for text in [
        "",
        "{",
        "{}",
        "{a(b:1e)}",
        "{...A}fragment A on Query{...B}fragment B on Query{...A}",
        "{...A}fragment A on Query{...A ...A}",
        "{__typename}fragment A on Query{__typename}",
        "{__typename}fragment A on Query{...B}fragment B on Query{...A}",
        "query($a:[Nothing]=[1]){__typename}",
        "query($a:[Tenant]=[1]){__typename}",
        "query($a:[__Type]=[1]){__typename}",
        "{a}{b}",
        "query A{a} query A{b}",
    ] {
        assert_eq!(refused(&schema, text, json!({})).as_deref(), Some("graphql.invalid"), "{text}");
    }
}

#[test]
fn what_people_ask_is_within_the_limits() {
    let schema = schema();
    let standard = include_str!("introspection.graphql");
    let prepared = Prepared::new(&schema, standard, &Variables::default(), None);
    let size = prepared.unwrap_or_else(|refusal| panic!("the standard introspection: {refusal:?}")).size;
    assert!(size.introspection.complexity * 2 <= INTROSPECTION_COMPLEXITY_MAX, "{size:?}");
    for text in [
        "{ tenant { id name mode createdAt } ledgerStatus { name shards { shard } } }",
        "{ events(first: 100) { nodes { eventId bizStep document } pageInfo { endCursor hasNextPage } } }",
        "{ events { nodes { eventId evidence } } }",
        "{ operation(id: \"x\") { status commands { index pointer outcome code fields { name value } } } }",
        "{ identifier(epc: \"x\") { canonical events { nodes { eventId } } evidence } }",
        "{ ledgerNetwork { validators { key shards { signedBlocks } } beacon { validators { bond key } } } }",
    ] {
        assert_eq!(refused(&schema, text, json!({})), None, "{text}");
    }
}

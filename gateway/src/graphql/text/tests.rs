//! Tests that each limit on the text holds, and that strings and comments hide nothing from the count.

use super::*;
use std::time::Instant;

/// The code and the position with which a text is refused.
fn refused(text: &str) -> Option<(String, String)> {
    match check(text) {
        Ok(()) => None,
        Err(Refusal::Problem(error)) => Some((error.code().name.to_owned(), error.detail().to_owned())),
        Err(Refusal::Errors(errors)) => {
            let error = errors.into_iter().next()?;
            Some(("graphql.invalid".to_owned(), format!("{:?}", error.locations)))
        }
    }
}

#[test]
fn each_limit_holds_and_one_more_is_refused() {
    let nested = |levels: usize| format!("{}{}", "{a".repeat(levels), "}".repeat(levels));
    let name = |bytes: usize| format!("{{{}}}", "n".repeat(bytes));
    let tokens = |count: usize| format!("{{{}}}", "a ".repeat(count - 2));
    let bytes = |count: usize| format!("{{a}}{}", " ".repeat(count - 3));
    let table: [(&dyn Fn(usize) -> String, usize); 4] =
        [(&nested, NESTING_MAX), (&name, NAME_BYTES_MAX), (&tokens, TOKENS_MAX), (&bytes, QUERY_BYTES_MAX)];
    for (text, max) in table {
        assert_eq!(refused(&text(max)), None, "{max}");
        let (code, detail) = refused(&text(max + 1)).expect("above the limit");
        assert_eq!(code, "graphql.too_complex", "{detail}");
        assert!(detail.contains(&max.to_string()), "{detail}");
    }
}

#[test]
fn brackets_are_counted_outside_of_strings_and_comments_only() {
    let many = "[".repeat(NESTING_MAX + 1);
    for hidden in [
        format!("# {many}\n{{a}}"),
        format!("# {many}\r{{a}}"),
        format!("{{a(b:\"{many}\")}}"),
        format!("{{a(b:\"\\\"{many}\")}}"),
        format!("{{a(b:\"\"\"{many}\n\\\"\"\" {many}\"\"\")}}"),
    ] {
        assert_eq!(refused(&hidden), None, "{hidden}");
    }
    for shown in [
        format!("{{a(b:\"\" {many}"),
        format!("{{a(b:\"\\\\\" {many}"),
        format!("{{a(b:\"\"\"\"\"\" {many}"),
        format!("#\n{many}"),
        format!("#\r{many}"),
    ] {
        assert_eq!(refused(&shown).map(|(code, _)| code).as_deref(), Some("graphql.too_complex"), "{shown}");
    }
}

#[test]
fn a_string_without_an_end_is_refused_where_it_begins() {
    for text in
        ["{a(\n b: \"x", "{a(\n b: \"x\n\")}", "{a(\n b: \"\"\"x\"", "{a(\n b: \"x\\", "{a(\n b: \"\"\"\\\"\"\""]
    {
        let (code, places) = refused(text).expect(text);
        assert_eq!((code.as_str(), places.as_str()), ("graphql.invalid", "[Pos(2:5)]"), "{text}");
    }
}

#[test]
fn any_text_takes_linear_time() {
    for unit in
        ["{", "[", "(", "\"", "\"\"\"", "\\\"\"\"", "#", "#\n", "\"\\u0041\"", "é", "...", "a", "@a", "$", "\u{feff}"]
    {
        let text = unit.repeat(QUERY_BYTES_MAX / unit.len());
        let begun = Instant::now();
        let _ = check(&text);
        assert!(begun.elapsed().as_millis() < 50, "{unit}: {:?}", begun.elapsed());
    }
}

#[test]
fn an_escaped_nul_is_refused_where_its_string_begins() {
    for text in ["{a(\n b: \"x\\u0000\")}", "{a(\n b: \"\\u{0}\")}", "{a(\n b: \"\\\\\\u{000}y\")}"] {
        let (code, place) = refused(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(code, "graphql.invalid");
        assert_eq!(place, "[Pos(2:5)]", "{text}");
    }
    assert!(refused("{a(b: \"\\u00001\")}").is_some(), "U+0000 and a digit");
    for text in ["{a(b: \"\\\\u0000\")}", "{a(b: \"\"\"\\u0000\"\"\")}", "{a(b: \"\\u0001 \\u{10} u0000\")}"] {
        assert_eq!(refused(text), None, "{text}");
    }
}

//! Linksets are judged as the published JSON schemas judge them. Published documents are changed in one place at a
//! time, and the verdict of the library is compared with that of the schema, which a small interpreter of this test
//! reads.

use serde_json::{Value, json};
use standards_gs1::linkset::{Linkset, Profile, link_type};

use super::shared_data::json;

fn schema(profile: Profile) -> Value {
    json(match profile {
        Profile::Gs1 => "gs1-linkset/gs1-linkset-schema.json",
        Profile::Basic => "gs1-linkset/linkset-schema.json",
    })
}

fn allows(schema: &Value, value: &Value) -> bool {
    let rules = schema.as_object().expect("a schema is an object");
    let patterns = || schema["patternProperties"].as_object().into_iter().flatten();
    rules.iter().all(|(keyword, rule)| match keyword.as_str() {
        "type" => match rule.as_str() {
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            Some("boolean") => value.is_boolean(),
            other => panic!("type {other:?}"),
        },
        "properties" => {
            let rules = rule.as_object().expect("rules by name");
            rules.iter().all(|(name, rule)| value.get(name).is_none_or(|value| allows(rule, value)))
        }
        "patternProperties" => patterns().all(|(pattern, rule)| {
            let members = value.as_object().into_iter().flatten();
            members.filter(|(name, _)| matches(pattern, name)).all(|(_, value)| allows(rule, value))
        }),
        "additionalProperties" => value.as_object().into_iter().flatten().all(|(name, _)| {
            schema["properties"].get(name).is_some() || patterns().any(|(pattern, _)| matches(pattern, name))
        }),
        "required" => rule
            .as_array()
            .into_iter()
            .flatten()
            .all(|name| !value.is_object() || value.get(name.as_str().expect("a name")).is_some()),
        "items" => value.as_array().into_iter().flatten().all(|value| allows(rule, value)),
        "pattern" => value.as_str().is_none_or(|text| matches(rule.as_str().expect("a pattern"), text)),
        "format" => value.as_str().is_none_or(|text| text.split_once(':').is_some_and(|(_, rest)| !rest.is_empty())),
        "$schema" | "@id" | "title" | "description" | "name" => true,
        other => panic!("keyword {other}"),
    })
}

/// Whether a pattern of the schemas matches. Each is written down here once more.
fn matches(pattern: &str, text: &str) -> bool {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let is_path = |letter: char| ('A'..='z').contains(&letter) || letter.is_ascii_digit() || "./".contains(letter);
    let after_scheme = || text.strip_prefix("http").map(|rest| rest.strip_prefix('s').unwrap_or(rest));
    let path = || after_scheme().and_then(|rest| rest.strip_prefix("://"));
    let is_web_name = || path().is_some_and(|path| !path.is_empty() && path.chars().all(is_path));
    let is_plain = |more: &str| !text.is_empty() && text.chars().all(|it| it.is_ascii_lowercase() || more.contains(it));
    match pattern {
        "^https?://[a-zA-z0-9./]+" => path().is_some_and(|path| path.starts_with(is_path)),
        "(?!(anchor|itemDescription))^([a-z-]+$)|(^https?://[a-zA-z0-9./]+$)" => {
            is_web_name() || (is_plain("-") && !text.starts_with("anchor"))
        }
        "(?!anchor)^([a-z]+$)|(^https?://[a-zA-z0-9./]+$)" => {
            is_web_name() || (is_plain("") && !text.starts_with("anchor"))
        }
        "(^\\w{2}$)|(^\\w{2}-\\w{2}$)" => {
            let letters: Vec<char> = text.chars().collect();
            matches!(letters[..], [a, b] if is_word(a) && is_word(b))
                || matches!(letters[..], [a, b, '-', c, d] if [a, b, c, d].into_iter().all(is_word))
        }
        "\\w+/[-+.\\w]+" => text.match_indices('/').any(|(at, _)| {
            text[..at].ends_with(is_word) && text[at + 1..].starts_with(|it| is_word(it) || "-+.".contains(it))
        }),
        other => panic!("pattern {other}"),
    }
}

/// Calls `visit` with each version of `document` that differs in one place.
fn variants(document: &Value, visit: &mut dyn FnMut(&Value)) {
    let others = [
        json!(null),
        json!(true),
        json!(0),
        json!(""),
        json!("x"),
        json!("https://a"),
        json!("https://"),
        json!("ftp://a/b"),
        json!("en"),
        json!("en-GB"),
        json!("english"),
        json!("a/b"),
        json!("a/"),
        json!("+/b"),
        json!([]),
        json!(["en"]),
        json!([1, {"a": []}]),
        json!({}),
        json!({"href": "https://a/b", "title": "c"}),
    ];
    let names = [
        "next",
        "prev-archive",
        "anchor",
        "anchors",
        "itemDescription",
        "href",
        "title",
        "hreflang",
        "type",
        "context",
        "fwqs",
        "public",
        "Next",
        "",
        "https://gs1.org/voc/pip",
        "https://",
        "http://a_b/[c]",
        "https://a/b-c",
        "é",
    ];
    for other in &others {
        visit(other);
    }
    match document {
        Value::Object(members) => {
            for (name, value) in members {
                let mut less = members.clone();
                less.remove(name);
                visit(&Value::Object(less));
                variants(value, &mut |value| {
                    let mut changed = members.clone();
                    changed.insert(name.clone(), value.clone());
                    visit(&Value::Object(changed));
                });
            }
            for (name, value) in names.iter().flat_map(|name| others.iter().map(move |value| (name, value))) {
                let mut more = members.clone();
                more.insert((*name).to_owned(), value.clone());
                visit(&Value::Object(more));
            }
        }
        Value::Array(elements) => {
            for (index, value) in elements.iter().enumerate() {
                variants(value, &mut |value| {
                    let mut changed = elements.clone();
                    changed[index] = value.clone();
                    visit(&Value::Array(changed));
                });
            }
        }
        _ => {}
    }
}

#[test]
fn the_published_examples() {
    let cases = [
        ("valid-gs1-example.json", Profile::Gs1, true),
        ("valid-gs1-example.json", Profile::Basic, false),
        ("valid-basic-example.json", Profile::Basic, true),
        ("valid-basic-example.json", Profile::Gs1, false),
        ("invalid-gs1-example.json", Profile::Gs1, false),
        ("invalid-gs1-example.json", Profile::Basic, false),
        ("invalid-basic-example.json", Profile::Gs1, false),
        ("invalid-basic-example.json", Profile::Basic, false),
        // An example of JSON-LD with members that neither schema has, such as `@context` and `title*`.
        ("ExampleLinkset.json", Profile::Gs1, false),
        ("ExampleLinkset.json", Profile::Basic, false),
    ];
    for (name, profile, is_valid) in cases {
        let document = json(&format!("gs1-linkset/{name}"));
        assert_eq!(allows(&schema(profile), &document), is_valid, "the schema on {name}");
        assert_eq!(Linkset::parse(document.to_string().as_bytes(), profile).is_ok(), is_valid, "{name}");
    }
}

#[test]
fn documents_that_differ_in_one_place() {
    let mut counts = [0, 0];
    for (name, profile) in [("valid-gs1-example.json", Profile::Gs1), ("valid-basic-example.json", Profile::Basic)] {
        let schema = schema(profile);
        variants(&json(&format!("gs1-linkset/{name}")), &mut |document| {
            let text = document.to_string();
            let found = Linkset::parse(text.as_bytes(), profile);
            assert_eq!(found.is_ok(), allows(&schema, document), "{text}: {found:?}");
            counts[usize::from(found.is_ok())] += 1;
            match found {
                Ok(linkset) => {
                    assert_eq!(linkset.check(profile), Ok(()));
                    assert_eq!(Linkset::parse(linkset.to_json().as_bytes(), profile), Ok(linkset));
                }
                Err(problems) => {
                    for problem in problems {
                        let parent = problem.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
                        assert!(document.pointer(parent).is_some(), "{problem}");
                    }
                }
            }
        });
    }
    assert!(counts.iter().all(|count| *count > 100), "{counts:?}");
}

#[test]
fn link_types_of_a_published_resolver_are_known() {
    let description = json("gs1-GS1_DigitalLink_Resolver_CE/gs1resolver.json");
    let types = description["activeLinkTypes"]["en"].as_object().expect("link types by name");
    assert!(types.len() >= 50, "{} link types", types.len());
    for (name, published) in types {
        let url = format!("https://gs1.org/voc/{}", name.trim_start_matches("gs1:"));
        assert_eq!(link_type::title(&url), published["title"].as_str(), "{name}");
    }
}

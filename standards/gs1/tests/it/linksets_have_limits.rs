//! Each limit of linksets is crossed by one, and faults are reported at their places.

use standards_gs1::{
    limit::{LINKS_MAX, LINKSET_BYTES_MAX, LINKSET_DEPTH_MAX, POINTER_NAME_BYTES_MAX, PROBLEMS_MAX},
    linkset::{Linkset, Profile},
    problem::code,
};

const LINK: &str = r#"{"href":"https://e.x/a","title":"t"}"#;

fn document(relation: &str, links: &str) -> String {
    format!(r#"{{"linkset":[{{"anchor":"https://e.x/a","itemDescription":"d","{relation}":{links}}}]}}"#)
}

fn problems(document: &str) -> Vec<(&'static str, String)> {
    let problems = Linkset::parse(document.as_bytes(), Profile::Gs1).err().unwrap_or_default();
    problems.into_iter().map(|problem| (problem.code, problem.pointer)).collect()
}

fn of_whole(code: &'static str) -> [(&'static str, String); 1] {
    [(code, String::new())]
}

#[test]
fn of_size_and_nesting() {
    let padded = |bytes: usize| {
        let text = document("next", "[]");
        text.clone() + &" ".repeat(bytes - text.len())
    };
    assert_eq!(problems(&padded(LINKSET_BYTES_MAX)), []);
    assert_eq!(problems(&padded(LINKSET_BYTES_MAX + 1)), of_whole(code::LINKSET_TOO_LARGE));

    // Five levels are those of a linkset down to the list of a link.
    let nested = |depth: usize| {
        let value = format!("{}{}", "[".repeat(depth - 5), "]".repeat(depth - 5));
        document("next", &format!(r#"[{{"href":"https://e.x/[","title":"[{{","context":{value}}}]"#))
    };
    assert_eq!(problems(&nested(LINKSET_DEPTH_MAX)), []);
    assert_eq!(problems(&nested(LINKSET_DEPTH_MAX + 1)), of_whole(code::LINKSET_TOO_DEEP));
    assert_eq!(problems(&"[".repeat(LINKSET_BYTES_MAX)), of_whole(code::LINKSET_TOO_DEEP));

    let links = |count: usize| document("next", &format!("[{}]", vec![LINK; count].join(",")));
    assert_eq!(problems(&links(LINKS_MAX)), []);
    assert_eq!(problems(&links(LINKS_MAX + 1)), [(code::TOO_MANY_LINKS, "/linkset/0/next".to_owned())]);

    let faults = |count: usize| document("next", &format!("[{}]", vec!["1"; count].join(",")));
    assert_eq!(problems(&faults(PROBLEMS_MAX - 1)).len(), PROBLEMS_MAX - 1);
    assert_eq!(problems(&faults(PROBLEMS_MAX + 1)).len(), PROBLEMS_MAX);

    let named = |bytes: usize| problems(&document(&"N".repeat(bytes), "[]"));
    let (longest, longer) = (named(POINTER_NAME_BYTES_MAX), named(POINTER_NAME_BYTES_MAX + 1));
    assert_eq!(longest[0].1, format!("/linkset/0/{}", "N".repeat(POINTER_NAME_BYTES_MAX)));
    assert_eq!(longer, [(code::UNKNOWN_MEMBER, "/linkset/0".to_owned())]);
}

#[test]
fn faults_are_reported_at_their_places() {
    let relation = "https://e.x/voc";
    let at = |below: &str| format!("/linkset/0/https:~1~1e.x~1voc/0{below}");
    let cases = [
        ("{", of_whole(code::MALFORMED_JSON).to_vec()),
        ("{} {}", of_whole(code::MALFORMED_JSON).to_vec()),
        ("[]", of_whole(code::INVALID_TYPE).to_vec()),
        ("{}", vec![(code::MISSING_MEMBER, "/linkset".to_owned())]),
        (r#"{"linkset":[],"linkset":[]}"#, vec![(code::DUPLICATE_MEMBER, "/linkset".to_owned())]),
        (&document(relation, r#"[{"href":"a","title":"t"}]"#), vec![(code::INVALID_TEXT, at("/href"))]),
        (&document(relation, r#"[{"title":"t"}]"#), vec![(code::MISSING_MEMBER, at("/href"))]),
        (&document(relation, r#"[{"href":"https://e.x/a","title":1}]"#), vec![(code::INVALID_TYPE, at("/title"))]),
        (
            &document(relation, r#"[{"href":"https://e.x/a","title":"t","public":1}]"#),
            vec![(code::INVALID_TYPE, at("/public"))],
        ),
        (
            &document(relation, r#"[{"href":"https://e.x/a","title":"t","hreflang":["en","fil"]}]"#),
            vec![(code::INVALID_TEXT, at("/hreflang/1"))],
        ),
        (
            &document(relation, r#"[{"href":"https://e.x/a","title":"t","title*":[]}]"#),
            vec![(code::UNKNOWN_MEMBER, at("/title*"))],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(problems(text), expected, "{text}");
    }
    let invalid = Linkset::parse(b"{\"linkset\":[\xff]}", Profile::Gs1).expect_err("not UTF-8");
    assert_eq!(invalid[0].code, code::MALFORMED_JSON);
}

#[test]
fn what_is_written_is_read() {
    let link = r#"[{"href":"https://e.x/a","title":"t\"ü","hreflang":["en","pt-BR"],"type":"text/html","context":["DE",1.50,{"a":[null]}],"fwqs":true,"public":false}]"#;
    let text = document("https://ref.gs1.org/voc/pip", link);
    let linkset = Linkset::parse(text.as_bytes(), Profile::Gs1).expect("a linkset");
    assert_eq!(linkset.to_json(), text);
    let linked: serde_json::Value = serde_json::from_str(&linkset.to_json_ld()).expect("JSON");
    assert_eq!(linked["@context"], "https://ref.gs1.org/standards/resolver/linkset-context");
    assert_eq!(linked["linkset"][0]["anchor"], "https://e.x/a");
}

//! What a reader of Digital Links accepts, what it refuses, with which code and at which place.

use standards_gs1::{
    digital_link::{DigitalLink, Reading},
    element_string::{Notation, parse},
    problem::code,
};

const GTIN: &str = "/01/09506000134352";

/// A strict reader with one switch.
fn reading(set: impl FnOnce(&mut Reading)) -> Reading {
    let mut reading = Reading::STRICT;
    set(&mut reading);
    reading
}

#[test]
fn links_of_any_host() {
    let roots = [
        "HTTPS://example.com",
        "http://example.com:8080",
        "HTTP://192.0.2.7",
        "https://[2001:db8::7]:443",
        "https://xn--bcher-kva.example",
        "https://3221225991",
        "https://example.com/a/b/c",
        "https://example.com/00/no/key",
        "https://example.com//",
    ];
    for root in roots {
        let link = DigitalLink::parse(&format!("{root}{GTIN}/10/A"), Reading::STRICT).expect(root);
        assert_eq!(link.canonical(), format!("https://id.gs1.org{GTIN}/10/A"));
        assert_eq!(format!("{}{}", link.origin(), link.stem()), root);
    }
}

#[test]
fn faults_have_a_code_and_a_place() {
    let cases = [
        ("", code::UNSUPPORTED_SCHEME, 0),
        ("ftp://example.com", code::UNSUPPORTED_SCHEME, 0),
        ("Https://example.com/01/09506000134352", code::UNSUPPORTED_SCHEME, 0),
        ("https:///01/09506000134352", code::INVALID_HOST, 8),
        ("https://a_b/01/09506000134352", code::INVALID_HOST, 9),
        ("https://user@a/01/09506000134352", code::INVALID_HOST, 12),
        ("https://a/01/0950600013435é", code::INVALID_URI, 26),
        ("https://a/01/09506000134352/10/a b", code::INVALID_URI, 32),
        ("https://a", code::NO_KEY, 9),
        ("https://a/", code::NO_KEY, 9),
        ("https://a/b/c", code::NO_KEY, 9),
        ("https://01/09506000134352", code::NO_KEY, 10),
        ("https://a/01/09506000134352/", code::NO_KEY, 9),
        ("https://a/gtin/09506000134352", code::NO_KEY, 9),
        ("https://a/01/09506000134352/89/A", code::NO_KEY, 9),
        ("https://a/01/09506000134352/10/", code::EMPTY_VALUE, 31),
        ("https://a/01/9506000134352", code::VALUE_TOO_SHORT, 26),
        ("https://a/01/09506000134353", code::WRONG_CHECK_DIGIT, 26),
        ("https://a/01/0950600013435%32%33", code::VALUE_TOO_LONG, 29),
        ("https://a/01/09506000134352/10/a%2", code::INVALID_URI, 32),
        ("https://a/01/09506000134352/10/a%C3%A9", code::INVALID_CHARACTER, 32),
        ("https://a/01/09506000134352/10/a%C3", code::INVALID_CHARACTER, 32),
        ("https://a/01/09506000134352/10/%41%20", code::INVALID_CHARACTER, 34),
        ("https://a/01/09506000134352/21/A/10/B", code::INVALID_QUALIFIER, 33),
        ("https://a/01/09506000134352/10/A/235/B", code::INVALID_QUALIFIER, 33),
        ("https://a/01/09506000134352/10/A/10/A", code::INVALID_QUALIFIER, 33),
        ("https://a/01/09506000134352/17/260101", code::INVALID_QUALIFIER, 28),
        ("https://a/00/395060001343512341/21/A", code::INVALID_QUALIFIER, 32),
        ("https://a/01/09506000134352?10=A", code::QUALIFIER_IN_QUERY, 28),
        ("https://a/01/09506000134352?8200=A", code::NOT_AN_ATTRIBUTE, 28),
        ("https://a/01/09506000134352?99=A&99=B", code::DUPLICATE_AI, 33),
        ("https://a/01/09506000134352?01=09506000134352", code::DUPLICATE_AI, 28),
        ("https://a/01/09506000134352?99=", code::EMPTY_VALUE, 31),
        ("https://a/01/09506000134352?a=b&89=A", code::UNKNOWN_AI, 32),
        ("https://a/01/09506000134352?12345=A", code::UNKNOWN_AI, 28),
        ("https://a/01/09506000134352?99=A+B", code::INVALID_CHARACTER, 32),
        ("https://a/01/09506000134352?17=261301", code::INVALID_DATE, 33),
    ];
    for (uri, code, at) in cases {
        let problem = DigitalLink::parse(uri, Reading::STRICT).expect_err(uri);
        assert_eq!((problem.code, problem.at), (code, at), "{uri}: {problem}");
    }
}

#[test]
fn each_switch_admits_its_form() {
    let cases = [
        (reading(|it| it.short_gtins = true), "/01/9506000134352", "/01/09506000134352"),
        (reading(|it| it.short_gtins = true), "/8004/4012?01=95060002", "/8004/4012?01=00000095060002"),
        (reading(|it| it.short_names = true), "/gtin/09506000134352/lot/A/ser/B", "/01/09506000134352/10/A/21/B"),
        (reading(|it| it.trailing_slash = true), "/01/09506000134352/10/A/", "/01/09506000134352/10/A"),
        (reading(|it| it.unknown_attributes = true), "/01/09506000134352?89=A", "/01/09506000134352?89=A"),
    ];
    for (reading, target, expected) in cases {
        assert!(DigitalLink::parse_target(target, Reading::STRICT).is_err(), "{target}");
        let link = DigitalLink::parse_target(target, reading).expect(target);
        assert_eq!(link.canonical(), format!("https://id.gs1.org{expected}"));
    }
    let nested = format!("{GTIN}/10/A//");
    assert!(DigitalLink::parse_target(&nested, Reading::RESOLVER).is_err(), "only one slash is left out");
}

#[test]
fn other_pairs_are_passed_through() {
    let target = format!("{GTIN}?linkType=gs1%3Apip;17=260101&&flag&context=a+b&x%ZZ=1&lang=#top");
    let link = DigitalLink::parse_target(&target, Reading::RESOLVER).expect(&target);
    assert_eq!(link.attributes().len(), 1);
    assert_eq!(link.query(), Some("linkType=gs1%3Apip;17=260101&&flag&context=a+b&x%ZZ=1&lang="));
    let others: Vec<&str> = link.other_pairs().collect();
    assert_eq!(others, ["linkType=gs1%3Apip", "flag", "context=a+b", "x%ZZ=1", "lang="]);
    assert_eq!(link.parameter("linkType").as_deref(), Some("gs1:pip"));
    assert_eq!(link.parameter("context").as_deref(), Some("a b"));
    assert_eq!(link.parameter("lang").as_deref(), Some(""));
    assert_eq!(link.parameter("flag"), None);
    assert_eq!(link.parameter("17"), None);
    assert_eq!(link.canonical(), format!("https://id.gs1.org{GTIN}?17=260101"));
}

#[test]
fn values_are_encoded() {
    let target = format!("{GTIN}/21/a%2fb'%25;=-._?99=%26%2B%7e");
    let problem = DigitalLink::parse_target(&target, Reading::STRICT).expect_err("a tilde is not in set 82");
    assert_eq!((problem.code, problem.at), (code::INVALID_CHARACTER, target.len() - 3));
    let target = format!("{GTIN}/21/a%2fb'%25;=-._?99=%26%2B");
    let link = DigitalLink::parse_target(&target, Reading::STRICT).expect(&target);
    assert_eq!(link.identifier().qualifiers()[0].value(), "a/b'%;=-._");
    assert_eq!(link.canonical(), format!("https://id.gs1.org{GTIN}/21/a%2Fb%27%25%3B%3D-._?99=%26%2B"));
}

#[test]
fn links_are_made_of_elements() {
    let cases = [
        ("(21)S(01)09506000134352(10)L(99)X(10)L", Ok("/01/09506000134352/10/L/21/S?99=X")),
        ("(01)09506000134352(10)L(235)T", Ok("/01/09506000134352/235/T?10=L")),
        ("(8017)950600013435123451(01)09506000134352", Ok("/8017/950600013435123451?01=09506000134352")),
        ("(414)9506000134352(7040)1ABC", Ok("/414/9506000134352/7040/1ABC")),
        ("(10)L", Err((code::NO_KEY, 1))),
        ("(01)09506000134352(10)L(10)M", Err((code::CONFLICTING_ELEMENTS, 2))),
        ("(01)09506000134352(8200)A", Err((code::NOT_AN_ATTRIBUTE, 1))),
        ("(01)09506000134352(235)T(22)V", Err((code::NOT_AN_ATTRIBUTE, 1))),
    ];
    for (text, expected) in cases {
        let elements = parse(text, Notation::Bracketed).expect(text);
        let link = DigitalLink::from_elements(&elements).map(|link| link.canonical());
        let found = link.as_ref().map(|link| link.strip_prefix("https://id.gs1.org").expect("the canonical root"));
        assert_eq!(found.map_err(|problem| (problem.code, problem.at)), expected, "{text}");
    }
}

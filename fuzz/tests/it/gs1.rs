//! Digital Links, element strings and linksets of GS1. What is accepted survives writing and reading again.

use fuzz::{Target, fuzz};
use standards_gs1::{
    digital_link::{DigitalLink, Reading},
    element::Element,
    element_string::{Notation, parse, write},
    linkset::{Linkset, Profile},
    pairing,
};

#[test]
fn digital_link() {
    let target = Target {
        name: "digital_link",
        words: &[
            "https://example.com",
            "/01/",
            "09506000134352",
            "/10/",
            "/21/",
            "/22/",
            "/235/",
            "/414/",
            "/254/",
            "/8006/",
            "/gtin/",
            "/lot/",
            "?",
            "&",
            ";",
            "17=",
            "3103=000195",
            "99=",
            "linkType=",
            "%2F",
            "%C3%A9",
            "%00",
            "+",
            "#",
        ],
        examples: &[
            "/01/09506000134352/22/V/10/L/21/S?17=260101&3103=000195&linkType=gs1%3Apip#top",
            "https://example.com/some/stem/414/9506000134352/254/a%2Fb",
        ],
        base_us: 5_000,
        byte_ns: 1_000,
    };
    fuzz(&target, |input| {
        let text = String::from_utf8_lossy(input);
        let readings = [Reading::STRICT, Reading { unknown_attributes: true, ..Reading::RESOLVER }];
        let outcomes = readings.map(|reading| {
            let link = match DigitalLink::parse(&text, reading).or_else(|_| DigitalLink::parse_target(&text, reading)) {
                Ok(link) => link,
                Err(problem) => return problem.code.to_owned(),
            };
            let canonical = link.canonical();
            let again = DigitalLink::parse(&canonical, reading).expect("a canonical link is a link");
            assert_eq!(again.canonical(), canonical, "the canonical form is its own canonical form");
            assert_eq!(again.identifier(), link.identifier());
            let elements: Vec<Element> = link.elements().cloned().collect();
            let composed = DigitalLink::from_elements(&elements).expect("a link is composed of its elements");
            assert_eq!(composed.canonical(), canonical);
            let levels = link.identifier().levels().len();
            format!("{levels} {} {}", link.attributes().len(), pairing::check(&elements).is_ok())
        });
        outcomes.join(", ")
    });
}

#[test]
fn element_string() {
    let target = Target {
        name: "element_string",
        words: &[
            "(01)",
            "09506000134352",
            "(10)",
            "(21)",
            "\\(",
            "^",
            "\u{1d}",
            "]d2",
            "]C1",
            "17260101",
            "3103000195",
            "8110",
        ],
        examples: &[
            "(01)09506000134352(10)a\\(b(17)260101",
            "^010950600013435210a^21b",
            "]Q3010950600013435210a\u{1d}17260101",
        ],
        base_us: 5_000,
        byte_ns: 1_000,
    };
    fuzz(&target, |input| {
        let text = String::from_utf8_lossy(input);
        let outcomes = [Notation::Bracketed, Notation::Scanned, Notation::Caret].map(|notation| {
            let elements = match parse(&text, notation) {
                Ok(elements) => elements,
                Err(problem) => return problem.code.to_owned(),
            };
            let written = write(&elements, notation);
            assert_eq!(parse(&written, notation).as_ref(), Ok(&elements), "{written}");
            format!("{} {}", elements.len(), DigitalLink::from_elements(&elements).is_ok())
        });
        outcomes.join(", ")
    });
}

#[test]
fn linkset() {
    let target = Target {
        name: "linkset",
        words: &[
            "{\"linkset\":[",
            "\"anchor\":\"https://e.x/01/1\"",
            "\"itemDescription\":\"d\"",
            "\"next\":[",
            "\"https://ref.gs1.org/voc/pip\":[",
            "{\"href\":\"https://e.x/a\",\"title\":\"t\"",
            "\"hreflang\":[\"en\"]",
            "\"type\":\"text/html\"",
            "\"context\":[",
            "\"fwqs\":true",
            "\"public\":false",
            "\\ud800",
            "[[",
            "}]}]}",
        ],
        examples: &[],
        base_us: 20_000,
        byte_ns: 3_000,
    };
    fuzz(&target, |input| {
        let outcomes = [Profile::Gs1, Profile::Basic].map(|profile| match Linkset::parse(input, profile) {
            Ok(linkset) => {
                assert_eq!(Linkset::parse(linkset.to_json().as_bytes(), profile), Ok(linkset.clone()));
                format!("{}", linkset.contexts.len())
            }
            Err(problems) => {
                assert!(!problems.is_empty(), "a refusal names a problem");
                problems.iter().take(3).map(|problem| problem.code).collect::<Vec<_>>().join(" ")
            }
        });
        outcomes.join(", ")
    });
}

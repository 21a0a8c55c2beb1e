//! XML documents of EPCIS. What is accepted keeps its hashes when it is written as XML and read again.

use fuzz::{Target, fuzz};
use standards_epcis::{
    document,
    hash::prehash,
    problem::code,
    xml::{
        Version,
        read::{ElementOrder, Options, json_document},
        write::{self, LaterFields, capture_document},
    },
};

const WORDS: [&str; 28] = [
    "<epcis:EPCISDocument xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\"",
    "<EPCISHeader>",
    "<EPCISBody><EventList>",
    "<ObjectEvent>",
    "</ObjectEvent>",
    "<extension>",
    "</extension>",
    "<baseExtension>",
    "<epcList>",
    "<epc>",
    "<action>ADD</action>",
    "<ilmd>",
    "<sensorElementList><sensorElement>",
    "<sensorReport type=\"gs1:Mass\" value=\"",
    "<ex:a>",
    "</ex:a>",
    "<ex:a ex:b=\"c\"/>",
    " xmlns=\"urn:a\"",
    " xmlns:ex=\"urn:b\"",
    " xsi:type=\"xsd:integer\"",
    " xml:space=\"preserve\"",
    "&amp;",
    "&#10;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<!DOCTYPE a [",
];

#[test]
fn xml_document() {
    let target = Target { name: "xml_document", words: &WORDS, examples: &[], base_us: 20_000, byte_ns: 6_000 };
    fuzz(&target, |input| {
        let options = Options { order: ElementOrder::Any, ..Options::default() };
        let json = match json_document(input, options) {
            Ok(json) => json,
            Err(problem) => {
                assert!(code::ALL.contains(&problem.code) && problem.line > 0 && problem.column > 0, "{problem}");
                return problem.code.to_owned();
            }
        };
        let document = match document::parse(json.json.as_bytes()) {
            Ok(document) => document,
            Err(problems) => {
                assert_eq!(json.problems(&problems).len(), problems.len(), "each problem has a place");
                return problems.iter().take(3).map(|problem| problem.code).collect::<Vec<_>>().join(" ");
            }
        };
        for version in [Version::V2_0, Version::V1_2] {
            let options = write::Options { version, later: LaterFields::Extend, ..write::Options::default() };
            let events = document.events.iter().map(|event| (event, &document.context));
            let written = match capture_document(0, events, options) {
                Ok(written) => written,
                Err(part) => return format!("{:?}", part.reason),
            };
            let again = json_document(written.as_bytes(), Options::default())
                .unwrap_or_else(|problem| panic!("{problem}\n{written}"));
            let again =
                document::parse(again.json.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}\n{written}"));
            for (event, before) in again.events.iter().zip(&document.events) {
                assert_eq!(event.event_id(), before.event_id());
                assert_eq!(prehash(event, &again.context), prehash(before, &document.context), "{written}");
            }
        }
        format!("{:?} {}", document.kind, document.events.len())
    });
}

//! Invalid XML documents are refused with a code, a line and the path of an element.

use standards_epcis::{
    document,
    problem::code,
    xml::{
        XmlProblem,
        read::{Options, json_document},
    },
};

use super::{
    shared_data::{path, read},
    xml_data::xml_files,
};

/// The problems of a document.
fn problems(xml: &[u8]) -> Vec<XmlProblem> {
    let json = match json_document(xml, Options::default()) {
        Ok(json) => json,
        Err(problem) => return vec![problem],
    };
    match document::parse(json.json.as_bytes()) {
        Ok(_) => Vec::new(),
        Err(found) => json.problems(&found),
    }
}

const LIST: &str = "/epcis:EPCISDocument/EPCISBody/EventList/ObjectEvent";
const RESULTS: &str = "/epcisq:EPCISQueryDocument/EPCISBody/QueryResults/resultsBody/EventList";

#[test]
fn every_published_invalid_document() {
    const CAPTURE: &str = "openepcis-test-resources/2.0/EPCIS/XML/Capture/Invalid";
    const QUERY: &str = "openepcis-test-resources/2.0/EPCIS/XML/Query/Invalid";
    let expected = [
        (CAPTURE, "ObjectEvent_bare_event_without_action", code::MISSING_FIELD, 1, "/ObjectEvent".to_owned()),
        (CAPTURE, "ObjectEvent_with_invalid_action", code::INVALID_ACTION, 12, format!("{LIST}/action")),
        (
            CAPTURE,
            "ObjectEvent_with_invalid_eventTime_format",
            code::INVALID_EVENT_TIME,
            7,
            format!("{LIST}/eventTime"),
        ),
        (CAPTURE, "ObjectEvent_with_near_miss_action", code::INVALID_ACTION, 13, format!("{LIST}/action")),
        (CAPTURE, "ObjectEvent_with_unknown_element", code::UNKNOWN_FIELD, 13, format!("{LIST}/madeUpField")),
        (CAPTURE, "ObjectEvent_with_wrong_element_order", code::INVALID_ELEMENT_ORDER, 8, format!("{LIST}/eventTime")),
        (CAPTURE, "ObjectEvent_without_eventTime", code::MISSING_FIELD, 6, LIST.to_owned()),
        (QUERY, "QueryDocument_with_invalid_action", code::INVALID_ACTION, 14, format!("{RESULTS}/ObjectEvent/action")),
        (
            QUERY,
            "QueryDocument_with_invalid_eventType",
            code::INVALID_EVENT_TYPE,
            8,
            format!("{RESULTS}/ObjectEventInvalid"),
        ),
        (
            QUERY,
            "QueryDocument_with_missing_value",
            code::INVALID_DOCUMENT,
            5,
            "/epcisq:EPCISQueryDocument/EPCISBody/epcisq:Poll".to_owned(),
        ),
    ];
    assert_eq!(xml_files(CAPTURE, 7).len() + xml_files(QUERY, 3).len(), expected.len());
    for (folder, name, code, line, element) in expected {
        let found = problems(&read(&path(&format!("{folder}/{name}.xml"))));
        let places: Vec<_> = found.iter().map(|problem| (problem.code, problem.line, problem.path.clone())).collect();
        assert_eq!(places, [(code, line, element)], "{name}: {found:#?}");
    }
}

/// A capture document around an event whose second line is `inner`.
fn around(inner: &str) -> String {
    format!(
        "<epcis:EPCISDocument xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\" xmlns:ex=\"https://ex.example/\" \
         schemaVersion=\"2.0\" creationDate=\"2026-01-01T00:00:00Z\"><EPCISBody><EventList><ObjectEvent>\n{inner}\n\
         </ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>"
    )
}

const TIMES: &str =
    "<eventTime>2026-01-01T00:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset><epcList/>";

#[test]
fn each_fault_of_an_event_has_its_place() {
    assert_eq!(problems(around(&format!("{TIMES}<action>ADD</action>")).as_bytes()), []);
    for (rest, code, element) in [
        ("<action>ADD</action><action>ADD</action>", code::REPEATED_ELEMENT, "/action[2]"),
        ("<action>ADD</action><bizStep>stepping</bizStep>", code::UNKNOWN_VOCABULARY_WORD, "/bizStep"),
        ("<action>ADD</action><bizStep><a/></bizStep>", code::INVALID_TYPE, "/bizStep/a"),
        ("<action>ADD</action><bizStep a=\"b\">x:y</bizStep>", code::UNKNOWN_FIELD, "/bizStep"),
        ("<action>ADD</action><readPoint><id>a b</id></readPoint>", code::INVALID_URI, "/readPoint/id"),
        ("<action>ADD</action><readPoint/>", code::MISSING_FIELD, "/readPoint"),
        ("<action>ADD</action><readPoint>x</readPoint>", code::INVALID_TYPE, "/readPoint"),
        (
            "<action>ADD</action><quantityList><quantityElement><epcClass>x:y</epcClass><quantity>many</quantity>\
             </quantityElement></quantityList>",
            code::INVALID_TYPE,
            "/quantityList/quantityElement/quantity",
        ),
        (
            "<action>ADD</action><quantityList><quantityElement><quantity>1</quantity><epcClass>x:y</epcClass>\
             </quantityElement></quantityList>",
            code::INVALID_ELEMENT_ORDER,
            "/quantityList/quantityElement/epcClass",
        ),
        (
            "<action>ADD</action><sourceList><source>x:y</source></sourceList>",
            code::MISSING_FIELD,
            "/sourceList/source",
        ),
        (
            "<action>ADD</action><sensorElementList><sensorElement><sensorReport type=\"gs1:Mass\" size=\"1\"/>\
             </sensorElement></sensorElementList>",
            code::UNKNOWN_FIELD,
            "/sensorElementList/sensorElement/sensorReport",
        ),
        ("<action>ADD</action><ilmd><lot>1</lot></ilmd>", code::FIELD_WITHOUT_NAMESPACE, "/ilmd/lot"),
        ("<action>ADD</action><ex:a>text<ex:b/></ex:a>", code::INVALID_TYPE, "/ex:a"),
        ("<ex:a/><action>ADD</action>", code::INVALID_ELEMENT_ORDER, "/action"),
        ("<action>ADD</action>text", code::INVALID_TYPE, ""),
        ("<action>ADD</action><no:a/>", code::MALFORMED_XML, "/no:a"),
    ] {
        let found = problems(around(&format!("{TIMES}{rest}")).as_bytes());
        let places: Vec<_> = found.iter().map(|problem| (problem.code, problem.path.clone())).collect();
        assert_eq!(places, [(code, format!("{LIST}{element}"))], "{rest}: {found:#?}");
        assert!(element.is_empty() || found[0].line == 2, "{rest}: {found:#?}");
    }
}

#[test]
fn all_problems_of_a_document_are_reported_with_their_places() {
    let event = |step: &str| format!("{TIMES}<action>{step}</action><bizStep>{step}</bizStep>");
    let two = around(&format!("{}</ObjectEvent>\n<ObjectEvent>{}", event("one"), event("two")));
    let found = problems(two.as_bytes());
    let places: Vec<_> = found.iter().map(|problem| (problem.line, problem.path.clone())).collect();
    let second = format!("{LIST}[2]");
    assert_eq!(
        places,
        [
            (2, format!("{LIST}/action")),
            (2, format!("{LIST}/bizStep")),
            (3, format!("{second}/action")),
            (3, format!("{second}/bizStep"))
        ]
    );
}

#[test]
fn envelopes_are_checked() {
    let good = around(&format!("{TIMES}<action>ADD</action>"));
    for (from, to, code) in [
        (" schemaVersion=\"2.0\"", "", code::MISSING_FIELD),
        (" creationDate=\"2026-01-01T00:00:00Z\"", "", code::MISSING_FIELD),
        ("schemaVersion=\"2.0\"", "schemaVersion=\"3.0\"", code::INVALID_DOCUMENT),
        ("2026-01-01T00:00:00Z\">", "yesterday\">", code::INVALID_DOCUMENT),
        ("epcis:xsd:2", "epcis:xsd:3", code::INVALID_DOCUMENT),
        ("<EPCISBody>", "<EPCISBody><a/>", code::INVALID_DOCUMENT),
        ("<EPCISBody>", "<EPCISBody>text", code::INVALID_DOCUMENT),
        ("<EventList>", "<EventList>text", code::INVALID_DOCUMENT),
        ("</EventList>", "</EventList><EventList/>", code::INVALID_DOCUMENT),
        ("ObjectEvent>", "QuantityEvent>", code::INVALID_EVENT_TYPE),
    ] {
        let found = problems(good.replace(from, to).as_bytes());
        assert_eq!(found.first().map(|problem| problem.code), Some(code), "{from} {to}: {found:#?}");
    }
}

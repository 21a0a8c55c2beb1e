//! Invalid documents are refused as a whole. The answer names each fault and its position.

use standards_epcis::{
    document,
    problem::{Problem, code},
};

use super::shared_data::{json_files, read};

fn problems(text: &str) -> Vec<(String, &'static str)> {
    let problems = document::parse(text.as_bytes()).expect_err(text);
    problems.into_iter().map(|Problem { pointer, code, .. }| (pointer, code)).collect()
}

/// A document with one event of the given members, in the GS1 context with the prefix `ex`.
fn document_with(members: &str) -> String {
    format!(
        r#"{{"@context":["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",{{"ex":"https://ex.org/"}}],
        "type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-01-01T00:00:00Z",
        "epcisBody":{{"eventList":[{{{members}}}]}}}}"#
    )
}

const OBJECT: &str = r#""type":"ObjectEvent","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"ADD","epcList":["urn:epc:id:sgtin:4012345.011111.1"]"#;
const AGGREGATION: &str =
    r#""type":"AggregationEvent","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00""#;
const ASSOCIATION: &str =
    r#""type":"AssociationEvent","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00""#;
const TRANSACTION: &str =
    r#""type":"TransactionEvent","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00""#;
const TRANSFORMATION: &str =
    r#""type":"TransformationEvent","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00""#;

#[test]
fn every_invalid_example() {
    for file in json_files("openepcis-test-resources/2.0/EPCIS/JSON/Capture/Invalid", 9) {
        let problems = document::parse(&read(&file)).expect_err("an invalid document");
        for problem in &problems {
            assert!(problem.pointer.starts_with("/epcisBody/eventList/"), "{}: {problem}", file.display());
        }
    }
}

/// A value is shown as it stands in the document, once in quotation marks.
#[test]
fn a_fault_shows_the_value() {
    for (from, to, shown) in [
        (r#""action":"ADD""#, r#""action":"CREATE""#, r#""CREATE" is none of ADD, OBSERVE, DELETE"#),
        (r#""action":"ADD""#, r#""action":7"#, r#""7" is none of ADD, OBSERVE, DELETE"#),
        (r#""2026-01-01T00:00:00Z""#, r#""2026-01-01""#, r#""2026-01-01" is not a date and time with a zone"#),
        (r#""+00:00""#, r#""Z""#, r#""Z" is not a zone offset"#),
        (r#""ObjectEvent""#, r#""QuantityEvent""#, r#""QuantityEvent" is none of the five event types"#),
    ] {
        let text = document_with(&OBJECT.replace(from, to));
        let problems = document::parse(text.as_bytes()).expect_err(&text);
        assert!(problems[0].detail.starts_with(shown), "{}", problems[0].detail);
    }
    let text = document_with(OBJECT).replace(r#""schemaVersion":"2.0""#, r#""schemaVersion":"1.2""#);
    let problems = document::parse(text.as_bytes()).expect_err(&text);
    assert!(problems[0].detail.ends_with(r#"not "1.2""#), "{}", problems[0].detail);
}

#[test]
fn all_faults_of_a_document_are_reported_at_once() {
    let text = r#"{"@context":"https://ref.gs1.org/standards/epcis/epcis-context.jsonld","type":"EPCISDocument",
        "schemaVersion":"1.2","epcisBody":{"eventList":[{"type":"ObjectEvent","action":"CREATE"},7]}}"#;
    assert_eq!(
        problems(text),
        [
            ("/schemaVersion".to_owned(), code::INVALID_DOCUMENT),
            ("/creationDate".to_owned(), code::MISSING_FIELD),
            ("/epcisBody/eventList/0/action".to_owned(), code::INVALID_ACTION),
            ("/epcisBody/eventList/0/eventTime".to_owned(), code::MISSING_FIELD),
            ("/epcisBody/eventList/0/eventTimeZoneOffset".to_owned(), code::MISSING_FIELD),
            ("/epcisBody/eventList/0/epcList".to_owned(), code::MISSING_FIELD),
            ("/epcisBody/eventList/1".to_owned(), code::INVALID_TYPE),
        ]
    );
}

/// Asserts that an event of each of the given members has this fault at this pointer.
fn expect_faults(cases: &[(String, &str, &str)]) {
    for (members, pointer, code) in cases {
        let found = problems(&document_with(members));
        let is_found =
            |(at, found): &(String, &str)| found == code && at.strip_prefix("/epcisBody/eventList/0") == Some(*pointer);
        assert!(found.iter().any(is_found), "{members}: {found:?}");
    }
}

#[test]
fn each_fault_of_a_field_has_its_code_and_pointer() {
    expect_faults(&[
        (r#""action":"ADD""#.into(), "/type", code::MISSING_FIELD),
        (r#""type":"QuantityEvent""#.into(), "/type", code::INVALID_EVENT_TYPE),
        (format!(r#""type":"ex:{}""#, "x".repeat(1_024)), "/type", code::URI_TOO_LONG),
        (r#""type":"ex:Own","epcList":[]"#.into(), "/eventTime", code::MISSING_FIELD),
        (OBJECT.replace("ObjectEvent", "ex:Own").replace("epcList", "colour"), "/colour", code::UNKNOWN_FIELD),
        (OBJECT.replace("2026-01-01T00:00:00Z", "yesterday"), "/eventTime", code::INVALID_EVENT_TIME),
        (OBJECT.replace("+00:00", "Z"), "/eventTimeZoneOffset", code::INVALID_TIME_ZONE_OFFSET),
        (OBJECT.replace("ADD", "add"), "/action", code::INVALID_ACTION),
        (OBJECT.replace("urn:epc:id:sgtin:4012345.011111.1", "4012345"), "/epcList/0", code::INVALID_URI),
        (format!(r#"{OBJECT},"quantityList":["a:b","a:b"]"#), "/quantityList/0", code::INVALID_TYPE),
        (
            OBJECT.replace(r#".1"]"#, r#".1","urn:epc:id:sgtin:4012345.011111.1"]"#),
            "/epcList",
            code::DUPLICATE_IDENTIFIER,
        ),
        (format!(r#"{OBJECT},"bizStep":"shiping""#), "/bizStep", code::UNKNOWN_VOCABULARY_WORD),
        (format!(r#"{OBJECT},"disposition":7"#), "/disposition", code::INVALID_TYPE),
        (
            format!(r#"{OBJECT},"persistentDisposition":{{"set":["lost"]}}"#),
            "/persistentDisposition/set/0",
            code::UNKNOWN_VOCABULARY_WORD,
        ),
        (format!(r#"{OBJECT},"persistentDisposition":{{}}"#), "/persistentDisposition", code::MISSING_FIELD),
        (
            format!(r#"{OBJECT},"persistentDisposition":{{"set":[]}}"#),
            "/persistentDisposition/set",
            code::MISSING_FIELD,
        ),
        (
            format!(r#"{OBJECT},"persistentDisposition":{{"unset":["active","active"]}}"#),
            "/persistentDisposition/unset",
            code::DUPLICATE_IDENTIFIER,
        ),
        (format!(r#"{OBJECT},"readPoint":{{}}"#), "/readPoint/id", code::MISSING_FIELD),
        (format!(r#"{OBJECT},"bizLocation":"urn:epc:id:sgln:1.2.3""#), "/bizLocation", code::INVALID_TYPE),
        (format!(r#"{OBJECT},"quantityList":[{{"quantity":1}}]"#), "/quantityList/0/epcClass", code::MISSING_FIELD),
        (
            format!(r#"{OBJECT},"quantityList":[{{"epcClass":"a:b","quantity":"1"}}]"#),
            "/quantityList/0/quantity",
            code::INVALID_TYPE,
        ),
        (
            format!(r#"{OBJECT},"quantityList":[{{"epcClass":"a:b","quantity":1,"uom":"kilo"}}]"#),
            "/quantityList/0/uom",
            code::INVALID_UNIT,
        ),
        (
            format!(r#"{OBJECT},"quantityList":[{{"epcClass":"a:b","uom":"KGM"}}]"#),
            "/quantityList/0/quantity",
            code::MISSING_FIELD,
        ),
        (
            format!(r#"{OBJECT},"bizTransactionList":[{{"type":"order","bizTransaction":"a:b"}}]"#),
            "/bizTransactionList/0/type",
            code::UNKNOWN_VOCABULARY_WORD,
        ),
        (format!(r#"{OBJECT},"sourceList":[{{"source":"a:b"}}]"#), "/sourceList/0/type", code::MISSING_FIELD),
        (
            format!(r#"{OBJECT},"destinationList":[{{"type":"location"}}]"#),
            "/destinationList/0/destination",
            code::MISSING_FIELD,
        ),
        (
            format!(r#"{OBJECT},"errorDeclaration":{{"reason":"typo"}}"#),
            "/errorDeclaration/declarationTime",
            code::MISSING_FIELD,
        ),
        (
            format!(r#"{OBJECT},"errorDeclaration":{{"declarationTime":"now"}}"#),
            "/errorDeclaration/declarationTime",
            code::INVALID_TIME,
        ),
        (format!(r#"{OBJECT},"certificationInfo":["no uri"]"#), "/certificationInfo/0", code::INVALID_URI),
        (format!(r#"{OBJECT},"colour":"red""#), "/colour", code::UNKNOWN_FIELD),
        (format!(r#"{OBJECT},"nope:colour":"red""#), "/nope:colour", code::UNBOUND_PREFIX),
        (format!(r#"{OBJECT},"childEPCs":["a:b"]"#), "/childEPCs", code::FIELD_NOT_ALLOWED),
        (format!(r#"{OBJECT},"ilmd":{{"soil":"x"}}"#), "/ilmd/soil", code::FIELD_WITHOUT_NAMESPACE),
        (format!(r#"{},"ilmd":{{"ex:soil":"x"}}"#, OBJECT.replace("ADD", "OBSERVE")), "/ilmd", code::FIELD_NOT_ALLOWED),
    ]);
}

#[test]
fn each_lack_of_an_event_type_has_its_code_and_pointer() {
    expect_faults(&[
        (format!(r#"{AGGREGATION},"action":"ADD","childEPCs":["a:b"]"#), "/parentID", code::MISSING_FIELD),
        (format!(r#"{AGGREGATION},"action":"DELETE""#), "/parentID", code::MISSING_FIELD),
        (format!(r#"{ASSOCIATION},"action":"ADD","childEPCs":["a:b"]"#), "/parentID", code::MISSING_FIELD),
        (format!(r#"{ASSOCIATION},"action":"OBSERVE","childEPCs":["a:b"]"#), "/parentID", code::MISSING_FIELD),
        (format!(r#"{ASSOCIATION},"action":"DELETE","childEPCs":["a:b"]"#), "/parentID", code::MISSING_FIELD),
        (
            format!(
                r#"{TRANSACTION},"action":"ADD","bizTransactionList":[{{"bizTransaction":"a:b"}}],"parentID":"a:b""#
            ),
            "/epcList",
            code::MISSING_FIELD,
        ),
        (format!(r#"{AGGREGATION},"action":"OBSERVE","parentID":"a:b""#), "/childEPCs", code::MISSING_FIELD),
        (format!(r#"{TRANSACTION},"action":"ADD","epcList":["a:b"]"#), "/bizTransactionList", code::MISSING_FIELD),
        (
            format!(r#"{TRANSACTION},"action":"ADD","bizTransactionList":[{{"bizTransaction":"a:b"}}]"#),
            "/epcList",
            code::MISSING_FIELD,
        ),
        (format!(r#"{TRANSFORMATION},"inputEPCList":["a:b"]"#), "/outputEPCList", code::MISSING_FIELD),
        (format!(r#"{TRANSFORMATION},"outputEPCList":["a:b"]"#), "/inputEPCList", code::MISSING_FIELD),
        (
            format!(r#"{TRANSFORMATION},"inputEPCList":["a:b"],"outputEPCList":["a:c"],"action":"ADD""#),
            "/action",
            code::FIELD_NOT_ALLOWED,
        ),
    ]);
}

#[test]
fn each_fault_of_sensor_data_has_its_code_and_pointer() {
    let sensor = |report: &str| format!(r#"{OBJECT},"sensorElementList":[{{"sensorReport":[{{{report}}}]}}]"#);
    expect_faults(&[
        (format!(r#"{OBJECT},"sensorElementList":[{{}}]"#), "/sensorElementList/0/sensorReport", code::MISSING_FIELD),
        (sensor(r#""value":1"#), "/sensorElementList/0/sensorReport/0/type", code::MISSING_FIELD),
        (sensor(r#""type":"Temperatur""#), "/sensorElementList/0/sensorReport/0/type", code::UNKNOWN_VOCABULARY_WORD),
        (
            sensor(r#""type":"Temperature","value":"warm""#),
            "/sensorElementList/0/sensorReport/0/value",
            code::INVALID_TYPE,
        ),
        (
            sensor(r#""type":"Temperature","value":1e10001"#),
            "/sensorElementList/0/sensorReport/0/value",
            code::NUMBER_OUT_OF_RANGE,
        ),
        (
            sensor(r#""type":"Temperature","hexBinaryValue":"xyz""#),
            "/sensorElementList/0/sensorReport/0/hexBinaryValue",
            code::INVALID_HEX,
        ),
        (
            sensor(r#""type":"Temperature","booleanValue":"true""#),
            "/sensorElementList/0/sensorReport/0/booleanValue",
            code::INVALID_TYPE,
        ),
        (
            sensor(r#""type":"Temperature","time":"noon""#),
            "/sensorElementList/0/sensorReport/0/time",
            code::INVALID_TIME,
        ),
        (sensor(r#""type":"Temperature","own":1"#), "/sensorElementList/0/sensorReport/0/own", code::UNKNOWN_FIELD),
    ]);
}

#[test]
fn optional_and_namespaced_fields_are_accepted() {
    for members in [
        OBJECT.to_owned(),
        OBJECT.replace(r#""urn:epc:id:sgtin:4012345.011111.1""#, ""),
        format!(r#"{AGGREGATION},"action":"DELETE","parentID":"a:b""#),
        format!(r#"{AGGREGATION},"action":"OBSERVE","childEPCs":["a:b"]"#),
        format!(r#"{TRANSFORMATION},"transformationID":"a:t","inputEPCList":["a:b"]"#),
        format!(r#"{TRANSFORMATION},"transformationID":"a:t","outputEPCList":["a:b"]"#),
        format!(r#"{OBJECT},"ex:colour":"red","https://ex.org/size":1,"gs1:note":"n","rdfs:comment":"c""#),
        format!(r#"{AGGREGATION},"action":"OBSERVE","childEPCs":["a:b","a:b"]"#),
        OBJECT.replace("ObjectEvent", "ex:Own").replace(r#""action":"ADD","#, ""),
        format!(r#"{OBJECT},"ilmd":{{"cbvmda:lotNumber":"1"}}"#),
        format!(r#"{OBJECT},"own:colour":"red","@context":{{"own":"https://own.org/"}}"#),
        format!(r#"{OBJECT},"ex:a":[1E400,1e-10000,395212340000000017,{}]"#, "9".repeat(1_000)),
        format!(
            r#"{OBJECT},"sensorElementList":[{{"sensorReport":[{{"type":"Temperature","value":1e400,"minValue":-0.5}}]}}]"#
        ),
    ] {
        let text = document_with(&members);
        document::parse(text.as_bytes()).unwrap_or_else(|problems| panic!("{members}: {problems:?}"));
    }
}

#[test]
fn a_syntax_error_is_reported_with_its_position() {
    let found = document::parse(b"{\n  \"type\": nope\n}").expect_err("not JSON");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].pointer.as_str(), found[0].code), ("", code::MALFORMED_JSON));
    assert!(found[0].detail.contains("line 2 column 11"), "{}", found[0].detail);
    assert_eq!(document::parse(b"\"\xff\"").expect_err("not UTF-8")[0].code, code::MALFORMED_JSON);
    assert_eq!(document::parse(b"").expect_err("nothing")[0].code, code::MALFORMED_JSON);
}

#[test]
fn a_name_given_twice_is_refused() {
    let text = document_with(&format!(r#"{OBJECT},"ex:a":{{"b":1,"b":2}}"#));
    assert_eq!(problems(&text), [("/epcisBody/eventList/0/ex:a/b".to_owned(), code::DUPLICATE_KEY)]);
}

#[test]
fn a_number_beyond_a_limit_is_refused() {
    for number in ["1e10001", "-1E-10001", &"9".repeat(1_001)] {
        let text = document_with(&format!(r#"{OBJECT},"ex:a":[0,{{"ex:b/c":{number}}}]"#));
        let pointer = "/epcisBody/eventList/0/ex:a/1/ex:b~1c".to_owned();
        assert_eq!(problems(&text), [(pointer, code::NUMBER_OUT_OF_RANGE)]);
    }
}

#[test]
fn an_invalid_envelope_is_refused() {
    for (text, pointer, code) in [
        ("[]", "", code::INVALID_DOCUMENT),
        ("{}", "/@context", code::MISSING_FIELD),
        (r#"{"epcisBody":{}}"#, "/type", code::INVALID_DOCUMENT),
        (r#"{"type":"EPCISDocument"}"#, "/epcisBody/eventList", code::INVALID_DOCUMENT),
        (r#"{"type":"EPCISQueryDocument"}"#, "/epcisBody/queryResults/resultsBody/eventList", code::INVALID_DOCUMENT),
        (r#"{"@context":1,"type":"ObjectEvent"}"#, "/@context", code::INVALID_CONTEXT),
    ] {
        assert!(problems(text).contains(&(pointer.to_owned(), code)), "{text}: {:?}", problems(text));
    }
}

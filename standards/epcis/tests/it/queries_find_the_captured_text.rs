//! A query with the text of an event's field finds the event: index and query give a text the same form.

use standards_epcis::{
    document,
    extract::{IndexFields, index_fields},
    pattern::Pattern,
    query::{EventQuery, parameter_names, parse_parameters},
};
use std::collections::BTreeSet;

/// The spellings of identifiers and words, each a URI.
const TEXTS: [&str; 16] = [
    "urn:x:1",
    "https://own.example/a",
    "cbv:x0",
    "gs1:x1",
    "epcis:x2",
    "cbvmda:x3",
    "rdfs:x4",
    "dcterms:%78",
    "cbv:BizStep-shipping",
    "HTTPS://ref.gs1.org/cbv/BizStep-shipping",
    "URN:EPCglobal:cbv:disp:active",
    "urn:epc:id:sgtin:4012345.011111.A%2D1",
    "URN:EPC:id:sgtin:4012345.011111.A-1",
    "urn:EPC:id:adi:W81X9C.3KL%2d984.12%4A",
    "HTTPS://id.gs1.org/01/04012345111118/21/A-1",
    "Http://x.example/gtin/4012345111118",
];

/// The parameters whose values are URIs, and an event with a URI in the field that each of them names.
const FIELDS: [(&str, &str); 22] = [
    ("eventType", r#""type":"{}","action":"ADD""#),
    ("EQ_bizStep", r#""bizStep":"{}""#),
    ("EQ_disposition", r#""disposition":"{}""#),
    ("EQ_readPoint", r#""readPoint":{"id":"{}"}"#),
    ("EQ_bizLocation", r#""bizLocation":{"id":"{}"}"#),
    ("WD_readPoint", r#""readPoint":{"id":"{}"}"#),
    ("WD_bizLocation", r#""bizLocation":{"id":"{}"}"#),
    ("EQ_eventID", r#""eventID":"{}""#),
    ("EQ_persistentDisposition_set", r#""persistentDisposition":{"set":["{}"]}"#),
    ("EQ_persistentDisposition_unset", r#""persistentDisposition":{"unset":["{}"]}"#),
    ("EQ_transformationID", r#""type":"TransformationEvent","inputEPCList":["urn:x:i"],"transformationID":"{}""#),
    ("EQ_errorReason", r#""errorDeclaration":{"declarationTime":"2026-01-02T00:00:00Z","reason":"{}"}"#),
    (
        "EQ_correctiveEventID",
        r#""errorDeclaration":{"declarationTime":"2026-01-02T00:00:00Z","correctiveEventIDs":["{}"]}"#,
    ),
    ("MATCH_epc", r#""epcList":["{}"]"#),
    ("MATCH_parentID", r#""type":"AggregationEvent","action":"ADD","childEPCs":["urn:x:c"],"parentID":"{}""#),
    ("MATCH_inputEPC", r#""type":"TransformationEvent","outputEPCList":["urn:x:o"],"inputEPCList":["{}"]"#),
    ("MATCH_outputEPC", r#""type":"TransformationEvent","inputEPCList":["urn:x:i"],"outputEPCList":["{}"]"#),
    ("MATCH_anyEPC", r#""type":"AggregationEvent","action":"ADD","parentID":"urn:x:p","childEPCs":["{}"]"#),
    ("MATCH_epcClass", r#""quantityList":[{"epcClass":"{}"}]"#),
    (
        "MATCH_inputEPCClass",
        r#""type":"TransformationEvent","outputEPCList":["urn:x:o"],"inputQuantityList":[{"epcClass":"{}"}]"#,
    ),
    (
        "MATCH_outputEPCClass",
        r#""type":"TransformationEvent","inputEPCList":["urn:x:i"],"outputQuantityList":[{"epcClass":"{}"}]"#,
    ),
    (
        "MATCH_anyEPCClass",
        r#""type":"AggregationEvent","action":"ADD","parentID":"urn:x:p","childQuantityList":[{"epcClass":"{}"}]"#,
    ),
];

/// The parameters whose values are not URIs.
const OTHERS: [&str; 13] = [
    "GE_eventTime",
    "LT_eventTime",
    "GE_recordTime",
    "LT_recordTime",
    "EQ_action",
    "EXISTS_errorDeclaration",
    "orderBy",
    "orderDirection",
    "perPage",
    "nextPageToken",
    "eventCountLimit",
    "maxEventCount",
    "queryName",
];

/// What a query with one parameter asks for, with the values of the index that it is compared with.
fn asked<'f>(name: &str, query: &'f EventQuery, fields: &'f IndexFields<'_>) -> (&'f str, Vec<&'f str>) {
    let list = |wanted: &'f [String], found: Option<&'f str>| (&*wanted[0], found.into_iter().collect());
    match name {
        "eventType" => list(&query.own_types, fields.own_type.as_deref()),
        "EQ_bizStep" => list(&query.biz_steps, fields.biz_step.as_deref()),
        "EQ_disposition" => list(&query.dispositions, fields.disposition.as_deref()),
        "EQ_readPoint" => list(&query.read_points, fields.read_point.as_deref()),
        "EQ_bizLocation" => list(&query.biz_locations, fields.biz_location.as_deref()),
        "WD_readPoint" => list(&query.read_points_within, fields.read_point.as_deref()),
        "WD_bizLocation" => list(&query.biz_locations_within, fields.biz_location.as_deref()),
        "EQ_eventID" => list(&query.event_ids, fields.event_id.as_deref()),
        _ if name.starts_with("EQ_") => {
            let wanted = &query.terms[0];
            let of_kind = fields.terms.iter().filter(|term| term.kind == wanted.kind);
            (&*wanted.values[0], of_kind.map(|term| &*term.value).collect())
        }
        _ => {
            let wanted = &query.matches[0];
            let Pattern::Exact(canonical) = &wanted.patterns[0] else { panic!("{name}: an identifier") };
            let of_role = fields.identifiers.iter().filter(|found| wanted.roles.contains(&found.role));
            (canonical, of_role.map(|found| &*found.canonical).collect())
        }
    }
}

#[test]
fn every_parameter_gives_a_text_the_form_of_the_index() {
    let known: BTreeSet<&str> = parameter_names().collect();
    let named: BTreeSet<&str> = FIELDS.iter().map(|(name, _)| *name).chain(OTHERS).collect();
    assert_eq!(named, known);
    let mut missed = Vec::new();
    for (name, members) in FIELDS {
        for text in TEXTS {
            let members = members.replace("{}", text);
            let kind = if members.contains(r#""type""#) { "" } else { r#""type":"ObjectEvent","action":"ADD","# };
            let epcs = if kind.is_empty() || members.contains("epcList") { "" } else { r#""epcList":[],"# };
            let event = format!(
                r#"{{"@context":"https://ref.gs1.org/standards/epcis/epcis-context.jsonld","eventTimeZoneOffset":"+00:00",
                "eventTime":"2026-01-01T00:00:00Z",{kind}{epcs}{members}}}"#
            );
            let document = document::parse(event.as_bytes()).unwrap_or_else(|problems| panic!("{event}: {problems:?}"));
            let fields = index_fields(&document.events[0], &document.context);
            let query = parse_parameters([(name, text)]).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
            let (wanted, found) = asked(name, &query, &fields);
            if !found.contains(&wanted) {
                missed.push(format!("{name} {text}: {wanted} is not in {found:?}"));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

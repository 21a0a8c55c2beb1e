//! An event of a user's own type is captured, hashed, indexed, asked for and returned (`Extended-Event` of the JSON
//! schema).

use standards_epcis::{
    document::{self, QueryResult, query_document, read_record, record_of},
    event::EventType,
    extract::{IdentifierRole, index_fields},
    hash::prehash,
    query::parse_parameters,
};

const OWN: &str = "https://ex.example/TastingEvent";

fn event(kind: &str) -> String {
    format!(
        r#"{{"@context":["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",{{"ex":"https://ex.example/"}}],
        "type":"{kind}","eventID":"urn:x:1","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00",
        "epcList":["urn:epc:id:sgtin:4012345.011111.9876"],"bizStep":"inspecting","ex:taste":"sweet","ilmd":{{"ex:a":1}}}}"#
    )
}

#[test]
fn it_is_kept_and_found() {
    for kind in ["ex:TastingEvent", OWN] {
        let text = event(kind);
        let document = document::parse(text.as_bytes()).unwrap_or_else(|problems| panic!("{kind}: {problems:?}"));
        let captured = &document.events[0];
        assert_eq!((captured.event_type(), captured.own_type()), (EventType::Own, Some(OWN)));
        assert!(prehash(captured, &document.context).starts_with(&format!("eventType={OWN}eventTime=")));

        let fields = index_fields(captured, &document.context);
        assert_eq!((fields.event_type, fields.own_type.as_deref()), (EventType::Own, Some(OWN)));
        assert_eq!((fields.biz_step.as_deref(), fields.action), (Some("inspecting"), None));
        assert_eq!(fields.identifiers[0].role, IdentifierRole::Epc);

        let record = record_of(captured, &document.context);
        let record = read_record(&record).expect("the record is valid");
        assert_eq!(record.event.own_type(), Some(OWN));
        let result = QueryResult { record: &record, event_id: "urn:x:1", record_time_ms: 0 };
        let answer = query_document("q", 0, &[result]);
        let answered = document::parse(answer.as_bytes()).expect("the answer is valid");
        assert_eq!(answered.events[0].own_type(), Some(OWN));
        assert!(answer.contains(r#""ex:taste":"sweet""#));
    }
}

#[test]
fn a_standard_type_by_its_uri_is_that_type() {
    for kind in ["epcis:ObjectEvent", "https://ref.gs1.org/epcis/ObjectEvent"] {
        let text = event(kind).replace("\"epcList\"", "\"action\":\"ADD\",\"epcList\"");
        let document = document::parse(text.as_bytes()).expect("the event is valid");
        assert_eq!(document.events[0].event_type(), EventType::Object);
        assert_eq!(index_fields(&document.events[0], &document.context).own_type, None);
        assert!(document::parse(event(kind).as_bytes()).is_err(), "an ObjectEvent states its action");
    }
}

#[test]
fn a_query_names_it_by_its_uri() {
    let query = parse_parameters([("eventType", "ObjectEvent|https://ex.example/TastingEvent|epcis:AggregationEvent")]);
    let query = query.expect("the query is valid");
    assert_eq!(query.event_types, [EventType::Object, EventType::Aggregation]);
    assert_eq!(query.own_types, [OWN]);
    for invalid in ["TastingEvent", "EPCISEvent", "Event", ":x", "a b:c"] {
        assert!(parse_parameters([("eventType", invalid)]).is_err(), "{invalid}");
    }
}

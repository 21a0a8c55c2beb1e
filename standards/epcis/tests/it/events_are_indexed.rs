//! Events are indexed in the form in which queries ask for them.

use standards_epcis::{
    document,
    event::{Action, EventType},
    extract::{IdentifierRole as Role, IndexFields, index_fields},
    timestamp::Timestamp,
};

use super::shared_data::{path, read};

fn with_event(members: &str, check: impl FnOnce(IndexFields<'_>)) {
    let text = format!(
        r#"{{"@context":{{"ex":"https://ex.org/","cbv":"https://ref.gs1.org/cbv/"}},"eventTime":"2026-01-01T02:00:00.0015+02:00","eventTimeZoneOffset":"+02:00",{members}}}"#
    );
    let document = document::parse(text.as_bytes()).unwrap_or_else(|problems| panic!("{members}: {problems:?}"));
    check(index_fields(&document.events[0], &document.context));
}

#[test]
fn an_object_event() {
    with_event(
        r#""type":"ObjectEvent","action":"OBSERVE","eventID":"urn:x:1","bizStep":"https://ref.gs1.org/cbv/BizStep-shipping",
        "disposition":"cbv:Disp-in_transit","readPoint":{"id":"urn:epc:id:sgln:4012345.00005.0"},
        "bizLocation":{"id":"https://own.example/gln/4012345000054"},
        "epcList":["urn:epc:id:sgtin:4012345.011111.9876","https://x.example/01/4012345111118/21/9876","urn:x:9"],
        "quantityList":[{"epcClass":"urn:epc:class:lgtin:4012345.012345.Lot987","quantity":1}],
        "errorDeclaration":{"declarationTime":"2026-01-02T00:00:00Z"}"#,
        |fields| {
            assert_eq!(fields.event_type, EventType::Object);
            assert_eq!(fields.event_time, Timestamp::parse("2026-01-01T00:00:00.0015Z"));
            assert_eq!(fields.event_time_zone_offset, "+02:00");
            assert_eq!(fields.event_id.as_deref(), Some("urn:x:1"));
            assert_eq!(fields.action, Some(Action::Observe));
            assert_eq!(fields.biz_step.as_deref(), Some("shipping"));
            assert_eq!(fields.disposition.as_deref(), Some("in_transit"));
            assert_eq!(fields.read_point.as_deref(), Some("https://id.gs1.org/414/4012345000054"));
            assert_eq!(fields.biz_location, fields.read_point);
            assert_eq!(fields.error_declaration_time_ms, Some(1_767_312_000_000));
            let found: Vec<_> = fields.identifiers.iter().map(|found| (found.role, &*found.canonical)).collect();
            assert_eq!(
                found,
                [
                    (Role::Epc, "https://id.gs1.org/01/04012345111118/21/9876"),
                    (Role::Epc, "urn:x:9"),
                    (Role::EpcClass, "https://id.gs1.org/01/04012345123456/10/Lot987"),
                ]
            );
            let keys: Vec<_> = fields.pattern_keys.iter().map(|(role, key)| (*role, &**key)).collect();
            let of_both_spellings =
                [(Role::Epc, "isgtin:4012345.011111.9876"), (Role::Epc, "lsgtin:4012345111110.9876")];
            assert_eq!(keys, of_both_spellings);
        },
    );
}

#[test]
fn a_users_vocabulary_is_expanded_to_its_full_uri() {
    with_event(
        r#""type":"ObjectEvent","action":"ADD","epcList":["a:b"],"bizStep":"ex:dreaming","disposition":"https://ex.org/lost""#,
        |fields| {
            assert_eq!(fields.biz_step.as_deref(), Some("https://ex.org/dreaming"));
            assert_eq!(fields.disposition.as_deref(), Some("https://ex.org/lost"));
            assert_eq!((fields.event_id, fields.read_point, fields.error_declaration_time_ms), (None, None, None));
        },
    );
}

#[test]
fn every_list_has_its_role() {
    let roles = |members: &str| {
        let mut found = Vec::new();
        with_event(members, |fields| found.extend(fields.identifiers.iter().map(|found| found.role)));
        found
    };
    assert_eq!(
        roles(
            r#""type":"AggregationEvent","action":"ADD","parentID":"a:p","childEPCs":["a:c"],"childQuantityList":[{"epcClass":"a:q"}]"#
        ),
        [Role::ParentId, Role::ChildEpc, Role::ChildClass]
    );
    assert_eq!(
        roles(
            r#""type":"TransformationEvent","inputEPCList":["a:1"],"inputQuantityList":[{"epcClass":"a:2"}],"outputEPCList":["a:3"],"outputQuantityList":[{"epcClass":"a:4"}]"#
        ),
        [Role::InputEpc, Role::OutputEpc, Role::InputClass, Role::OutputClass]
    );
    for role in Role::ALL {
        assert_eq!(Role::from_number(role.number()), Some(role));
    }
    assert_eq!(Role::ALL.map(Role::number), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
}

#[test]
fn the_salad_lot_of_the_food_examples_is_found() {
    let bytes = read(&path("openepcis-dpp-ready/extensions/us/fsma204/epcis/transformation-cte.jsonld"));
    let document = document::parse(&bytes).expect("the document is valid");
    let lot = "https://id.gs1.org/01/10860009998039/10/SALAD-20260420-A";
    let is_output = document.events.iter().any(|event| {
        let fields = index_fields(event, &document.context);
        fields.identifiers.iter().any(|id| id.role == Role::OutputClass && id.canonical == lot)
    });
    assert!(is_output);
}

#[test]
fn rare_fields_are_indexed_by_value() {
    with_event(
        r#""type":"TransformationEvent","inputEPCList":["urn:x:1"],"outputEPCList":["urn:x:2"],
        "transformationID":"ex:t1","persistentDisposition":{"set":["cbv:Disp-active","active"],"unset":["ex:odd"]},
        "errorDeclaration":{"declarationTime":"2026-01-02T00:00:00Z","reason":"https://ref.gs1.org/cbv/ER-did_not_occur",
        "correctiveEventIDs":["urn:x:b","urn:x:a"]}"#,
        |fields| {
            let found: Vec<_> = fields.terms.iter().map(|term| (term.kind.number(), &*term.value)).collect();
            assert_eq!(
                found,
                [
                    (1, "active"),
                    (2, "https://ex.org/odd"),
                    (3, "https://ex.org/t1"),
                    (4, "did_not_occur"),
                    (5, "urn:x:a"),
                    (5, "urn:x:b"),
                ]
            );
        },
    );
}

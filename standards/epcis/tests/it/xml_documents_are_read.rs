//! Documents of all published forms are read: both versions, captures, query results, single events, master data.

use serde_json::{Value, json};
use standards_epcis::{
    document::DocumentKind,
    event::EventType,
    problem::code,
    xml::read::{Document, Options, json_document, json_document_each},
};

use super::{
    shared_data::{path, read},
    xml_data::{CAPTURE, EQUAL, EVENTS, HASHED, OLD, QUERY, QUERY_DOCUMENTS, SANITISED, to_json, validated, xml_files},
};

/// Documents of the folders of valid ones that are not valid, with the code and the line of each problem.
const REFUSED: [(&str, &[(&str, usize)]); 4] = [
    // Times without seconds.
    ("XML/Query/ObjectEventWithAllPossibleFields.xml", &[(code::INVALID_TIME, 12)]),
    ("XML/Query/TransformationEvent_with_error_declaration.xml", &[(code::INVALID_TIME, 14)]),
    // Master data of an event that creates nothing, and a certificate that is no URI.
    ("Documents/ObjectEvent_all_possible_fields.xml", &[(code::FIELD_NOT_ALLOWED, 54), (code::INVALID_URI, 142)]),
    // A time without a zone.
    ("Documents/TransactionEvent_all_possible_fields.xml", &[(code::INVALID_TIME, 12)]),
];

#[test]
fn every_valid_document_is_read_and_validated() {
    let (mut documents, mut events, mut by_schema) = (0, 0, 0);
    let mut refused = Vec::new();
    for (folder, count) in [
        (CAPTURE, 30),
        (EVENTS, 6),
        (QUERY, 9),
        (QUERY_DOCUMENTS, 2),
        (OLD, 19),
        (HASHED, 7),
        (EQUAL, 5),
        (SANITISED, 2),
    ] {
        for file in xml_files(folder, count) {
            let name = file.display().to_string();
            let xml = read(&file);
            let json = to_json(&name, &xml);
            match standards_epcis::document::parse(json.json.as_bytes()) {
                Ok(document) => events += document.events.len(),
                Err(problems) => {
                    let places = json.problems(&problems);
                    refused
                        .push((name.clone(), places.iter().map(|place| (place.code, place.line)).collect::<Vec<_>>()));
                }
            }
            documents += 1;
            match json_document(&xml, Options::default()) {
                Ok(same) => {
                    assert_eq!(same.json, json.json, "{name}");
                    by_schema += 1;
                }
                Err(problem) => eprintln!("{name}: {problem}"),
            }
        }
    }
    eprintln!("{documents} documents, {events} events, {by_schema} in the order of the schema");
    assert_eq!(refused.len(), REFUSED.len(), "{refused:#?}");
    for (name, places) in refused {
        let expected = REFUSED.iter().find(|(end, _)| name.ends_with(end));
        assert_eq!(expected.map(|(_, places)| *places), Some(&places[..]), "{name}");
    }
    assert_eq!((documents, events, by_schema), (80, 174, 74));
}

/// An element that is no event leaves `null` in its place; the others are those of the document without it.
#[test]
fn independent_events_are_judged_on_their_own() {
    let head = "<epcis:EPCISDocument xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\" xmlns:x=\"urn:x:\" schemaVersion=\"2.0\" \
                creationDate=\"2026-01-01T00:00:00Z\"><EPCISBody><EventList>\n";
    let tail = "</EventList></EPCISBody></epcis:EPCISDocument>";
    let good = |n: usize| format!("<ObjectEvent><action>ADD</action><y:a xmlns:y=\"urn:y:{n}\"/></ObjectEvent>\n");
    let bad = "<ObjectEvent><x:a>1</x:a><unknown/></ObjectEvent>\n";
    let xml = format!("{head}{}{bad}{}<Nothing/>\n{tail}", good(1), good(2));
    assert_eq!(json_document(xml.as_bytes(), Options::default()).map_err(|fault| fault.line), Err(3));
    let read = json_document_each(xml.as_bytes(), Options::default()).expect("well formed");
    let refused: Vec<_> =
        read.refused.iter().map(|(index, fault)| (*index, fault.line, fault.code, fault.path.as_str())).collect();
    let list = "/epcis:EPCISDocument/EPCISBody/EventList";
    let (unknown, nothing) = (format!("{list}/ObjectEvent[2]/unknown"), format!("{list}/Nothing"));
    let expected = [(1, 3, code::UNKNOWN_FIELD, &*unknown), (3, 5, code::INVALID_EVENT_TYPE, &*nothing)];
    assert_eq!(refused, expected);
    let alone = format!("{head}{}{}{tail}", good(1), good(2));
    let alone = json_document(alone.as_bytes(), Options::default()).expect("valid").json;
    let list = |json: &str| {
        let json: Value = serde_json::from_str(json).expect("JSON");
        json["epcisBody"]["eventList"].as_array().expect("a list").clone()
    };
    let (with, without) = (list(&read.document.json), list(&alone));
    assert_eq!([&with[0], &with[1], &with[2], &with[3]], [&without[0], &Value::Null, &without[1], &Value::Null]);
    let bare = bad.replacen("<ObjectEvent>", "<ObjectEvent xmlns:x=\"urn:x:\">", 1);
    assert!(json_document_each(bare.as_bytes(), Options::default()).is_err(), "a bare event is refused as a whole");
    assert!(json_document_each(&xml.as_bytes()[..xml.len() - 3], Options::default()).is_err(), "not well formed");
}

/// Events are handed out before the rest of the document is read.
#[test]
fn events_come_one_by_one() {
    let xml = read(&path(&format!("{OLD}/All_eventTypes_in_single_document.xml")));
    let whole = to_json("all", &xml);
    let whole = validated("all", &whole);
    let mut document = Document::open(&xml, Options::default()).expect("valid");
    assert_eq!(document.envelope().kind, DocumentKind::Capture);
    assert_eq!(document.envelope().schema_version.as_deref(), Some("1.2"));
    let mut kinds = Vec::new();
    while let Some(event) = document.next_event() {
        let event = event.expect("valid");
        let alone = event.validated().expect("valid");
        assert_eq!(alone.events[0].raw(), whole.events[event.index].raw());
        assert_eq!(event.json, whole.events[event.index].raw());
        kinds.push(alone.events[0].event_type());
    }
    let expected = [
        EventType::Object,
        EventType::Aggregation,
        EventType::Transaction,
        EventType::Transformation,
        EventType::Association,
        EventType::Association,
    ];
    assert_eq!(kinds, expected);
    assert!(document.next_event().is_none());

    let text = String::from_utf8(xml).expect("UTF-8").replace("</TransactionEvent>", "</AggregationEvent>");
    let mut document = Document::open(text.as_bytes(), Options::default()).expect("valid up to its events");
    assert!(document.next_event().expect("one").is_ok());
    assert!(document.next_event().expect("two").is_ok());
    assert!(document.next_event().expect("a fault").is_err());
    assert!(document.next_event().is_none());
}

fn only_event(inner: &str) -> Value {
    let xml = format!(
        "<epcis:EPCISDocument xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\" xmlns:ex=\"https://ex.example/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:s=\"http://www.w3.org/2001/XMLSchema\" \
         schemaVersion=\"2.0\" creationDate=\"2026-01-01T00:00:00Z\"><EPCISBody><EventList>{inner}</EventList>\
         </EPCISBody></epcis:EPCISDocument>"
    );
    let mut document = Document::open(xml.as_bytes(), Options::default()).expect("valid");
    let event = document.next_event().expect("one").unwrap_or_else(|problem| panic!("{inner}: {problem}"));
    assert!(document.next_event().is_none());
    serde_json::from_str(&event.json).expect("JSON")
}

#[test]
fn extensions_become_members() {
    let event = only_event(
        "<ObjectEvent ex:attribute=\"on the event\"><ex:text> a <!-- no --> b\r\nc </ex:text><ex:list>1</ex:list>\
         <ex:list><one/><ex:two a=\"b\">c</ex:two></ex:list><ex:empty/><ex:kept xml:space=\"preserve\"> a </ex:kept>\
         <ex:nil xsi:nil=\"true\"/><ex:number xsi:type=\"s:decimal\">1.50</ex:number>\
         <ex:flag xsi:type=\"s:boolean\">1</ex:flag><ex:word xsi:type=\"s:string\">1</ex:word>\
         <ex:curie>ex:value</ex:curie><other:a xmlns:other=\"https://other.example/\" other:b=\"&lt;&#233;\"/>\
         <plain xmlns=\"https://plain.example/\"><b/></plain><ex:cdata><![CDATA[<&>]]></ex:cdata></ObjectEvent>",
    );
    let expected = json!({
        "@context": [
            "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
            { "ex": "https://ex.example/", "ns1": "https://plain.example/", "other": "https://other.example/" }
        ],
        "type": "ObjectEvent",
        "ex:attribute": "on the event",
        "ex:text": "a  b\nc",
        "ex:list": ["1", { "one": "", "ex:two": { "a": "b", "#text": "c" } }],
        "ex:empty": "",
        "ex:kept": " a ",
        "ex:nil": null,
        "ex:number": 1.5,
        "ex:flag": true,
        "ex:word": "1",
        "ex:curie": "ex:value",
        "other:a": { "other:b": "<é" },
        "ns1:plain": { "ns1:b": "" },
        "ex:cdata": "<&>",
    });
    assert_eq!(event, expected);
}

#[test]
fn types_of_users_are_events() {
    for event in [
        "<ex:Harvest><eventTime>2026-01-01T00:00:00Z</eventTime><ex:a>1</ex:a></ex:Harvest>",
        "<extension><extension><ex:Harvest><ex:a>1</ex:a><eventTime>2026-01-01T00:00:00Z</eventTime></ex:Harvest>\
         </extension></extension>",
    ] {
        let event = only_event(event);
        assert_eq!(event["type"], "ex:Harvest");
        assert_eq!(event["eventTime"], "2026-01-01T00:00:00Z");
        assert_eq!(event["ex:a"], "1");
    }
}

#[test]
fn headers_become_master_data() {
    let xml = read(&path(&format!("{OLD}/GS1_US_Pharma_Example_2_2_1_1.xml")));
    let json = to_json("pharma", &xml);
    validated("pharma", &json);
    let document: Value = serde_json::from_str(&json.json).expect("JSON");
    assert_eq!(document["sender"], "urn:epc:id:sgln:030001.111111.0");
    assert_eq!(document["receiver"], "urn:epc:id:sgln:039999.999999.0");
    assert_eq!(document["instanceIdentifier"], "1100220001");
    let header = &document["epcisHeader"];
    assert_eq!(header["gs1ushc:guidelineVersion"], "GS1 US DSCSA R1.3");
    let sender = &header["sbdh:StandardBusinessDocumentHeader"]["sbdh:Sender"]["sbdh:Identifier"];
    assert_eq!(sender, &json!({ "Authority": "GS1", "#text": "urn:epc:id:sgln:030001.111111.0" }));
    let vocabularies = header["epcisMasterData"]["vocabularyList"].as_array().expect("a list");
    assert_eq!(vocabularies.len(), 2);
    assert_eq!(vocabularies[0]["type"], "urn:epcglobal:epcis:vtype:EPCClass");
    let element = &vocabularies[1]["vocabularyElementList"][3];
    assert_eq!(element["id"], "urn:epc:id:sgln:039999.345678.0");
    let city = json!({ "id": "urn:epcglobal:cbv:mda#city", "attribute": "Louisville" });
    assert_eq!(element["attributes"][3], city);
}

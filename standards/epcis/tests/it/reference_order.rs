//! Hash ids in the order of the reference implementation: those that epcis-event-hash-generator 1.9.3 computes.

use standards_epcis::{
    document,
    hash::{FieldOrder, event_hash_id, event_hash_id_in_order, prehash_in_order},
};

use super::shared_data::{path, read};

#[test]
fn the_lists_stand_where_the_reference_puts_them() {
    let text = r#"{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"ex":"https://ex.example/"}],
        "type":"ObjectEvent","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"ADD",
        "epcList":["urn:epc:id:sgtin:0614141.107346.2017"],"bizStep":"ex:own",
        "sourceList":[{"type":"owning_party","source":"ex:s"}],
        "destinationList":[{"type":"owning_party","destination":"urn:epc:id:pgln:4012345.00002"}],
        "bizTransactionList":[{"type":"po","bizTransaction":"ex:bt"}],"ex:a":{"ex:b":["ex:c",1.50]},
        "sensorElementList":[{"sensorReport":[{"type":"Temperature","value":1.0}]}],
        "ilmd":{"ex:l":"ex:v"},"readPoint":{"id":"ex:loc"}}"#;
    let document = document::parse(text.as_bytes()).expect("the event is valid");
    let event = &document.events[0];
    let expected = "eventType=ObjectEventeventTime=2026-01-01T00:00:00.000ZeventTimeZoneOffset=+00:00\
        epcListepc=https://id.gs1.org/01/10614141073464/21/2017action=ADDbizStep=https://ex.example/own\
        readPointid=https://ex.example/locsensorElementListsensorElementsensorReporttype=https://gs1.org/voc/Temperaturevalue=1\
        bizTransactionListtype=https://ref.gs1.org/cbv/BTT-pobizTransaction=https://ex.example/bt\
        destinationListtype=https://ref.gs1.org/cbv/SDT-owning_partydestination=https://id.gs1.org/417/4012345000023\
        ilmd{https://ex.example/}l=https://ex.example/v\
        sourceListtype=https://ref.gs1.org/cbv/SDT-owning_partysource=https://ex.example/s\
        {https://ex.example/}a{https://ex.example/}b=1.5{https://ex.example/}b=https://ex.example/c";
    assert_eq!(prehash_in_order(event, &document.context, FieldOrder::Reference), expected);
    assert_ne!(
        event_hash_id(event, &document.context),
        event_hash_id_in_order(event, &document.context, FieldOrder::Reference)
    );
}

/// Ids that the reference implementation computes of public documents, one per event. Left out are documents with
/// values that it does not read as the standard does: booleans, CURIEs of exceptions, master data of GS1, and a few
/// words.
#[test]
fn public_events_have_the_ids_of_the_reference() {
    let folder = "openepcis-test-resources/2.0/EPCIS/JSON/Capture/Documents";
    let mut different = Vec::new();
    for (file, expected) in EXPECTED {
        let bytes = read(&path(&format!("{folder}/{file}.json")));
        let document = document::parse(&bytes).expect("the document is valid");
        for (event, expected) in document.events.iter().zip(*expected) {
            let id = event_hash_id_in_order(event, &document.context, FieldOrder::Reference);
            if id[15..31] != **expected {
                different.push((file, prehash_in_order(event, &document.context, FieldOrder::Reference)));
            }
        }
    }
    assert!(different.is_empty(), "{different:#?}");
}

const EXPECTED: &[(&str, &[&str])] = &[
    ("AggregationEvent", &["6b6bf98742a60dbf"]),
    ("AggregationEvent_with_digitalLink", &["6d04a3b2879ee8b8"]),
    ("AggregationEvent_with_persistentDisposition", &["5ddac3889cdc07c7", "7a56f91f6e10ff42"]),
    ("AggregationEvent_with_userExtensions", &["6711c6550d096667"]),
    ("AssociationEvent", &["9141606ab0b3f783", "9e809bf262e056b9"]),
    ("AssociationEvent_2", &["2f0abe66814b7019"]),
    ("AssociationEvent_with_sensorData", &["9e809bf262e056b9"]),
    ("AssociationEvent_with_userExtensions", &["b3d56109ca4587f2"]),
    ("ObjectEvent", &["f6523665bc5e5803", "2547b2344d525ea6"]),
    ("ObjectEvent_with_comment", &["f6523665bc5e5803", "2547b2344d525ea6"]),
    ("ObjectEvent_with_custom_bizStep_uri", &["ff1265840914be13"]),
    ("ObjectEvent_with_digitalLink", &["542dcd055bf29e6b"]),
    ("ObjectEvent_with_error_declaration", &["f6523665bc5e5803", "2547b2344d525ea6"]),
    ("ObjectEvent_with_persistentDisposition", &["bc6684804a20deaf", "45746bb0cfcfe53f"]),
    ("ObjectEvent_with_sensorData", &["eea934e9e0b46688"]),
    ("ObjectEvent_with_userExtensions", &["c26d38f923080245", "fe3304a52b11a7d9"]),
    ("SensorData_and_extension", &["c553ea18db229836"]),
    ("TransactionEvent_with_sensorData", &["cd90330891a3204b"]),
    ("TransformationEvent", &["794227acf3a4d9be"]),
    ("TransformationEvent_with_digitalLink", &["794227acf3a4d9be"]),
    ("TransformationEvent_with_error_declaration", &["b50dd61ad0309f0f", "74d8397fb06e337c"]),
    ("TransformationEvent_with_sensorData", &["719a265b66b091b8"]),
];

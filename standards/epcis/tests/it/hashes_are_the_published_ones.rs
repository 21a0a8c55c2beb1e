//! The hash ids of events equal those published with the standard.

use standards_epcis::{
    document,
    hash::{HashVersion, event_hash_id, prehash},
};

use super::shared_data::{json_files, path, read};

const EXAMPLES: &str = "RalphTro-epcis-event-hash-generator/tests/examples";

fn lines(path: &std::path::Path) -> Vec<String> {
    let bytes = read(path);
    let text = std::str::from_utf8(&bytes).expect("the file is UTF-8");
    text.lines().map(str::trim_end).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn hash_of(text: &str) -> String {
    use sha2::Digest as _;
    format!("ni:///sha-256;{}?ver={}", hex::encode(sha2::Sha256::digest(text)), HashVersion::Cbv20.as_str())
}

#[test]
fn every_published_hash_of_a_json_example() {
    let (mut hashes, mut prehashes, mut contradictions) = (0, 0, 0);
    for file in json_files(EXAMPLES, 14) {
        let bytes = read(&file);
        let document = document::parse(&bytes).unwrap_or_else(|problems| panic!("{}: {problems:?}", file.display()));
        let texts: Vec<String> = document.events.iter().map(|event| prehash(event, &document.context)).collect();
        let ids: Vec<String> = document.events.iter().map(|event| event_hash_id(event, &document.context)).collect();

        let published = lines(&file.with_extension("hashes"));
        let published_texts = file.with_extension("prehashes");
        if published_texts.exists() {
            for (text, (published_text, hash)) in texts.iter().zip(lines(&published_texts).iter().zip(&published)) {
                if hash_of(published_text) == *hash {
                    assert_eq!(text, published_text, "{}", file.display());
                    prehashes += 1;
                } else {
                    // Two published texts do not match their own published hashes. The hash is compared there.
                    contradictions += 1;
                }
            }
        }
        assert_eq!(ids, published, "{}: {texts:#?}", file.display());
        hashes += ids.len();
    }
    assert_eq!((hashes, prehashes, contradictions), (21, 18, 2));
}

#[test]
fn every_representation_of_one_event_has_one_hash() {
    let file = path("RalphTro-epcis-event-hash-generator/tests/expected_equal/ReferenceEventHashAlgorithm.json");
    let bytes = read(&file);
    let document = document::parse(&bytes).expect("the document is valid");
    let ids: Vec<String> = document.events.iter().map(|event| event_hash_id(event, &document.context)).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
}

/// Extensions of all parts of an event, after a published text whose input is not published. That input did not bind
/// the prefix `gs1`, so its authors left it unexpanded. The GS1 context binds it, so it is expanded here.
#[test]
fn extensions_follow_the_standard_fields_of_their_parent() {
    let text = r#"{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        {"ext1":"https://ns.ext1.de/epcis/","ext2":"https://ns.ext2.de/epcis/"}],
        "type":"ObjectEvent","eventTime":"2023-01-11T12:00:00+01:00","eventTimeZoneOffset":"+01:00",
        "epcList":["https://id.gs1.de/01/04012345999990/21/XYZ-1234"],"action":"OBSERVE","bizStep":"receiving",
        "disposition":"in_progress",
        "readPoint":{"ext1:readPointField":"readPointText","id":"https://id.gs1.de/414/4012345000115",
            "ext1:readPointField2":"readPointText2"},
        "bizLocation":{"id":"https://id.gs1.de/414/4012345000115","ext1:bizLocationField":"bizLocationText"},
        "sensorElementList":[
            {"ext2:secondSensorElementField":"secondSensorElementText","sensorReport":[
                {"type":"gs1:Angle","value":42.698334,"component":"cbv:Comp-latitude","uom":"DD",
                "coordinateReferenceSystem":"http://www.opengis.net/def/crs/OGC/1.3/CRS84",
                "ext2:secondSensorReportField":"secondSensorReportText"},
                {"type":"Angle","value":23.3199410,"component":"longitude","uom":"DD",
                "coordinateReferenceSystem":"http://www.opengis.net/def/crs/OGC/1.3/CRS84"}]},
            {"ext1:someSensorElementField":"sensorElementText",
            "sensorMetadata":{"time":"2023-01-11T11:05:00Z","bizRules":"https://id.example.com/253/4012345000054987",
                "ext1:someFurtherMetadata":"metadataText","ext1:someFurtherMetadata2":"metadataText2"},
            "sensorReport":[{"type":"Dimensionless","exception":"gs1:ALARM_CONDITION",
                "ext1:someFurtherReportData":"reportText"}]}]}"#;
    let document = document::parse(text.as_bytes()).expect("the event is valid");
    let published = lines(&path(&format!("{EXAMPLES}/epcisDocHavingTooManyUserExtensions.prehashes")));
    let expected = published[0].replace("type=gs1:Angle", "type=https://gs1.org/voc/Angle");
    assert_eq!(prehash(&document.events[0], &document.context), expected);
}

/// The same event in different representations: order, prefixes, spellings, notation, comments.
#[test]
fn equivalent_events_have_the_same_hash() {
    let one = r#"{"@context":{"ex":"https://ex.org/"},"type":"ObjectEvent","eventTime":"2026-01-01T00:00:00Z",
        "eventTimeZoneOffset":"+00:00","action":"ADD","bizStep":"commissioning","ilmd":{"cbvmda:lotNumber":"A"},
        "epcList":["urn:epc:id:sgtin:4012345.011111.1","urn:epc:id:sgtin:4012345.011111.2"],
        "quantityList":[{"epcClass":"urn:epc:class:lgtin:4012345.012345.Lot987","quantity":10}],
        "ex:list":[1,{"ex:b":true}]}"#;
    let other = r#"{"@context":{"own":"https://ex.org/"},"own:list":[{"https://ex.org/b":true,"_note":"n"},1.0],
        "rdfs:comment":"c","ilmd":{"cbvmda:lotNumber":" A "},"eventID":"urn:x:1","recordTime":"2026-02-01T00:00:00Z",
        "quantityList":[{"quantity":1.0e1,"epcClass":"https://own.example/gtin/4012345123456/lot/Lot987"}],
        "epcList":["https://own.example/01/4012345111118/21/2","https://own.example/01/4012345111118/21/1"],
        "bizStep":"urn:epcglobal:cbv:bizstep:commissioning","action":"ADD","eventTimeZoneOffset":"+00:00",
        "eventTime":"2026-01-01T02:00:00.0001+02:00","type":"ObjectEvent"}"#;
    let text = |json: &str| {
        let document = document::parse(json.as_bytes()).expect("the event is valid");
        prehash(&document.events[0], &document.context)
    };
    assert_eq!(text(one), text(other));
    assert_ne!(text(one), text(&one.replace("\"quantity\":10", "\"quantity\":11")));
    // Numbers are compared by their exact values, of any size.
    let counted = |number: &str| text(&one.replace("\"quantity\":10", &format!("\"quantity\":{number}")));
    assert_ne!(counted("395212340000000017"), counted("395212340000000024"));
    assert_eq!(counted("1e5000"), counted("0.10E+5001"));
    assert_ne!(counted("1e5000"), counted("1e5001"));
    let end = "{https://ex.org/}list=1{https://ex.org/}list{https://ex.org/}b=true";
    assert!(text(one).ends_with(&format!("ilmd{{urn:epcglobal:cbv:mda}}lotNumber=A{end}")), "{}", text(one));
}

/// The text of an element with attributes follows its name, as the reference implementation has it.
#[test]
fn a_text_beside_attributes_is_the_value_of_its_element() {
    let text = r##"{"@context":{"ex":"https://ex.org/"},"type":"ObjectEvent","action":"OBSERVE","epcList":[],
        "eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00",
        "ex:weight":{"unit":"KGM","#text":" 3.50 "},"ex:empty":{"#text":"","unit":"KGM"}}"##;
    let document = document::parse(text.as_bytes()).expect("the event is valid");
    let text = prehash(&document.events[0], &document.context);
    let end = "{https://ex.org/}emptyunit=KGM{https://ex.org/}weight=3.5unit=KGM";
    assert!(text.ends_with(end), "{text}");
}

//! Translating the identifiers of an event changes their spelling, and not the event's hash.

use standards_epcis::{
    document::{self, read_record, record_of},
    hash::event_hash_id,
    translate::{EpcFormat, PrefixTable, record},
};

use super::shared_data::{json_files, read};

#[test]
fn of_every_published_event() {
    // The company prefixes of the examples.
    let table = PrefixTable::new(
        [("4012345", 7), ("0614141", 7), ("4023333", 7), ("4000001", 7), ("0012345", 7), ("952005385", 9)]
            .map(|(digits, length)| (digits.to_owned(), length)),
    );
    let (mut events, mut changed) = (0, 0);
    for (folder, count) in [
        ("openepcis-test-resources/2.0/EPCIS/JSON/Capture/Documents", 31),
        ("RalphTro-epcis-event-hash-generator/tests/examples", 14),
        ("openepcis-dpp-ready/extensions/us/fsma204/epcis", 7),
    ] {
        for file in json_files(folder, count) {
            let bytes = read(&file);
            let document =
                document::parse(&bytes).unwrap_or_else(|problems| panic!("{}: {problems:?}", file.display()));
            for event in &document.events {
                let stored = record_of(event, &document.context);
                let stored = read_record(&stored).expect("a record");
                let id = event_hash_id(&stored.event, &stored.context);
                for format in [EpcFormat::AlwaysDigitalLink, EpcFormat::AlwaysUrn] {
                    let translated = record(&stored, format, &table);
                    let translated = read_record(&translated).expect("a record");
                    assert_eq!(event_hash_id(&translated.event, &translated.context), id, "{}", file.display());
                    changed += usize::from(translated.event.raw() != stored.event.raw());
                }
                for format in [EpcFormat::NoPreference, EpcFormat::NeverTranslates] {
                    assert_eq!(record(&stored, format, &table), record_of(event, &document.context));
                }
                events += 1;
            }
        }
    }
    eprintln!("{events} events, {changed} changed");
    assert!(events > 60 && changed > 60, "{events} {changed}");
}

#[test]
fn every_field_with_identifiers() {
    const URN: &str = "urn:epc:id:giai:4012345.A";
    const LINK: &str = "https://id.gs1.org/8004/4012345A";
    let text = |epc: &str| {
        format!(
            r#"{{"@context":{{"ex":"urn:ex:"}},"type":"urn:ex:Own","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00",
            "epcList":["{epc}", "urn:x:1"],"childEPCs":["{epc}"],"parentID":"{epc}","inputEPCList":["{epc}"],"outputEPCList":["{epc}"],
            "quantityList":[{{"epcClass":"{epc}","quantity":1.0}}],"childQuantityList":[{{"epcClass":"{epc}"}}],
            "inputQuantityList":[{{"epcClass":"{epc}"}}],"outputQuantityList":[{{"epcClass":"{epc}"}}],
            "transformationID":"{epc}","readPoint":{{"id":"{epc}"}},"bizLocation":{{"id":"{epc}"}},
            "bizTransactionList":[{{"type":"po","bizTransaction":"{epc}"}}],
            "sourceList":[{{"type":"location","source":"{epc}"}}],"destinationList":[{{"type":"location","destination":"{epc}"}}],
            "sensorElementList":[{{"sensorMetadata":{{"deviceID":"{epc}","deviceMetadata":"{epc}","rawData":"{epc}",
            "dataProcessingMethod":"{epc}","bizRules":"{epc}"}},"sensorReport":[{{"type":"Mass","deviceID":"{epc}"}}]}}],
            "ex:a":"{URN}","ilmd":{{"ex:b":"{URN}"}},"eventID":"{URN}"}}"#
        )
    };
    let table = PrefixTable::new([("4012345".to_owned(), 7)]);
    for (from, format, to) in [(URN, EpcFormat::AlwaysDigitalLink, LINK), (LINK, EpcFormat::AlwaysUrn, URN)] {
        let text_before = text(from);
        let document = document::parse(text_before.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}"));
        assert_eq!(standards_epcis::translate::event(&document.events[0], format, &table), text(to));
    }
}

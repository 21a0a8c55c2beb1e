//! An event has one hash, whichever binding it came in.

use standards_epcis::document;

use super::{
    shared_data::{json_files, read},
    xml_data::{CAPTURE, EVENTS, HASHED, QUERY, hashes, prehashes, to_json, xml_files},
};

/// Pairs that do not have the same content, and why. The files are published as they are.
const DIFFERENT: [(&str, &str); 1] =
    [("TransactionEvent", "an element without content has no member in the JSON, and is in the hash of the XML")];

/// The letters of a file's name, which some pairs spell differently.
fn letters(path: &std::path::Path) -> String {
    let stem = path.file_stem().expect("a name").to_string_lossy().to_lowercase();
    stem.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

#[test]
fn every_pair_of_documents_in_xml_and_json() {
    let mut pairs = 0;
    let mut events = 0;
    let mut refused = 0;
    let mut different = Vec::new();
    for (xml_folder, xml_count, json_folder, json_count) in [
        (CAPTURE, 30, "openepcis-test-resources/2.0/EPCIS/JSON/Capture/Documents", 31),
        (EVENTS, 6, "openepcis-test-resources/2.0/EPCIS/JSON/Capture/Events", 5),
        (QUERY, 9, "openepcis-test-resources/2.0/EPCIS/JSON/Query", 9),
        (HASHED, 7, HASHED, 14),
    ] {
        let json_files = json_files(json_folder, json_count);
        for xml_file in xml_files(xml_folder, xml_count) {
            let Some(json_file) = json_files.iter().find(|json| letters(json) == letters(&xml_file)) else { continue };
            let name = xml_file.display().to_string();
            let xml = read(&xml_file);
            let from_xml = to_json(&name, &xml);
            let Ok(from_xml) = document::parse(from_xml.json.as_bytes()) else {
                refused += 1;
                continue;
            };
            let json = read(json_file);
            let from_json = document::parse(&json).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
            pairs += 1;
            events += from_xml.events.len();
            if hashes(&from_xml) != hashes(&from_json) {
                let stem = xml_file.file_stem().expect("a name").to_string_lossy().into_owned();
                eprintln!("{stem}\n  {:?}\n  {:?}", prehashes(&from_xml), prehashes(&from_json));
                different.push(stem);
            }
        }
    }
    eprintln!("{pairs} pairs, {events} events");
    assert_eq!(different, DIFFERENT.map(|(name, _)| name));
    // Two of the XML documents are not valid.
    assert_eq!((pairs, events, refused), (45, 72, 2));
}

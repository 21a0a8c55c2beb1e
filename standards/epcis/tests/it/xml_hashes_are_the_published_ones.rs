//! The hash ids of events in XML equal those published with the standard.

use super::{
    shared_data::read,
    xml_data::{EQUAL, HASHED, hashes, prehashes, to_json, validated, xml_files},
};

#[test]
fn every_published_hash_of_an_xml_example() {
    let mut count = 0;
    for file in xml_files(HASHED, 7) {
        let name = file.display().to_string();
        let xml = read(&file);
        let json = to_json(&name, &xml);
        let document = validated(&name, &json);
        let published = String::from_utf8(read(&file.with_extension("hashes"))).expect("the file is UTF-8");
        let published: Vec<&str> = published.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
        assert_eq!(hashes(&document), published, "{name}: {:#?}", prehashes(&document));
        count += published.len();
    }
    assert_eq!(count, 11);
}

#[test]
fn every_representation_of_one_event_has_one_hash() {
    let mut count = 0;
    for file in xml_files(EQUAL, 5) {
        let name = file.display().to_string();
        let xml = read(&file);
        let json = to_json(&name, &xml);
        let document = validated(&name, &json);
        let texts = prehashes(&document);
        assert!(texts.len() > 1, "{name}");
        assert!(texts.iter().all(|text| *text == texts[0]), "{name}: {texts:#?}");
        count += texts.len();
    }
    assert_eq!(count, 15);
}

//! EPC URNs and Digital Links of any host for the same object give the same canonical identifier.

use standards_epcis::identifier::{canonical, digital_link};

use super::shared_data::{path, read};

#[test]
fn every_published_pair() {
    let bytes = read(&path("extracted/epc-urn-to-canonical-digital-link.json"));
    let pairs: serde_json::Value = serde_json::from_slice(&bytes).expect("the file is JSON");
    let cases = pairs["cases"].as_array().expect("the file lists cases");
    assert_eq!(cases.len(), 71);
    for case in cases {
        let input = match &case["input"] {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let found = digital_link(&input);
        assert_eq!(found.as_deref(), case["expected"].as_str(), "{input}");
        assert_eq!(canonical(&input), case["expected"].as_str().unwrap_or(&input));
    }
}

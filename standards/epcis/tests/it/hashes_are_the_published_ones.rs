//! Two firms compute the hash id of one event on their own; both must arrive at the number published with the standard.

use standards_epcis::document;
use standards_epcis::hash::{HashVersion, event_hash_id, prehash};

use super::shared_data::{json_files, path, read};

const EXAMPLES: &str = "RalphTro-epcis-event-hash-generator/tests/examples";

fn lines(path: &std::path::Path) -> Vec<String> {
    let bytes = read(path);
    let text = std::str::from_utf8(&bytes).expect("UTF-8");
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
                    // Two published texts are not those of their own published hashes; the hash counts.
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
    let document = document::parse(&bytes).expect("a valid document");
    let ids: Vec<String> = document.events.iter().map(|event| event_hash_id(event, &document.context)).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
}

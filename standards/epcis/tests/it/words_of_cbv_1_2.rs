//! A client of CBV 1.2 reads events whose words this version has: as URNs, with the same hash. Any other word is named.

use standards_epcis::{
    document,
    hash::prehash,
    translate::CbvXmlFormat,
    vocabulary::{BIZ_STEP, CbvVersion, DISPOSITION, ERROR_REASON, PARTY_TYPE, TRANSACTION_TYPE, Vocabulary},
    xml::{
        Version,
        read::{Options, json_document},
        write::{self, Inexpressible, LaterFields, Reason, capture_document},
    },
};

use super::{
    shared_data::read,
    xml_data::{OLD, SANITISED, any_order, validated, xml_files},
};

const OLD_WORDS: write::Options = write::Options {
    version: Version::V1_2,
    later: LaterFields::Refuse,
    cbv: CbvXmlFormat::NoPreference,
    cbv_version: CbvVersion::V1_2,
    bytes_max: usize::MAX,
};

/// One event with further members.
fn event(members: &str) -> String {
    format!(
        r#"{{"@context":{{"ex":"https://ex.example/"}},"type":"ObjectEvent","action":"ADD","epcList":["urn:x:1"],
        "eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00"{members}}}"#
    )
}

/// Writes an event, and checks that reading it gives the same hash.
fn written(text: &str, options: write::Options) -> Result<String, Inexpressible> {
    let document = document::parse(text.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}: {text}"));
    let xml = capture_document(0, [(&document.events[0], &document.context)], options)?;
    let json = json_document(xml.as_bytes(), Options::default()).unwrap_or_else(|problem| panic!("{problem}: {xml}"));
    let again = validated("again", &json);
    assert_eq!(prehash(&again.events[0], &again.context), prehash(&document.events[0], &document.context), "{xml}");
    Ok(xml)
}

/// A list of words, the member with one of them, and its pointer.
type Place = (&'static Vocabulary, fn(&str) -> String, &'static str);

fn places() -> [Place; 6] {
    [
        (&BIZ_STEP, |word| format!(r#","bizStep":"{word}""#), "/bizStep"),
        (&DISPOSITION, |word| format!(r#","disposition":"{word}""#), "/disposition"),
        (
            &TRANSACTION_TYPE,
            |word| format!(r#","bizTransactionList":[{{"type":"{word}","bizTransaction":"urn:x:t"}}]"#),
            "/bizTransactionList/0/type",
        ),
        (
            &PARTY_TYPE,
            |word| format!(r#","sourceList":[{{"type":"{word}","source":"urn:x:s"}}]"#),
            "/sourceList/0/type",
        ),
        (
            &PARTY_TYPE,
            |word| format!(r#","destinationList":[{{"type":"{word}","destination":"urn:x:d"}}]"#),
            "/destinationList/0/type",
        ),
        (
            &ERROR_REASON,
            |word| format!(r#","errorDeclaration":{{"declarationTime":"2026-01-01T00:00:00Z","reason":"{word}"}}"#),
            "/errorDeclaration/reason",
        ),
    ]
}

#[test]
fn every_word_is_a_urn_of_this_version_or_named() {
    let (mut old, mut later) = (0, 0);
    for (vocabulary, member, pointer) in places() {
        for word in vocabulary.words() {
            let text = event(&member(word));
            match (vocabulary.since(word).expect("a word"), written(&text, OLD_WORDS)) {
                (CbvVersion::V1_2, Ok(xml)) => {
                    assert!(xml.contains("urn:epcglobal:cbv:") && xml.contains(&format!(":{word}")), "{xml}");
                    assert!(!xml.contains("ref.gs1.org/cbv"), "{xml}");
                    old += 1;
                }
                (CbvVersion::V2_0, Err(part)) => {
                    assert_eq!((part.pointer.as_str(), part.reason), (pointer, Reason::Word), "{word}");
                    later += 1;
                }
                (since, written) => panic!("{word}, {since:?}: {written:?}"),
            }
            let current = write::Options { cbv_version: CbvVersion::V2_0, ..OLD_WORDS };
            written(&text, current).unwrap_or_else(|part| panic!("{word} in CBV 2.0: {part}"));
        }
    }
    assert_eq!((old, later), (78, 17));
}

#[test]
fn every_spelling_of_a_word_is_the_urn_and_words_of_users_stay() {
    for spelling in [
        "shipping",
        "cbv:BizStep-shipping",
        "https://ref.gs1.org/cbv/BizStep-shipping",
        "urn:epcglobal:cbv:bizstep:shipping",
    ] {
        let xml = written(&event(&format!(r#","bizStep":"{spelling}""#)), OLD_WORDS).expect("a word of CBV 1.2");
        assert!(xml.contains("<bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>"), "{xml}");
    }
    let xml = written(&event(r#","bizStep":"https://own.example/grading""#), OLD_WORDS).expect("a user's word");
    assert!(xml.contains("<bizStep>https://own.example/grading</bizStep>"), "{xml}");
    for spelling in ["cbv:BizStep-sampling", "https://ref.gs1.org/cbv/BizStep-sampling"] {
        let part = written(&event(&format!(r#","bizStep":"{spelling}""#)), OLD_WORDS).expect_err(spelling);
        assert_eq!((part.pointer.as_str(), part.reason), ("/bizStep", Reason::Word));
    }
}

/// What was published for version 1.2 of EPCIS uses words of CBV 1.2. Words of 2.0 are in fields of 2.0 only, and in a
/// document that spells them as web URIs, which 1.2 does not have either.
#[test]
fn published_documents_of_version_1_have_words_of_this_version() {
    let options = write::Options { later: LaterFields::Extend, ..OLD_WORDS };
    let (mut events, mut later) = (0, 0);
    for file in [xml_files(OLD, 19), xml_files(SANITISED, 2)].concat() {
        let name = file.display().to_string();
        let xml = read(&file);
        let json = json_document(&xml, any_order()).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        let Ok(document) = document::parse(json.json.as_bytes()) else { continue };
        let has_web_uri = String::from_utf8_lossy(&xml).contains("<bizStep>https://ref.gs1.org/cbv/BizStep-sensor_");
        for event in &document.events {
            match capture_document(0, [(event, &document.context)], options) {
                Ok(_) => events += 1,
                Err(part) => {
                    let is_of_2_0 = ["/persistentDisposition/", "/sensorElementList/"];
                    let is_later = is_of_2_0.iter().any(|field| part.pointer.starts_with(field))
                        || has_web_uri && part.pointer == "/bizStep";
                    assert!(is_later && part.reason == Reason::Word, "{name}: {part}");
                    later += 1;
                }
            }
        }
    }
    eprintln!("{events} events, {later} with words of later fields");
    assert!(events >= 30 && later >= 5, "{events} {later}");
}

#[test]
fn the_documentation_lists_the_words_that_this_version_does_not_have() {
    let text = include_str!("../../../../docs/epcis-xml.md");
    for (name, vocabulary) in [
        ("business steps", &BIZ_STEP),
        ("dispositions", &DISPOSITION),
        ("business transaction types", &TRANSACTION_TYPE),
    ] {
        let is_later = |word: &&&str| vocabulary.since(word) == Some(CbvVersion::V2_0);
        let words: Vec<String> = vocabulary.words().iter().filter(is_later).map(|word| format!("`{word}`")).collect();
        let row = format!("| {name} | {} |", words.join(", "));
        assert!(text.contains(&row), "{row}");
    }
    for vocabulary in [&PARTY_TYPE, &ERROR_REASON] {
        assert!(vocabulary.words().iter().all(|word| vocabulary.since(word) == Some(CbvVersion::V1_2)));
    }
}

//! Words in the namespace that drafts of CBV 2.0 had are the words of the standard: in hashes, in the index, in queries
//! and in answers. A published document has them.

use standards_epcis::{
    document::{self, CaptureDocument},
    extract::index_fields,
    hash::{event_hash_id, prehash},
    query::parse_parameters,
    translate::CbvXmlFormat,
    xml::write::{self, capture_document},
};

use super::{
    shared_data::{path, read},
    xml_data::{SANITISED, hashes, to_json, validated},
};

const DRAFT: &str = "https://ns.gs1.org/cbv/";
const STANDARD: &str = "https://ref.gs1.org/cbv/";

/// An event with a word of each list, in a namespace.
fn event(namespace: &str) -> String {
    format!(
        r#"{{"@context":{{"ex":"https://ex.example/","d":"{namespace}"}},"type":"ObjectEvent","action":"ADD",
        "epcList":["urn:x:1"],"eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00",
        "bizStep":"{namespace}BizStep-shipping","disposition":"d:Disp-in_transit",
        "persistentDisposition":{{"set":["{namespace}Disp-completeness_inferred"]}},
        "bizTransactionList":[{{"type":"{namespace}BTT-po","bizTransaction":"urn:x:t"}}],
        "sourceList":[{{"type":"{namespace}SDT-owning_party","source":"urn:x:s"}}],
        "errorDeclaration":{{"declarationTime":"2026-01-01T00:00:00Z","reason":"{namespace}ER-did_not_occur"}},
        "sensorElementList":[{{"sensorReport":[{{"type":"Length","component":"{namespace}Comp-x","value":1}}]}}],
        "ex:own":"{namespace}BizStep-shipping"}}"#
    )
}

fn parsed(text: &str) -> CaptureDocument<'_> {
    document::parse(text.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}: {text}"))
}

#[test]
fn an_event_has_the_hash_and_the_index_of_the_same_event_in_the_standards_namespace() {
    let (draft, standard) = (event(DRAFT), event(STANDARD));
    let (draft, standard) = (parsed(&draft), parsed(&standard));
    let [of_draft, of_standard] = [&draft, &standard].map(|document| prehash(&document.events[0], &document.context));
    assert_eq!(of_draft, of_standard);
    assert!(of_draft.contains("bizStep=https://ref.gs1.org/cbv/BizStep-shipping"), "{of_draft}");
    assert!(!of_draft.contains(DRAFT), "{of_draft}");
    assert_eq!(event_hash_id(&draft.events[0], &draft.context), event_hash_id(&standard.events[0], &standard.context));
    let fields = index_fields(&draft.events[0], &draft.context);
    assert_eq!((fields.biz_step.as_deref(), fields.disposition.as_deref()), (Some("shipping"), Some("in_transit")));
}

#[test]
fn a_query_finds_the_word_in_either_namespace() {
    let of = |namespace: &str| {
        let values =
            [("EQ_bizStep", format!("{namespace}BizStep-shipping")), ("EQ_bizTransaction_po", "urn:x:t".into())];
        let pairs: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        format!("{:?}", parse_parameters(pairs).expect("valid"))
    };
    assert_eq!(of(DRAFT), of(STANDARD));
    assert!(of(DRAFT).contains("\"shipping\"") && !of(DRAFT).contains(DRAFT), "{}", of(DRAFT));
}

#[test]
fn words_of_other_lists_and_of_users_stay() {
    let text = event(DRAFT).replace("BizStep-shipping", "Disp-active");
    let document = parsed(&text);
    let fields = index_fields(&document.events[0], &document.context);
    assert_eq!(fields.biz_step.as_deref(), Some("https://ns.gs1.org/cbv/Disp-active"));
    let own = event(DRAFT).replace("BizStep-shipping", "BizStep-grading");
    let document = parsed(&own);
    let hashed = prehash(&document.events[0], &document.context);
    assert!(hashed.contains("bizStep=https://ns.gs1.org/cbv/BizStep-grading"), "{hashed}");
}

#[test]
fn a_published_document_of_a_draft_has_the_hash_of_the_standard() {
    let file = path(SANITISED).join("ReferenceEventHashAlgorithm.xml");
    let draft = String::from_utf8(read(&file)).expect("UTF-8");
    assert_eq!(draft.matches(DRAFT).count(), 4);
    let standard = draft.replace(DRAFT, STANDARD);
    let [draft, standard] = [&draft, &standard].map(|xml| {
        let json = to_json("draft", xml.as_bytes());
        let document = validated("draft", &json);
        let events = document.events.iter().map(|event| (event, &document.context));
        let options = write::Options { cbv: CbvXmlFormat::AlwaysUrn, ..write::Options::default() };
        let written = capture_document(0, events, options).expect("expressible");
        assert!(written.contains("urn:epcglobal:cbv:bizstep:departing") && !written.contains(DRAFT), "{written}");
        hashes(&document)
    });
    assert_eq!(draft, standard);
}

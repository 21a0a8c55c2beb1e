//! Master data in XML is that of its twin in JSON, wherever a document carries it, and its faults have a place.

use standards_epcis::{
    document::parse,
    limit::ELEMENTS_PER_DOCUMENT_MAX,
    master_data::{content, read_record, record_of},
    problem::code,
    xml::{
        XmlProblem,
        read::{Options, json_document},
    },
};

use super::{
    shared_data::{path, read},
    xml_data::OLD,
};

const VOCABULARY: &str = r#"<Vocabulary type="urn:epcglobal:epcis:vtype:BusinessLocation"><VocabularyElementList>
<VocabularyElement id="urn:epc:id:sgln:4012345.00005.0"><attribute id="urn:epcglobal:cbv:mda#city">Köln</attribute>
<attribute id="urn:ex:size"><ex:m2>7</ex:m2></attribute><children><id>urn:ex:shelf</id></children>
<ex:note>dry</ex:note></VocabularyElement></VocabularyElementList></Vocabulary>"#;

const TWIN: &str = r#"{"@context":["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",{"ex":"urn:ex:"}],
"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-01-01T00:00:00Z","epcisHeader":{"epcisMasterData":{
"vocabularyList":[{"type":"urn:epcglobal:epcis:vtype:BusinessLocation","vocabularyElementList":[{
"id":"urn:epc:id:sgln:4012345.00005.0","attributes":[{"id":"urn:epcglobal:cbv:mda#city","attribute":"Köln"},
{"id":"urn:ex:size","attribute":{"ex:m2":"7"}}],"children":["urn:ex:shelf"],"ex:note":"dry"}]}]}},
"epcisBody":{"eventList":[]}}"#;

fn document(version: u8, header: &str) -> String {
    format!(
        r#"<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:{version}" xmlns:ex="urn:ex:" schemaVersion="{version}.0"
        creationDate="2026-01-01T00:00:00Z">{header}<EPCISBody><EventList/></EPCISBody></e:EPCISDocument>"#
    )
}

fn master_data_document(version: u8, header: &str, body: &str) -> String {
    format!(
        r#"<m:EPCISMasterDataDocument xmlns:m="urn:epcglobal:epcis-masterdata:xsd:{version}" xmlns:ex="urn:ex:"
        schemaVersion="{version}.0" creationDate="2026-01-01T00:00:00Z">{header}<EPCISBody>{body}</EPCISBody>
        </m:EPCISMasterDataDocument>"#
    )
}

/// The contents of the elements of a document in JSON.
fn contents(json: &str) -> Vec<String> {
    let parsed = parse(json.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}: {json}"));
    parsed.master_data.iter().map(|element| content(element, &parsed.context)).collect()
}

fn contents_of_xml(xml: &str) -> Vec<String> {
    contents(&json_document(xml.as_bytes(), Options::default()).unwrap_or_else(|fault| panic!("{fault}: {xml}")).json)
}

/// The problems of a document in XML.
fn problems(xml: &str) -> Vec<XmlProblem> {
    match json_document(xml.as_bytes(), Options::default()) {
        Ok(document) => document.problems(&parse(document.json.as_bytes()).expect_err(xml)),
        Err(problem) => vec![problem],
    }
}

#[test]
fn an_element_is_one_in_every_form() {
    let expected = contents(TWIN);
    assert_eq!(expected.len(), 1);
    let list = format!("<VocabularyList>{VOCABULARY}</VocabularyList>");
    let data = format!("<EPCISMasterData>{list}</EPCISMasterData>");
    let other = "<ex:other>1</ex:other>";
    for xml in [
        document(1, &format!("<EPCISHeader><extension>{data}</extension></EPCISHeader>")),
        document(2, &format!("<EPCISHeader>{other}<extension>{data}</extension></EPCISHeader>")),
        master_data_document(1, "", &list),
        master_data_document(2, "<EPCISHeader/>", &list),
        master_data_document(2, &format!("<EPCISHeader>{other}</EPCISHeader>"), &list),
    ] {
        assert_eq!(contents_of_xml(&xml), expected, "{xml}");
    }
    assert!(contents_of_xml(&master_data_document(2, "", "<VocabularyList/>")).is_empty());
}

#[test]
fn faults_in_xml_have_a_place() {
    let without_id = VOCABULARY.replace(" id=\"urn:epc:id:sgln:4012345.00005.0\"", "");
    let list = format!("<VocabularyList>\n{VOCABULARY}\n{without_id}</VocabularyList>");
    let data = format!("<EPCISHeader><extension><EPCISMasterData>{list}</EPCISMasterData></extension></EPCISHeader>");
    for xml in [document(2, &data), master_data_document(2, "<EPCISHeader><ex:a>1</ex:a></EPCISHeader>", &list)] {
        let [problem] = &problems(&xml)[..] else { panic!("one problem") };
        assert_eq!(problem.code, code::MISSING_FIELD, "{problem}");
        let line = xml[..xml.rfind("<VocabularyElement>").expect("an element")].matches('\n').count() + 1;
        assert_eq!(problem.line, line, "{problem}");
        assert!(problem.path.ends_with("Vocabulary[2]/VocabularyElementList/VocabularyElement"), "{problem}");
    }
    let many = "<VocabularyElement id=\"urn:ex:a\"/>".repeat(ELEMENTS_PER_DOCUMENT_MAX + 1);
    let many = format!(
        "<VocabularyList><Vocabulary type=\"urn:ex:v\"><VocabularyElementList>{many}</VocabularyElementList></Vocabulary>\
         </VocabularyList>"
    );
    let [problem] = &problems(&master_data_document(2, "", &many))[..] else { panic!("one problem") };
    assert_eq!(problem.code, code::TOO_MUCH_MASTER_DATA);
    assert!(problem.path.ends_with("VocabularyElement[1001]"), "{problem}");
}

#[test]
fn a_document_has_one_list_of_vocabularies() {
    let list = format!("<VocabularyList>{VOCABULARY}</VocabularyList>");
    let header = format!("<EPCISHeader><extension><EPCISMasterData>{list}</EPCISMasterData></extension></EPCISHeader>");
    for (xml, code) in [
        (master_data_document(2, "", &format!("{list}{list}")), code::REPEATED_ELEMENT),
        (document(2, "<EPCISHeader/><EPCISHeader/>"), code::REPEATED_ELEMENT),
        (master_data_document(2, &header, &list), code::DUPLICATE_KEY),
        (
            master_data_document(2, "", &list).replace("epcis-masterdata:xsd", "epcis-masterdata"),
            code::INVALID_DOCUMENT,
        ),
    ] {
        assert_eq!(problems(&xml)[0].code, code, "{xml}");
    }
}

#[test]
fn published_master_data_is_stored_and_read_again() {
    for name in ["GS1_US_Pharma_Example_2_2_1_1.xml", "EPCISDocument_with_comment.xml"] {
        let xml = read(&path(&format!("{OLD}/{name}")));
        let document = json_document(&xml, Options::default()).expect(name);
        let parsed = parse(document.json.as_bytes()).expect(name);
        assert_eq!(parsed.master_data.len(), 6, "{name}");
        for element in &parsed.master_data {
            let bytes = record_of(element, &parsed.context);
            let record = read_record(&bytes).expect(name);
            assert_eq!(record.element.name(), element.name());
            assert_eq!(content(&record.element, &record.context), content(element, &parsed.context));
            assert!(element.attribute_ids(&parsed.context).count() >= 7, "{name}");
        }
    }
}

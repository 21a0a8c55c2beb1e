//! Every valid document, read and written again as XML of its version, is read as equal, and its elements have the
//! order that the published documents have.

use standards_epcis::{
    context::Context,
    document::{self, CaptureDocument, Delivery, QueryResult, content, read_record, record_of},
    event::Event,
    hash::{event_hash_id, prehash},
    translate::CbvXmlFormat,
    xml::{
        Version,
        read::{Options, json_document},
        write::{self, LaterFields, Reason, capture_document},
    },
};

use super::{
    shared_data::read,
    xml_data::{
        CAPTURE, EQUAL, EVENTS, HASHED, OLD, QUERY, QUERY_DOCUMENTS, SANITISED, any_order, validated, xml_files,
    },
};

/// What an event says, without what version 1.2 adds: a list that it requires.
fn contents(document: &CaptureDocument<'_>) -> Vec<String> {
    let of = |event: &Event<'_>, context: &Context<'_>| {
        let id = event.event_id().map_or_else(|| event_hash_id(event, context), str::to_owned);
        content(event, context, &id).replace("\"childEPCs\":[],", "").replace("\"epcList\":[],", "")
    };
    document.events.iter().map(|event| of(event, &document.context)).collect()
}

/// Writes the events, reads them again and compares.
fn check(name: &str, document: &CaptureDocument<'_>, options: write::Options) -> String {
    let events = document.events.iter().map(|event| (event, &document.context));
    let xml = capture_document(0, events, options).unwrap_or_else(|part| panic!("{name}: {part}"));
    let json =
        json_document(xml.as_bytes(), Options::default()).unwrap_or_else(|problem| panic!("{name}: {problem}\n{xml}"));
    let again = validated(name, &json);
    assert_eq!(contents(&again), contents(document), "{name}: {xml}");
    for (event, before) in again.events.iter().zip(&document.events) {
        assert_eq!(prehash(event, &again.context), prehash(before, &document.context), "{name}");
    }
    xml
}

/// The text without comments.
fn without_comments(xml: &str) -> String {
    let mut pieces = xml.split("<!--");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| text + piece.split_once("-->").map_or("", |(_, rest)| rest))
}

/// The names of standard elements from the first event of a text, in order, without the empty lists that version 1.2
/// requires.
fn standard_names(xml: &str) -> Vec<String> {
    let empty = ["<epcList/>", "<epcList></epcList>", "<childEPCs/>", "<childEPCs></childEPCs>"];
    let xml = empty.iter().fold(without_comments(xml), |xml, list| xml.replace(list, ""));
    let is_standard = |name: &str| {
        ["epc", "id", "quantityElement", "extension", "baseExtension"].contains(&name)
            || ["Time", "EPCs", "List", "ID", "Offset", "Disposition", "Point", "Location", "Step", "Event"]
                .iter()
                .any(|end| name.ends_with(end))
            || ["action", "disposition", "ilmd", "uom", "quantity", "epcClass", "bizTransaction", "source"]
                .contains(&name)
            || ["sensorElement", "sensorMetadata", "sensorReport", "destination", "certificationInfo"].contains(&name)
    };
    xml.split('<')
        .skip(1)
        // An element without a value is not written.
        .filter(|tag| !tag.contains("xsi:nil"))
        .map(|tag| tag.split([' ', '>', '/', '\n', '\t']).next().unwrap_or_default())
        .map(|name| name.strip_prefix("epcis:").unwrap_or(name))
        .filter(|name| is_standard(name))
        .skip_while(|name| !name.ends_with("Event"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn documents_of_version_2() {
    let (mut documents, mut events, mut same_order) = (0, 0, 0);
    for (folder, count) in
        [(CAPTURE, 30), (EVENTS, 6), (QUERY, 9), (QUERY_DOCUMENTS, 2), (HASHED, 7), (EQUAL, 5), (SANITISED, 2)]
    {
        for file in xml_files(folder, count) {
            let name = file.display().to_string();
            let xml = read(&file);
            let Ok(json) = json_document(&xml, any_order()) else { panic!("{name}") };
            let Ok(document) = document::parse(json.json.as_bytes()) else { continue };
            // Which fields a repository added is said by its own document, and not by one written of its events.
            if document.context.ignored_fields().next().is_some() {
                continue;
            }
            let written = check(&name, &document, write::Options::default());
            documents += 1;
            events += document.events.len();
            let is_in_order = json_document(&xml, Options::default()).is_ok();
            let published = String::from_utf8(xml.clone()).expect("UTF-8");
            if is_in_order && !published.contains("xtension>") && folder != QUERY {
                assert_eq!(standard_names(&written), standard_names(&published), "{name}: {written}");
                same_order += 1;
            }
        }
    }
    eprintln!("{documents} documents, {events} events, {same_order} in the same order");
    assert_eq!((documents, events, same_order), (57, 132, 38));
}

#[test]
fn documents_of_version_1() {
    let (mut documents, mut later, mut same_order) = (0, 0, 0);
    let strict = write::Options { version: Version::V1_2, ..write::Options::default() };
    let extended = write::Options { later: LaterFields::Extend, ..strict };
    for file in xml_files(OLD, 19) {
        let name = file.display().to_string();
        let xml = read(&file);
        let json = json_document(&xml, any_order()).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        let Ok(document) = document::parse(json.json.as_bytes()) else { continue };
        let written = check(&name, &document, extended);
        check(&name, &document, write::Options::default());
        documents += 1;
        let published = String::from_utf8(xml.clone()).expect("UTF-8");
        if json_document(&xml, Options::default()).is_ok() {
            assert_eq!(standard_names(&written), standard_names(&published), "{name}: {written}");
            same_order += 1;
        }
        let events = document.events.iter().map(|event| (event, &document.context));
        match capture_document(0, events, strict) {
            Ok(same) => assert_eq!(same, written, "{name}"),
            Err(part) => {
                assert!(matches!(part.reason, Reason::EventType | Reason::Field), "{name}: {part}");
                let is_later = ["/type", "/sensorElementList", "/persistentDisposition", "/certificationInfo"]
                    .contains(&&*part.pointer);
                assert!(is_later, "{name}: {part}");
                later += 1;
            }
        }
    }
    eprintln!("{documents} documents, {later} with later parts, {same_order} in the same order");
    assert_eq!((documents, later, same_order), (17, 6, 16));
}

#[test]
fn an_answer_has_ids_and_record_times() {
    let event = br#"{"@context":{"ex":"https://ex.example/"},"type":"ObjectEvent","action":"ADD","epcList":["urn:x:1"],
        "eventTime":"2026-01-01T00:00:00Z","recordTime":"2026-01-02T00:00:00Z","eventTimeZoneOffset":"+00:00",
        "bizStep":"shipping","ex:a":{"ex:b":[1,"two"]}}"#;
    let document = document::parse(event).expect("valid");
    let record = record_of(&document.events[0], &document.context);
    let record = read_record(&record).expect("a record");
    let results = [QueryResult { record: &record, event_id: "urn:x:id", record_time_ms: 7 }];
    for version in [Version::V1_2, Version::V2_0] {
        let options = write::Options { version, ..write::Options::default() };
        let xml = write::query_document("a<b", 0, &results, options).expect("expressible");
        let json =
            json_document(xml.as_bytes(), Options::default()).unwrap_or_else(|problem| panic!("{problem}\n{xml}"));
        assert!(json.json.contains("\"queryName\":\"a<b\""), "{}", json.json);
        let answer = validated("answer", &json);
        assert_eq!(answer.events[0].event_id(), Some("urn:x:id"));
        assert!(answer.events[0].raw().contains("\"recordTime\":\"1970-01-01T00:00:00.007Z\""), "{xml}");
        assert_eq!(prehash(&answer.events[0], &answer.context), prehash(&document.events[0], &document.context));
        let spelled =
            if version == Version::V1_2 { "urn:epcglobal:cbv:bizstep:" } else { "https://ref.gs1.org/cbv/BizStep-" };
        assert!(xml.contains(&format!("<bizStep>{spelled}shipping</bizStep>")), "{xml}");
        let delivery = Delivery { id: "urn:x:1&2", subscription_id: "<s>" };
        let delivered = write::delivery_document("a<b", (delivery, "urn:x:own:"), 0, &results, options);
        let delivered = delivered.expect("expressible");
        assert!(delivered.contains(" xmlns:delivery=\"urn:x:own:\" delivery:id=\"urn:x:1&amp;2\">"), "{delivered}");
        let told = json_document(delivered.as_bytes(), Options::default()).expect("readable");
        assert_eq!(told.json, json.json.replace("\"a<b\",", "\"a<b\",\"subscriptionID\":\"<s>\","));
        let alone = write::query_result(&results[0], options).expect("expressible");
        let json = json_document(alone.as_bytes(), Options::default()).unwrap_or_else(|problem| panic!("{problem}"));
        assert_eq!(document::parse_event(json.json.as_bytes()).expect("valid").events[0].raw(), answer.events[0].raw());
    }
}

/// A CURIE has its meaning by a context, which XML does not have.
#[test]
fn a_word_with_a_prefix_is_spelled_as_the_word() {
    let event = br#"{"@context":{"own":"https://ref.gs1.org/cbv/","ex":"https://ex.example/"},"type":"ObjectEvent",
        "action":"ADD","epcList":["urn:x:1"],"eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00",
        "bizStep":"cbv:BizStep-shipping","disposition":"own:Disp-active",
        "sourceList":[{"type":"cbv:SDT-location","source":"urn:x:2"},{"type":"ex:own","source":"urn:x:2"}]}"#;
    let document = document::parse(event).expect("valid");
    let web = ["https://ref.gs1.org/cbv/BizStep-", "https://ref.gs1.org/cbv/Disp-", "https://ref.gs1.org/cbv/SDT-"];
    let urn = ["urn:epcglobal:cbv:bizstep:", "urn:epcglobal:cbv:disp:", "urn:epcglobal:cbv:sdt:"];
    for (version, cbv, [step, disposition, kind]) in [
        (Version::V2_0, CbvXmlFormat::NoPreference, web),
        (Version::V2_0, CbvXmlFormat::NeverTranslates, web),
        (Version::V2_0, CbvXmlFormat::AlwaysUrn, urn),
        (Version::V1_2, CbvXmlFormat::NoPreference, urn),
        (Version::V1_2, CbvXmlFormat::AlwaysWebUri, web),
    ] {
        let options = write::Options { version, cbv, ..write::Options::default() };
        let events = document.events.iter().map(|event| (event, &document.context));
        let written = capture_document(0, events, options).expect("expressible");
        let json = json_document(written.as_bytes(), Options::default()).expect("readable");
        let again = validated("words", &json);
        assert_eq!(prehash(&again.events[0], &again.context), prehash(&document.events[0], &document.context));
        for part in [
            format!("<bizStep>{step}shipping</bizStep>"),
            format!("<disposition>{disposition}active</disposition>"),
            format!("<source type=\"{kind}location\">"),
            "<source type=\"ex:own\">".to_owned(),
        ] {
            assert!(written.contains(&part), "{part} is missing in {written}");
        }
    }
}

/// A name that is written twice for each value of a list makes XML of a multiple of the JSON.
#[test]
fn a_document_stops_at_its_size() {
    let name = "n".repeat(200);
    let text = format!(
        r#"{{"@context":{{"ex":"https://ex.example/"}},"type":"ObjectEvent","action":"ADD","epcList":["urn:x:1"],
        "eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","ex:{name}":[{}]}}"#,
        vec!["1"; 1_000].join(",")
    );
    let document = document::parse(text.as_bytes()).expect("valid");
    let record = record_of(&document.events[0], &document.context);
    let record = read_record(&record).expect("a record");
    let results = [QueryResult { record: &record, event_id: "urn:x:id", record_time_ms: 7 }; 3];
    let within = |bytes_max| {
        let options = write::Options { bytes_max, ..write::Options::default() };
        write::query_document("q", 0, &results, options).map_err(|part| (part.event, part.pointer, part.reason))
    };
    let whole = within(usize::MAX).expect("expressible");
    assert!(whole.len() > 1_300_000, "{}", whole.len());
    assert_eq!(within(whole.len()), Ok(whole.clone()));
    let (event, pointer, reason) = within(whole.len() / 2).expect_err("too large");
    assert_eq!((event, reason), (1, Reason::Size));
    assert!(pointer.starts_with(&format!("/ex:{name}/")), "{pointer}");
}

#[test]
fn what_has_no_form_is_named() {
    let cases = [
        (r#""ex:a":[[1]]"#, "/ex:a/0", Reason::NestedList),
        (r#""ex:a":{"ex:b":{"a b":1}}"#, "/ex:a/ex:b/a b", Reason::Name),
        (r#""ex:0":1"#, "/ex:0", Reason::Name),
        (r#""ex:a":{"@value":1}"#, "/ex:a/@value", Reason::Name),
        (r#""ex:a":{"colour":1}"#, "/ex:a/colour", Reason::Term),
        (r#""ex:a":{"no:a":1}"#, "/ex:a/no:a", Reason::Name),
        (r#""epcisns:a":1"#, "/epcisns:a", Reason::Namespace),
        (r#""certificationInfo":["urn:x:1","urn:x:2"]"#, "/certificationInfo", Reason::ManyValues),
        (
            r#""sensorElementList":[{"sensorReport":[{"type":"Mass","ex:a":{"ex:b":1}}]}]"#,
            "/sensorElementList/0/sensorReport/0/ex:a",
            Reason::NotText,
        ),
    ];
    for (member, pointer, reason) in cases {
        let text = format!(
            r#"{{"@context":{{"ex":"https://ex.example/","colour":"https://c.example/c","epcisns":"urn:epcglobal:epcis:xsd:2"}},
            "type":"ObjectEvent","action":"ADD","epcList":[],"eventTime":"2026-01-01T00:00:00Z",
            "eventTimeZoneOffset":"+00:00",{member}}}"#
        );
        let document = document::parse(text.as_bytes()).unwrap_or_else(|problems| panic!("{member}: {problems:?}"));
        let part = write::event(&document.events[0], &document.context, write::Options::default()).expect_err(member);
        assert_eq!((part.pointer.as_str(), part.reason), (pointer, reason), "{member}");
    }
}

//! What identifies a record: the content of its event. What an answer adds, and how JSON spells a value, is no content.

use standards_epcis::{
    document::{
        self, CaptureDocument, QueryResult, content, parse, parse_event, query_document, read_record, record_of,
    },
    hash::event_hash_id,
};

use super::shared_data::{json_files, read};

const GS1: &str = r#""https://ref.gs1.org/standards/epcis/epcis-context.jsonld""#;

/// The content of each event, as a capture derives it.
fn contents(document: &CaptureDocument<'_>) -> Vec<String> {
    let id = |event: &standards_epcis::event::Event<'_>| match event.event_id() {
        Some(id) => id.to_owned(),
        None => event_hash_id(event, &document.context),
    };
    document.events.iter().map(|event| content(event, &document.context, &id(event))).collect()
}

/// A bare event with an id and these members.
fn bare(context: &str, members: &str) -> String {
    format!(
        r#"{{"@context":{context},"type":"ObjectEvent","eventID":"urn:x:1","action":"ADD","epcList":[],
        "eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00"{members}}}"#
    )
}

fn content_of(text: &str) -> String {
    let document = parse(text.as_bytes()).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
    contents(&document).remove(0)
}

fn context() -> String {
    format!(r#"[{GS1},{{"ex":"https://ex.example/"}}]"#)
}

#[test]
fn numbers_are_their_exact_values() {
    let with = |number: &str| {
        content_of(&bare(
            &context(),
            &format!(r#","ex:pallet":{number},"quantityList":[{{"epcClass":"urn:x:c","quantity":{number}}}]"#),
        ))
    };
    for spellings in [
        &["1", "1.0", "1.00", "1e0", "10e-1", "0.1E+1"][..],
        &["0", "-0", "0.0", "-0.0e5", "0E400"],
        &["395212340000000017", "395212340000000017.0", "3.95212340000000017e17"],
        &["1E400", "10e399", "1000E+397"],
        &["1e-400", "0.1e-399"],
        &["0.1", "1e-1"],
    ] {
        for spelling in spellings {
            assert_eq!(with(spelling), with(spellings[0]), "{spelling}");
        }
    }
    let different = [
        "395212340000000017",
        "395212340000000024",
        "395212340000000016",
        "395212340000000000",
        "1E400",
        "1E401",
        "-1E400",
        "1e-400",
        "0",
        "1",
        "-1",
        "1.0000000000000000000000001",
        "0.1",
        "0.10000000000000000000000000000000000001",
        "9007199254740993",
        "9007199254740992",
        "18446744073709551616",
        "18446744073709551617",
    ];
    let contents: std::collections::BTreeSet<String> = different.iter().map(|number| with(number)).collect();
    assert_eq!(contents.len(), different.len());
}

#[test]
fn spellings_of_one_content() {
    let one = bare(&context(), r#","ex:a":{"b":"é/","c":[1,true,null]},"recordTime":"2026-02-01T00:00:00Z""#);
    let events = r#""eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"ADD","epcList":[ ],"type":"ObjectEvent","eventID":"urn:x:1""#;
    let envelope = |context: &str, event: &str| {
        format!(
            r#"{{"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-01-01T00:00:00Z","@context":{context},
            "epcisBody":{{"eventList":[{{{event}}}]}}}}"#
        )
    };
    for other in [
        // Without a record time, with another one, in another order, with escapes.
        bare(&context(), r#","ex:a":{"c":[1.0,true, null],"b":"\u00e9\/"}"#),
        bare(&context(), r#","recordTime":"2027-02-01T00:00:00Z","ex:a":{"b":"é/","c":[1,true,null]}"#),
        // In a document; under another prefix, which the event binds itself; with the name written out.
        envelope(&context(), &format!(r#"{events},"ex:a":{{"b":"é/","c":[1,true,null]}}"#)),
        envelope(
            GS1,
            &format!(r#"{events},"own:a":{{"b":"é/","c":[1,true,null]}},"@context":{{"own":"https://ex.example/"}}"#),
        ),
        envelope("{}", &format!(r#"{events},"https://ex.example/a":{{"b":"é/","c":[1,true,null]}}"#)),
        // With more prefixes than it uses, and another version of the GS1 context.
        bare(
            r#"["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"o":"https://o.example/","ex":"https://ex.example/"}]"#,
            r#","ex:a":{"b":"é/","c":[1,true,null]}"#,
        ),
    ] {
        assert_eq!(content_of(&other), content_of(&one), "{other}");
    }
    // A value with a prefix, and the same written out.
    let step = |value: &str| content_of(&bare(&context(), &format!(r#","bizStep":"{value}","ex:a":["{value}"]"#)));
    assert_eq!(step("ex:own"), step("https://ex.example/own"));
    assert_ne!(step("ex:own"), step("https://other.example/own"));
}

/// XML has neither brackets nor types, so these differences would make two records of an event and its twin.
#[test]
fn what_xml_cannot_tell_apart_is_one_content() {
    let with = |value: &str| content_of(&bare(&context(), &format!(r#","ex:a":{{"b":{value},"c":"d"}}"#)));
    for equal in [
        &["4.25", "\"4.25\"", "[4.25]", "[[],4.250]", "[[\"4.25\"]]"][..],
        &["true", "\"true\"", "[true]"],
        &["\"\"", "{}", "[{}]", r#"{"x":[]}"#, r#"{"x":[[],[[]]]}"#],
        &["[1,2]", r#"["1",2.0]"#, "[1,[],2]", "[[1,2]]"],
        &["null", "[null]"],
    ] {
        for value in equal {
            assert_eq!(with(value), with(equal[0]), "{value}");
        }
    }
    let absent = content_of(&bare(&context(), r#","ex:a":{"c":"d"}"#));
    for nothing in ["[]", "[[]]"] {
        assert_eq!(with(nothing), absent, "{nothing}");
    }
    let event = bare(&context(), r#","quantityList":[{"epcClass":"urn:x:c","quantity":1}]"#);
    assert_eq!(content_of(&event), content_of(&event.replace(r#""epcList":[],"#, "")));
    let different =
        ["4.25", "\"4.250\"", "true", "1", "\"\"", "null", "[1,2]", "[2,1]", "[[1,2],3]", "[1,2,3]", "{\"x\":1}"];
    let contents: std::collections::BTreeSet<String> = different.iter().map(|value| with(value)).collect();
    assert_eq!(contents.len(), different.len());
}

#[test]
fn other_events_have_other_contents() {
    let member = r#","ex:a":{"b":"text","c":[1,2]}"#;
    let one = bare(&context(), member);
    let others = [
        one.replace("\"text\"", "\"text \""),
        one.replace("[1,2]", "[2,1]"),
        one.replace("[1,2]", r#"["1.0",2]"#),
        one.replace("[1,2]", "[[1,2],[1,2]]"),
        one.replace("[1,2]", "null"),
        one.replace("[1,2]", "1"),
        one.replace("urn:x:1", "urn:x:2"),
        one.replace("T00:00:00Z", "T00:00:00.001Z"),
        one.replace("\"b\"", "\"d\""),
        bare(&context(), &format!(r#"{member},"ex:more":null"#)),
        bare(&context(), &format!(r#"{member},"errorDeclaration":{{"declarationTime":"2026-01-01T00:00:00Z"}}"#)),
        bare(&context(), &format!(r#"{member},"certificationInfo":"urn:x:c""#)),
        bare(&context(), &format!(r#"{member},"rdfs:comment":"c""#)),
        // The same text, which means something else.
        bare(&format!(r#"[{GS1},{{"ex":"https://other.example/"}}]"#), member),
        bare(&format!(r#"[{GS1},{{"ex":"https://ex.example/","b":"https://b.example/"}}]"#), member),
        bare(&format!(r#"[{GS1},"https://foreign.example/1",{{"ex":"https://ex.example/"}}]"#), member),
        bare(&format!(r#"[{GS1},"https://foreign.example/2",{{"ex":"https://ex.example/"}}]"#), member),
        bare(&format!(r#"[{GS1},{{"ex":{{"@id":"https://ex.example/","@type":"@id"}}}}]"#), member),
        // Two names of one IRI.
        bare(&context(), r#","ex:a":{"b":"text","c":[1,2]},"https://ex.example/a":{"b":"text","c":[1,2]}"#),
    ];
    let mut contents: std::collections::BTreeSet<String> = others.iter().map(|other| content_of(other)).collect();
    contents.insert(content_of(&one));
    assert_eq!(contents.len(), others.len() + 1, "{contents:#?}");
}

/// Captures an answer to a query for the events. Their contents are those of the first capture.
fn recapture(bytes: &[u8], neighbour: &[u8]) {
    let (document, neighbour) = (parse(bytes).expect("valid"), parse(neighbour).expect("valid"));
    for with_neighbour in [false, true] {
        let mut ids = Vec::new();
        let mut records = Vec::new();
        let documents = [Some(&document), with_neighbour.then_some(&neighbour)];
        for document in documents.into_iter().flatten() {
            for event in &document.events {
                ids.push(event.event_id().map_or_else(|| event_hash_id(event, &document.context), str::to_owned));
                records.push(record_of(event, &document.context));
            }
        }
        let records: Vec<_> = records.iter().map(|record| read_record(record).expect("a record")).collect();
        let results: Vec<QueryResult<'_, '_>> = records
            .iter()
            .zip(&ids)
            .map(|(record, id)| QueryResult { record, event_id: id, record_time_ms: 7 })
            .collect();
        for (record, id) in records.iter().zip(&ids) {
            if record.event.event_id().is_none() {
                assert_eq!(event_hash_id(&record.event, &record.context), *id, "the index derives the same id");
            }
        }
        let answer = query_document("q", 0, &results);
        let answer = document::parse(answer.as_bytes()).unwrap_or_else(|problems| panic!("{answer}: {problems:?}"));
        let expected: Vec<String> = documents.into_iter().flatten().flat_map(contents).collect();
        assert_eq!(contents(&answer), expected);
    }
}

#[test]
fn an_answer_is_captured_as_the_same_records() {
    let neighbour = bare(
        &format!(r#"[{GS1},{{"example":"https://n.example/","cbvmda":"urn:n:","ext1":"urn:n:"}}]"#),
        r#","example:a":1"#,
    );
    for (folder, count_min) in [
        ("openepcis-test-resources/2.0/EPCIS/JSON/Capture/Documents", 31),
        ("openepcis-test-resources/2.0/EPCIS/JSON/Capture/Events", 5),
        ("RalphTro-epcis-event-hash-generator/tests/examples", 14),
        ("openepcis-dpp-ready/extensions/us/fsma204/epcis", 7),
    ] {
        for file in json_files(folder, count_min) {
            recapture(&read(&file), neighbour.as_bytes());
        }
    }
    for (context, members) in [
        (context(), r#","ex:a":"ex:b""#.to_owned()),
        ("{}".into(), r#","gs1:a":"cbv:b""#.into()),
        (r#"{"gs1":"https://own.example/"}"#.into(), r#","gs1:a":"b""#.into()),
        (r#"["https://foreign.example/1",{"ex":"https://ex.example/"}]"#.into(), r#","ex:a":"b","f:a":1"#.into()),
        (
            r#"["https://foreign.example/1",{"ex":{"@id":"https://ex.example/"}},"https://foreign.example/1"]"#.into(),
            r#","ex:a":1"#.into(),
        ),
        (
            r#"{"ex":"https://ex.example/","colour":"https://ex.example/c"}"#.into(),
            r#","ex:a":{"colour":"colour"}"#.into(),
        ),
    ] {
        let event = bare(&context, &members);
        recapture(event.as_bytes(), neighbour.as_bytes());
        recapture(event.replace("\"eventID\":\"urn:x:1\",", "").as_bytes(), neighbour.as_bytes());
        assert_eq!(
            contents(&parse_event(event.as_bytes()).expect("valid")),
            contents(&parse(event.as_bytes()).expect("valid"))
        );
    }
}

/// Fields that a repository added, and said so, are no part of the hash id, for the index as for the capture.
#[test]
fn ignored_fields_stay_ignored_in_the_record() {
    let text = format!(
        r#"{{"@context":{},"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-01-01T00:00:00Z",
        "ex:ignoreFields":["ex:added","ex:absent"],"epcisBody":{{"eventList":[{{"type":"ObjectEvent","action":"ADD","epcList":[],
        "eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","ex:added":1}}]}}}}"#,
        context()
    );
    recapture(text.as_bytes(), bare("{}", "").as_bytes());
    let document = parse(text.as_bytes()).expect("valid");
    let record = record_of(&document.events[0], &document.context);
    assert!(record.ends_with(br#","ignoreFields":["ex:added"]}"#), "{}", String::from_utf8_lossy(&record));
}

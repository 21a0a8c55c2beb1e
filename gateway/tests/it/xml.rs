//! What tests of the XML binding share: documents, requests, and answers read again.

use crate::stack::{Answer, Stack};
use http::Method;
use serde_json::Value;
use standards_epcis::{
    document::{self, CaptureDocument},
    hash::event_hash_id,
    xml::read::{ElementOrder, Options, json_document},
};

/// The media type of a request in XML.
pub(crate) const XML: (&str, &str) = ("content-type", "application/xml");
/// Asks for events as they were captured.
pub(crate) const AS_CAPTURED: (&str, &str) = ("gs1-epc-format", "Never_Translates");

/// A capture document of version 2.0 with these events.
pub(crate) fn xml_document(events: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<epcis:EPCISDocument xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\" \
         schemaVersion=\"2.0\" creationDate=\"2026-01-01T00:00:00Z\"><EPCISBody><EventList>{events}</EventList>\
         </EPCISBody></epcis:EPCISDocument>"
    )
}

/// An observation of one EPC in XML, the twin of [`crate::stack::event`]. `extra` are further elements at the end.
pub(crate) fn xml_event(id: &str, extra: &str) -> String {
    let id = if id.is_empty() { String::new() } else { format!("<eventID>{id}</eventID>") };
    format!(
        "<ObjectEvent><eventTime>2026-01-01T00:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset>{id}\
         <epcList><epc>urn:epc:id:sgtin:4012345.011111.9876</epc></epcList><action>OBSERVE</action>{extra}</ObjectEvent>"
    )
}

/// Captures XML and waits until it is decided and indexed.
pub(crate) async fn capture(stack: &Stack, xml: &[u8]) -> Answer {
    stack.send(Method::POST, "/epcis/capture", &[XML, ("prefer", "wait=20")], xml).await
}

/// Gets an answer in XML.
pub(crate) async fn get_xml(stack: &Stack, uri: &str, headers: &[(&str, &str)]) -> Answer {
    let headers = [&[("accept", "application/xml")][..], headers].concat();
    stack.send(Method::GET, uri, &headers, b"").await
}

/// A document in JSON as the library reads it. Its elements may have any order.
pub(crate) fn in_json(xml: &[u8]) -> String {
    let options = Options { order: ElementOrder::Any, ..Options::default() };
    let read = json_document(xml, options).map(|document| document.json);
    read.unwrap_or_else(|problem| panic!("{problem}: {}", String::from_utf8_lossy(xml)))
}

/// The ids and hash ids of the events of a document in JSON.
pub(crate) fn hashes(json: &str) -> Vec<(Option<String>, String)> {
    let parsed: CaptureDocument<'_> =
        document::parse(json.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}: {json}"));
    let named = |event| event_hash_id(event, &parsed.context);
    parsed.events.iter().map(|event| (event.event_id().map(str::to_owned), named(event))).collect()
}

/// What decides whether the events of a document in JSON are records that are there already.
pub(crate) fn contents(json: &str) -> Vec<String> {
    let parsed: CaptureDocument<'_> =
        document::parse(json.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}: {json}"));
    let ids = hashes(json).into_iter().map(|(id, hash)| id.unwrap_or(hash));
    parsed.events.iter().zip(ids).map(|(event, id)| document::content(event, &parsed.context, &id)).collect()
}

/// The outcome of each command of a capture job.
pub(crate) async fn outcomes(stack: &Stack, job: &Answer) -> Vec<String> {
    let operation = stack.get(&job.header("location").replace("/epcis/capture", "/v1/operations")).await.json();
    let commands = operation["commands"].as_array().expect("commands").clone();
    commands.iter().map(|command| command["outcome"].as_str().expect("an outcome").to_owned()).collect()
}

/// The first fault of a problem: its code and its pointer.
pub(crate) fn first_fault(problem: &Value) -> (String, String) {
    let fault = &problem["errors"][0];
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    (text(&fault["code"]), text(&fault["pointer"]))
}

//! EPCIS documents, good and bad. Invariant: identifiers that are made here are valid, so that a refusal has the reason
//! that the attack is about.

/// The company prefix and item of all classes made here, with a valid check digit.
const CLASS: &str = "https://id.gs1.org/01/09506000134352";

/// The address of the standard's context.
pub(crate) const CONTEXT: &str = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";
/// The members that all documents made here share.
const DOCUMENT: &str = r#""type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-04-20T08:00:00Z""#;
/// The members that all events made here share.
const EVENT: &str = concat!(
    r#""type":"ObjectEvent","action":"OBSERVE","eventTime":"2026-04-20T08:00:00Z","#,
    r#""eventTimeZoneOffset":"+00:00""#
);

/// A lot as a GS1 Digital Link.
pub(crate) fn lot(name: &str) -> String {
    format!("{CLASS}/10/{name}")
}

/// A single item as a GS1 Digital Link.
pub(crate) fn item(serial: impl std::fmt::Display) -> String {
    format!("{CLASS}/21/{serial}")
}

/// One event about a list of items, with further members such as `,"eventID":"urn:x"`.
pub(crate) fn event(items: &[String], more: &str) -> String {
    let list = serde_json::json!(items);
    format!(r#"{{{EVENT},"bizStep":"shipping","epcList":{list}{more}}}"#)
}

/// One event about a quantity of a lot.
pub(crate) fn lot_event(lot: &str, more: &str) -> String {
    format!(r#"{{{EVENT},"quantityList":[{{"epcClass":"{lot}","quantity":120,"uom":"KGM"}}]{more}}}"#)
}

/// A capture document with further contexts, such as `,{"shop":"https://shop.example/"}`.
pub(crate) fn document(contexts: &str, events: &[String]) -> String {
    format!(r#"{{"@context":["{CONTEXT}"{contexts}],{DOCUMENT},"epcisBody":{{"eventList":[{}]}}}}"#, events.join(","))
}

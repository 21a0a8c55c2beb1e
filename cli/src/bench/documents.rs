//! The EPCIS documents of the measurements: object events as a packing line writes them, in JSON or XML. Invariant: a
//! document depends only on its binding, first number, count and run, and both bindings state the same events.

use std::fmt::Write as _;

/// The binding of a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binding {
    Json,
    Xml,
}

impl Binding {
    /// The media type of documents.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Xml => "application/xml",
        }
    }

    /// Returns a document of `count` events whose identifiers start at `first`.
    pub fn document(self, first: u64, count: u64, run: u32) -> String {
        match self {
            Self::Json => document(first, count, run),
            Self::Xml => xml_document(first, count, run),
        }
    }
}

/// The EPC of the event with a number.
pub fn epc(number: u64, run: u32) -> String {
    format!("https://id.gs1.org/01/09521141012345/21/{run:x}{number:x}")
}

/// Returns a JSON document of `count` events whose identifiers start at `first`.
pub fn document(first: u64, count: u64, run: u32) -> String {
    let mut events = String::with_capacity(usize::try_from(count).unwrap_or(0) * 700);
    for number in first..first + count {
        if number > first {
            events.push(',');
        }
        let (time, lot, epc) = (event_time(number), number / 50, epc(number, run));
        let _ = write!(
            events,
            r#"{{"type":"ObjectEvent","eventID":"urn:uuid:{run:08x}-0000-4000-8000-{number:012x}","eventTime":"{time}","eventTimeZoneOffset":"+01:00","action":"OBSERVE","bizStep":"packing","disposition":"in_progress","epcList":["{epc}"],"quantityList":[{{"epcClass":"https://id.gs1.org/01/09521141012345/10/{run:x}L{lot:x}","quantity":12,"uom":"KGM"}}],"readPoint":{{"id":"https://id.gs1.org/414/9521141111116/254/7"}},"bizLocation":{{"id":"https://id.gs1.org/414/9521141111116"}},"bizTransactionList":[{{"type":"po","bizTransaction":"urn:epcglobal:cbv:bt:9521141111116:PO{lot}"}}]}}"#
        );
    }
    format!(
        r#"{{"@context":["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-04T00:00:00Z","epcisBody":{{"eventList":[{events}]}}}}"#
    )
}

fn xml_document(first: u64, count: u64, run: u32) -> String {
    let mut events = String::with_capacity(usize::try_from(count).unwrap_or(0) * 1_000);
    for number in first..first + count {
        let (time, lot, epc) = (event_time(number), number / 50, epc(number, run));
        let _ = write!(
            events,
            "<ObjectEvent><eventTime>{time}</eventTime><eventTimeZoneOffset>+01:00</eventTimeZoneOffset>\
             <eventID>urn:uuid:{run:08x}-0000-4000-8000-{number:012x}</eventID><epcList><epc>{epc}</epc></epcList>\
             <action>OBSERVE</action><bizStep>urn:epcglobal:cbv:bizstep:packing</bizStep>\
             <disposition>urn:epcglobal:cbv:disp:in_progress</disposition>\
             <readPoint><id>https://id.gs1.org/414/9521141111116/254/7</id></readPoint>\
             <bizLocation><id>https://id.gs1.org/414/9521141111116</id></bizLocation>\
             <bizTransactionList><bizTransaction type=\"urn:epcglobal:cbv:btt:po\">\
             urn:epcglobal:cbv:bt:9521141111116:PO{lot}</bizTransaction></bizTransactionList>\
             <quantityList><quantityElement><epcClass>https://id.gs1.org/01/09521141012345/10/{run:x}L{lot:x}</epcClass>\
             <quantity>12</quantity><uom>KGM</uom></quantityElement></quantityList></ObjectEvent>"
        );
    }
    format!(
        r#"<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" schemaVersion="2.0" creationDate="2026-03-04T00:00:00Z"><EPCISBody><EventList>{events}</EventList></EPCISBody></epcis:EPCISDocument>"#
    )
}

/// The time of an event, one second after that of the previous one.
fn event_time(number: u64) -> String {
    let (hour, minute, second) = (number / 3_600 % 24, number / 60 % 60, number % 60);
    format!("2026-03-04T{hour:02}:{minute:02}:{second:02}.000+01:00")
}

#[cfg(test)]
mod tests {
    use super::*;
    use standards_epcis::{
        document::parse,
        hash::event_hash_id,
        xml::read::{Options, json_document},
    };

    #[test]
    fn both_bindings_state_the_same_events() {
        let hashes = |text: &str| -> Vec<String> {
            let document = parse(text.as_bytes()).expect("a document");
            document.events.iter().map(|event| event_hash_id(event, &document.context)).collect()
        };
        let (json, xml) = (Binding::Json.document(98, 4, 7), Binding::Xml.document(98, 4, 7));
        let read = json_document(xml.as_bytes(), Options::default()).expect("an XML document");
        let expected = hashes(&json);
        assert_eq!(expected.len(), 4);
        assert_eq!(hashes(&read.json), expected);
    }
}

//! The EPCIS documents of the measurements: object events as a packing line writes them. Invariant: a document depends
//! only on its first number, its count and its run.

use std::fmt::Write as _;

/// Returns a document of `count` events whose identifiers start at `first`.
pub fn document(first: u64, count: u64, run: u32) -> String {
    let mut events = String::with_capacity(usize::try_from(count).unwrap_or(0) * 700);
    for number in first..first + count {
        if number > first {
            events.push(',');
        }
        let (hour, minute, second) = (number / 3_600 % 24, number / 60 % 60, number % 60);
        let lot = number / 50;
        let _ = write!(
            events,
            r#"{{"type":"ObjectEvent","eventID":"urn:uuid:{run:08x}-0000-4000-8000-{number:012x}","eventTime":"2026-03-04T{hour:02}:{minute:02}:{second:02}.000+01:00","eventTimeZoneOffset":"+01:00","action":"OBSERVE","bizStep":"packing","disposition":"in_progress","epcList":["https://id.gs1.org/01/09521141012345/21/{run:x}{number:x}"],"quantityList":[{{"epcClass":"https://id.gs1.org/01/09521141012345/10/{run:x}L{lot:x}","quantity":12,"uom":"KGM"}}],"readPoint":{{"id":"https://id.gs1.org/414/9521141111116/254/7"}},"bizLocation":{{"id":"https://id.gs1.org/414/9521141111116"}},"bizTransactionList":[{{"type":"po","bizTransaction":"urn:epcglobal:cbv:bt:9521141111116:PO{lot}"}}]}}"#
        );
    }
    format!(
        r#"{{"@context":["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-04T00:00:00Z","epcisBody":{{"eventList":[{events}]}}}}"#
    )
}

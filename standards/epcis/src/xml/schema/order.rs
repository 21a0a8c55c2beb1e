//! The order of the elements of each event type (`EPCglobal-epcis-2_0.xsd`). Invariant: what an order names, it names
//! once. Elements of users follow at the end.

use crate::event::EventType;

/// The wrapper of version 1.2 around `eventID` and `errorDeclaration`.
pub(in crate::xml) const BASE_EXTENSION: &str = "baseExtension";
/// The wrapper of version 1.2 around the fields that came after 1.0.
pub(in crate::xml) const EXTENSION: &str = "extension";

static OBJECT: [&str; 21] = [
    "eventTime",
    "recordTime",
    "eventTimeZoneOffset",
    "eventID",
    "errorDeclaration",
    "certificationInfo",
    BASE_EXTENSION,
    "epcList",
    "action",
    "bizStep",
    "disposition",
    "readPoint",
    "bizLocation",
    "bizTransactionList",
    "quantityList",
    "sourceList",
    "destinationList",
    "sensorElementList",
    "persistentDisposition",
    "ilmd",
    EXTENSION,
];

static AGGREGATION: [&str; 21] = [
    "eventTime",
    "recordTime",
    "eventTimeZoneOffset",
    "eventID",
    "errorDeclaration",
    "certificationInfo",
    BASE_EXTENSION,
    "parentID",
    "childEPCs",
    "action",
    "bizStep",
    "disposition",
    "readPoint",
    "bizLocation",
    "bizTransactionList",
    "childQuantityList",
    "sourceList",
    "destinationList",
    "sensorElementList",
    "persistentDisposition",
    EXTENSION,
];

static TRANSACTION: [&str; 21] = [
    "eventTime",
    "recordTime",
    "eventTimeZoneOffset",
    "eventID",
    "errorDeclaration",
    "certificationInfo",
    BASE_EXTENSION,
    "bizTransactionList",
    "parentID",
    "epcList",
    "action",
    "bizStep",
    "disposition",
    "readPoint",
    "bizLocation",
    "quantityList",
    "sourceList",
    "destinationList",
    "sensorElementList",
    "persistentDisposition",
    EXTENSION,
];

static TRANSFORMATION: [&str; 23] = [
    "eventTime",
    "recordTime",
    "eventTimeZoneOffset",
    "eventID",
    "errorDeclaration",
    "certificationInfo",
    BASE_EXTENSION,
    "inputEPCList",
    "inputQuantityList",
    "outputEPCList",
    "outputQuantityList",
    "transformationID",
    "bizStep",
    "disposition",
    "readPoint",
    "bizLocation",
    "bizTransactionList",
    "sourceList",
    "destinationList",
    "sensorElementList",
    "persistentDisposition",
    "ilmd",
    EXTENSION,
];

static ASSOCIATION: [&str; 21] = [
    "eventTime",
    "recordTime",
    "eventTimeZoneOffset",
    "eventID",
    "errorDeclaration",
    "certificationInfo",
    BASE_EXTENSION,
    "parentID",
    "childEPCs",
    "childQuantityList",
    "action",
    "bizStep",
    "disposition",
    "readPoint",
    "bizLocation",
    "bizTransactionList",
    "sourceList",
    "destinationList",
    "sensorElementList",
    "persistentDisposition",
    EXTENSION,
];

/// The fields of a user's type, for which no schema has an order.
static OWN: [&str; 29] = [
    "eventTime",
    "recordTime",
    "eventTimeZoneOffset",
    "eventID",
    "errorDeclaration",
    "certificationInfo",
    BASE_EXTENSION,
    "epcList",
    "parentID",
    "childEPCs",
    "inputEPCList",
    "inputQuantityList",
    "outputEPCList",
    "outputQuantityList",
    "transformationID",
    "action",
    "bizStep",
    "disposition",
    "readPoint",
    "bizLocation",
    "bizTransactionList",
    "quantityList",
    "childQuantityList",
    "sourceList",
    "destinationList",
    "sensorElementList",
    "persistentDisposition",
    "ilmd",
    EXTENSION,
];

/// The elements of an event in their order.
pub(in crate::xml) fn order(event_type: EventType) -> &'static [&'static str] {
    match event_type {
        EventType::Object => &OBJECT,
        EventType::Aggregation => &AGGREGATION,
        EventType::Transaction => &TRANSACTION,
        EventType::Transformation => &TRANSFORMATION,
        EventType::Association => &ASSOCIATION,
        EventType::Own => &OWN,
    }
}

/// The place of an element in the order. `None` for one that the event type does not have, and for user's types.
pub(in crate::xml) fn place(event_type: EventType, name: &str) -> Option<usize> {
    let has_order = event_type != EventType::Own;
    order(event_type).iter().position(|known| *known == name).filter(|_| has_order)
}

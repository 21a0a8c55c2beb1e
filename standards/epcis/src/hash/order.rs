//! The order and shape of the standard fields in the pre-hash text (CBV 2.0 section 8). Invariant: only fields listed
//! here and namespaced extensions take part in the hash. `recordTime`, `eventID` and `errorDeclaration` do not take
//! part.

use crate::vocabulary::{
    BIZ_STEP, DISPOSITION, MEASUREMENT, PARTY_TYPE, SENSOR_ALERT, SENSOR_COMPONENT, TRANSACTION_TYPE, Vocabulary,
};

/// The way in which a field's value is written.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    Time,
    /// A single value, or a list of values.
    Plain,
    /// A value of a vocabulary, or a list of such values.
    Word(&'static Vocabulary),
    /// A list whose elements are each written under this name, in code-point order.
    List(&'static str, &'static Shape),
    /// An object with these fields, followed by its extensions.
    Object(&'static [Field]),
}

pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
}

const fn field(name: &'static str, shape: Shape) -> Field {
    Field { name, shape }
}

const EPCS: Shape = Shape::List("epc", &Shape::Plain);
const QUANTITIES: Shape = Shape::List(
    "quantityElement",
    &Shape::Object(&[field("epcClass", Shape::Plain), field("quantity", Shape::Plain), field("uom", Shape::Plain)]),
);
const PLACE: Shape = Shape::Object(&[field("id", Shape::Plain)]);

/// The fields of all event types.
pub(super) static EVENT: [Field; 24] = [
    field("eventTime", Shape::Time),
    field("eventTimeZoneOffset", Shape::Plain),
    // Not in the table of the standard, but in the hashes that were published with it.
    field("certificationInfo", Shape::Plain),
    field("epcList", EPCS),
    field("parentID", Shape::Plain),
    field("inputEPCList", EPCS),
    field("childEPCs", EPCS),
    field("quantityList", QUANTITIES),
    field("childQuantityList", QUANTITIES),
    field("inputQuantityList", QUANTITIES),
    field("outputEPCList", EPCS),
    field("outputQuantityList", QUANTITIES),
    field("action", Shape::Plain),
    field("transformationID", Shape::Plain),
    field("bizStep", Shape::Word(&BIZ_STEP)),
    field("disposition", Shape::Word(&DISPOSITION)),
    field(
        "persistentDisposition",
        Shape::Object(&[field("set", Shape::Word(&DISPOSITION)), field("unset", Shape::Word(&DISPOSITION))]),
    ),
    field("readPoint", PLACE),
    field("bizLocation", PLACE),
    // The elements of these three lists have no name in the pre-hash text.
    field(
        "bizTransactionList",
        Shape::List(
            "",
            &Shape::Object(&[field("type", Shape::Word(&TRANSACTION_TYPE)), field("bizTransaction", Shape::Plain)]),
        ),
    ),
    field(
        "sourceList",
        Shape::List("", &Shape::Object(&[field("type", Shape::Word(&PARTY_TYPE)), field("source", Shape::Plain)])),
    ),
    field(
        "destinationList",
        Shape::List("", &Shape::Object(&[field("type", Shape::Word(&PARTY_TYPE)), field("destination", Shape::Plain)])),
    ),
    field("sensorElementList", Shape::List("sensorElement", &SENSOR_ELEMENT)),
    field("ilmd", Shape::Object(&[])),
];

const SENSOR_ELEMENT: Shape = Shape::Object(&[
    field("sensorMetadata", Shape::Object(&SENSOR_METADATA)),
    // A list of reports is written one by one, each under the field's own name.
    field("sensorReport", Shape::Object(&SENSOR_REPORT)),
]);

static SENSOR_METADATA: [Field; 8] = [
    field("time", Shape::Time),
    field("startTime", Shape::Time),
    field("endTime", Shape::Time),
    field("deviceID", Shape::Plain),
    field("deviceMetadata", Shape::Plain),
    field("rawData", Shape::Plain),
    field("dataProcessingMethod", Shape::Plain),
    field("bizRules", Shape::Plain),
];

static SENSOR_REPORT: [Field; 23] = [
    field("type", Shape::Word(&MEASUREMENT)),
    field("exception", Shape::Word(&SENSOR_ALERT)),
    field("deviceID", Shape::Plain),
    field("deviceMetadata", Shape::Plain),
    field("rawData", Shape::Plain),
    field("dataProcessingMethod", Shape::Plain),
    field("time", Shape::Time),
    field("microorganism", Shape::Plain),
    field("chemicalSubstance", Shape::Plain),
    field("value", Shape::Plain),
    field("component", Shape::Word(&SENSOR_COMPONENT)),
    field("stringValue", Shape::Plain),
    field("booleanValue", Shape::Plain),
    field("hexBinaryValue", Shape::Plain),
    field("uriValue", Shape::Plain),
    field("minValue", Shape::Plain),
    field("maxValue", Shape::Plain),
    field("meanValue", Shape::Plain),
    field("sDev", Shape::Plain),
    field("percRank", Shape::Plain),
    field("percValue", Shape::Plain),
    field("uom", Shape::Plain),
    field("coordinateReferenceSystem", Shape::Plain),
];

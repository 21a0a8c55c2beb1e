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

#[derive(Clone, Copy)]
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

/// The order in which the fields of an event stand in the hash text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FieldOrder {
    /// That of the table in CBV 2.0 section 8.
    #[default]
    Standard,
    /// That of the reference implementation, which differs from the table: `parentID` before `epcList`, and after the
    /// sensor data `bizTransactionList`, `destinationList`, `ilmd`, `sourceList` by name. Some published hash ids
    /// follow it.
    Reference,
}

impl FieldOrder {
    /// The fields of an event in this order.
    pub(super) fn fields(self) -> &'static [Field] {
        match self {
            Self::Standard => &EVENT,
            Self::Reference => &REFERENCE,
        }
    }
}

const DISPOSITIONS: Shape =
    Shape::Object(&[field("set", Shape::Word(&DISPOSITION)), field("unset", Shape::Word(&DISPOSITION))]);
const PARENT: Field = field("parentID", Shape::Plain);
const EPC_LIST: Field = field("epcList", EPCS);
const SENSORS: Field = field("sensorElementList", Shape::List("sensorElement", &SENSOR_ELEMENT));
const MASTER_DATA: Field = field("ilmd", Shape::Object(&[]));

// The elements of these three lists have no name in the hash text.
const TRANSACTION: Shape = Shape::List(
    "",
    &Shape::Object(&[field("type", Shape::Word(&TRANSACTION_TYPE)), field("bizTransaction", Shape::Plain)]),
);
const SOURCE: Shape =
    Shape::List("", &Shape::Object(&[field("type", Shape::Word(&PARTY_TYPE)), field("source", Shape::Plain)]));
const DESTINATION: Shape =
    Shape::List("", &Shape::Object(&[field("type", Shape::Word(&PARTY_TYPE)), field("destination", Shape::Plain)]));
const TRANSACTIONS: Field = field("bizTransactionList", TRANSACTION);
const SOURCES: Field = field("sourceList", SOURCE);
const DESTINATIONS: Field = field("destinationList", DESTINATION);

/// The fields of all event types, as the standard orders them.
static EVENT: [Field; 24] = in_order([EPC_LIST, PARENT], [TRANSACTIONS, SOURCES, DESTINATIONS, SENSORS, MASTER_DATA]);

/// The same fields, as the reference implementation orders them.
static REFERENCE: [Field; 24] =
    in_order([PARENT, EPC_LIST], [SENSORS, TRANSACTIONS, DESTINATIONS, MASTER_DATA, SOURCES]);

const fn in_order(identifiers: [Field; 2], end: [Field; 5]) -> [Field; 24] {
    let [first, second] = identifiers;
    let [e1, e2, e3, e4, e5] = end;
    [
        field("eventTime", Shape::Time),
        field("eventTimeZoneOffset", Shape::Plain),
        // Not in the table of the standard, but in the hashes that were published with it.
        field("certificationInfo", Shape::Plain),
        first,
        second,
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
        field("persistentDisposition", DISPOSITIONS),
        field("readPoint", PLACE),
        field("bizLocation", PLACE),
        e1,
        e2,
        e3,
        e4,
        e5,
    ]
}

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

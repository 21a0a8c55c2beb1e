//! The elements of events and their order (the XML schemas of EPCIS 1.2 and 2.0). Invariant: reading and writing follow
//! one table. The order holds for both versions: where 1.2 has fewer elements or wraps some, those left keep their
//! places.

mod order;

use super::Version;
use crate::vocabulary::{
    BIZ_STEP, DISPOSITION, ERROR_REASON, MEASUREMENT, PARTY_TYPE, SENSOR_ALERT, SENSOR_COMPONENT, TRANSACTION_TYPE,
    Vocabulary,
};

pub(super) use order::{BASE_EXTENSION, EXTENSION, order, place};

/// The form of a field's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A text that is no URI.
    Text,
    Uri,
    /// A number of JSON, a text in XML.
    Number,
    Boolean,
    Word(&'static Vocabulary),
    /// A URI, or an element for each URI of a list.
    Uris,
    /// A list of URIs, each in an element of this name.
    UriList(&'static str),
    /// A list of classes with quantities.
    Quantities,
    /// `id` and extensions.
    Place,
    /// A list of `{type, item}` with this item and this vocabulary of types.
    Typed(&'static str, &'static Vocabulary),
    /// Lists of dispositions.
    Dispositions,
    ErrorDeclaration,
    Sensors,
    /// Extensions only.
    MasterData,
}

/// A field of the standard.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) form: Form,
    /// The first version of the XML binding that has it.
    pub(super) since: Version,
}

const fn since(since: Version, name: &'static str, form: Form) -> Field {
    Field { name, form, since }
}

const fn old(name: &'static str, form: Form) -> Field {
    since(Version::V1_2, name, form)
}

const fn new(name: &'static str, form: Form) -> Field {
    since(Version::V2_0, name, form)
}

/// The fields of events.
static FIELDS: [Field; 27] = [
    old("eventTime", Form::Text),
    old("recordTime", Form::Text),
    old("eventTimeZoneOffset", Form::Text),
    old("eventID", Form::Uri),
    old("errorDeclaration", Form::ErrorDeclaration),
    new("certificationInfo", Form::Uris),
    old("epcList", Form::UriList("epc")),
    old("parentID", Form::Uri),
    old("childEPCs", Form::UriList("epc")),
    old("inputEPCList", Form::UriList("epc")),
    old("inputQuantityList", Form::Quantities),
    old("outputEPCList", Form::UriList("epc")),
    old("outputQuantityList", Form::Quantities),
    old("transformationID", Form::Uri),
    old("action", Form::Text),
    old("bizStep", Form::Word(&BIZ_STEP)),
    old("disposition", Form::Word(&DISPOSITION)),
    old("readPoint", Form::Place),
    old("bizLocation", Form::Place),
    old("bizTransactionList", Form::Typed("bizTransaction", &TRANSACTION_TYPE)),
    old("quantityList", Form::Quantities),
    old("childQuantityList", Form::Quantities),
    old("sourceList", Form::Typed("source", &PARTY_TYPE)),
    old("destinationList", Form::Typed("destination", &PARTY_TYPE)),
    new("sensorElementList", Form::Sensors),
    new("persistentDisposition", Form::Dispositions),
    old("ilmd", Form::MasterData),
];

/// The fields of `quantityElement`, in order.
pub(super) static QUANTITY: [Field; 3] =
    [old("epcClass", Form::Uri), old("quantity", Form::Number), old("uom", Form::Text)];

/// The fields of `errorDeclaration`, in order.
pub(super) static ERROR_DECLARATION: [Field; 3] = [
    old("declarationTime", Form::Text),
    old("reason", Form::Word(&ERROR_REASON)),
    old("correctiveEventIDs", Form::UriList("correctiveEventID")),
];

/// The attributes of `sensorMetadata`.
pub(super) static SENSOR_METADATA: [Field; 8] = [
    new("time", Form::Text),
    new("deviceID", Form::Uri),
    new("deviceMetadata", Form::Uri),
    new("rawData", Form::Uri),
    new("startTime", Form::Text),
    new("endTime", Form::Text),
    new("bizRules", Form::Uri),
    new("dataProcessingMethod", Form::Uri),
];

/// The attributes of `sensorReport`. `bizRules` is in the JSON schema and in published XML, not in the XML schema, but
/// that lets a report have further attributes.
pub(super) static SENSOR_REPORT: [Field; 24] = [
    new("type", Form::Word(&MEASUREMENT)),
    new("exception", Form::Word(&SENSOR_ALERT)),
    new("value", Form::Number),
    new("component", Form::Word(&SENSOR_COMPONENT)),
    new("stringValue", Form::Text),
    new("booleanValue", Form::Boolean),
    new("hexBinaryValue", Form::Text),
    new("uriValue", Form::Uri),
    new("uom", Form::Text),
    new("minValue", Form::Number),
    new("maxValue", Form::Number),
    new("sDev", Form::Number),
    new("chemicalSubstance", Form::Uri),
    new("microorganism", Form::Uri),
    new("deviceID", Form::Uri),
    new("deviceMetadata", Form::Uri),
    new("rawData", Form::Uri),
    new("time", Form::Text),
    new("meanValue", Form::Number),
    new("percRank", Form::Number),
    new("percValue", Form::Number),
    new("bizRules", Form::Uri),
    new("dataProcessingMethod", Form::Uri),
    new("coordinateReferenceSystem", Form::Uri),
];

/// The field of events with this name.
pub(super) fn field(name: &str) -> Option<&'static Field> {
    named(&FIELDS, name)
}

/// Whether events, or the parts of their fields, have a field with this name.
pub(crate) fn is_field(name: &str) -> bool {
    let parts = ["sensorMetadata", "sensorReport"];
    let tables: [&'static [Field]; 5] = [&FIELDS, &QUANTITY, &ERROR_DECLARATION, &SENSOR_METADATA, &SENSOR_REPORT];
    parts.contains(&name) || tables.into_iter().any(|fields| named(fields, name).is_some())
}

/// The field with this name.
pub(super) fn named(fields: &'static [Field], name: &str) -> Option<&'static Field> {
    fields.iter().find(|field| field.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::EventType;

    #[test]
    fn every_field_of_an_order_is_in_the_table() {
        for event_type in EventType::ALL {
            for name in order(event_type).iter().filter(|name| ![BASE_EXTENSION, EXTENSION].contains(*name)) {
                assert!(field(name).is_some(), "{name}");
            }
        }
        for field in &FIELDS {
            assert!(order(EventType::Own).contains(&field.name), "{}", field.name);
            assert!(EventType::STANDARD.iter().any(|known| order(*known).contains(&field.name)), "{}", field.name);
        }
    }
}

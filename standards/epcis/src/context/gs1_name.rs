//! The names that the GS1 EPCIS context defines. Invariant: a name of the standard that this library knows is one. The
//! context protects its names (JSON-LD 1.1 section 4.1.11), so no other context may define them anew.

use super::gs1_namespace;
use crate::{
    event::EventType,
    vocabulary::{
        BIZ_STEP, DISPOSITION, ERROR_REASON, MEASUREMENT, PARTY_TYPE, SENSOR_ALERT, TRANSACTION_TYPE, Vocabulary,
    },
    xml::is_field,
};

/// Aliases of keywords, and names of documents and of parts that are no fields.
const OTHERS: [&str; 25] = [
    "id",
    "type",
    "isA",
    "EPCISDocument",
    "EPCISQueryDocument",
    "EPCISEvent",
    "schemaVersion",
    "creationDate",
    "sender",
    "receiver",
    "instanceIdentifier",
    "epcisHeader",
    "epcisMasterData",
    "vocabularyList",
    "epcisBody",
    "eventList",
    "queryResults",
    "queryName",
    "subscriptionID",
    "resultsBody",
    "bizTransaction",
    "source",
    "destination",
    "set",
    "unset",
];

/// Without the axes of a sensor (`x`, `y`, `z`), which mean something only within a `component`.
static VOCABULARIES: [&Vocabulary; 7] =
    [&BIZ_STEP, &DISPOSITION, &TRANSACTION_TYPE, &PARTY_TYPE, &ERROR_REASON, &SENSOR_ALERT, &MEASUREMENT];

/// Whether the GS1 context defines a name: a prefix, a type, a field, or a word of a vocabulary.
pub fn is_gs1_name(name: &str) -> bool {
    gs1_namespace(name).is_some()
        || EventType::from_name(name).is_some()
        || OTHERS.contains(&name)
        || is_field(name)
        || VOCABULARIES.iter().any(|vocabulary| vocabulary.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_kind_are_known_and_others_are_free() {
        for name in [
            "cbv",
            "id",
            "type",
            "ObjectEvent",
            "eventTime",
            "epcClass",
            "declarationTime",
            "sensorMetadata",
            "sensorReport",
            "startTime",
            "percRank",
            "shipping",
            "active",
            "po",
            "location",
            "incorrect_data",
            "Temperature",
        ] {
            assert!(is_gs1_name(name), "{name}");
        }
        for name in ["", "ex", "a", "z", "Shipping", "waymark", "epc"] {
            assert!(!is_gs1_name(name), "{name}");
        }
    }
}

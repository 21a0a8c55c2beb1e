//! The parameters of fields without an index that have fixed names. Invariant: each is listed once, with the form of
//! its value.

use serde_json::{Value, json};

/// The form of the value of a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::slice::provenance) enum Form {
    Number,
    Time,
    Texts,
    Hex,
    Flag,
}

impl Form {
    /// The bounds of a value in the OpenAPI document, where `texts` is the pattern of a list of texts.
    pub(in crate::slice::provenance) fn bounds(self, texts: &str) -> Option<Value> {
        match self {
            Self::Number | Self::Flag => None,
            Self::Time => Some(json!({ "format": "date-time" })),
            Self::Texts => Some(json!({ "pattern": texts })),
            Self::Hex => Some(json!({ "pattern": r"^[0-9A-Fa-f]+(\|[0-9A-Fa-f]+)*$" })),
        }
    }
}

/// The name of a parameter, the form of its value, and its description.
type Parameter = (&'static str, Form, &'static str);

pub(in crate::slice::provenance) static FILTERS: [Parameter; 31] = [
    ("EQ_quantity", Form::Number, "Events with this quantity in a quantity element, whatever its unit"),
    ("GT_quantity", Form::Number, "Events with a quantity greater than this number"),
    ("GE_quantity", Form::Number, "Events with a quantity greater than or equal to this number"),
    ("LT_quantity", Form::Number, "Events with a quantity less than this number"),
    ("LE_quantity", Form::Number, "Events with a quantity less than or equal to this number"),
    ("GE_errorDeclarationTime", Form::Time, "Events declared erroneous at or after this time"),
    ("LT_errorDeclarationTime", Form::Time, "Events declared erroneous before this time"),
    ("EXISTS_sensorElementList", Form::Flag, "`true`: only events with sensor data"),
    ("GE_time", Form::Time, "Events with a sensor time at or after this time"),
    ("LT_time", Form::Time, "Events with a sensor time before this time"),
    ("GE_startTime", Form::Time, "Events with a start of sensor data at or after this time"),
    ("LT_startTime", Form::Time, "Events with a start of sensor data before this time"),
    ("GE_endTime", Form::Time, "Events with an end of sensor data at or after this time"),
    ("LT_endTime", Form::Time, "Events with an end of sensor data before this time"),
    ("EQ_percRank", Form::Number, "Events with this percentile rank in a sensor report"),
    ("GT_percRank", Form::Number, "Events with a percentile rank greater than this number"),
    ("GE_percRank", Form::Number, "Events with a percentile rank greater than or equal to this number"),
    ("LT_percRank", Form::Number, "Events with a percentile rank less than this number"),
    ("LE_percRank", Form::Number, "Events with a percentile rank less than or equal to this number"),
    ("EQ_type", Form::Texts, "Types of measurements, as bare words or URIs"),
    ("EQ_exception", Form::Texts, "Exceptions of sensor reports, as bare words or URIs"),
    ("EQ_deviceID", Form::Texts, "Ids of sensor devices, in any spelling"),
    ("EQ_dataProcessingMethod", Form::Texts, "Methods that processed sensor data"),
    ("EQ_bizRules", Form::Texts, "Business rules of sensor data"),
    ("EQ_microorganism", Form::Texts, "Microorganisms of sensor reports"),
    ("EQ_chemicalSubstance", Form::Texts, "Chemical substances of sensor reports"),
    ("EQ_uriValue", Form::Texts, "URIs that sensors reported"),
    ("EQ_coordinateReferenceSystem", Form::Texts, "Coordinate reference systems of sensor reports"),
    ("EQ_stringValue", Form::Texts, "Texts that sensors reported"),
    ("EQ_hexBinaryValue", Form::Hex, "Hexadecimal values that sensors reported"),
    ("EQ_booleanValue", Form::Flag, "The truth value that a sensor reported"),
];

//! The bounds of requests about provenance, for the OpenAPI document. Invariant: they are those that the parsers check.

use super::{
    rest::event_parameters::filter::FILTERS,
    symbol::{SCALE_MAX, SYMBOL_TEXT_BYTES_MAX},
};
use crate::{
    openapi::{Narrowing, TEXT_PATTERN},
    page::CURSOR_BYTES_MAX,
};
use serde_json::json;

/// Values between `|`, none of which is empty.
const VALUES_PATTERN: &str = r"^[^|\u0000-\u001f\u007f-\u009f]+(\|[^|\u0000-\u001f\u007f-\u009f]+)*$";
/// Namespaces with prefixes, between commas.
const EXTENSIONS_PATTERN: &str = "^[!-~ ]*$";
/// A version of a standard: up to three numbers.
const VERSION_PATTERN: &str = r"^\d{1,9}(\.\d{1,9}){0,2}$";
/// The parameters that list values and accept any text as one.
const TEXTS: [&str; 21] = [
    "EQ_bizStep",
    "EQ_disposition",
    "EQ_readPoint",
    "EQ_bizLocation",
    "WD_readPoint",
    "WD_bizLocation",
    "EQ_eventID",
    "EQ_persistentDisposition_set",
    "EQ_persistentDisposition_unset",
    "EQ_transformationID",
    "EQ_errorReason",
    "EQ_correctiveEventID",
    "MATCH_epc",
    "MATCH_parentID",
    "MATCH_inputEPC",
    "MATCH_outputEPC",
    "MATCH_anyEPC",
    "MATCH_epcClass",
    "MATCH_inputEPCClass",
    "MATCH_outputEPCClass",
    "MATCH_anyEPCClass",
];
const EVENT_TYPES: &str = "ObjectEvent|AggregationEvent|TransactionEvent|TransformationEvent|AssociationEvent";

/// The bounds of parameters and headers.
pub fn narrowings() -> Vec<Narrowing> {
    let listed = |names: &str| json!({ "pattern": format!(r"^({names})(\|({names}))*$") });
    let formats = |own: [&str; 2]| json!({ "enum": ["No_Preference", own[0], own[1], "Never_Translates"] });
    let count = json!({ "minimum": 1 });
    let mut narrowings = vec![
        Narrowing::parameter("eventType", listed(EVENT_TYPES)),
        Narrowing::parameter("EQ_action", listed("ADD|OBSERVE|DELETE")),
        Narrowing::parameter("orderBy", json!({ "enum": ["eventTime", "recordTime"] })),
        Narrowing::parameter("orderDirection", json!({ "enum": ["ASC", "DESC"] })),
        Narrowing::parameter("eventCountLimit", count.clone()),
        Narrowing::parameter("maxEventCount", count.clone()),
        // A larger page is cut, as the standard allows, however large the number.
        Narrowing::parameter("perPage", json!({ "minimum": 1, "format": null })),
        Narrowing::parameter("nextPageToken", json!({ "minLength": 1, "maxLength": CURSOR_BYTES_MAX })),
        Narrowing::parameter("GS1-Extensions", json!({ "pattern": EXTENSIONS_PATTERN })),
        Narrowing::parameter(
            "data",
            json!({ "minLength": 1, "maxLength": SYMBOL_TEXT_BYTES_MAX, "pattern": TEXT_PATTERN }),
        ),
        Narrowing::parameter("scale", json!({ "minimum": 1, "maximum": SCALE_MAX })),
        Narrowing::parameter("linkType", json!({ "pattern": TEXT_PATTERN })),
        Narrowing::parameter("context", json!({ "pattern": TEXT_PATTERN })),
        Narrowing::parameter("GS1-Capture-Error-Behaviour", json!({ "enum": ["rollback", "proceed"] })),
        Narrowing::parameter("GS1-EPC-Format", formats(["Always_GS1_Digital_Link", "Always_EPC_URN"])),
        Narrowing::parameter("GS1-CBV-XML-Format", formats(["Always_Web_URI", "Always_URN"])),
        Narrowing::parameter("GS1-EPCIS-Min", json!({ "pattern": VERSION_PATTERN })),
        Narrowing::parameter("GS1-EPCIS-Max", json!({ "pattern": VERSION_PATTERN })),
        Narrowing::parameter("GS1-CBV-Min", json!({ "pattern": VERSION_PATTERN })),
        Narrowing::parameter("GS1-CBV-Max", json!({ "pattern": VERSION_PATTERN })),
    ];
    narrowings.extend(TEXTS.map(|name| Narrowing::parameter(name, json!({ "pattern": VALUES_PATTERN }))));
    narrowings.push(Narrowing::parameter("as_of", json!({ "format": "date-time" })));
    let times = ["GE_eventTime", "LT_eventTime", "GE_recordTime", "LT_recordTime"];
    narrowings.extend(times.map(|name| Narrowing::parameter(name, json!({ "format": "date-time" }))));
    let filters = FILTERS.iter().filter_map(|(name, form, _)| Some((*name, form.bounds(VALUES_PATTERN)?)));
    narrowings.extend(filters.map(|(name, bounds)| Narrowing::parameter(name, bounds)));
    narrowings
}

//! The parameters of event queries in the OpenAPI document. Invariant: each parameter that the query language has is
//! listed once.

pub(in crate::slice::provenance) mod filter;

use filter::{FILTERS, Form};
use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder, Required, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

/// The parameters with a text: their names and descriptions.
const TEXTS: &[(&str, &str)] = &[
    ("eventType", "Event types: `ObjectEvent|AggregationEvent|…`"),
    ("GE_eventTime", "Events that happened at or after this time"),
    ("LT_eventTime", "Events that happened before this time"),
    ("GE_recordTime", "Events recorded at or after this time"),
    ("LT_recordTime", "Events recorded before this time"),
    ("EQ_action", "Actions: `ADD|OBSERVE|DELETE`"),
    ("EQ_bizStep", "Business steps, as bare CBV words or URIs"),
    ("EQ_disposition", "Dispositions, as bare CBV words or URIs"),
    ("EQ_readPoint", "Read points, in any spelling"),
    ("EQ_bizLocation", "Business locations, in any spelling"),
    ("WD_readPoint", "Read points, or read points below them by the children of the newest master data"),
    ("WD_bizLocation", "Business locations, or those below them by the children of the newest master data"),
    ("EQ_eventID", "Event ids"),
    ("EQ_persistentDisposition_set", "Dispositions that an event sets, as bare CBV words or URIs"),
    ("EQ_persistentDisposition_unset", "Dispositions that an event ends, as bare CBV words or URIs"),
    ("EQ_transformationID", "Ids of transformations, in any spelling"),
    ("EQ_errorReason", "Reasons of error declarations, as bare CBV words or URIs"),
    ("EQ_correctiveEventID", "Ids of the events that correct an erroneous one"),
    ("MATCH_epc", "EPCs or EPC patterns that occur in epcList or childEPCs"),
    ("MATCH_parentID", "EPCs or EPC patterns that occur in parentID"),
    ("MATCH_inputEPC", "EPCs or EPC patterns that occur in inputEPCList"),
    ("MATCH_outputEPC", "EPCs or EPC patterns that occur in outputEPCList"),
    ("MATCH_anyEPC", "EPCs or EPC patterns that occur in any role"),
    ("MATCH_epcClass", "EPC classes that occur in quantityList or childQuantityList"),
    ("MATCH_inputEPCClass", "EPC classes that occur in inputQuantityList"),
    ("MATCH_outputEPCClass", "EPC classes that occur in outputQuantityList"),
    ("MATCH_anyEPCClass", "EPC classes, including lots, that occur in any role"),
    ("orderBy", "The sort key: `eventTime` (default) or `recordTime`"),
    ("orderDirection", "The sort direction: `DESC` (default) or `ASC`"),
    ("nextPageToken", "The token of the next page, exactly as the previous page returned it"),
];

/// The parameters with a positive number.
const COUNTS: &[(&str, &str)] = &[
    ("eventCountLimit", "Return only this many events in all; needs `orderBy`"),
    ("maxEventCount", "Fail if more events match"),
    ("perPage", "Events per page; 30 if absent. A larger number than 1,000 counts as 1,000"),
];

/// The parameters with a truth value.
const FLAGS: &[(&str, &str)] = &[("EXISTS_errorDeclaration", "`true`: only error declarations")];

/// All parameters.
pub(super) enum EventParameters {}

impl IntoParams for EventParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        all_but("")
    }
}

/// The parameters without one that the path of a request gives.
pub(super) fn all_but(given: &str) -> Vec<Parameter> {
    let parameter = |(name, description): &(&str, &str), schema: ObjectBuilder| {
        ParameterBuilder::new()
            .name(*name)
            .parameter_in(ParameterIn::Query)
            .required(Required::False)
            .description(Some(*description))
            .schema(Some(schema))
            .build()
    };
    let text = || ObjectBuilder::new().schema_type(Type::String).min_length(Some(1));
    let count = || ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
    let flag = || ObjectBuilder::new().schema_type(Type::Boolean);
    let texts = TEXTS.iter().map(|it| parameter(it, text()));
    let counts = COUNTS.iter().map(|it| parameter(it, count()));
    let flags = FLAGS.iter().map(|it| parameter(it, flag()));
    let filters = FILTERS.iter().map(|(name, form, description)| {
        let schema = match form {
            Form::Number => ObjectBuilder::new().schema_type(Type::Number),
            Form::Flag => flag(),
            Form::Time | Form::Texts | Form::Hex => text(),
        };
        parameter(&(*name, *description), schema)
    });
    texts.chain(counts).chain(flags).chain(filters).filter(|it| it.name != given).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use standards_epcis::query::{filter_names, parameter_names};

    #[test]
    fn every_parameter_of_the_language_is_documented() {
        let mut listed: Vec<String> = all_but("").into_iter().map(|it| it.name).collect();
        // The name of the standard's query, which changes nothing.
        listed.push("queryName".to_owned());
        listed.sort();
        // Another spelling of a time.
        let is_documented = |name: &String| !name.ends_with("errorDeclaration_Time");
        let filters = filter_names().filter(is_documented);
        let mut known: Vec<String> = parameter_names().map(str::to_owned).chain(filters).collect();
        known.sort();
        assert_eq!(listed, known);
        assert_eq!(all_but("eventType").len(), all_but("").len() - 1);
    }
}

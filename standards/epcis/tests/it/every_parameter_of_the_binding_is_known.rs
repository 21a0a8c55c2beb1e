//! Every query parameter of the EPCIS 2.0 REST binding (OpenAPI, and the schema of queries) is supported.

use serde_json::Value;
use standards_epcis::{problem::code, query::parse_parameters_with};

use super::shared_data::{path, read};

/// The fixed names of the schema of queries (GS1, `REST Bindings/query-schema.json` of EPCIS 2.0).
const PROPERTIES: &str = "
    eventType GE_eventTime LT_eventTime GE_recordTime LT_recordTime EQ_action EQ_bizStep EQ_disposition
    EQ_persistentDisposition_set EQ_persistentDisposition_unset EQ_quantity GT_quantity GE_quantity LT_quantity
    LE_quantity EQ_readPoint WD_readPoint EQ_bizLocation WD_bizLocation EQ_transformationID MATCH_epc MATCH_parentID
    MATCH_inputEPC MATCH_outputEPC MATCH_anyEPC MATCH_epcClass MATCH_inputEPCClass MATCH_outputEPCClass
    MATCH_anyEPCClass EQ_eventID EXISTS_errorDeclaration GE_errorDeclaration_Time LT_errorDeclaration_Time
    EQ_errorReason EQ_correctiveEventID orderBy orderDirection eventCountLimit maxEventCount EXISTS_sensorElementList
    GE_time LT_time GE_startTime LT_startTime GE_endTime LT_endTime EQ_type EQ_deviceID EQ_dataProcessingMethod
    EQ_microorganism EQ_chemicalSubstance EQ_bizRules EQ_stringValue EQ_booleanValue EQ_hexBinaryValue EQ_uriValue
    GE_percRank LT_percRank GT_percRank LE_percRank";

/// A name of each pattern of the schema, in which `*` stands for `EQ`, `GT`, `GE`, `LT` and `LE`, and `+` also for
/// `EXISTS`.
const PATTERNS: &str = "
    EQ_bizTransaction_po EQ_source_owning_party EQ_destination_location
    +_ex:field +_ILMD_ex:field +_INNER_ex:field +_INNER_ILMD_ex:field HASATTR_ex:field EQ_ATTR_bizLocation_field
    +_ERROR_DECLARATION_ex:field +_INNER_ERROR_DECLARATION_ex:field
    *_value_KEL GE_minValue_KEL LT_minValue_KEL GT_minValue_KEL LE_minValue_KEL GE_maxValue_KEL LT_maxValue_KEL
    GT_maxValue_KEL LE_maxValue_KEL GE_meanValue_KEL LT_meanValue_KEL GT_meanValue_KEL LE_meanValue_KEL GE_sDev_KEL
    LT_sDev_KEL GT_sDev_KEL LE_sDev_KEL GE_percValue_KEL LT_percValue_KEL GT_percValue_KEL LE_percValue_KEL
    *_quantity_KGM EQ_readPoint_ex:field EQ_INNER_readPoint_ex:field EQ_bizLocation_ex:field
    EQ_INNER_bizLocation_ex:field +_SENSORELEMENT_ex:field +_SENSORMETADATA_ex:field +_SENSORREPORT_ex:field
    *_INNER_SENSORELEMENT_ex:field *_INNER_SENSORMETADATA_ex:field *_INNER_SENSORREPORT_ex:field";

/// Parameters of schedules and streams, which belong to subscriptions.
const OF_SUBSCRIPTIONS: [&str; 9] =
    ["second", "minute", "hour", "dayOfMonth", "month", "dayOfWeek", "reportIfEmpty", "stream", "initialRecordTime"];

fn assert_known(name: &str) {
    // The value does not matter: a known parameter is refused for its value, if at all.
    let result = parse_parameters_with(&[("ex", "https://ex.example/")], None, [(name, "1")]);
    let unknown = result.err().into_iter().flatten().find(|problem| problem.code == code::UNKNOWN_QUERY_PARAMETER);
    assert!(unknown.is_none(), "{name} is not known");
}

#[test]
fn parameters_of_the_binding() {
    let document: Value = serde_json::from_slice(&read(&path("gs1-openapi/openapi.json"))).expect("JSON");
    let parameters = document["components"]["parameters"].as_object().expect("parameters");
    let mut tried = 0;
    for parameter in parameters.values().filter(|parameter| parameter["in"] == "query") {
        let name = parameter["name"].as_str().expect("a name");
        if !OF_SUBSCRIPTIONS.contains(&name) {
            assert_known(name);
            tried += 1;
        }
    }
    assert!(tried > 50, "{tried}");
}

#[test]
fn parameters_of_the_schema_of_queries() {
    let names = PROPERTIES.split_whitespace().chain(PATTERNS.split_whitespace());
    let mut tried = 0;
    for name in names {
        let operators: &[&str] = match &name[..1] {
            "*" => &["EQ", "GT", "GE", "LT", "LE"],
            "+" => &["EQ", "GT", "GE", "LT", "LE", "EXISTS"],
            _ => &[""],
        };
        for operator in operators {
            assert_known(&format!("{operator}{}", name.trim_start_matches(['*', '+'])));
            tried += 1;
        }
    }
    assert!(tried > 60 + 100, "{tried}");
}

#[test]
fn an_unknown_parameter_is_noticed() {
    for name in ["EQ_nothing", "HASATTR_nothing", "GE_value_ex:field", "GE_eventtime", "XX_ex:field"] {
        let problems = parse_parameters_with(&[("ex", "https://ex.example/")], None, [(name, "1")]).expect_err(name);
        assert_eq!(problems[0].code, code::UNKNOWN_QUERY_PARAMETER, "{name}");
    }
}

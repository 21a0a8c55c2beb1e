//! The parameters of the EPCIS simple event query as GraphQL input. Invariant: the input is parsed by the parser of
//! REST query bodies. So both have the same meaning and the same errors.

use crate::{
    error::ApiError,
    provenance::{code, problem::invalid_query},
};
use async_graphql::InputObject;
use serde::{Serialize, Serializer};
use standards_epcis::{
    extract::IdentifierRole,
    pattern::Pattern,
    problem::code as fault,
    query::{EventQuery, IdentifierMatch, parse_body, parse_parameters_within},
};

/// Conditions on events, named as in EPCIS 2.0. All given conditions must hold; a list holds when one of its values
/// does.
#[derive(Clone, Debug, Default, InputObject, Serialize)]
#[graphql(rename_fields = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(super) struct EventFilter {
    /// Event types: `ObjectEvent`, `AggregationEvent`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    event_type: Option<Vec<String>>,
    /// Events that happened at or after this time.
    #[graphql(name = "GE_eventTime")]
    #[serde(rename = "GE_eventTime", skip_serializing_if = "Option::is_none")]
    ge_event_time: Option<String>,
    /// Events that happened before this time.
    #[graphql(name = "LT_eventTime")]
    #[serde(rename = "LT_eventTime", skip_serializing_if = "Option::is_none")]
    lt_event_time: Option<String>,
    /// Events recorded at or after this time.
    #[graphql(name = "GE_recordTime")]
    #[serde(rename = "GE_recordTime", skip_serializing_if = "Option::is_none")]
    ge_record_time: Option<String>,
    /// Events recorded before this time.
    #[graphql(name = "LT_recordTime")]
    #[serde(rename = "LT_recordTime", skip_serializing_if = "Option::is_none")]
    lt_record_time: Option<String>,
    /// Actions: `ADD`, `OBSERVE`, `DELETE`.
    #[graphql(name = "EQ_action")]
    #[serde(rename = "EQ_action", skip_serializing_if = "Option::is_none")]
    action: Option<Vec<String>>,
    /// Business steps, as bare CBV words or URIs.
    #[graphql(name = "EQ_bizStep")]
    #[serde(rename = "EQ_bizStep", skip_serializing_if = "Option::is_none")]
    biz_step: Option<Vec<String>>,
    /// Dispositions, as bare CBV words or URIs.
    #[graphql(name = "EQ_disposition")]
    #[serde(rename = "EQ_disposition", skip_serializing_if = "Option::is_none")]
    disposition: Option<Vec<String>>,
    /// Read points, in any spelling.
    #[graphql(name = "EQ_readPoint")]
    #[serde(rename = "EQ_readPoint", skip_serializing_if = "Option::is_none")]
    read_point: Option<Vec<String>>,
    /// Business locations, in any spelling.
    #[graphql(name = "EQ_bizLocation")]
    #[serde(rename = "EQ_bizLocation", skip_serializing_if = "Option::is_none")]
    biz_location: Option<Vec<String>>,
    /// Event ids.
    #[graphql(name = "EQ_eventID")]
    #[serde(rename = "EQ_eventID", skip_serializing_if = "Option::is_none")]
    event_id: Option<Vec<String>>,
    /// EPCs or EPC patterns that occur in `epcList` or `childEPCs`.
    #[graphql(name = "MATCH_epc")]
    #[serde(rename = "MATCH_epc", skip_serializing_if = "Option::is_none")]
    epc: Option<Vec<String>>,
    /// EPC classes that occur in `quantityList` or `childQuantityList`.
    #[graphql(name = "MATCH_epcClass")]
    #[serde(rename = "MATCH_epcClass", skip_serializing_if = "Option::is_none")]
    epc_class: Option<Vec<String>>,
    /// EPCs that occur in any role.
    #[graphql(name = "MATCH_anyEPC")]
    #[serde(rename = "MATCH_anyEPC", skip_serializing_if = "Option::is_none")]
    any_epc: Option<Vec<String>>,
    /// EPC classes, including lots, that occur in any role.
    #[graphql(name = "MATCH_anyEPCClass")]
    #[serde(rename = "MATCH_anyEPCClass", skip_serializing_if = "Option::is_none")]
    any_epc_class: Option<Vec<String>>,
    /// Other parameters of the standard's query, by name. They have no index, so that candidates are examined one by
    /// one.
    #[serde(flatten, serialize_with = "as_members", skip_serializing_if = "Option::is_none")]
    parameters: Option<Vec<QueryParameter>>,
    /// The sort key: `eventTime` or `recordTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    order_by: Option<String>,
    /// The sort direction: `ASC` or `DESC`.
    #[serde(skip_serializing_if = "Option::is_none")]
    order_direction: Option<String>,
}

/// A parameter of the EPCIS simple event query, such as `GE_value_CEL`, `EQ_ILMD_https://example.org/#field` or
/// `EQ_ATTR_bizLocation_cbvmda:city`.
#[derive(Clone, Debug, InputObject)]
pub(super) struct QueryParameter {
    /// Its name. The namespace of a user's field is written out.
    name: String,
    /// Its values, of which one must match; `true` for a parameter that asks whether a field exists.
    values: Vec<String>,
}

/// The parameters of the page, which are arguments of the field.
const OF_THE_PAGE: [&str; 4] = ["perPage", "nextPageToken", "eventCountLimit", "maxEventCount"];

#[expect(clippy::ref_option, reason = "the form that serde calls")]
fn as_members<S: Serializer>(parameters: &Option<Vec<QueryParameter>>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(parameters.iter().flatten().map(|parameter| (&parameter.name, &parameter.values)))
}

/// The filter and the page, with the member names of a query body.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Paged<'f, F> {
    #[serde(flatten)]
    filter: &'f F,
    #[serde(skip_serializing_if = "Option::is_none")]
    per_page: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

impl EventFilter {
    pub(super) fn query(&self, first: Option<u32>, after: Option<String>) -> Result<EventQuery, ApiError> {
        let mut others = self.parameters.iter().flatten();
        if let Some(page) = others.find(|parameter| OF_THE_PAGE.contains(&&*parameter.name)) {
            let detail = format!("{} is not a parameter of a filter.", page.name);
            return Err(ApiError::new(&code::INVALID_QUERY, detail.clone()).at(
                format!("/{}", page.name),
                code::INVALID_QUERY.name,
                detail,
            ));
        }
        parse(self, first, after)
    }
}

/// Parses the filter and the page as the body of a REST query.
fn parse<F: Serialize>(filter: &F, first: Option<u32>, after: Option<String>) -> Result<EventQuery, ApiError> {
    let body = serde_json::to_vec(&Paged { filter, per_page: first, next_page_token: after });
    let result = parse_body(&body.map_err(|error| ApiError::internal(&error))?);
    let mut query = result.map_err(|mut problems| {
        for problem in &mut problems {
            name_argument(&mut problem.pointer);
            if problem.code == fault::UNBOUND_PREFIX {
                // There is neither a header nor an `@context` here.
                "names have no prefixes in GraphQL: write the namespace out, as in EQ_https://example.org/#field"
                    .clone_into(&mut problem.detail);
            }
        }
        invalid_query(problems)
    })?;
    if let Some(token) = &mut query.next_page_token {
        name_argument(&mut token.pointer);
    }
    Ok(query)
}

/// Points to an argument whose name differs from that of the member in a body.
fn name_argument(pointer: &mut String) {
    match pointer.as_str() {
        "/perPage" => "/first".clone_into(pointer),
        "/nextPageToken" => "/after".clone_into(pointer),
        _ => {}
    }
}

/// The query for events that have `value` in one parameter.
pub(super) fn query_of_parameter(
    parameter: &'static str,
    value: &str,
    first: Option<u32>,
    after: Option<String>,
) -> Result<EventQuery, ApiError> {
    let query = parse_parameters_within((parameter, value), []).map_err(invalid_query)?;
    with_page(query, first, after)
}

/// A query with the page of the arguments.
pub(super) fn with_page(query: EventQuery, first: Option<u32>, after: Option<String>) -> Result<EventQuery, ApiError> {
    let EventQuery { per_page, next_page_token, .. } = parse(&EventFilter::default(), first, after)?;
    Ok(EventQuery { per_page, next_page_token, ..query })
}

/// The query for events that contain a canonical identifier in any role, as instance or as class.
pub(super) fn query_in_any_role(
    canonical: &str,
    first: Option<u32>,
    after: Option<String>,
) -> Result<EventQuery, ApiError> {
    let mut query = parse(&EventFilter::default(), first, after)?;
    query
        .matches
        .push(IdentifierMatch { roles: &IdentifierRole::ALL, patterns: vec![Pattern::Exact(canonical.to_owned())] });
    Ok(query)
}

//! Parses query parameters one by one, from a URL or a JSON body. Invariant: an accepted query has each parameter at
//! most once, with only valid values.

use super::{EventLimit, EventQuery, IdentifierMatch, OrderBy, OrderDirection};
use crate::{
    event::{Action, EventType},
    extract::IdentifierRole as Role,
    identifier,
    limit::{PER_PAGE_MAX, QUERY_VALUE_BYTES_MAX, QUERY_VALUES_MAX},
    pattern::{Level, Pattern},
    problem::{Path, Problem, Problems, code, quote},
    timestamp::Timestamp,
    vocabulary::{BIZ_STEP, DISPOSITION},
};

/// Parses percent-decoded URL query parameters. `|` separates alternative values.
///
/// # Errors
/// All problems found, each with the pointer `/{name}` of its parameter.
pub fn parse_parameters<'p>(
    parameters: impl IntoIterator<Item = (&'p str, &'p str)>,
) -> Result<EventQuery, Vec<Problem>> {
    let mut reader = Reader::default();
    for (name, value) in parameters {
        reader.read(name, &value.split('|').collect::<Vec<_>>());
    }
    reader.finish()
}

/// Applies the values of one parameter to the query. The error is a sentence for people.
type Apply = fn(&mut EventQuery, &[&str]) -> Result<(), String>;

/// The roles of each `MATCH_…` parameter (EPCIS 2.0 section 8.2.7.1).
static MATCHES: [(&str, Level, &[Role]); 9] = [
    ("MATCH_epc", Level::Instance, &[Role::Epc, Role::ChildEpc]),
    ("MATCH_parentID", Level::Instance, &[Role::ParentId]),
    ("MATCH_inputEPC", Level::Instance, &[Role::InputEpc]),
    ("MATCH_outputEPC", Level::Instance, &[Role::OutputEpc]),
    ("MATCH_anyEPC", Level::Instance, &[Role::Epc, Role::ParentId, Role::ChildEpc, Role::InputEpc, Role::OutputEpc]),
    ("MATCH_epcClass", Level::Class, &[Role::EpcClass, Role::ChildClass]),
    ("MATCH_inputEPCClass", Level::Class, &[Role::InputClass]),
    ("MATCH_outputEPCClass", Level::Class, &[Role::OutputClass]),
    ("MATCH_anyEPCClass", Level::Class, &[Role::EpcClass, Role::ChildClass, Role::InputClass, Role::OutputClass]),
];

static PARAMETERS: [(&str, Apply); 18] = [
    ("eventType", |query, values| {
        query.event_types = each(values, "an event type", EventType::from_name)?;
        Ok(())
    }),
    ("GE_eventTime", |query, values| set_time(&mut query.event_time.from_ms, values)),
    ("LT_eventTime", |query, values| set_time(&mut query.event_time.until_ms, values)),
    ("GE_recordTime", |query, values| set_time(&mut query.record_time.from_ms, values)),
    ("LT_recordTime", |query, values| set_time(&mut query.record_time.until_ms, values)),
    ("EQ_action", |query, values| {
        query.actions = each(values, "an action", Action::from_name)?;
        Ok(())
    }),
    ("EQ_bizStep", |query, values| {
        query.biz_steps = each(values, "a business step", |text| Some(BIZ_STEP.canonical(text).into_owned()))?;
        Ok(())
    }),
    ("EQ_disposition", |query, values| {
        query.dispositions = each(values, "a disposition", |text| Some(DISPOSITION.canonical(text).into_owned()))?;
        Ok(())
    }),
    ("EQ_readPoint", |query, values| set_places(&mut query.read_points, values)),
    ("EQ_bizLocation", |query, values| set_places(&mut query.biz_locations, values)),
    ("EQ_eventID", |query, values| {
        query.event_ids = each(values, "an event id", |text| Some(text.to_owned()))?;
        Ok(())
    }),
    ("orderBy", |query, values| {
        query.order_by = one(values, "\"eventTime\" or \"recordTime\"", |text| match text {
            "eventTime" => Some(OrderBy::EventTime),
            "recordTime" => Some(OrderBy::RecordTime),
            _ => None,
        })?;
        Ok(())
    }),
    ("orderDirection", |query, values| {
        query.order_direction = one(values, "\"ASC\" or \"DESC\"", |text| match text {
            "ASC" => Some(OrderDirection::Ascending),
            "DESC" => Some(OrderDirection::Descending),
            _ => None,
        })?;
        Ok(())
    }),
    ("perPage", |query, values| {
        query.per_page = one(values, "a number from 1 to 1000", |text| {
            text.parse().ok().filter(|count| (1..=PER_PAGE_MAX).contains(count))
        })?;
        Ok(())
    }),
    ("nextPageToken", |query, values| {
        // The token is opaque, so a `|` in it does not separate values.
        query.next_page_token = Some(values.join("|"));
        Ok(())
    }),
    ("eventCountLimit", |query, values| set_limit(query, values, EventLimit::First)),
    ("maxEventCount", |query, values| set_limit(query, values, EventLimit::RefuseBeyond)),
    // The name of the standard's predefined query. It changes nothing.
    ("queryName", |_, values| one(values, "\"SimpleEventQuery\"", |text| (text == "SimpleEventQuery").then_some(()))),
];

/// Collects parameters to a query.
#[derive(Default)]
pub(super) struct Reader {
    query: EventQuery,
    seen: Vec<String>,
    pub(super) problems: Problems,
}

impl Reader {
    pub(super) fn read(&mut self, name: &str, values: &[&str]) {
        if let Err((code, detail)) = self.apply(name, values) {
            self.problems.push(&Path::Root.name(name), code, detail);
        }
    }

    pub(super) fn finish(self) -> Result<EventQuery, Vec<Problem>> {
        self.problems.into_result(self.query)
    }

    fn apply(&mut self, name: &str, values: &[&str]) -> Result<(), (&'static str, String)> {
        let known = PARAMETERS.iter().find(|(known, _)| *known == name);
        let matched = MATCHES.iter().find(|(known, _, _)| *known == name);
        if known.is_none() && matched.is_none() {
            return Err((code::UNKNOWN_QUERY_PARAMETER, "this repository has no such query parameter".to_owned()));
        }
        let invalid = |detail: String| (code::INVALID_QUERY_VALUE, detail);
        if self.seen.iter().any(|seen| seen == name) {
            return Err(invalid("given twice; list alternatives in one value, between \"|\"".to_owned()));
        }
        self.seen.push(name.to_owned());
        if values.len() > QUERY_VALUES_MAX {
            return Err(invalid(format!("lists {} values; at most {QUERY_VALUES_MAX}", values.len())));
        }
        if values.iter().any(|value| value.len() > QUERY_VALUE_BYTES_MAX) {
            return Err(invalid(format!("a value has at most {QUERY_VALUE_BYTES_MAX} bytes")));
        }
        if values.is_empty() || values.iter().any(|value| value.is_empty()) {
            return Err(invalid("a value is empty".to_owned()));
        }
        if let Some((_, apply)) = known {
            return apply(&mut self.query, values).map_err(invalid);
        }
        if let Some((_, level, roles)) = matched {
            let patterns = each(values, "an identifier or EPC pattern", |text| Pattern::parse(text, *level));
            self.query.matches.push(IdentifierMatch { roles, patterns: patterns.map_err(invalid)? });
        }
        Ok(())
    }
}

/// Parses every value with `read`.
fn each<T>(values: &[&str], words: &str, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, String> {
    values.iter().map(|value| read(value).ok_or_else(|| format!("{} is not {words}", quote(value)))).collect()
}

/// Parses the only value with `read`. Refuses several values.
fn one<T>(values: &[&str], words: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, String> {
    match values {
        [value] => read(value).ok_or_else(|| format!("{} is not {words}", quote(value))),
        _ => Err("takes one value".to_owned()),
    }
}

fn set_time(slot: &mut Option<i64>, values: &[&str]) -> Result<(), String> {
    *slot = Some(one(values, "a time with a zone", Timestamp::parse)?.unix_ms());
    Ok(())
}

fn set_places(slot: &mut Vec<String>, values: &[&str]) -> Result<(), String> {
    *slot = each(values, "a place", |text| Some(identifier::canonical(text).into_owned()))?;
    Ok(())
}

fn set_limit(query: &mut EventQuery, values: &[&str], limit: fn(u32) -> EventLimit) -> Result<(), String> {
    if query.limit != EventLimit::None {
        return Err("eventCountLimit and maxEventCount exclude each other".to_owned());
    }
    query.limit = limit(one(values, "a positive number", |text| text.parse().ok().filter(|count| *count > 0))?);
    Ok(())
}

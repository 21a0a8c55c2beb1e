//! The parameters of the EPCIS simple event query, each with the values that it takes. Invariant: a parameter changes
//! its own part of the query alone.

use super::{EventLimit, EventQuery, OrderBy, OrderDirection, PageToken, TermMatch};
use crate::{
    context::expand_gs1,
    event::{Action, EventType},
    extract::{IdentifierRole as Role, TermKind, canonical_identifier},
    identifier::Level,
    limit::PER_PAGE_MAX,
    problem::quote,
    timestamp::{FRACTION_DIGITS_MAX, Timestamp},
    validate::is_uri,
    vocabulary::{BIZ_STEP, DISPOSITION, ERROR_REASON},
};

/// Applies the values of one parameter to the query. The error is a sentence for people.
pub(super) type Apply = fn(&mut EventQuery, &[&str]) -> Result<(), String>;

/// The roles of each `MATCH_…` parameter (EPCIS 2.0 section 8.2.7.1).
pub(super) static MATCHES: [(&str, Level, &[Role]); 9] = [
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

pub(super) static PARAMETERS: [(&str, Apply); 26] = [
    ("eventType", |query, values| set_types(query, values)),
    ("GE_eventTime", |query, values| set_time(&mut query.event_time.from, values)),
    ("LT_eventTime", |query, values| set_time(&mut query.event_time.until, values)),
    ("GE_recordTime", |query, values| set_time(&mut query.record_time.from, values)),
    ("LT_recordTime", |query, values| set_time(&mut query.record_time.until, values)),
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
    ("WD_readPoint", |query, values| set_places(&mut query.read_points_within, values)),
    ("WD_bizLocation", |query, values| set_places(&mut query.biz_locations_within, values)),
    ("EQ_eventID", |query, values| {
        query.event_ids = each(values, "an event id", |text| Some(text.to_owned()))?;
        Ok(())
    }),
    ("EQ_persistentDisposition_set", |query, values| {
        add_terms(query, TermKind::PersistentlySet, values);
        Ok(())
    }),
    ("EQ_persistentDisposition_unset", |query, values| {
        add_terms(query, TermKind::PersistentlyUnset, values);
        Ok(())
    }),
    ("EQ_transformationID", |query, values| {
        add_terms(query, TermKind::TransformationId, values);
        Ok(())
    }),
    ("EQ_errorReason", |query, values| {
        add_terms(query, TermKind::ErrorReason, values);
        Ok(())
    }),
    ("EQ_correctiveEventID", |query, values| {
        add_terms(query, TermKind::CorrectiveEventId, values);
        Ok(())
    }),
    ("EXISTS_errorDeclaration", |query, values| {
        query.only_error_declarations = one(values, "\"true\" or \"false\"", |text| text.parse().ok())?;
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
        query.per_page = one(values, "a positive number", parse_count)?.min(PER_PAGE_MAX);
        Ok(())
    }),
    ("nextPageToken", |query, values| {
        // The token is opaque, so a `|` in it does not separate values.
        query.next_page_token = Some(PageToken { text: values.join("|"), pointer: "/nextPageToken".to_owned() });
        Ok(())
    }),
    ("eventCountLimit", |query, values| set_limit(query, values, EventLimit::First)),
    ("maxEventCount", |query, values| set_limit(query, values, EventLimit::RefuseBeyond)),
    // The name of the standard's predefined query. It changes nothing.
    ("queryName", |_, values| one(values, "\"SimpleEventQuery\"", |text| (text == "SimpleEventQuery").then_some(()))),
];

/// The names of all parameters.
pub fn parameter_names() -> impl Iterator<Item = &'static str> {
    PARAMETERS.iter().map(|(name, _)| *name).chain(MATCHES.iter().map(|(name, _, _)| *name))
}

/// Refuses values that no capture can have, and which would match nothing without notice: a text without a colon is no
/// URI, and only some words of the CBV are values without being URIs. Event ids are not checked, because a record that
/// is not an event is found by its id.
pub(super) fn check_words(name: &str, values: &[&str]) -> Result<(), String> {
    let vocabulary = match name {
        "EQ_bizStep" => Some(&BIZ_STEP),
        "EQ_disposition" | "EQ_persistentDisposition_set" | "EQ_persistentDisposition_unset" => Some(&DISPOSITION),
        "EQ_errorReason" => Some(&ERROR_REASON),
        "EQ_readPoint" | "EQ_bizLocation" | "WD_readPoint" | "WD_bizLocation" | "EQ_transformationID" => None,
        _ if MATCHES.iter().any(|(known, _, _)| *known == name) => None,
        _ => return Ok(()),
    };
    let is_possible = |value: &str| value.contains(':') || vocabulary.is_some_and(|words| words.contains(value));
    match (values.iter().find(|value| !is_possible(value)), vocabulary) {
        (None, _) => Ok(()),
        (Some(value), Some(words)) => {
            Err(format!("{} is no {} of CBV 2.0; a user's own is a URI", quote(value), words.name))
        }
        (Some(value), None) => Err(format!("{} is not a URI", quote(value))),
    }
}

/// Parses every value with `read`.
pub(super) fn each<T>(values: &[&str], words: &str, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, String> {
    values.iter().map(|value| read(value).ok_or_else(|| format!("{} is not {words}", quote(value)))).collect()
}

/// Parses the only value with `read`. Refuses several values.
fn one<T>(values: &[&str], words: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, String> {
    match values {
        [value] => read(value).ok_or_else(|| format!("{} is not {words}", quote(value))),
        _ => Err("takes one value".to_owned()),
    }
}

fn set_time(slot: &mut Option<Timestamp>, values: &[&str]) -> Result<(), String> {
    let time = one(values, "a time with a zone", Timestamp::parse).map_err(|detail| {
        let hint = if values[0].contains(' ') { "; in an address, + is written %2B" } else { "" };
        format!(
            "{detail}, as 2026-07-22T06:45:00.5+02:00 with at most {FRACTION_DIGITS_MAX} digits of a fraction{hint}"
        )
    })?;
    *slot = Some(time);
    Ok(())
}

/// A standard type by its name or URI, or a user's type by its URI.
fn set_types(query: &mut EventQuery, values: &[&str]) -> Result<(), String> {
    for value in values {
        let name = expand_gs1(value);
        match EventType::from_name(&name) {
            Some(standard) => query.event_types.push(standard),
            None if is_uri(&name) => query.own_types.push(name.into_owned()),
            None => return Err(format!("{} is not an event type", quote(value))),
        }
    }
    Ok(())
}

fn set_places(slot: &mut Vec<String>, values: &[&str]) -> Result<(), String> {
    *slot = each(values, "a place", |text| Some(canonical_identifier(text).into_owned()))?;
    Ok(())
}

fn add_terms(query: &mut EventQuery, kind: TermKind, values: &[&str]) {
    let values = values.iter().map(|value| kind.canonical(value).into_owned()).collect();
    query.terms.push(TermMatch { kind, values });
}

fn set_limit(query: &mut EventQuery, values: &[&str], limit: fn(u32) -> EventLimit) -> Result<(), String> {
    if query.limit != EventLimit::None {
        return Err("eventCountLimit and maxEventCount exclude each other".to_owned());
    }
    query.limit = limit(one(values, "a positive number", parse_count)?);
    Ok(())
}

/// Parses a positive number, in decimal digits alone. One that no count reaches is the largest count.
pub fn parse_count(text: &str) -> Option<u32> {
    let digits = text.trim_start_matches('0');
    let is_number = !digits.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u32::MAX))
}

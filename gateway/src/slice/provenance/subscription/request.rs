//! Reads the request for a subscription. Invariant: a subscription has a receiver that may be called, and either
//! `stream` or a schedule. What the service would ignore is refused.

use super::super::code;
use crate::{
    body::parse_json,
    error::{ApiError, FieldProblem},
    outgoing::Outgoing,
    text,
};
use serde::{Deserialize, Serialize};
use standards_epcis::{
    query::{EventLimit, EventQuery},
    schedule::{Schedule, ScheduleFields, ScheduleProblem},
    timestamp::Timestamp,
};
use utoipa::ToSchema;
use zeroize::Zeroizing;

/// The largest request for a subscription, in bytes.
pub const SUBSCRIPTION_BYTES_MAX: usize = 8 * 1_024;
/// The longest secret of a receiver, in characters.
pub const SIGNATURE_TOKEN_CHARS_MAX: usize = 256;

/// A subscription as it is asked for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::slice::provenance) struct SubscriptionRequest {
    /// The address of the receiver: `https`, at port 443 or above 1023, and public.
    dest: String,
    /// The secret with which deliveries are signed, 1 to 256 characters. Without it they are not signed.
    #[serde(rename = "signatureToken", alias = "secret")]
    signature_token: Option<String>,
    /// `true`: deliver events as soon as they are recorded. Either this or `schedule`.
    stream: Option<bool>,
    /// The times at which to deliver.
    schedule: Option<ScheduleRequest>,
    /// With a schedule: deliver an empty list, too.
    #[serde(rename = "reportIfEmpty")]
    report_if_empty: Option<bool>,
    /// Begin with the events that were recorded at or after this time. If absent, with the next one.
    #[serde(rename = "initialRecordTime")]
    #[schema(format = DateTime)]
    initial_record_time: Option<String>,
}

/// A schedule in UTC, as cron has them: each field is a list, separated by commas, of numbers, ranges `[1-5]`, steps
/// `0/30`, or `*`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(in crate::slice::provenance) struct ScheduleRequest {
    /// 0 to 59.
    #[serde(skip_serializing_if = "Option::is_none")]
    second: Option<String>,
    /// 0 to 59.
    #[serde(skip_serializing_if = "Option::is_none")]
    minute: Option<String>,
    /// 0 to 23.
    #[serde(skip_serializing_if = "Option::is_none")]
    hour: Option<String>,
    /// 1 to 31.
    #[serde(skip_serializing_if = "Option::is_none")]
    day_of_month: Option<String>,
    /// 1 to 12.
    #[serde(skip_serializing_if = "Option::is_none")]
    month: Option<String>,
    /// 1 to 7, from Monday to Sunday.
    #[serde(skip_serializing_if = "Option::is_none")]
    day_of_week: Option<String>,
}

impl ScheduleRequest {
    /// The schedule with these fields: second, minute, hour, day of month, month, day of week.
    pub(super) fn of(fields: [Option<String>; 6]) -> Self {
        let [second, minute, hour, day_of_month, month, day_of_week] = fields;
        Self { second, minute, hour, day_of_month, month, day_of_week }
    }

    /// What the fields mean.
    pub(in crate::slice::provenance) fn parse(&self) -> Result<Schedule, ScheduleProblem> {
        Schedule::parse(&ScheduleFields {
            second: self.second.as_deref(),
            minute: self.minute.as_deref(),
            hour: self.hour.as_deref(),
            day_of_month: self.day_of_month.as_deref(),
            month: self.month.as_deref(),
            day_of_week: self.day_of_week.as_deref(),
        })
    }
}

/// What a valid request asks for.
#[derive(Clone, Debug)]
pub(in crate::slice::provenance) struct NewSubscription {
    /// In the normal form of the URL.
    pub(in crate::slice::provenance) dest: String,
    pub(in crate::slice::provenance) token: Option<Zeroizing<String>>,
    /// `None` for a stream.
    pub(in crate::slice::provenance) schedule: Option<ScheduleRequest>,
    pub(in crate::slice::provenance) report_if_empty: bool,
    /// As sent, and what it means.
    pub(in crate::slice::provenance) initial_record_time: Option<(String, Timestamp)>,
}

impl NewSubscription {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// `request.malformed_json`, `request.invalid_field`, `provenance.invalid_subscription` with every fault.
    pub(in crate::slice::provenance) fn parse(body: &[u8], outgoing: &Outgoing) -> Result<Self, ApiError> {
        let SubscriptionRequest { dest, signature_token, stream, schedule, report_if_empty, initial_record_time } =
            parse_json(body)?;
        let mut faults = Vec::new();
        let dest = match outgoing.target(&dest) {
            Ok(target) if target.is_refused() => {
                faults.push(fault("/dest", "leads to an address that is not public".to_owned()));
                dest
            }
            Ok(target) => target.as_str().to_owned(),
            Err(problem) => {
                faults.push(fault("/dest", problem.to_string()));
                dest
            }
        };
        if let Some(problem) =
            signature_token.as_deref().and_then(|token| text::fault(token, SIGNATURE_TOKEN_CHARS_MAX))
        {
            faults.push(fault("/signatureToken", problem));
        }
        faults.extend(controls_fault(stream, schedule.as_ref(), report_if_empty));
        let time = initial_record_time.as_deref().map(Timestamp::parse);
        if time == Some(None) {
            faults.push(time_fault());
        }
        if !faults.is_empty() {
            return Err(invalid(faults));
        }
        Ok(Self {
            dest,
            token: signature_token.map(Zeroizing::new),
            schedule,
            report_if_empty: report_if_empty == Some(true),
            initial_record_time: initial_record_time.zip(time.flatten()),
        })
    }
}

/// What is wrong with the times at which a subscription is told of events.
pub(in crate::slice::provenance) fn controls_fault(
    stream: Option<bool>,
    schedule: Option<&ScheduleRequest>,
    report_if_empty: Option<bool>,
) -> Option<FieldProblem> {
    match (stream, schedule) {
        (Some(false), _) => Some(fault("/stream", "is true or absent".to_owned())),
        (Some(true), Some(_)) => Some(fault("/stream", "excludes a schedule".to_owned())),
        (None, None) => Some(fault("/stream", "or a schedule is necessary".to_owned())),
        (Some(true), None) if report_if_empty == Some(true) => {
            Some(fault("/reportIfEmpty", "needs a schedule: a stream tells of events alone".to_owned()))
        }
        (Some(true), None) => None,
        (None, Some(schedule)) => schedule.parse().err().map(|problem| {
            let pointer = format!("/schedule/{}", problem.field());
            fault(pointer.trim_end_matches('/'), problem.to_string())
        }),
    }
}

/// The fault of an `initialRecordTime` that is no time.
pub(super) fn time_fault() -> FieldProblem {
    fault("/initialRecordTime", "is no time with a zone".to_owned())
}

/// Refuses a query whose answer depends on how many events match in all: what is told of new events has no whole.
///
/// # Errors
/// `provenance.invalid_subscription`.
pub(in crate::slice::provenance) fn check_query(query: &EventQuery) -> Result<(), ApiError> {
    let name = match query.limit {
        EventLimit::None => return Ok(()),
        EventLimit::First(_) => "eventCountLimit",
        EventLimit::RefuseBeyond(_) => "maxEventCount",
    };
    Err(invalid(vec![fault("", format!("the query has {name}, so it cannot be subscribed to"))]))
}

/// The refusal of a subscription with these faults.
pub(in crate::slice::provenance) fn invalid(faults: Vec<FieldProblem>) -> ApiError {
    let detail = "Correct every fault listed under `errors`.";
    ApiError::new(&code::INVALID_SUBSCRIPTION, detail).with_fields(faults)
}

fn fault(pointer: &str, detail: String) -> FieldProblem {
    FieldProblem { pointer: pointer.to_owned(), code: code::INVALID_SUBSCRIPTION.name.to_owned(), detail }
}

//! Reads the query parameters of a subscription by WebSocket. Invariant: they mean the same as the members of a request
//! for a webhook, and the same is refused.

use super::{
    EVENTS_PER_DELIVERY_MAX,
    request::{ScheduleRequest, controls_fault, invalid, time_fault},
};
use crate::{
    error::{ApiError, FieldProblem},
    provenance::{code, rest::paging},
};
use serde::Deserialize;
use standards_epcis::{problem::quote, schedule::Schedule, timestamp::Timestamp};
use utoipa::IntoParams;

/// The parameters of a subscription by WebSocket.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(in crate::slice::provenance) struct SocketParameters {
    /// With a WebSocket: `true`, send events as soon as they are recorded. Either this or a schedule.
    #[param(value_type = Option<bool>)]
    stream: Option<String>,
    /// With a WebSocket: a schedule in UTC, as that of a subscription by webhook. 0 to 59.
    second: Option<String>,
    /// With a WebSocket: 0 to 59.
    minute: Option<String>,
    /// With a WebSocket: 0 to 23.
    hour: Option<String>,
    /// With a WebSocket: 1 to 31.
    day_of_month: Option<String>,
    /// With a WebSocket: 1 to 12.
    month: Option<String>,
    /// With a WebSocket: 1 to 7, from Monday to Sunday.
    day_of_week: Option<String>,
    /// With a WebSocket and a schedule: send an empty list, too.
    #[param(value_type = Option<bool>)]
    report_if_empty: Option<String>,
    /// With a WebSocket: begin with the events that were recorded at or after this time. If absent, with the next one.
    #[param(value_type = Option<String>, format = DateTime)]
    initial_record_time: Option<String>,
    /// The most events in one document.
    #[param(ignore)]
    per_page: Option<String>,
}

/// What valid parameters ask for.
#[derive(Clone, Debug)]
pub(in crate::slice::provenance) struct SocketControls {
    /// `None` for a stream.
    pub(super) schedule: Option<Schedule>,
    pub(super) report_if_empty: bool,
    pub(super) initial_record_time: Option<Timestamp>,
    /// The most events in one document.
    pub(super) events_max: u32,
}

impl SocketParameters {
    /// What the parameters mean.
    ///
    /// # Errors
    /// `provenance.invalid_subscription` with every fault, `request.invalid_parameter` for `perPage`.
    pub(in crate::slice::provenance) fn controls(self) -> Result<SocketControls, ApiError> {
        let Self { stream, second, minute, hour, day_of_month, month, day_of_week, .. } = self;
        let mut faults = Vec::new();
        let stream = flag("/stream", stream.as_deref(), &mut faults);
        let report_if_empty = flag("/reportIfEmpty", self.report_if_empty.as_deref(), &mut faults);
        let fields = [second, minute, hour, day_of_month, month, day_of_week];
        let has_schedule = fields.iter().any(Option::is_some);
        let schedule = has_schedule.then(|| ScheduleRequest::of(fields));
        let time = self.initial_record_time.as_deref().map(Timestamp::parse);
        if faults.is_empty() {
            faults.extend(controls_fault(stream, schedule.as_ref(), report_if_empty).map(as_parameter));
        }
        if time == Some(None) {
            faults.push(time_fault());
        }
        if !faults.is_empty() {
            return Err(invalid(faults));
        }
        let events_max = self.per_page.as_deref().map(paging::per_page).transpose()?;
        let schedule = schedule.as_ref().map(ScheduleRequest::parse).transpose();
        Ok(SocketControls {
            // It was read without a fault before.
            schedule: schedule.map_err(|problem| ApiError::internal(&problem))?,
            report_if_empty: report_if_empty == Some(true),
            initial_record_time: time.flatten(),
            events_max: events_max.unwrap_or(EVENTS_PER_DELIVERY_MAX).min(EVENTS_PER_DELIVERY_MAX),
        })
    }
}

/// Reads `true` or `false`.
fn flag(pointer: &str, text: Option<&str>, faults: &mut Vec<FieldProblem>) -> Option<bool> {
    let text = text?;
    let value = text.parse().ok();
    if value.is_none() {
        let detail = format!("{} is not true or false", quote(text));
        let code = code::INVALID_SUBSCRIPTION.name.to_owned();
        faults.push(FieldProblem { pointer: pointer.to_owned(), code, detail });
    }
    value
}

/// A fault of a schedule, whose fields are parameters of their own.
fn as_parameter(fault: FieldProblem) -> FieldProblem {
    match fault.pointer.strip_prefix("/schedule") {
        Some(field) => FieldProblem { pointer: field.to_owned(), ..fault },
        None => fault,
    }
}

//! Events for GraphQL, and capture jobs as in the EPCIS 2.0 REST binding (OpenAPI 2.0.0, `CaptureJob`). Invariant: a
//! job lists only events that caused a failure. Events that were aborted with them are not listed.

mod event;

pub use event::{Event, UNREADABLE};

use super::{code, exception};
use crate::operation::{OperationRecord, model::format_us};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The code of commands that failed only because another command of the same document failed.
const ABORTED: &str = "ledger.atomic_aborted";

/// A capture job: one document of events, from acceptance to the outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CaptureJob {
    /// The id of the job, which is also the id of its operation.
    #[serde(rename = "captureID")]
    pub capture_id: String,
    /// The time at which the document was accepted, RFC 3339 UTC.
    pub created_at: String,
    /// The time at which the outcome was known, RFC 3339 UTC; absent while running.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<String>,
    /// Whether the outcome is still open.
    pub running: bool,
    /// Whether no event has failed so far.
    pub success: bool,
    /// The error behaviour: `rollback` or `proceed`.
    pub capture_error_behaviour: String,
    /// The events that are not valid or that the ledger rejected.
    pub errors: Vec<CaptureFault>,
}

/// An event that failed, with members of RFC 9457.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CaptureFault {
    /// The exception type of the EPCIS binding, `epcisException:…`.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short summary of the fault.
    pub title: String,
    /// The HTTP status that the fault would have as a response of its own.
    pub status: u16,
    /// The stable code.
    pub code: String,
    /// An explanation of the fault.
    pub detail: String,
    /// The position of the event in the document, as a JSON pointer (RFC 6901).
    pub pointer: String,
}

/// A page of capture jobs, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct CaptureJobs(pub Vec<CaptureJob>);

impl CaptureJob {
    /// Builds the job of an operation.
    pub fn of(record: &OperationRecord) -> Self {
        let errors = faults(record);
        Self {
            capture_id: record.id.to_string(),
            created_at: format_us(record.accepted_at_us),
            finished_at: record.decision.as_ref().map(|decision| format_us(decision.executed_at_us)),
            running: record.decision.is_none(),
            success: errors.is_empty(),
            capture_error_behaviour: if record.atomic { "rollback" } else { "proceed" }.to_owned(),
            errors,
        }
    }
}

fn faults(record: &OperationRecord) -> Vec<CaptureFault> {
    let refused = record.refused.iter().flat_map(|refused| &refused.faults).map(|fault| CaptureFault {
        kind: exception::VALIDATION.to_owned(),
        title: code::INVALID_DOCUMENT.title.to_owned(),
        status: code::INVALID_DOCUMENT.status,
        code: fault.code.clone(),
        detail: fault.detail.clone(),
        pointer: fault.pointer.clone(),
    });
    refused.chain(rejected(record)).collect()
}

/// The events that the ledger rejected.
fn rejected(record: &OperationRecord) -> impl Iterator<Item = CaptureFault> {
    let outcomes = record.decision.as_ref().map(|decision| &*decision.outcomes).unwrap_or_default();
    outcomes.iter().filter_map(|outcome| Some((outcome, outcome.code.as_deref().filter(|code| *code != ABORTED)?))).map(
        |(outcome, reason)| {
            let exists = &code::EVENT_EXISTS;
            let (kind, status) = if reason == exists.name {
                (exception::ALREADY_EXISTS, exists.status)
            } else {
                (exception::IMPLEMENTATION, code::EVENT_REJECTED.status)
            };
            let fields: Vec<_> = outcome.fields.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            CaptureFault {
                kind: kind.to_owned(),
                title: "The ledger rejected the event".to_owned(),
                status,
                code: reason.to_owned(),
                detail: if fields.is_empty() { reason.to_owned() } else { fields.join(", ") },
                pointer: record.command_pointer(outcome.index),
            }
        },
    )
}

//! Events, and capture jobs as the EPCIS 2.0 REST binding shows them (OpenAPI 2.0.0, `CaptureJob`).

mod event;

pub use event::Event;

use super::{code, exception};
use crate::operation::{OperationRecord, model::format_us};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The code that the ledger gives to commands which failed only because another command of the document did.
const ABORTED: &str = "ledger.atomic_aborted";

/// A capture job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CaptureJob {
    /// The job's id, which is its operation's.
    #[serde(rename = "captureID")]
    pub capture_id: String,
    /// When the document was accepted, RFC 3339 UTC.
    pub created_at: String,
    /// When its outcome was known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<String>,
    /// Whether the outcome is open.
    pub running: bool,
    /// Whether no event failed so far.
    pub success: bool,
    /// `rollback` or `proceed`.
    pub capture_error_behaviour: String,
    /// The events that failed.
    pub errors: Vec<CaptureFault>,
}

/// An event that failed (RFC 9457 members).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CaptureFault {
    /// `epcisException:…`, as the binding fixes it.
    #[serde(rename = "type")]
    pub kind: String,
    /// The code in words.
    pub title: String,
    /// The HTTP status that the fault would have alone.
    pub status: u16,
    /// The stable code.
    pub code: String,
    /// What happened.
    pub detail: String,
    /// Where the event stands in the document (RFC 6901).
    pub pointer: String,
}

/// A page of capture jobs, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct CaptureJobs(pub Vec<CaptureJob>);

impl CaptureJob {
    /// The job of an operation.
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
    let outcomes = record.decision.as_ref().map(|decision| &*decision.outcomes).unwrap_or_default();
    outcomes
        .iter()
        .filter_map(|outcome| Some((outcome, outcome.code.as_deref().filter(|code| *code != ABORTED)?)))
        .map(|(outcome, reason)| {
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
        })
        .collect()
}

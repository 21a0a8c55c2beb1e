//! Operations as the API shows them.

use super::{OperationRecord, Status};
use crate::page::List;
use async_graphql::SimpleObject;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chain_types::codec;
use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use utoipa::ToSchema;

/// An operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct Operation {
    /// `op_` and 32 hexadecimal digits; sorts by time.
    pub id: String,
    /// What was asked, such as `provenance.capture`.
    pub kind: String,
    /// `accepted`, `soft`, `final`, `rejected` or `expired`.
    pub status: String,
    /// The transaction's id on the ledger, 64 hexadecimal digits.
    pub tx_id: String,
    /// The shard that decides.
    pub shard: u16,
    /// The block that holds its records; absent while undecided and when no block does.
    pub height: Option<u64>,
    /// Whether its commands stand or fall together.
    pub atomic: bool,
    /// How many commands it has.
    pub command_count: u32,
    /// The promise of a leader to include it; present while the status is `soft`.
    pub soft_confirmation: Option<SoftConfirmation>,
    /// The steps taken so far, in order.
    pub timeline: Vec<Step>,
    /// What became of each command; empty while undecided.
    pub commands: Vec<CommandView>,
    /// The W3C trace id of the request that asked.
    pub trace_id: Option<String>,
}

/// A leader's promise before consensus: no block of its own, from height `by` on and within the epoch, becomes final
/// unless the transaction is on the chain by then or can be no more. A leader that breaks it loses part of its bond.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct SoftConfirmation {
    /// The epoch.
    pub epoch: u64,
    /// The leader: an index into the epoch's validator set.
    pub leader: u16,
    /// The height from which the leader's own blocks must hold it.
    pub by: u64,
    /// The signed promise and the path that leads from the transaction's id to its root, in canonical encoding, base64.
    pub evidence: String,
}

/// One step of an operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, SimpleObject)]
#[graphql(name = "OperationStep")]
#[schema(title = "OperationStep")]
pub struct Step {
    /// `accepted`, `signed`, `soft` (while undecided), `ordered`, `executed` or `indexed`.
    #[serde(rename = "step")]
    #[graphql(name = "step")]
    pub name: String,
    /// When, RFC 3339 UTC with microseconds. `ordered` is the block's own time, in whole milliseconds.
    pub at: String,
    /// Milliseconds since the step before; 0 for the first.
    pub duration_ms: f64,
}

/// What became of one command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, SimpleObject)]
#[graphql(name = "OperationCommand")]
#[schema(title = "OperationCommand")]
pub struct CommandView {
    /// Its index within the operation, from 0.
    pub index: u32,
    /// Where it stands in the request's body (RFC 6901).
    pub pointer: String,
    /// `applied`, `repeated` (the very same content was on record, nothing was added) or `rejected`.
    pub outcome: String,
    /// The code of the rejection.
    pub code: Option<String>,
    /// The values that explain it.
    pub fields: Vec<NamedValue>,
}

/// A named value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct NamedValue {
    /// The name.
    pub name: String,
    /// The value as text.
    pub value: String,
}

/// One page of operations, newest first.
pub type OperationPage = List<Operation>;

/// RFC 3339 UTC with microseconds.
pub(crate) fn format_us(at_us: i64) -> String {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(at_us) * 1_000)
        .ok()
        .and_then(|at| at.format(&Rfc3339).ok())
        .unwrap_or_default()
}

impl Operation {
    /// The view of a record.
    pub fn of(record: &OperationRecord) -> Self {
        let decision = record.decision.as_ref();
        Self {
            id: record.id.to_string(),
            kind: record.kind.to_string(),
            status: record.status().as_str().to_owned(),
            tx_id: record.tx_id.to_string(),
            shard: record.shard.0,
            height: decision.and_then(|decision| decision.height).map(|height| height.0),
            atomic: record.atomic,
            command_count: record.command_count,
            soft_confirmation: soft_confirmation(record),
            timeline: timeline(record),
            commands: decision.map(|_| commands(record)).unwrap_or_default(),
            trace_id: record.trace_id.clone(),
        }
    }
}

fn soft_confirmation(record: &OperationRecord) -> Option<SoftConfirmation> {
    let promised = record.promised.as_ref().filter(|_| record.decision.is_none())?;
    let promise = &promised.promise.signed.promise;
    let confirmation = promised.promise.confirmation(&record.tx_id)?;
    Some(SoftConfirmation {
        epoch: promise.epoch.0,
        leader: promise.leader,
        by: promise.by.0,
        evidence: STANDARD.encode(codec::encode(&confirmation)),
    })
}

fn timeline(record: &OperationRecord) -> Vec<Step> {
    let decision = record.decision.as_ref();
    let steps = [
        ("accepted", Some(record.accepted_at_us)),
        ("signed", Some(record.signed_at_us)),
        ("soft", record.promised.as_ref().filter(|_| decision.is_none()).map(|promised| promised.at_us)),
        ("ordered", decision.and_then(|decision| decision.ordered_at_us)),
        ("executed", decision.filter(|decision| decision.status != Status::Expired).map(|it| it.executed_at_us)),
        ("indexed", record.indexed_at_us),
    ];
    let mut before = record.accepted_at_us;
    let mut out = Vec::with_capacity(steps.len());
    for (step, at_us) in steps {
        let Some(at_us) = at_us else { continue };
        // A block's time is in whole milliseconds and so may read as earlier than the step before it.
        let at_us = at_us.max(before);
        #[allow(clippy::cast_precision_loss, reason = "a span of microseconds below 2^53 is exact")]
        let duration_ms = (at_us - before) as f64 / 1_000.0;
        out.push(Step { name: step.to_owned(), at: format_us(at_us), duration_ms });
        before = at_us;
    }
    out
}

fn commands(record: &OperationRecord) -> Vec<CommandView> {
    let outcomes = record.decision.as_ref().map(|decision| &*decision.outcomes).unwrap_or_default();
    let mut outcomes = outcomes.iter().peekable();
    (0..record.command_count)
        .map(|index| {
            let special = outcomes.next_if(|outcome| outcome.index == index);
            let outcome = match special {
                None => "applied",
                Some(outcome) if outcome.code.is_none() => "repeated",
                Some(_) => "rejected",
            };
            CommandView {
                index,
                pointer: record.command_pointer(index),
                outcome: outcome.to_owned(),
                code: special.and_then(|outcome| outcome.code.clone()),
                fields: special.map(|outcome| named(&outcome.fields)).unwrap_or_default(),
            }
        })
        .collect()
}

fn named(fields: &[(String, String)]) -> Vec<NamedValue> {
    fields.iter().map(|(name, value)| NamedValue { name: name.clone(), value: value.clone() }).collect()
}

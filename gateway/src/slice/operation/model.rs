//! Operations as the API shows them. Invariant: timestamps of a timeline never decrease.

use super::{OperationRecord, Status};
use crate::page::List;
use async_graphql::SimpleObject;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chain_types::codec;
use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use utoipa::ToSchema;

/// A write to the ledger with its status, timeline and outcomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct Operation {
    /// The operation id: `op_` and 32 hexadecimal digits. Ids sort by time.
    pub id: String,
    /// The kind of operation, such as `provenance.capture`.
    pub kind: String,
    /// The status: `accepted`, `soft`, `final`, `rejected` or `expired`.
    pub status: String,
    /// The id of the transaction on the ledger, 64 hexadecimal digits.
    pub tx_id: String,
    /// The shard that orders and executes the transaction.
    pub shard: u16,
    /// The height of the block with its records; absent while undecided, and when no block contains the transaction.
    pub height: Option<u64>,
    /// Whether its commands are all applied or all rejected.
    pub atomic: bool,
    /// The number of commands.
    pub command_count: u32,
    /// A leader's promise to include the transaction; present while the status is `soft`.
    pub soft_confirmation: Option<SoftConfirmation>,
    /// The steps completed so far, in order.
    pub timeline: Vec<Step>,
    /// The outcome of each command; empty while undecided.
    pub commands: Vec<CommandView>,
    /// The W3C trace id of the request.
    pub trace_id: Option<String>,
}

/// A leader's promise to include a transaction, given before consensus. From height `by` on and within the epoch, no
/// block of this leader becomes final unless the transaction is on the chain by then or can no longer be included. A
/// leader that breaks the promise loses part of its bond.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct SoftConfirmation {
    /// The epoch of the promise.
    pub epoch: u64,
    /// The leader, as an index into the epoch's validator set.
    pub leader: u16,
    /// The height from which the leader's own blocks must contain the transaction.
    pub by: u64,
    /// The signed promise and the Merkle path from the transaction id to its root, in canonical encoding, base64.
    pub evidence: String,
}

/// One step of an operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, SimpleObject)]
#[graphql(name = "OperationStep")]
#[schema(title = "OperationStep")]
pub struct Step {
    /// The step: `accepted`, `signed`, `soft` (while undecided), `ordered`, `executed` or `indexed`.
    #[serde(rename = "step")]
    #[graphql(name = "step")]
    pub name: String,
    /// The time of the step, RFC 3339 UTC with microseconds. `ordered` is the time of the block, in whole milliseconds.
    pub at: String,
    /// Milliseconds since the previous step; 0 for the first.
    pub duration_ms: f64,
}

/// The outcome of one command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, SimpleObject)]
#[graphql(name = "OperationCommand")]
#[schema(title = "OperationCommand")]
pub struct CommandView {
    /// Its index within the operation, from 0.
    pub index: u32,
    /// The position of the command in the request body, as a JSON pointer (RFC 6901).
    pub pointer: String,
    /// `applied`, `repeated` (the same content was already recorded, so nothing was added) or `rejected`.
    pub outcome: String,
    /// The code of the rejection; absent unless rejected.
    pub code: Option<String>,
    /// Values that explain the rejection.
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

/// Formats a time in microseconds since 1970 as RFC 3339 UTC.
pub(crate) fn format_us(at_us: i64) -> String {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(at_us) * 1_000)
        .ok()
        .and_then(|at| at.format(&Rfc3339).ok())
        .unwrap_or_default()
}

impl Operation {
    /// Builds the API form of a record.
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
        // The time of a block has millisecond precision, so it may be earlier than the previous step.
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

//! The gateway's record of an operation and of the ledger's decision about it. Invariant: a command that is not among
//! the outcomes of a decision was applied.

use super::OperationId;
use crate::{error::FieldProblem, tenant_id::TenantId};
use chain_types::{Height, Receipt, ShardId, TxId, beacon::PromiseBatch};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, sync::Arc};

/// The status of an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Stored durably by the gateway, not decided by the ledger yet.
    Accepted,
    /// A leader promised to include it ([P15], league and promises); not decided yet.
    Soft,
    /// On the ledger, and at least one command was applied.
    Final,
    /// No command was applied.
    Rejected,
    /// No block contained it before it expired. It may be sent again.
    Expired,
}

impl Status {
    /// Every status, in the order of their stored numbers.
    pub const ALL: [Self; 5] = [Self::Accepted, Self::Soft, Self::Final, Self::Rejected, Self::Expired];

    /// The stored number. `Soft` is not stored: it lasts only until the decision, and a process that did not receive
    /// the promise shows the operation as accepted.
    pub const fn number(self) -> i16 {
        match self {
            Self::Accepted | Self::Soft => 0,
            Self::Final => 1,
            Self::Rejected => 2,
            Self::Expired => 3,
        }
    }

    /// The name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Soft => "soft",
            Self::Final => "final",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
        }
    }

    /// The status of a stored number; `None` for an unknown number.
    pub fn from_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.number() == number)
    }
}

/// The outcome of one command that was not simply applied.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CommandOutcome {
    /// The command's index within the operation, from 0.
    pub index: u32,
    /// The code of the rejection; absent when the same content was already recorded, so that nothing was added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Values that explain the rejection, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<(String, String)>,
}

/// The ledger's decision about an operation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    /// Never [`Status::Accepted`] or [`Status::Soft`].
    pub status: Status,
    /// The block with its records; absent when no block contains the transaction.
    pub height: Option<Height>,
    /// The index of its first record within that block.
    pub first_record: Option<u32>,
    /// The time at which the block was proposed, in microseconds since 1970.
    pub ordered_at_us: Option<i64>,
    /// The time at which the gateway learned the outcome, in microseconds since 1970.
    pub executed_at_us: i64,
    /// The outcomes of commands that were not applied, in ascending order.
    pub outcomes: Vec<CommandOutcome>,
}

impl Decision {
    /// Derives the decision from the receipts of a final transaction.
    pub fn of_receipts(
        height: Height,
        first_record: u32,
        block_time_ms: u64,
        executed_at_us: i64,
        receipts: &[Receipt],
    ) -> Self {
        let outcomes: Vec<CommandOutcome> =
            (0_u32..).zip(receipts).filter_map(|(index, receipt)| outcome_of(index, receipt)).collect();
        let rejected = outcomes.iter().filter(|outcome| outcome.code.is_some()).count();
        Self {
            status: if rejected == receipts.len() { Status::Rejected } else { Status::Final },
            height: Some(height),
            first_record: Some(first_record),
            ordered_at_us: i64::try_from(block_time_ms.saturating_mul(1_000)).ok(),
            executed_at_us,
            outcomes,
        }
    }

    /// The decision about an operation without commands: nothing was left to do, or everything was refused.
    pub fn without_commands(status: Status, executed_at_us: i64) -> Self {
        Self::without_block(status, executed_at_us, 0, "", "")
    }

    /// The decision about a transaction that no block contains or ever will contain.
    pub fn without_block(status: Status, executed_at_us: i64, command_count: u32, code: &str, detail: &str) -> Self {
        let outcomes = (0..command_count)
            .map(|index| CommandOutcome {
                index,
                code: Some(code.to_owned()),
                fields: vec![("detail".to_owned(), detail.to_owned())],
            })
            .collect();
        Self { status, height: None, first_record: None, ordered_at_us: None, executed_at_us, outcomes }
    }
}

fn outcome_of(index: u32, receipt: &Receipt) -> Option<CommandOutcome> {
    match receipt {
        Receipt::Rejected(rejection) => {
            Some(CommandOutcome { index, code: Some(rejection.code.clone()), fields: rejection.fields.clone() })
        }
        Receipt::Repeated => Some(CommandOutcome { index, code: None, fields: Vec::new() }),
        Receipt::Applied(_) => None,
    }
}

/// A part of the request that did not become a command, because it is not valid and the others were to proceed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Refused {
    /// Its index in the request's list, from 0.
    pub index: u32,
    /// Its faults, with pointers into the request. Never empty.
    pub faults: Vec<FieldProblem>,
}

/// A leader's promise to include an operation's transaction [P15].
#[derive(Clone, Debug)]
pub struct Promised {
    /// The promise. It covers other transactions, too.
    pub promise: Arc<PromiseBatch>,
    /// The time at which it was received, in microseconds since 1970.
    pub at_us: i64,
}

/// Everything that the gateway knows about one operation.
#[derive(Clone, Debug)]
pub struct OperationRecord {
    pub tenant: TenantId,
    pub id: OperationId,
    /// The kind, `<slice>.<verb>`.
    pub kind: Cow<'static, str>,
    /// The client id of the credential that sent the request.
    pub subject: String,
    /// Whether the commands are all applied or all rejected.
    pub atomic: bool,
    pub command_count: u32,
    /// The JSON pointer of the commands in the request: of their list, or of the only command.
    pub pointer: Cow<'static, str>,
    pub trace_id: Option<String>,
    /// The parts of the request that are no commands, in ascending order of their indexes.
    pub refused: Vec<Refused>,
    /// The transaction; all zeros for an operation without commands, which has no transaction.
    pub tx_id: TxId,
    /// The shard that orders and executes the transaction.
    pub shard: ShardId,
    /// The expiry of the transaction, in milliseconds since 1970.
    pub valid_until_ms: u64,
    /// The time of acceptance, in microseconds since 1970.
    pub accepted_at_us: i64,
    /// The time of signing, in microseconds since 1970.
    pub signed_at_us: i64,
    /// The first promise of a leader. Only the process that submitted the transaction knows it, and only until the
    /// decision.
    pub promised: Option<Promised>,
    /// The ledger's decision; `None` while undecided.
    pub decision: Option<Decision>,
    /// The time at which the index contained it, in microseconds since 1970.
    pub indexed_at_us: Option<i64>,
}

impl OperationRecord {
    /// The current status.
    pub fn status(&self) -> Status {
        match (&self.decision, &self.promised) {
            (Some(decision), _) => decision.status,
            (None, Some(_)) => Status::Soft,
            (None, None) => Status::Accepted,
        }
    }

    /// The JSON pointer of command `index` in the request (RFC 6901).
    pub fn command_pointer(&self, index: u32) -> String {
        if !self.pointer.ends_with("List") {
            return self.pointer.to_string();
        }
        // Refused parts have an index in the request, but not among the commands.
        let place = self.refused.iter().fold(index, |place, refused| place + u32::from(refused.index <= place));
        format!("{}/{place}", self.pointer)
    }
}

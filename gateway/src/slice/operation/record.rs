//! An operation as the gateway keeps it, and what the ledger decided about it.

use super::OperationId;
use crate::tenant_id::TenantId;
use chain_types::{Height, Receipt, ShardId, TxId, beacon::PromiseBatch};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, sync::Arc};

/// Where an operation stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Durable here, not decided by the ledger yet.
    Accepted,
    /// A leader of the ledger promised to include it [P15]; not decided yet.
    Soft,
    /// On the ledger; at least one command took effect.
    Final,
    /// Nothing of it took effect.
    Rejected,
    /// It reached no block before its time ran out; it may be sent again.
    Expired,
}

impl Status {
    /// Every status, in the order of their stored numbers.
    pub const ALL: [Self; 5] = [Self::Accepted, Self::Soft, Self::Final, Self::Rejected, Self::Expired];

    /// The stored number. A promise is not stored: it is good for the moments until the decision, and who did not hear
    /// it sees the operation as accepted.
    pub const fn number(self) -> i16 {
        match self {
            Self::Accepted | Self::Soft => 0,
            Self::Final => 1,
            Self::Rejected => 2,
            Self::Expired => 3,
        }
    }

    /// The word of the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Soft => "soft",
            Self::Final => "final",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
        }
    }

    /// The status of a stored number.
    pub fn from_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.number() == number)
    }
}

/// What became of one command, when it is anything else than "applied".
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CommandOutcome {
    /// The command's index within the operation, from 0.
    pub index: u32,
    /// The code of the rejection; absent when the very same content was on record before and nothing was added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The values that explain it, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<(String, String)>,
}

/// What the ledger decided about an operation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    /// Never [`Status::Accepted`] or [`Status::Soft`].
    pub status: Status,
    /// The block that holds its records; absent when none does.
    pub height: Option<Height>,
    /// The index of its first record within that block.
    pub first_record: Option<u32>,
    /// When the block was proposed, in microseconds since 1970.
    pub ordered_at_us: Option<i64>,
    /// When the gateway learnt of the outcome, in microseconds since 1970.
    pub executed_at_us: i64,
    /// Commands that were not applied, ascending.
    pub outcomes: Vec<CommandOutcome>,
}

impl Decision {
    /// The decision that a final transaction's receipts tell.
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

    /// The decision about a transaction that no block holds and none will.
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

/// A leader's promise to include an operation's transaction [P15].
#[derive(Clone, Debug)]
pub struct Promised {
    /// The promise; it names others too.
    pub promise: Arc<PromiseBatch>,
    /// When it came, in microseconds since 1970.
    pub at_us: i64,
}

/// An operation.
#[derive(Clone, Debug)]
pub struct OperationRecord {
    /// Whose it is.
    pub tenant: TenantId,
    /// Its id.
    pub id: OperationId,
    /// What was asked, `<slice>.<verb>`.
    pub kind: Cow<'static, str>,
    /// The credential that asked.
    pub subject: String,
    /// Whether the commands stand or fall together.
    pub atomic: bool,
    /// How many commands.
    pub command_count: u32,
    /// Where the commands stand in the request: the pointer of a list, or of the one command.
    pub pointer: Cow<'static, str>,
    /// The W3C trace id of the request.
    pub trace_id: Option<String>,
    /// The transaction.
    pub tx_id: TxId,
    /// The shard that decides.
    pub shard: ShardId,
    /// When the transaction expires, in milliseconds since 1970.
    pub valid_until_ms: u64,
    /// When the request came, in microseconds since 1970.
    pub accepted_at_us: i64,
    /// When it was signed.
    pub signed_at_us: i64,
    /// The first promise of a leader; known to the process that submitted the transaction, until it is decided.
    pub promised: Option<Promised>,
    /// What the ledger decided; absent while accepted.
    pub decision: Option<Decision>,
    /// When the index held it.
    pub indexed_at_us: Option<i64>,
}

impl OperationRecord {
    /// Where it stands.
    pub fn status(&self) -> Status {
        match (&self.decision, &self.promised) {
            (Some(decision), _) => decision.status,
            (None, Some(_)) => Status::Soft,
            (None, None) => Status::Accepted,
        }
    }

    /// Where command `index` stands in the request (RFC 6901).
    pub fn command_pointer(&self, index: u32) -> String {
        if self.pointer.ends_with("List") { format!("{}/{index}", self.pointer) } else { self.pointer.to_string() }
    }
}

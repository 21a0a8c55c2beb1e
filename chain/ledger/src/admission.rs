//! Which transactions a block may hold at all [P3]. Invariant: a transaction that is not admitted leaves no trace, and
//! one that is admitted once is never admitted again.

use crate::{law::Law, law::OPERATOR_TENANT, overlay::Overlay};
use chain_state::{LeafReader, ReadFailure, State};
use chain_types::{Operation, TimestampMs, Transaction, limit, state::StateKey};

/// Why a block may not hold a transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// It is for another chain.
    Chain,
    /// Its expiry is not after the block's time.
    Expired,
    /// Its expiry is too far ahead.
    TooFarAhead,
    /// Its author may not sign for its tenant on this shard.
    Author,
}

impl Refusal {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Chain => "ledger.wrong_chain",
            Self::Expired => "ledger.expired",
            Self::TooFarAhead => "ledger.valid_until_too_far",
            Self::Author => "ledger.unknown_author",
        }
    }

    /// A sentence for people.
    pub const fn detail(self) -> &'static str {
        match self {
            Self::Chain => "the transaction is for another chain",
            Self::Expired => "the transaction's valid_until lies before the block",
            Self::TooFarAhead => "the transaction's valid_until lies more than ten minutes ahead",
            Self::Author => "the transaction's author may not sign for its tenant on this shard",
        }
    }
}

/// Whether a block of `time` may hold a transaction; being seen before is the seen-set's question.
pub(crate) fn admit<R: LeafReader>(
    law: &Law,
    time: TimestampMs,
    transaction: &Transaction,
    overlay: &mut Overlay<'_, R>,
) -> Result<Result<(), Refusal>, ReadFailure> {
    let header = &transaction.header;
    if header.chain_id != law.chain_id {
        return Ok(Err(Refusal::Chain));
    }
    if header.valid_until_ms <= time {
        return Ok(Err(Refusal::Expired));
    }
    if header.valid_until_ms.0 > time.0.saturating_add(limit::VALIDITY_MS_MAX) {
        return Ok(Err(Refusal::TooFarAhead));
    }
    let is_operator = header.tenant == OPERATOR_TENANT && header.author == law.operator;
    if is_operator
        || is_of_validator(law, transaction)
        || overlay.contains(&StateKey::Author(header.tenant, header.author).path())?
    {
        Ok(Ok(()))
    } else {
        Ok(Err(Refusal::Author))
    }
}

/// Whether a block of `time` over this state could hold a transaction, as far as its header tells.
///
/// # Errors
/// [`ReadFailure`] when the disk cannot be read.
pub fn admits<R: LeafReader>(
    law: &Law,
    time: TimestampMs,
    transaction: &Transaction,
    state: &mut State<R>,
) -> Result<bool, ReadFailure> {
    Ok(admit(law, time, transaction, &mut Overlay::new(state))?.is_ok())
}

/// Whether a validator acts for the chain's own sake: it needs no tenant for that, and can do nothing else.
fn is_of_validator(law: &Law, transaction: &Transaction) -> bool {
    let Transaction { header, commands, .. } = transaction;
    header.tenant == OPERATOR_TENANT
        && law.is_validator(&header.author)
        && commands.iter().all(|command| matches!(command.core.operation, Operation::Beacon(_)))
}

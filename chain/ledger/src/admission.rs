//! Decides whether a block may contain a transaction [P3, transactions]. Invariant: the decision writes nothing. The
//! caller checks the seen-set, so that no transaction is executed twice.

use crate::{
    law::{Law, OPERATOR_TENANT},
    overlay::Overlay,
};
use chain_state::{LeafReader, ReadFailure, State};
use chain_types::{
    Command, TimestampMs, Transaction, account::AuthorKey, limit, mutant, state::TypedKey,
    transaction::CheckedTransaction,
};

/// The reason why a block may not contain a transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The transaction names another chain.
    Chain,
    /// The transaction's expiry is not after the block's time.
    Expired,
    /// The transaction's expiry is more than [`limit::VALIDITY_MS_MAX`] after the block's time.
    TooFarAhead,
    /// The author may not sign for the transaction's tenant on this shard.
    Author,
    /// The transaction weighs more than a whole block may.
    Work,
}

impl Refusal {
    pub const ALL: &[Self] = &[Self::Chain, Self::Expired, Self::TooFarAhead, Self::Author, Self::Work];

    /// The stable code, `ledger.reason`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Chain => "ledger.wrong_chain",
            Self::Expired => "ledger.expired",
            Self::TooFarAhead => "ledger.valid_until_too_far",
            Self::Author => "ledger.unknown_author",
            Self::Work => "ledger.too_much_work",
        }
    }

    /// A sentence that clients show to people.
    pub const fn detail(self) -> &'static str {
        match self {
            Self::Chain => "the transaction is for another chain",
            Self::Expired => "the transaction's valid_until is not after the time of the block",
            Self::TooFarAhead => "the transaction's valid_until lies more than ten minutes ahead",
            Self::Author => "the transaction's author may not sign for its tenant on this shard",
            Self::Work => "the transaction's commands weigh more than a block may",
        }
    }
}

/// Decides whether a block of `time` may contain a transaction. The caller checks the seen-set.
pub(crate) fn admit(
    law: &Law,
    time: TimestampMs,
    transaction: &CheckedTransaction,
    overlay: &mut Overlay<'_>,
) -> Result<Result<(), Refusal>, ReadFailure> {
    let header = &transaction.transaction().header;
    if header.chain_id != law.chain_id {
        return Ok(Err(Refusal::Chain));
    }
    let Some(ahead) = header.valid_until_ms.0.checked_sub(time.0).filter(|ahead| *ahead > 0) else {
        return Ok(Err(Refusal::Expired));
    };
    if ahead > limit::VALIDITY_MS_MAX {
        return Ok(Err(Refusal::TooFarAhead));
    }
    // A deliberately broken variant; the simulator must detect it.
    if law.work.of(transaction) > law.work.block_work_max && !mutant::is(mutant::UNMETERED) {
        return Ok(Err(Refusal::Work));
    }
    let is_operator = header.tenant == OPERATOR_TENANT && header.author == law.operator;
    if is_operator
        || is_of_validator(law, transaction.transaction())
        || overlay.contains(&AuthorKey(header.tenant, header.author).slot())?
    {
        Ok(Ok(()))
    } else {
        Ok(Err(Refusal::Author))
    }
}

/// Decides whether a block of `time` on top of this state could contain a transaction.
///
/// # Errors
/// [`ReadFailure`] when the disk cannot be read.
pub fn admits<R: LeafReader>(
    law: &Law,
    time: TimestampMs,
    transaction: &CheckedTransaction,
    state: &mut State<R>,
) -> Result<Result<(), Refusal>, ReadFailure> {
    admit(law, time, transaction, &mut Overlay::new(state))
}

/// Whether the transaction is a validator's and holds beacon commands only. Validators need no tenant for these.
fn is_of_validator(law: &Law, transaction: &Transaction) -> bool {
    let Transaction { header, entries, .. } = transaction;
    header.tenant == OPERATOR_TENANT
        && law.is_validator(&header.author)
        && entries.iter().all(|entry| matches!(entry.core.command, Command::Beacon(_)))
}

//! Why the native slice rejects. Invariant: codes never change meaning.

use chain_types::Rejection;

/// The slice's rejections.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Error {
    /// Only the operator may do this.
    NotOperator,
    /// The amount is zero.
    AmountZero,
    /// The payer holds less than the amount.
    InsufficientBalance,
    /// The receiver is not registered on this shard.
    UnknownRecipient,
    /// Payer and receiver are one tenant.
    SameTenant,
    /// The receiver's balance would exceed what can be counted; only a broken supply gets there.
    BalanceOverflow,
}

impl Error {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotOperator => "native.not_operator",
            Self::AmountZero => "native.amount_zero",
            Self::InsufficientBalance => "native.insufficient_balance",
            Self::UnknownRecipient => "native.unknown_recipient",
            Self::SameTenant => "native.same_tenant",
            Self::BalanceOverflow => "native.balance_overflow",
        }
    }
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self::new(error.code())
    }
}

//! The rejections of the native slice; each comment is the text that clients see. Invariant: codes never change
//! meaning.

use crate::verdict::halts;

chain_types::rejections! {
    "native";
    /// Only the operator may do this.
    NotOperator = "not_operator";
    /// The amount is zero.
    AmountZero = "amount_zero";
    /// The payer holds less than the amount.
    InsufficientBalance = "insufficient_balance";
    /// The receiver is not registered on this shard.
    UnknownRecipient = "unknown_recipient";
    /// Payer and receiver are one tenant.
    SameTenant = "same_tenant";
    /// The receiver's balance would exceed what can be counted; only a broken supply gets there.
    BalanceOverflow = "balance_overflow";
}

halts!(Rejection);

//! Commands, events and state of the native token: amounts and transfers within a shard [P23, native token]. Invariant:
//! an amount is a whole number of units of 10^-8 token. No command creates units, because genesis holds the whole
//! supply.

mod key;

pub use key::{BalanceKey, Key};

use crate::id::{ShardId, TenantId};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;

/// An amount of the native token in units of 10^-8 token.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct Amount(pub u64);

/// The total supply: 21,000,000,000 tokens with 8 decimals. While the state of [`TREASURY_SHARD`] has no balance for
/// [`TREASURY`], the treasury still holds all that genesis gave it.
pub const SUPPLY: Amount = Amount(2_100_000_000_000_000_000);

/// The tenant that holds the supply at genesis. The chain's operator acts for it.
pub const TREASURY: TenantId = TenantId([0; 16]);

/// The shard on which the treasury holds the supply.
pub const TREASURY_SHARD: ShardId = ShardId(0);

impl Amount {
    pub const ZERO: Self = Self(0);

    /// The sum. `None` above 2^64 - 1 units.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// The difference. `None` below zero.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(rest) => Some(Self(rest)),
            None => None,
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Commands of the slice.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Command {
    /// Moves units from the transaction's tenant to another tenant of the same shard.
    Transfer(Transfer),
    /// Pays units from the genesis supply to a tenant of this shard. Signed by the operator.
    Grant(Grant),
}

impl Command {
    /// The command's stable name, `slice.verb_noun`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Transfer(_) => "native.transfer",
            Self::Grant(_) => "native.grant",
        }
    }
}

/// A payment by the transaction's tenant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Transfer {
    pub to: TenantId,
    /// Not zero.
    pub amount: Amount,
}

/// A payment from the genesis supply.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Grant {
    pub to: TenantId,
    /// Not zero.
    pub amount: Amount,
}

/// Events of the slice.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// Units were transferred between two tenants of this shard.
    Transferred {
        /// The tenant that paid.
        from: TenantId,
        /// The tenant that received.
        to: TenantId,
        amount: Amount,
    },
    /// Units were paid from the genesis supply.
    Granted {
        /// The tenant that received.
        to: TenantId,
        amount: Amount,
    },
}

impl Event {
    /// The event's stable name, `slice.past_tense`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Transferred { .. } => "native.transferred",
            Self::Granted { .. } => "native.granted",
        }
    }
}

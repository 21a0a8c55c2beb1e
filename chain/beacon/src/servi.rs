//! Servi [P14]: credit for work that the protocol itself saw. Invariant: it comes only from the four kinds of work
//! below, leaves only by leading, inactivity and conviction, and passes to nobody else.

use borsh::{BorshDeserialize, BorshSerialize};

/// The most Servi that a validator can hold.
pub const SERVI_MAX: u32 = 1_000_000;
/// For a signature in the certificate of a beacon block.
pub const SERVI_PER_SIGNATURE: u32 = 10;
/// For a final block that the validator led.
pub const SERVI_PER_BLOCK: u32 = 40;
/// For revealing one's shares of an epoch's randomness.
pub const SERVI_PER_REVEAL: u32 = 2_000;
/// For evidence that convicts.
pub const SERVI_PER_EVIDENCE: u32 = 20_000;
/// Leading a block spends one part in this many of what the leader holds, so leaders rotate.
pub const LEADING_DIVISOR: u32 = 32;

/// A validator's Servi, 0 to [`SERVI_MAX`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct Servi(u32);

impl Servi {
    /// None.
    pub const ZERO: Self = Self(0);

    /// An amount, cut at [`SERVI_MAX`].
    pub const fn new(amount: u32) -> Self {
        Self(if amount > SERVI_MAX { SERVI_MAX } else { amount })
    }

    /// The amount.
    pub const fn amount(self) -> u32 {
        self.0
    }

    /// After more work, cut at [`SERVI_MAX`].
    #[must_use]
    pub const fn earn(self, amount: u32) -> Self {
        Self::new(self.0.saturating_add(amount))
    }

    /// After leading a final block: a share is spent first, then the block is credited.
    #[must_use]
    pub const fn lead(self) -> Self {
        Self(self.0.saturating_sub(self.0 / LEADING_DIVISOR)).earn(SERVI_PER_BLOCK)
    }

    /// After an epoch of inactivity.
    #[must_use]
    pub const fn halve(self) -> Self {
        Self(self.0 / 2)
    }
}
